"""The commands ``sojourn prices import`` and ``files``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

import click

from api.access.actions import Action
from api.commands.answers import as_json, print_json
from api.commands.noting import note_upkeep
from api.commands.wired import services, settings

if TYPE_CHECKING:
    from api.wiring import Services
    from pricing.price_files.dataset import Manifest

_BETWEEN_SECONDS: Final = 0.5


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--url", help="Where the file was fetched from; kept with every figure.")
@click.option("--facility", help="Id of the facility of ours whose prices these are.")
@click.option(
    "--licence",
    help="The licence under which descriptions beside CPT, CDT, APR-DRG and revenue codes are kept;"
    " without one they are dropped.",
)
@as_json
def import_file(
    file: Path, *, url: str | None, facility: str | None, licence: str | None, as_json: bool
) -> None:
    """Import the hospital price file FILE: CSV or JSON, plain, gzip or zip, of any size."""
    from pricing.import_price_file import (  # noqa: PLC0415 — the help needs no DuckDB
        ImportWish,
        import_price_file,
    )
    from pricing.price_files.dataset import to_document  # noqa: PLC0415 — as above

    wired = services(Action.UPKEEP)
    _require_ready(wired, facility)
    wish = ImportWish(
        file=file,
        root=settings().price_files,
        now=datetime.now(UTC),
        url=url,
        facility_id=facility,
        licence=licence,
    )
    imported = import_price_file(wish, _Progress())
    # An import that was killed here is not lost: repeated, it is noted as unchanged.
    note_upkeep(wired, {"price_import": _noted(imported.outcome, imported.manifest)})
    if as_json:
        print_json({"outcome": imported.outcome, **to_document(imported.manifest)})
    else:
        click.echo("\n".join(_lines(imported.outcome, imported.manifest)))


@click.command()
@as_json
def files(*, as_json: bool) -> None:
    """List imported price files, by hospital, the newest first."""
    from pricing.price_files.dataset import (  # noqa: PLC0415 — the help needs none
        current_of,
        list_manifests,
        to_document,
    )

    manifests = list_manifests(settings().price_files)
    current = {one.id for one in current_of(manifests).values()}
    if as_json:
        documents = [{"is_current": one.id in current, **to_document(one)} for one in manifests]
        print_json({"files": documents})
        return
    for one in manifests:
        mark = "*" if one.id in current else " "
        day = one.updated_on or "no date"
        click.echo(f"{mark} {one.id}  {day}  {one.rows.charges:>10,}  {one.hospital}")
    if not manifests:
        click.echo("No price file has been imported; see: sojourn prices import --help")


def _require_ready(wired: Services, facility: str | None) -> None:
    """Refuse to begin where the trail cannot be reached, or the facility is none of ours.

    Raises:
        FacilityNotFound: there is no such facility.
    """
    from api.audit.trail import find_end  # noqa: PLC0415 — the help needs no database
    from logistics.repository.facilities import get_facility  # noqa: PLC0415 — as above

    with wired.sessions.read() as session:
        find_end(session.connection())
        if facility is not None:
            get_facility(session, facility)


def _noted(outcome: str, manifest: Manifest) -> dict[str, object]:
    """Return what the trail is told of an import; nothing in it is about a person."""
    return {
        "outcome": outcome,
        "dataset": manifest.id,
        "sha256": manifest.file.sha256,
        "address": manifest.file.url or "",
        "hospital": manifest.hospital,
        "facility": manifest.facility_id or "",
        "read": manifest.rows.read,
        "kept": manifest.rows.kept,
        "set_aside": manifest.rows.set_aside,
        "charges": manifest.rows.charges,
    }


class _Progress:
    """Tells on standard error how far an import is, at most twice a second."""

    def __init__(self) -> None:
        self._told_at = 0.0
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Hear of progress."""
        now = monotonic()
        if stage == self._stage and now - self._told_at < _BETWEEN_SECONDS:
            return
        if stage != self._stage or sys.stderr.isatty():
            share = f" {100 * done // total} %" if total and done else ""
            click.echo(f"{stage}{share}", err=True)
        self._told_at, self._stage = now, stage


def _lines(outcome: str, manifest: Manifest) -> list[str]:
    """Return what came of an import, for a terminal."""
    rows, told = manifest.rows, manifest.descriptions
    words = {
        "imported": "imported",
        "linked": "was there already; its address or facility is new",
        "unchanged": "was there already; nothing changed",
    }
    lines = [
        f"{manifest.file.name}: {words[outcome]}",
        f"  {manifest.hospital}, as of {manifest.updated_on or 'no date'}, dataset {manifest.id}",
        f"  {rows.read:,} rows = {rows.kept:,} kept + {rows.set_aside:,} set aside",
        f"  {rows.charges:,} charges, {manifest.codes:,} sets of codes",
    ]
    lines += [f"  set aside: {count:,} × {reason}" for reason, count in rows.reasons.items()]
    lines += [f"  flagged: {count:,} × {name}" for name, count in manifest.flags.items()]
    if told.dropped:
        lines.append(f"  {told.dropped:,} descriptions beside licensed codes were dropped")
    return lines
