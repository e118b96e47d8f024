"""The commands that keep what there is: ``backup`` and ``restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
from sqlmodel import Session

from api.access.actions import Action
from api.archive_errors import ArchiveUnusable
from api.audit.verify import verify_chain
from api.commands.answers import as_json, print_json
from api.commands.noting import note_upkeep
from api.commands.wired import services
from api.operations.archive import Manifest, TableEntry, member_of
from api.operations.backup import back_up, verify_backup
from api.operations.restore import restore as restore_archive
from logistics.errors import KeysMissing

_FILE: Final = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--verify", is_flag=True, help="Write nothing: read FILE and check every byte.")
@as_json
def backup(file: Path, *, verify: bool, as_json: bool) -> None:
    """Write the whole database into FILE, or see whether FILE is whole."""
    wired = services(Action.UPKEEP)
    if verify:
        ring = wired.database.find_ring()
        if ring is None:
            raise KeysMissing
        _tell(verify_backup(file, ring), "Whole", as_json=as_json)
        return

    def tell(entry: TableEntry) -> None:
        click.echo(f"{entry.name}: {entry.rows:,} rows", err=True)

    manifest = back_up(file, sessions=wired.database, now=wired.now(), told=tell)
    note_upkeep(wired, {"backup": {"rows": manifest.rows}})
    _tell(manifest, "Wrote", as_json=as_json)


@click.command()
@click.argument("file", type=_FILE)
@as_json
def restore(file: Path, *, as_json: bool) -> None:
    """Restore FILE into an empty database, whole or not at all."""
    wired = services(Action.UPKEEP)
    manifest = restore_archive(file, database=wired.database, checks=(_require_whole_trail,))
    note_upkeep(wired, {"restore": {"rows": manifest.rows, "made_at": manifest.made_at}})
    _tell(manifest, "Restored", as_json=as_json)


def _require_whole_trail(session: Session) -> None:
    broken = verify_chain(session).broken
    if broken is not None:
        raise ArchiveUnusable(member_of("audit_entry"), f"the audit trail is broken at {broken}")


def _tell(manifest: Manifest, done: str, *, as_json: bool) -> None:
    if as_json:
        print_json({
            "revision": manifest.revision,
            "made_at": manifest.made_at,
            "made_from": manifest.made_from,
            "tables": {table.name: table.rows for table in manifest.tables},
            "rows": manifest.rows,
        })  # fmt: skip
    else:
        click.echo(
            f"{done}: {manifest.rows:,} rows of {len(manifest.tables)} tables, revision"
            f" {manifest.revision}, made {manifest.made_at} from {manifest.made_from}."
        )
