"""A rotation seals everything anew and loses nothing, whatever happens beside it."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from api.database import Database, open_database
from api.people.users import find_user_by_email
from logistics.case.model import Case
from logistics.claims.receipt import new_receipt
from logistics.errors import SealBroken, UnknownKey
from logistics.handle_claim import send_receipt
from logistics.repository.cases import add_case, add_cases, get_case, list_cases, replace_case
from logistics.repository.resealing import Batch, read_batch, write_batch
from logistics.rotate_keys import (
    Progress,
    begin_rotation,
    count_stale,
    key_status,
    rotate_keys,
    rotate_step,
)
from logistics.sealing import Key, KeyRing
from logistics.tables import CaseRow
from tests.keys import KEY, OTHER_KEY
from tests.logistics.claims.filing import hotel, open_draft, store_payer
from tests.storage.builders import case
from tests.storage.stored import opened, store_everything, stored_rows

NEXT = KeyRing([OTHER_KEY, KEY])
ONLY_NEXT = KeyRing([OTHER_KEY])
FIELDS_OF_A_CASE = 6
_COMMAND = "from api.commands.group import main; main()"


@pytest.fixture
def full(database: Database) -> Database:
    """A database with something in every private field, of the old key."""
    store_everything(database, cases=30)
    return database


@pytest.fixture
def renewed(full: Database, database_url: str) -> Iterator[Database]:
    """The same database, opened with a new key before the old one."""
    del full
    database = open_database(database_url, keys=NEXT)
    yield database
    database.dispose()


def _stale(database: Database) -> int:
    return count_stale(key_status(sessions=database), NEXT.current)


def test_of_large_files_few_are_read_at_once(database: Database, database_url: str) -> None:
    with database.write() as session:
        store_payer(session)
        claim = open_draft(session, "SJ-1001", hotel())
        for number in range(7):
            content = b"%PDF-" + bytes([number])
            bill = new_receipt(claim_id=claim.id, expense_id="hotel", name="b.pdf", content=content)
            send_receipt(session, bill, by="patient-user", now=claim.opened_at)
    renewed = open_database(database_url, keys=NEXT)

    with renewed.read() as session:
        first = read_batch(session, "receipt", after=None, limit=200)
        rest = read_batch(session, "receipt", after=first.last, limit=200)
    renewed.dispose()

    assert (len(first.changes), len(rest.changes)) == (5, 2)


def test_everything_is_sealed_anew_and_says_the_same(full: Database, renewed: Database) -> None:
    before = opened(stored_rows(full), NEXT)
    rows = sum(len(found) for found in before.values())

    assert rotate_keys(sessions=renewed, limit=7) == rows

    assert opened(stored_rows(renewed), ONLY_NEXT) == before
    assert _stale(renewed) == 0


def test_the_status_counts_rows_by_column_and_key(renewed: Database) -> None:
    with renewed.write() as session:
        add_case(session, case("SJ-NEW"))

    counts = {
        (one.column, one.key_id): one.rows
        for one in key_status(sessions=renewed)
        if one.table == CaseRow.__tablename__
    }

    assert counts["title", "test-key"] == 30
    assert counts["title", "other-key"] == 1
    assert len(counts) == 2 * FIELDS_OF_A_CASE


def test_what_is_not_sealed_is_counted_as_such(renewed: Database) -> None:
    with renewed.write() as session:
        session.connection().exec_driver_sql("UPDATE sojourn_case SET title = 'in the open'")

    (found,) = [one for one in key_status(sessions=renewed) if one.key_id is None]

    assert (found.table, found.column, found.rows) == ("sojourn_case", "title", 30)
    with pytest.raises(SealBroken):
        rotate_keys(sessions=renewed)


def test_a_field_that_is_empty_stays_empty(renewed: Database) -> None:
    failures = [row[4] for row in stored_rows(renewed)["plan"]]
    rotate_keys(sessions=renewed)

    assert [row[4] is None for row in stored_rows(renewed)["plan"]] == [
        stored is None for stored in failures
    ]


def test_users_are_found_by_their_address_before_and_after(renewed: Database) -> None:
    def find() -> str:
        with renewed.read() as session:
            found = find_user_by_email(session, "ada@clinic.example")
        assert found is not None
        return found.name

    assert find() == "Ada Sample"
    rotate_keys(sessions=renewed)
    assert find() == "Ada Sample"
    with renewed.read() as session:
        indexes = session.connection().exec_driver_sql("SELECT email_index FROM sojourn_user")
        assert {row[0] for row in indexes} == {
            ONLY_NEXT.blind_index("email", "ada@clinic.example"), None,
        }  # fmt: skip


def test_a_second_rotation_finds_nothing_to_do(renewed: Database) -> None:
    rotate_keys(sessions=renewed)
    before = stored_rows(renewed)

    assert rotate_keys(sessions=renewed) == 0
    assert stored_rows(renewed) == before


def test_a_row_of_an_unknown_key_is_named_and_left(full: Database, database_url: str) -> None:
    before = stored_rows(full)
    database = open_database(database_url, keys=ONLY_NEXT)

    with pytest.raises(UnknownKey, match="test-key"):
        rotate_keys(sessions=database)

    assert stored_rows(full) == before
    database.dispose()


def test_a_rotation_that_was_given_up_is_begun_again(full: Database, renewed: Database) -> None:
    before = opened(stored_rows(full), NEXT)
    progress = begin_rotation()
    for _ in range(3):
        progress = rotate_step(progress, sessions=renewed, limit=4)

    assert (progress.table, progress.rows) == ("sojourn_case", 12)
    assert _stale(renewed) > 0
    rotate_keys(sessions=renewed, limit=4)
    assert _stale(renewed) == 0
    assert opened(stored_rows(renewed), ONLY_NEXT) == before


def test_a_finished_rotation_takes_no_step(renewed: Database) -> None:
    done = Progress(None, rows=3)

    assert rotate_step(done, sessions=renewed) is done


def test_what_somebody_wrote_meanwhile_is_kept(full: Database, renewed: Database) -> None:
    with renewed.read() as session:
        batch = read_batch(session, "sojourn_case", after=None, limit=100)
    changed = replace(case(), title="Written meanwhile")
    with full.write() as session:
        replace_case(session, changed)

    with renewed.write() as session:
        written = write_batch(session, batch)

    assert written == 29
    with renewed.read() as session:
        assert get_case(session, "SJ-1001") == changed
    rotate_keys(sessions=renewed)
    assert _stale(renewed) == 0


def test_writers_and_a_rotation_do_not_undo_each_other(renewed: Database) -> None:
    has_ended, wrote = Event(), dict[str, str]()

    def write_on() -> None:
        number = 0
        while not has_ended.is_set():
            reference = f"SJ-{2000 + number % 29}"
            with renewed.write() as session:
                replace_case(session, case(reference, title=f"Title {number}"))
            wrote[reference] = f"Title {number}"
            number += 1

    writer = Thread(target=write_on)
    writer.start()
    rotate_keys(sessions=renewed, limit=3)
    has_ended.set()
    writer.join()

    assert wrote
    assert _stale(renewed) == 0
    with renewed.read() as session:
        titles = {found.reference: found.title for found in list_cases(session)}
    assert wrote.items() <= titles.items()


def test_a_killed_rotation_goes_on_where_it_was(
    sqlite_database: Database, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_everything(sqlite_database, cases=120)
    before = opened(stored_rows(sqlite_database), NEXT)
    monkeypatch.setenv("SOJOURN_KEYS", f"{OTHER_KEY.to_line()},{KEY.to_line()}")
    monkeypatch.setenv("SOJOURN_DATABASE_URL", sqlite_url)
    command = [sys.executable, "-c", _COMMAND, "keys", "rotate", "--batch", "1"]

    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as rotation:
        assert rotation.stderr is not None
        for _ in range(25):
            rotation.stderr.readline()
        rotation.send_signal(signal.SIGKILL)
    left = _stale(sqlite_database)
    assert 0 < left < 6 * 120

    subprocess.run(command, check=True, capture_output=True)
    assert _stale(sqlite_database) == 0
    assert opened(stored_rows(sqlite_database), ONLY_NEXT) == before


class Rotations(RuleBasedStateMachine):
    """Cases are written, keys come and go, batches are read, and written late or never."""

    @initialize()
    def begin(self) -> None:
        """Begin with an empty database and one key."""
        self.path = _FOLDER / f"rotations-{id(self)}.sqlite"
        shutil.copyfile(_TEMPLATE, self.path)
        self.keys = [Key("k0", bytes(32))]
        self.made = 1
        self.stored: dict[str, Case] = {}
        self.held: list[Batch] = []
        self.progress: Progress | None = None
        self.open()

    def open(self) -> None:
        self.database = open_database(f"sqlite:///{self.path}", keys=KeyRing(self.keys))

    @rule(number=st.integers(0, 5), title=st.text("ab", min_size=1, max_size=3))
    def write(self, number: int, title: str) -> None:
        """Somebody opens a case, or changes it."""
        written = case(f"SJ-{number:03}", title=title)
        with self.database.write() as session:
            if written.reference in self.stored:
                replace_case(session, written)
            else:
                add_cases(session, [written])
        self.stored[written.reference] = written

    @precondition(lambda self: len(self.keys) < 3)
    @rule()
    def add_key(self) -> None:
        """A new key begins to seal."""
        self.keys.insert(0, Key(f"k{self.made}", bytes([self.made]) * 32))
        self.made += 1
        self._reopen()

    @precondition(lambda self: len(self.keys) > 1)
    @rule()
    def remove_key(self) -> None:
        """A key is removed that seals nothing any more."""
        used = {one.key_id for one in key_status(sessions=self.database)}
        if self.keys[-1].id not in used:
            self.keys.pop()
            self._reopen()

    def _reopen(self) -> None:
        # A batch in the hands of a process ends with the process.
        self.database.dispose()
        self.held, self.progress = [], None
        self.open()

    @rule(limit=st.integers(1, 3))
    def hold(self, limit: int) -> None:
        """A rotation reads a batch and is slow to write it."""
        with self.database.read() as session:
            self.held.append(read_batch(session, "sojourn_case", after=None, limit=limit))

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        """The slow rotation writes what it read a while ago."""
        batch = self.held.pop(data.draw(st.integers(0, len(self.held) - 1)))
        with self.database.write() as session:
            write_batch(session, batch)

    @rule(limit=st.integers(1, 3))
    def step(self, limit: int) -> None:
        """A rotation takes a step."""
        progress = self.progress or begin_rotation()
        taken = rotate_step(progress, sessions=self.database, limit=limit)
        self.progress = None if taken.is_done else taken

    @rule()
    def finish(self) -> None:
        """A whole rotation leaves nothing of another key."""
        rotate_keys(sessions=self.database, limit=2)
        counts = key_status(sessions=self.database)
        assert count_stale(counts, self.keys[0].id) == 0

    @invariant()
    def nothing_is_lost(self) -> None:
        """Every case reads as it was written last."""
        with self.database.read() as session:
            found = {one.reference: one for one in list_cases(session)}
        assert found == self.stored

    def teardown(self) -> None:
        """Close the database and delete it."""
        self.database.dispose()
        for file in self.path.parent.glob(f"{self.path.name}*"):
            file.unlink()


_FOLDER = Path()
_TEMPLATE = Path()


def test_no_order_of_writes_keys_and_rotations_loses_anything(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here: Any = sys.modules[__name__]
    monkeypatch.setattr(here, "_FOLDER", tmp_path)
    monkeypatch.setattr(here, "_TEMPLATE", sqlite_template)

    run_state_machine_as_test(Rotations, settings=settings(max_examples=40, stateful_step_count=20))
