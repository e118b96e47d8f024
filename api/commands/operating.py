"""Commands for those who run the service: the export for analysis."""

from __future__ import annotations

from pathlib import Path

import click

from api.access.actions import Action
from api.commands.wired import services
from api.operations.deidentified import anonymise, to_csv
from logistics.repository.cases import list_cases
from scheduling.repository.itineraries import find_itinerary_for_case


@click.command()
@click.option("-o", "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def deidentify(*, output: Path | None) -> None:
    """Write the cases as CSV for analysis, without anything that leads back to a person."""
    wired = services(Action.PERSON_EXPORT)
    with wired.sessions.read() as session:
        cases = [
            (case, find_itinerary_for_case(session, case.reference)) for case in list_cases(session)
        ]
    rows = anonymise(cases, today=wired.today())
    with click.open_file(str(output or "-"), "w", encoding="utf-8") as file:
        file.write(to_csv(rows))
    click.echo(f"{len(rows)} of {len(cases)} cases; the rest would single somebody out.", err=True)
