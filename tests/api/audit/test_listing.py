"""Reading the trail: the filters, the pages, one entry, everything in order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.audit.listing import EntryFilters, Page, get_entry, iterate_entries, list_entries
from api.audit.trail import Outcome, add_entries
from api.database import Database
from api.errors import AuditEntryNotFound
from tests.api.audit.builders import REVIEWER, entry, store_entries
from tests.storage.builders import NOW


@pytest.fixture
def mixed(database: Database) -> Database:
    """Six entries of two people."""
    with database.write() as session:
        add_entries(
            session,
            [
                entry(1),
                entry(2, action="plan.make"),
                entry(3, cases=["SJ-1", "SJ-2"], outcome=Outcome.FAILED),
                entry(4, principal=REVIEWER),
                entry(5, principal=REVIEWER, outcome=Outcome.DENIED, cases=()),
                entry(6, cases=["SJ-2"]),
            ],
        )
    return database


@pytest.mark.parametrize(
    ("filters", "seqs"),
    [
        (EntryFilters(), [6, 5, 4, 3, 2, 1]),
        (EntryFilters(user_id="u-rex"), [5, 4]),
        (EntryFilters(organisation_id="operator"), [6, 3, 2, 1]),
        (EntryFilters(action="plan.make"), [2]),
        (EntryFilters(outcome=Outcome.DENIED), [5]),
        (EntryFilters(case_reference="SJ-2"), [6, 3]),
        (EntryFilters(case_reference="SJ"), []),
        (EntryFilters(since=NOW + timedelta(minutes=5)), [6, 5]),
        (EntryFilters(until=NOW + timedelta(minutes=3)), [2, 1]),
        (EntryFilters(case_reference="SJ-1", user_id="u-mia", action="case.read"), [3, 1]),
    ],
)
def test_the_filters_narrow_the_list(
    mixed: Database, filters: EntryFilters, seqs: list[int]
) -> None:
    with mixed.read() as session:
        listed = list_entries(session, filters=filters, page=Page()).entries
        iterated = list(iterate_entries(session, filters))

    assert [one.seq for one in listed] == seqs
    assert [one.seq for one in reversed(iterated)] == seqs


def test_one_entry_is_found_by_number_in_its_own_organisation(mixed: Database) -> None:
    with mixed.read() as session:
        assert get_entry(session, 4, organisation_id="payer").user_id == "u-rex"
        assert get_entry(session, 4).detail == {"number": 4}
        for seq, organisation_id in ((4, "operator"), (7, ""), (0, "")):
            with pytest.raises(AuditEntryNotFound):
                get_entry(session, seq, organisation_id=organisation_id)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(size=st.integers(1, 8))
def test_pages_lead_through_all_entries_and_back(mixed: Database, size: int) -> None:
    with mixed.read() as session:
        page = list_entries(session, filters=EntryFilters(), page=Page(size))
        assert page.newer is None
        pages = [page]
        while page.older is not None:
            page = list_entries(session, filters=EntryFilters(), page=page.older)
            pages.append(page)
        assert [one.seq for each in pages for one in each.entries] == [6, 5, 4, 3, 2, 1]
        for newer in reversed(pages[:-1]):
            assert page.newer is not None
            page = list_entries(session, filters=EntryFilters(), page=page.newer)
            assert page.entries == newer.entries
        assert page.newer is None


def test_many_entries_are_read_in_steps(sqlite_database: Database) -> None:
    store_entries(sqlite_database, 1_001)
    with sqlite_database.read() as session:
        seqs = [one.seq for one in iterate_entries(session, EntryFilters())]

    assert seqs == list(range(1, 1_002))
