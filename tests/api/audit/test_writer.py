"""Group commit, and many who write at once: every entry durable, none lost, no gap."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event, Thread

import pytest
from sqlmodel import Session

from api.audit.listing import EntryFilters, iterate_entries
from api.audit.trail import add_entry
from api.audit.writer import AuditWriter
from api.database import Database
from logistics.repository.errors import DatabaseUnavailable
from tests.api.audit.builders import entry, verdict_of
from tests.storage.processes import race

THREADS = 16
EACH = 6


class _Slow:
    """Sessions that count their transactions, and wait in the first one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.transactions = 0
        self.is_inside = Event()
        self.may_go_on = Event()
        self.fault: Exception | None = None

    @contextmanager
    def write(self) -> Iterator[Session]:
        self.transactions += 1
        self.is_inside.set()
        assert self.may_go_on.wait(30)
        if self.fault is not None:
            raise self.fault
        with self._database.write() as session:
            yield session

    def read(self) -> contextmanager[Session]:  # type: ignore[valid-type]  # — never called
        raise NotImplementedError


def test_an_entry_is_durable_when_the_call_returns(database: Database) -> None:
    writer = AuditWriter(database)

    assert [writer.note(entry(number)) for number in (1, 2, 3)] == [1, 2, 3]
    assert verdict_of(database).entries == 3


def test_who_comes_during_a_transaction_shares_the_next_one(sqlite_database: Database) -> None:
    slow = _Slow(sqlite_database)
    writer = AuditWriter(slow)
    first = Thread(target=writer.note, args=(entry(1),))
    first.start()
    assert slow.is_inside.wait(30)
    with ThreadPoolExecutor(THREADS) as pool:
        rest = [pool.submit(writer.note, entry(number)) for number in range(2, THREADS + 2)]
        _wait_for_line(writer, THREADS)
        slow.may_go_on.set()
        numbers = sorted(one.result(30) for one in rest)
    first.join()

    assert numbers == list(range(2, THREADS + 2))
    assert slow.transactions == 2
    assert verdict_of(sqlite_database).is_whole


def test_a_line_longer_than_one_transaction_is_written_in_several(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.audit.writer.MOST_TOGETHER", 3)
    writer = AuditWriter(sqlite_database)
    with ThreadPoolExecutor(THREADS) as pool:
        numbers = list(pool.map(lambda number: writer.note(entry(number)), range(1, 41)))

    assert sorted(numbers) == list(range(1, 41))
    assert verdict_of(sqlite_database).entries == 40


def test_everybody_hears_of_a_failure_and_the_next_is_written(sqlite_database: Database) -> None:
    slow = _Slow(sqlite_database)
    slow.fault = DatabaseUnavailable("the disk is full", retryable=True)
    slow.may_go_on.set()
    writer = AuditWriter(slow)
    with ThreadPoolExecutor(4) as pool:
        failed = [pool.submit(writer.note, entry(number)) for number in range(4)]
        assert all(isinstance(one.exception(30), DatabaseUnavailable) for one in failed)
    slow.fault = None

    assert writer.note(entry(9)) == 1


def test_a_child_process_has_a_line_of_its_own(sqlite_database: Database) -> None:
    slow = _Slow(sqlite_database)
    writer = AuditWriter(slow)
    first = Thread(target=writer.note, args=(entry(1),))
    first.start()
    assert slow.is_inside.wait(30)

    # The parent's line is taken just now; the child must not wait for it.
    child = os.fork()
    if not child:
        slow.may_go_on.set()
        os._exit(0 if writer.note(entry(2)) else 1)
    _, status = os.waitpid(child, 0)
    slow.may_go_on.set()
    first.join()

    assert os.waitstatus_to_exitcode(status) == 0
    assert verdict_of(sqlite_database).entries == 2


def _write_a_lot(database: Database, number: int) -> int:
    """Write from many threads: half through a writer, half in transactions of their own."""
    writer = AuditWriter(database)
    start = Barrier(THREADS)

    def write(thread: int) -> int:
        start.wait(60)
        for one in range(EACH):
            new = entry(one, cases=[f"SJ-{number}-{thread}"])
            if thread % 2:
                writer.note(new)
            else:
                with database.write() as session:
                    add_entry(session, new)
        return EACH

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(write, range(THREADS)))


def test_sixteen_threads_of_two_processes_leave_one_whole_chain(
    database: Database, database_url: str
) -> None:
    written = race(database_url, 2, _write_a_lot)

    assert written == [THREADS * EACH] * 2
    verdict = verdict_of(database)
    assert verdict.is_whole
    assert verdict.entries == 2 * THREADS * EACH
    with database.read() as session:
        cases = [one.case_references for one in iterate_entries(session, EntryFilters())]
    expected = {(f"SJ-{process}-{thread}",) for process in range(2) for thread in range(THREADS)}
    assert set(cases) == expected
    assert all(cases.count(one) == EACH for one in expected)


def _wait_for_line(writer: AuditWriter, length: int) -> None:
    """Return when that many stand in line."""
    patience = Event()
    for _ in range(3_000):
        if len(writer._line) == length:
            return
        patience.wait(0.01)
    raise AssertionError("nobody came")
