"""The commands about the keys of private fields: ``sojourn keys new | status | rotate``."""

from __future__ import annotations

from typing import Final

import click

from api.access.actions import Action
from api.commands.answers import as_json, print_json
from api.commands.noting import note_upkeep
from api.commands.wired import services
from api.presenters.console import table_text
from api.wiring import Services
from logistics.errors import KeysMissing
from logistics.rotate_keys import BATCH, Progress, count_stale, key_status, rotate_keys
from logistics.sealing import KeyRing, new_key

_NOT_SEALED: Final = "(not sealed)"


@click.group()
def keys() -> None:
    """Make keys of private fields, see what they seal, and replace them."""


@keys.command()
@click.argument("key_id", metavar="ID")
def new(key_id: str) -> None:
    """Print a fresh key as a line of a key file; it is stored nowhere.

    ID is small letters, digits and hyphens, such as 2027-01.
    """
    click.echo(new_key(key_id).to_line())
    click.echo("Keep it apart from the database and its backups: lost key, lost data.", err=True)


@keys.command()
@as_json
def status(*, as_json: bool) -> None:
    """Count the rows that each key has sealed, column by column."""
    wired = services(Action.UPKEEP)
    ring = _ring(wired)
    counts = key_status(sessions=wired.database)
    stale = count_stale(counts, ring.current)
    if as_json:
        print_json({
            "current": ring.current,
            "keys": list(ring.ids),
            "sealed": [
                {"table": one.table, "column": one.column, "key": one.key_id, "rows": one.rows}
                for one in counts
            ],
            "stale": stale,
        })  # fmt: skip
        return
    rows = [
        (f"{one.table}.{one.column}", one.key_id or _NOT_SEALED, f"{one.rows:,}") for one in counts
    ]
    click.echo(table_text([("Column", "Key", "Rows"), *rows]))
    click.echo(_advice(ring, {one.key_id or _NOT_SEALED for one in counts}, stale))


@keys.command()
@click.option("--batch", type=click.IntRange(1, 10_000), default=BATCH, show_default=True)
@as_json
def rotate(*, batch: int, as_json: bool) -> None:
    """Seal everything anew with the current key; can be stopped and started again at any time."""
    wired = services(Action.UPKEEP)
    ring = _ring(wired)

    def tell(progress: Progress) -> None:
        where = progress.table or "done"
        click.echo(f"{progress.rows:,} rows sealed anew, {where}", err=True)

    rows = rotate_keys(sessions=wired.database, limit=batch, told=tell)
    note_upkeep(wired, {"rotate": {"rows": rows, "current": ring.current}})
    stale = count_stale(key_status(sessions=wired.database), ring.current)
    if as_json:
        print_json({"current": ring.current, "rows": rows, "stale": stale})
    else:
        click.echo(f"Sealed {rows:,} rows anew with {ring.current}; {stale:,} fields are left.")


def _ring(wired: Services) -> KeyRing:
    ring = wired.database.find_ring()
    if ring is None:
        raise KeysMissing
    return ring


def _advice(ring: KeyRing, used: set[str], stale: int) -> str:
    lines = [f"{ring.current} seals; the ring holds {', '.join(ring.ids)}."]
    if stale:
        lines.append(f"{stale:,} fields are of other keys: sojourn keys rotate")
    idle = [key_id for key_id in ring.ids if key_id not in used | {ring.current}]
    if idle:
        lines.append(f"No row is of {', '.join(idle)}; keep it while backups of its time are.")
    return "\n".join(lines)
