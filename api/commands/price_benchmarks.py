"""The commands about Medicare: ``sojourn prices benchmarks import | list`` and ``medicare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.answers import as_json, print_json
from api.commands.wired import settings

if TYPE_CHECKING:
    from pricing.medicare.payment import Payment
    from pricing.medicare.shelf import Shelf

_year = click.option("--year", type=click.IntRange(2000, 2100), help="The fiscal or calendar year.")


@click.group()
def benchmarks() -> None:
    """Import the tables by which Medicare pays, list those there are."""


@benchmarks.command(name="import")
@click.argument("path", metavar="FILE|FOLDER", type=click.Path(exists=True, path_type=Path))
@_year
@as_json
def import_tables(path: Path, *, year: int | None, as_json: bool) -> None:
    """Import a table Medicare publishes, or all of a folder; the same again changes nothing."""
    from pricing.import_benchmarks import import_benchmarks  # noqa: PLC0415 — the help needs none

    imported = import_benchmarks(path, _shelf(), year)
    files = [
        {
            "file": one.file.name,
            "table": one.table and one.table.kind,
            "year": one.table and one.table.year,
            "rows": len(one.table.rows) if one.table else 0,
            "changed": one.is_changed,
            "remark": one.remark,
        }
        for one in imported
    ]
    if as_json:
        print_json({"files": files})
        return
    for one in files:
        outcome = "kept" if one["changed"] else "nothing changed"
        told = f"{one['table']} of {one['year']}, {one['rows']:,} rows, {outcome}"
        click.echo(
            f"{one['file']}: {told if one['table'] else 'passed over: ' + str(one['remark'])}"
        )


@benchmarks.command(name="list")
@as_json
def list_tables(*, as_json: bool) -> None:
    """List the tables imported, with the years there are."""
    from pricing.medicare.tables import TABLE_NAMES  # noqa: PLC0415 — the help needs none

    shelf = _shelf()
    found = [
        {"table": kind, "name": name, "years": list(shelf.years(kind))}
        for kind, name in TABLE_NAMES.items()
    ]
    if as_json:
        print_json({"tables": found})
        return
    for kind, name in TABLE_NAMES.items():
        years = ", ".join(str(year) for year in shelf.years(kind)) or "none"
        click.echo(f"{kind:<16}{name}: {years}")


@click.command()
@click.option("--drg", help="MS-DRG of an inpatient stay.")
@click.option("--apc", help="APC of an outpatient service.")
@click.option("--hcpcs", help="HCPCS code of a physician's service, with modifier as G0101-26.")
@click.option("--wage-index", default="1", show_default=True, help="Of the hospital's area.")
@click.option("--capital-factor", help="Geographic adjustment factor; else from the wage index.")
@click.option("--locality", help="Payment locality as state and number: TX-18.")
@click.option(
    "--place",
    type=click.Choice(["office", "facility"]),
    default="facility",
    show_default=True,
    help="Where a physician's service is done.",
)
@_year
@as_json
def medicare(
    *,
    drg: str | None,
    apc: str | None,
    hcpcs: str | None,
    wage_index: str,
    capital_factor: str | None,
    locality: str | None,
    place: str,
    year: int | None,
    as_json: bool,
) -> None:
    """Say what Medicare pays for a MS-DRG, an APC or a HCPCS code, with the arithmetic."""
    from pricing.medicare.payment import to_document  # noqa: PLC0415 — the help needs none

    if sum(one is not None for one in (drg, apc, hcpcs)) != 1:
        raise click.UsageError("name one of --drg, --apc and --hcpcs")
    if drg is not None:
        payment = _of_stay(drg, wage_index, capital_factor, year)
    elif apc is not None:
        payment = _of_outpatient(apc, wage_index, year)
    elif locality is None:
        raise click.UsageError("--hcpcs needs --locality, such as TX-18")
    else:
        payment = _of_physician(str(hcpcs), locality, place, year)
    if as_json:
        print_json(to_document(payment))
    else:
        click.echo("\n".join(_lines(payment)))


def _of_stay(drg: str, wage_index: str, capital_factor: str | None, year: int | None) -> Payment:
    from pricing.medicare.inpatient import inpatient_payment  # noqa: PLC0415 — the help needs none
    from pricing.medicare.payment import factor  # noqa: PLC0415 — as above
    from pricing.medicare.rates import inpatient_rates  # noqa: PLC0415 — as above
    from pricing.medicare.tables import TableKind  # noqa: PLC0415 — as above

    table = _shelf().get(TableKind.WEIGHTS, year)
    return inpatient_payment(
        table,
        inpatient_rates(table.year),
        drg,
        wage_index=factor("wage index", wage_index),
        capital_factor=None if capital_factor is None else factor("capital factor", capital_factor),
    )


def _of_outpatient(apc: str, wage_index: str, year: int | None) -> Payment:
    from pricing.medicare.outpatient import outpatient_payment  # noqa: PLC0415 — as above
    from pricing.medicare.payment import factor  # noqa: PLC0415 — as above
    from pricing.medicare.rates import outpatient_rates  # noqa: PLC0415 — as above
    from pricing.medicare.tables import TableKind  # noqa: PLC0415 — as above

    table = _shelf().get(TableKind.APCS, year)
    index = factor("wage index", wage_index)
    return outpatient_payment(table, outpatient_rates(table.year), apc, wage_index=index)


def _of_physician(code: str, locality: str, place: str, year: int | None) -> Payment:
    from pricing.medicare.physician import physician_payment  # noqa: PLC0415 — as above
    from pricing.medicare.tables import TableKind  # noqa: PLC0415 — as above

    shelf = _shelf()
    services = shelf.get(TableKind.SERVICES, year)
    localities = shelf.get(TableKind.LOCALITIES, services.year)
    return physician_payment(services, localities, code, locality, in_facility=place == "facility")


def _shelf() -> Shelf:
    from pricing.medicare.shelf import Shelf  # noqa: PLC0415 — the help needs none

    return Shelf(settings().benchmarks)


def _lines(payment: Payment) -> list[str]:
    """Return a payment for a terminal: the amount, its arithmetic, where the figures stand."""
    from pricing.medicare.payment import plain  # noqa: PLC0415 — the help needs none

    amount = f"{payment.amount.to_decimal_text()} {payment.amount.currency}"
    lines = [f"{payment.schedule} {payment.year}, {payment.code} {payment.title}: {amount}"]
    for step in payment.steps:
        lines += [f"  {step.name}", f"    {step.arithmetic} = {plain(step.result)}"]
    lines += [f"  source: {source}" for source in payment.sources]
    return lines + [f"  not in it: {one}" for one in payment.left_out]
