"""A detail can be erased: the chain stays whole, and the erasure shows, with who and why."""

from __future__ import annotations

from typing import Final

import pytest
from sqlalchemy.exc import DBAPIError

from api.audit.erasing import ERASE, Erasure, erase_details, erase_details_of_case
from api.audit.listing import get_entry
from api.audit.verify import Break, Fault
from api.database import Database
from tests.api.audit.builders import COORDINATOR, store_entries, verdict_of
from tests.api.audit.tampering import execute, verdict_after
from tests.storage.builders import NOW

ERASURE: Final = Erasure(principal=COORDINATOR, at=NOW, reason="the person asked for it")


@pytest.fixture
def erased(database: Database) -> Database:
    """A trail of seven entries; the details of 2 and 4 are erased, which entry 8 says."""
    store_entries(database, 7)
    with database.write() as session:
        assert erase_details(session, (4, 2), ERASURE) == (8,)
    return database


def test_the_chain_stays_whole_and_counts_what_was_erased(erased: Database) -> None:
    verdict = verdict_of(erased)

    assert verdict.is_whole
    assert (verdict.entries, verdict.erased) == (8, 2)


def test_the_erasure_says_who_erased_what_and_why(erased: Database) -> None:
    with erased.read() as session:
        gone, erasure = get_entry(session, 4), get_entry(session, 8)

    assert (gone.detail, gone.erased_by) == (None, 8)
    assert gone.case_references == ("SJ-1", "SJ-2")
    assert (erasure.action, erasure.user_id) == (ERASE, "u-mia")
    assert erasure.detail == {
        "reason": "the person asked for it",
        "erased": [{"seq": 2, "cases": []}, {"seq": 4, "cases": ["SJ-1", "SJ-2"]}],
    }
    assert erasure.case_references == ("SJ-1", "SJ-2")


def test_nothing_of_the_detail_is_left_in_the_tables(erased: Database) -> None:
    with erased.read() as session:
        left = session.connection().exec_driver_sql("SELECT seq FROM audit_detail ORDER BY seq")
        assert list(left.scalars()) == [1, 3, 5, 6, 7, 8]


def test_the_details_of_a_case_go_together(database: Database) -> None:
    store_entries(database, 7)
    with database.write() as session:
        erase_details_of_case(session, "SJ-2", ERASURE)

    verdict = verdict_of(database)
    assert (verdict.is_whole, verdict.erased) == (True, 3)


def test_erasing_again_and_erasing_an_erasure_change_nothing(erased: Database) -> None:
    with erased.write() as session:
        assert erase_details(session, (2, 4, 8, 99), ERASURE) == ()

    assert verdict_of(erased).entries == 8


def test_many_details_are_erased_by_several_entries(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.audit.erasing.MOST_TOGETHER", 3)
    store_entries(database, 7)
    with database.write() as session:
        assert erase_details(session, range(1, 8), ERASURE) == (8, 9, 10)

    assert verdict_of(database).erased == 7


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_detail WHERE seq = 8",
        "DELETE FROM audit_detail WHERE seq = 1",
        "DELETE FROM audit_erasure WHERE seq = 2",
        "UPDATE audit_erasure SET seq = 1 WHERE seq = 2",
        "INSERT INTO audit_erasure VALUES (8, 8)",
    ],
)
def test_the_database_refuses_other_ways_to_erase(erased: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"audit|erasure"), erased.write() as session:
        session.connection().exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        # The details of entries no erasure names, with a row that says they were erased.
        (
            ("INSERT INTO audit_erasure VALUES (1, 8)", "DELETE FROM audit_detail WHERE seq = 1"),
            Break(1, Fault.DETAIL_DELETED),
        ),
        # The entry that is said to have erased it is no erasure.
        (
            ("INSERT INTO audit_erasure VALUES (1, 7)", "DELETE FROM audit_detail WHERE seq = 1"),
            Break(1, Fault.DETAIL_DELETED),
        ),
        (("DELETE FROM audit_erasure WHERE seq = 2",), Break(2, Fault.DETAIL_DELETED)),
        (("INSERT INTO audit_detail VALUES (2, '00', '{}')",), Break(2, Fault.DETAIL_RETURNED)),
        (("DELETE FROM audit_case WHERE seq = 4",), Break(4, Fault.CASES_EDITED)),
        (("INSERT INTO audit_case VALUES (2, 'SJ-9')",), Break(2, Fault.CASES_EDITED)),
        (
            ("UPDATE audit_detail SET detail = replace(detail, 'asked', 'begged') WHERE seq = 8",),
            Break(2, Fault.DETAIL_DELETED),
        ),
        (("DELETE FROM audit_detail WHERE seq = 8",), Break(2, Fault.DETAIL_DELETED)),
    ],
)
def test_a_false_erasure_is_found(
    erased: Database, statements: tuple[str, ...], broken: Break
) -> None:
    assert verdict_after(erased, execute(*statements)).broken == broken
