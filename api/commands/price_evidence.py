"""The command ``sojourn prices evidence``: what hospitals charge and accept for one code."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.answers import as_json, print_json
from api.commands.wired import settings

if TYPE_CHECKING:
    from pricing.price_files.payer_groups import GroupWords


@click.command()
@click.option("--code", required=True, help='A code, such as 470, "MS-DRG 470" or J0001.')
@click.option("--type", "kind", help="The code's type as files name it: MS-DRG, HCPCS, ICD, NDC …")
@click.option("--facility", "facilities", multiple=True, help="A facility of ours; repeatable.")
@click.option("--hospital", "hospitals", multiple=True, help="A hospital's name; repeatable.")
@click.option("--setting", type=click.Choice(["inpatient", "outpatient"]))
@click.option("--billing-class", type=click.Choice(["facility", "professional"]))
@click.option(
    "--words",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="JSON file with the words that tell embassy, international and domestic payers.",
)
@click.option("--wage-index", default="1", show_default=True, help="Of Medicare's comparison.")
@click.option("--locality", help="Medicare's, for physicians' services, such as TX-18.")
@as_json
def evidence(
    *,
    code: str,
    kind: str | None,
    facilities: tuple[str, ...],
    hospitals: tuple[str, ...],
    setting: str | None,
    billing_class: str | None,
    words: Path | None,
    wage_index: str,
    locality: str | None,
    as_json: bool,
) -> None:
    """Say what hospitals charge and accept for a code; without names, all that were imported."""
    from api.operations.price_evidence import (  # noqa: PLC0415 — the help needs no DuckDB
        PriceQuestion,
        Shelves,
        ask_prices,
    )

    found = settings()
    question = PriceQuestion(
        code=code,
        kind=kind,
        facilities=facilities,
        hospitals=hospitals,
        setting=setting,
        billing_class=billing_class,
        wage_index=wage_index,
        locality=locality,
        words=_words(words),
    )
    shelves = Shelves(found.price_files, found.benchmarks)
    document = ask_prices(shelves, question, datetime.now(UTC).date())
    if as_json:
        print_json(document)
    else:
        click.echo("\n".join(_lines(document)))


def _words(file: Path | None) -> GroupWords:
    """Return the words of a file, those it does not name as they are here."""
    from pricing.price_files.payer_groups import GroupWords, read_words  # noqa: PLC0415 — as above

    if file is None:
        return GroupWords()
    try:
        return read_words(file.read_text("utf-8"))
    except ValueError as error:
        raise click.UsageError(f"{file.name}: {error}") from error


def _lines(document: dict[str, Any]) -> list[str]:
    """Return the evidence for a terminal, hospital by hospital."""
    kind = f"{document['type']} " if document["type"] else ""
    medicare = document["medicare"]
    pays = f"{medicare['amount']} USD" if medicare else document["no_medicare"]
    lines = [f"{kind}{document['code']}, asked on {document['asked_on']}", f"Medicare: {pays}"]
    for one in document["hospitals"]:
        source = one["source"]
        lines += [
            "",
            f"{one['hospital']}, as of {source['updated_on'] or 'no date'} ({source['file']})",
        ]
        for name in ("gross", "cash"):
            lines += [_spread(name, one[name])] if one[name] else []
        lines += [_spread(f"payers, {name}", found) for name, found in one["negotiated"].items()]
        lines += [f"  ! {notice}" for notice in one["notices"]]
    return lines


def _spread(name: str, found: dict[str, Any]) -> str:
    few = ", few" if found["is_few"] else ""
    return (
        f"  {name:22} {found['min']:>12} … {found['median']:>12} … {found['max']:>12}  "
        f"(p10 {found['p10']}, p90 {found['p90']}; {found['count']}{few})"
    )
