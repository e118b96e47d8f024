"""The command about organisations: who runs cases, pays for them, and treats."""

from __future__ import annotations

import click

from api.access.actions import Action
from api.commands.answers import as_json, print_json
from api.commands.wired import services
from api.presenters.console import table_text
from logistics.organisation import Organisation, OrganisationKind
from logistics.repository.facilities import get_facility
from logistics.repository.organisations import add_organisations, list_organisations


@click.group()
def organisations() -> None:
    """List organisations, or add one: operator, payer or facility."""


@organisations.command("list")
@as_json
def list_(*, as_json: bool) -> None:
    """List the organisations."""
    with services(Action.UPKEEP).sessions.read() as session:
        found = list_organisations(session)
    if as_json:
        print_json({"organisations": [_answer(one) for one in found]})
        return
    rows = [
        (one.id, one.kind.value, one.case_prefix or one.facility_id or "", one.name)
        for one in found
    ]
    click.echo(table_text([("Id", "Kind", "Prefix or facility", "Name"), *rows]))


@organisations.command()
@click.argument("organisation_id", metavar="ID")
@click.option("--name", required=True)
@click.option("--kind", required=True, type=click.Choice([one.value for one in OrganisationKind]))
@click.option("--case-prefix", default="", help="What an operator's cases begin with, such as SJ.")
@click.option("--facility", help="Id of the facility that a facility's organisation stands for.")
@as_json
def add(
    organisation_id: str,
    *,
    name: str,
    kind: str,
    case_prefix: str,
    facility: str | None,
    as_json: bool,
) -> None:
    """Add the organisation ID; its first administrator comes with 'users create-admin'."""
    organisation = Organisation(
        id=organisation_id,
        name=name,
        kind=OrganisationKind(kind),
        case_prefix=case_prefix,
        facility_id=facility,
    )
    with services(Action.UPKEEP).sessions.write() as session:
        if facility is not None:
            get_facility(session, facility)
        add_organisations(session, [organisation])
    if as_json:
        print_json(_answer(organisation))
    else:
        click.echo(f"Added {organisation.id}, {organisation.kind.value}.")


def _answer(one: Organisation) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "kind": one.kind.value,
        "case_prefix": one.case_prefix,
        "facility_id": one.facility_id,
        "is_sample": one.is_sample,
    }
