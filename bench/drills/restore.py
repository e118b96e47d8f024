"""A database is lost and comes back from its backup, with the commands an operator has.

On SQLite and on PostgreSQL: the sample is planned and changed by writers; beside them ``sojourn
backup`` is taken; the database is destroyed. Damaged copies of the backup (a bit turned over, the
end cut off) must be refused, over the database that is there and over an empty one, and change
neither. Then ``sojourn restore``: every row that the backup names must be there, by number and
digest, with every change acknowledged before the backup began and none begun after its end; the
chain of the audit trail must lead to the head that was kept; the tables must be up to date; the
service must answer, and show a case; every private field must open, which sealing them all with
another key shows.
"""

from __future__ import annotations

import itertools
import random
import struct
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, func, make_url, select

from api.operations.archive import Manifest, TableEntry, write_table
from api.operations.backup import verify_backup
from bench.drills.changing import CASE, change, find_marks
from bench.drills.installation import Installation
from bench.drills.server import running_server
from logistics.repository.cases import get_case
from logistics.repository.errors import DatabaseUnavailable
from logistics.sealing import KeyRing, parse_ring
from pricing.column_types import Row

FLIPS: Final = 8
CUTS_OFF: Final = 4
_LEAD_SECONDS: Final = 1.5
_WORTH_DAMAGING: Final = 100
"""Bytes of a member from which on it holds rows."""

_PLANNED: Final = ("SJ-1001", "SJ-1002", "SJ-1003")
_TABLES: Final = dict(Row.metadata.tables)
_NOTED: Final = {"audit_entry": 1, "audit_detail": 1}
"""Restoring is noted in the trail: rows beyond those of the backup."""


def drill() -> dict[str, Any]:
    """Lose and restore a database of each kind."""
    seed = time.time_ns()
    with tempfile.TemporaryDirectory(prefix="sojourn-drill-") as name:
        folder = Path(name)
        file = folder / "var" / "sojourn.db"
        place = Installation(f"sqlite:///{file}", folder / "keys")
        sqlite = lose_and_restore(place, folder, lambda: _delete(file), seed=seed)
    with (
        running_server() as (server, _),
        tempfile.TemporaryDirectory(prefix="sojourn-drill-") as name,
    ):
        folder = Path(name)
        _on_server(server, "CREATE DATABASE drill")
        url = make_url(server).set(database="drill").render_as_string(hide_password=False)
        place = Installation(url, folder / "keys")
        postgresql = lose_and_restore(place, folder, lambda: _drop(server), seed=seed)
    return {
        "is_well": sqlite["is_well"] and postgresql["is_well"],
        "sqlite": sqlite,
        "postgresql": postgresql,
        "seed": seed,
    }


def lose_and_restore(
    place: Installation, folder: Path, destroy: Callable[[], None], *, seed: int
) -> dict[str, Any]:
    """Go through the whole of it; return what was seen."""
    begun = time.monotonic()
    backup, heads = folder / "backup.zip", folder / "heads.jsonl"
    writing = _make_a_service(place, heads)
    with _writers(place, writing):
        time.sleep(_LEAD_SECONDS)
        before = set(writing.acknowledged)
        place.do("backup", backup)
        tried = set(writing.tried)
        # Something is written after the backup, and is lost with the database.
        time.sleep(_LEAD_SECONDS)
    place.do("backup", "--verify", backup)
    damaged = list(_damaged(backup, random.Random(seed)))
    state = _state(place)
    taken = [path.name for path in damaged if place.run("restore", path).returncode == 0]
    left_alone = _state(place) == state
    destroy()
    taken += [path.name for path in damaged if place.run("restore", path).returncode == 0]
    left_empty = _is_empty(place)
    place.do("restore", backup)
    manifest = verify_backup(backup, _ring(place))
    seen = {
        "damaged_backups_are_refused": not taken,
        "they_leave_what_was_there": left_alone and left_empty,
        **_look_at(place, manifest, before, tried),
        **_ask_the_service(place, heads),
    }
    return {
        "is_well": all(seen.values()) and bool(before),
        **seen,
        "damaged_backups": len(damaged),
        "rows": manifest.rows,
        "changes_before_backup": len(before),
        "plans_made": writing.plans,
        "seconds": round(time.monotonic() - begun, 1),
    }


@dataclass(slots=True)
class _Writing:
    """What the writers have tried, and what they were told is done."""

    tried: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    plans: int = 0
    end: Event = field(default_factory=Event)


def _make_a_service(place: Installation, heads: Path) -> _Writing:
    """Make the sample with an accepted plan, and keep a head of its trail elsewhere."""
    place.add_key("drill-1")
    place.do("seed")
    plan = place.answer("plan", _PLANNED[0])
    place.run("accept", plan["id"])
    heads.write_text(place.do("audit", "head"))
    return _Writing()


@contextmanager
def _writers(place: Installation, writing: _Writing) -> Iterator[None]:
    """Change a case and plan visits until the end of the block."""
    threads = [Thread(target=one, args=(place, writing)) for one in (_change_on, _plan_on)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        writing.end.set()
        for thread in threads:
            thread.join()


def _change_on(place: Installation, writing: _Writing) -> None:
    database = place.open()
    for number in itertools.count():
        if writing.end.wait(0.005):
            break
        mark = f"r-{number}"
        writing.tried.append(mark)
        change(database, mark)
        writing.acknowledged.append(mark)
    database.dispose()


def _plan_on(place: Installation, writing: _Writing) -> None:
    for reference in itertools.cycle(_PLANNED):
        if writing.end.is_set():
            break
        # Status 1: nothing is possible, which is stored as well.
        writing.plans += place.run("plan", reference).returncode in {0, 1}


def _damaged(backup: Path, luck: random.Random) -> Iterator[Path]:
    """Yield copies of which a bit of a member is turned over, or the end is cut off."""
    whole = backup.read_bytes()
    with zipfile.ZipFile(backup) as archive:
        members = [one for one in archive.infolist() if one.compress_size >= _WORTH_DAMAGING]
    for number in range(FLIPS):
        member = luck.choice(members)
        # A member's head is 30 bytes, its name and an extra field. In the middle of the packed
        # rows every bit matters; the first and the last may be padding.
        name, extra = struct.unpack_from("<HH", whole, member.header_offset + 26)
        quarter = member.compress_size // 4
        place = member.header_offset + 30 + name + extra + quarter + luck.randrange(2 * quarter)
        content = bytearray(whole)
        content[place] ^= 1 << luck.randrange(8)
        yield _written(backup, f"flipped-{number}", bytes(content))
    for number in range(CUTS_OFF):
        yield _written(backup, f"cut-off-{number}", whole[: luck.randrange(len(whole))])


def _written(backup: Path, name: str, content: bytes) -> Path:
    path = backup.with_name(name)
    path.write_bytes(content)
    return path


def _ring(place: Installation) -> KeyRing:
    return parse_ring(place.keys.read_text().splitlines())


def _state(place: Installation) -> dict[str, tuple[int, str]]:
    """Return the number of rows of each table and their digest."""
    database = place.open()
    with database.read() as session:
        connection = session.connection()
        found = {name: _digest(connection, name, _count(connection, name)) for name in _TABLES}
    database.dispose()
    return found


def _count(connection: Connection, table: str) -> int:
    query = select(func.count()).select_from(_TABLES[table])
    return int(connection.execute(query).scalar_one())


def _digest(connection: Connection, table: str, rows: int) -> tuple[int, str]:
    """Return number and digest of so many rows, the first in the order of their keys."""
    found = _TABLES[table]
    with zipfile.ZipFile(BytesIO(), "w") as nowhere:
        query = select(found).order_by(*found.primary_key).limit(rows)
        entry = write_table(nowhere, found, connection.execute(query))
    return entry.rows, entry.sha256


def _is_empty(place: Installation) -> bool:
    database = place.open()
    try:
        return database.describe().revision is None
    except DatabaseUnavailable:
        # There is not even a file.
        return True
    finally:
        database.dispose()


def _look_at(
    place: Installation, manifest: Manifest, before: set[str], tried: set[str]
) -> dict[str, bool]:
    """Compare what is there with what the backup says, and with what the writers know."""
    database = place.open()
    with database.read() as session:
        connection = session.connection()
        marks = set(find_marks(session))
        seen = {
            "every_row_is_there": all(_is_there(connection, one) for one in manifest.tables),
            "nothing_else_is_there": all(
                _count(connection, one.name) == one.rows + _NOTED.get(one.name, 0)
                for one in manifest.tables
            ),
            "acknowledged_changes_are_there": before <= marks,
            "later_changes_are_not": marks <= tried,
        }
    seen["tables_are_up_to_date"] = database.describe().is_current
    database.dispose()
    return seen


def _is_there(connection: Connection, entry: TableEntry) -> bool:
    return _digest(connection, entry.name, entry.rows) == (entry.rows, entry.sha256)


def _ask_the_service(place: Installation, heads: Path) -> dict[str, bool]:
    """Check the trail, look at a page, and open every private field by sealing it anew."""
    database = place.open()
    with database.read() as session:
        title = get_case(session, CASE).title
    database.dispose()
    seen = {"chain_leads_to_the_kept_head": _succeeds(place, "audit", "verify", "--head", heads)}
    with place.served() as visitor:
        seen["it_is_ready"] = visitor.get("/readyz")[0] == HTTPStatus.OK
        visitor.come_in("demo-coordinator")
        status, page = visitor.get(f"/cases/{CASE}")
        seen["it_shows_a_case"] = status == HTTPStatus.OK and title in unescape(page)
    place.add_key("drill-2")
    seen["every_private_field_opens"] = (
        _succeeds(place, "keys", "rotate") and not (place.answer("keys", "status")["stale"])
    )
    return seen


def _succeeds(place: Installation, *words: str | Path) -> bool:
    return place.run(*words).returncode == 0


def _delete(file: Path) -> None:
    for path in file.parent.iterdir():
        path.unlink()


def _drop(server: str) -> None:
    _on_server(server, "DROP DATABASE drill WITH (FORCE)", "CREATE DATABASE drill")


def _on_server(server: str, *statements: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
