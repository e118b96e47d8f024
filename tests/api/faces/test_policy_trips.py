"""Two revisions compared over the trips that were accepted lately: whose payable changes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select, update

from api.formatting import format_difference
from api.tables.audit import AuditCaseRow, AuditDetailRow, AuditEntryRow
from pricing.coverage.library import get_shipped_text
from pricing.money import Money
from pricing.repository.policies import add_revision
from scheduling.cost_split import LineKind
from scheduling.repository.itineraries import add_revision as add_itinerary
from scheduling.repository.itineraries import get_itinerary
from scheduling.tables import ItineraryRevisionRow
from tests.api.faces.page import Page, fetch, text_of
from tests.api.faces.worlds import NOW, PLANNED, World

PATH = "/policies/sojourn-premium/compare/accepted"


def _page(
    world: World, path: str = PATH, *, who: str = "insurer_reviewer", status: int = 200
) -> Page:
    return fetch(world.app, world.client_of(who), path, status=status)


def _draft(world: World, text: str, policy_id: str = "sojourn-premium") -> None:
    with world.services.database.write() as session:
        add_revision(
            session,
            organisation_id="payer-sample",
            policy_id=policy_id,
            title="Draft",
            text=text,
            saved_by="demo-reviewer",
            now=NOW,
        )


def _cheaper() -> str:
    """Return the policy with 50 instead of 650 dollars for an appointment."""
    shipped = get_shipped_text("sojourn-premium")
    assert shipped.count("up_to: 650") == 1
    return shipped.replace("up_to: 650", "up_to: 50")


def _rows(page: Page) -> list[str]:
    return [text_of(row) for row in page.all(".//tbody/tr")]


def test_a_revision_tells_whose_payable_changes_by_how_much(world: World) -> None:
    _draft(world, _cheaper())
    with world.services.database.read() as session:
        paid = get_itinerary(session, world.template.itinerary_id).coverage
    fees = [one for one in paid.lines if one.kind is LineKind.APPOINTMENT]
    change = sum(5000 - one.payer.minor for one in fees)

    page = _page(world)

    (row,) = _rows(page)
    assert change < 0
    assert row.startswith("SJ-1001")
    assert format_difference(Money(change, "USD")) in row
    assert "1 of 1 trips gets another amount" in page.text
    assert page.all(f".//a[@href='/itineraries/{world.template.itinerary_id}']")


def test_the_compare_page_leads_a_reviewer_there_and_nobody_else(world: World) -> None:
    path = "/policies/sojourn-premium/compare"

    words = "over the trips accepted in the last month"
    assert words in _page(world, path).text
    assert words not in _page(world, path, who="coordinator").text


def test_what_was_read_is_in_the_trail_with_its_cases(world: World) -> None:
    _page(world)

    of_trips = (AuditEntryRow.seq == AuditDetailRow.seq, AuditEntryRow.action == "coverage.trips")
    of_cases = (AuditEntryRow.seq == AuditCaseRow.seq, AuditEntryRow.action == "coverage.trips")
    with world.services.database.read() as session:
        details = session.exec(select(AuditDetailRow.detail).where(*of_trips)).all()
        cases = session.exec(select(AuditCaseRow.case_reference).where(*of_cases)).all()
    assert set(cases) == {"SJ-1001"}
    told = [json.loads(one)["detail"] for one in details]
    assert [one["policy"] for one in told if one.get("trips") == 1] == ["sojourn-premium"]


def test_what_was_accepted_long_ago_is_looked_at_if_asked_for(world: World) -> None:
    with world.services.database.write() as session:
        session.exec(update(ItineraryRevisionRow).values(accepted_at=NOW - timedelta(days=40)))

    assert "No such trip" in _page(world).text
    assert _rows(_page(world, f"{PATH}?days=60"))[0].startswith("SJ-1001")


def test_another_payers_reviewer_finds_neither_policy_nor_trips(world: World) -> None:
    assert PLANNED not in _page(world, who="strange_reviewer", status=404).text


def test_a_policy_of_a_level_is_compared_over_trips_of_that_level_alone(world: World) -> None:
    assert "No such trip" in _page(world, PATH.replace("premium", "vip")).text


def test_a_trip_that_cannot_be_decided_is_counted_and_says_why(world: World) -> None:
    asks = "requires: care.facts.asked_by_the_draft"
    draft = get_shipped_text("sojourn-premium")
    draft = draft.replace(
        "facts:\n",
        "facts:\n  care.facts.asked_by_the_draft: {type: yes_no, text: Asked by the draft.}\n",
        1,
    ).replace(
        "requires: not stated(care.facts.in_person_wanted) or care.facts.in_person_wanted", asks
    )
    _draft(world, draft)

    page = _page(world)

    assert "1 trip without a comparison" in page.text
    assert "asked_by_the_draft" in page.text


def test_a_trip_of_before_its_inputs_were_kept_is_counted(world: World) -> None:
    with world.services.database.write() as session:
        before = get_itinerary(session, world.template.itinerary_id)
        bare = replace(before.coverage, inputs=None)
        add_itinerary(session, replace(before, revision=2, coverage=bare))

    assert "1 was accepted before it was kept" in _page(world).text


@pytest.mark.parametrize("days", ["0", "367", "x", "-1", "²"])
def test_a_number_of_days_that_cannot_be_is_refused(world: World, days: str) -> None:
    assert "from 1 to 366" in _page(world, f"{PATH}?days={days}", status=422).text
