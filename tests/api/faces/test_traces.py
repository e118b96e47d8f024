"""How each cost is decided: made again from what was kept, to the cent, for whoever may see it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from pricing.coverage.edition import EDITION, FIRST_EDITION
from pricing.money import Money
from scheduling.cost_split import CoverageDecision
from scheduling.itinerary import Itinerary
from scheduling.repository.itineraries import add_revision, get_itinerary
from scheduling.repository.plans import get_plan
from tests.api.faces.page import Page, fetch
from tests.api.faces.worlds import World


def _page(world: World, who: str, path: str, status: int = 200) -> Page:
    return fetch(world.app, world.client_of(who), path, status=status)


def _links(page: Page) -> list[str]:
    """Return where the links to traces lead."""
    found = [str(one.get("href")) for one in page.all(".//table//a")]
    return [one for one in found if "/coverage" in one]


def _json(world: World, who: str, path: str, status: int = 200) -> dict[str, Any]:
    answer = world.client_of(who).get(f"/api/v1{path}")
    assert answer.status_code == status
    assert answer.json is not None
    return dict(answer.json)


def _itinerary(world: World, change: Callable[[Session, Itinerary], Itinerary]) -> str:
    """Store another revision of the itinerary, and return the address of its trace."""
    with world.services.database.write() as session:
        before = get_itinerary(session, world.template.itinerary_id)
        after = add_revision(
            session, change(session, replace(before, revision=before.revision + 1))
        )
    return f"/itineraries/{after.id}/coverage"


def _with_coverage(itinerary: Itinerary, **changes: Any) -> Itinerary:  # noqa: ANN401 — a field's value
    return replace(itinerary, coverage=replace(itinerary.coverage, **changes))


def _paying_less(coverage: CoverageDecision) -> tuple[Any, ...]:
    first, *others = coverage.lines
    return (replace(first, payer=first.payer - Money(1, coverage.currency)), *others)


def test_every_line_of_a_plan_links_to_its_trace(world: World) -> None:
    plan = f"/plans/{world.template.plan_id}"
    links = _links(_page(world, "coordinator", plan))

    trace = _page(world, "coordinator", f"{plan}/coverage?proposal=best")

    with world.services.database.read() as session:
        best = get_plan(session, world.template.plan_id).proposals[0]
    for line in best.coverage.lines:
        assert f"{plan}/coverage?proposal=best#trace-{line.key}" in links
        (card,) = trace.all(f".//li[@id='trace-{line.key}']")
        assert line.label in " ".join(card.itertext())
    assert trace.heading == "How the costs are decided"
    assert "Air tickets, up to $1,100 each." in trace.text
    assert "Sojourn sample plan 2026" in trace.text


@pytest.mark.parametrize("who", ["coordinator", "insurer_reviewer"])
def test_the_trace_of_a_plan_adds_up_to_the_plan(world: World, who: str) -> None:
    path = f"/plans/{world.template.plan_id}"
    with world.services.database.read() as session:
        proposals = get_plan(session, world.template.plan_id).proposals

    for proposal in proposals:
        told = _json(world, who, f"{path}/coverage?proposal={proposal.name}")
        assert told["payable_cents"] == proposal.coverage.payer.minor
        assert told["patient_cents"] == proposal.coverage.patient.minor
        assert all(line["trace"] for line in told["lines"])


def test_a_balance_is_written_as_every_other_amount(world: World) -> None:
    page = _page(world, "coordinator", f"/plans/{world.template.plan_id}/coverage")
    told = _json(world, "coordinator", f"/plans/{world.template.plan_id}/coverage")

    used = f"USD {told['payable_cents'] / 100:,.2f} used"
    assert "," in used
    assert used in page.text


@pytest.mark.parametrize("who", ["coordinator", "patient", "insurer_reviewer"])
def test_an_itinerary_shows_the_trace_of_what_was_accepted(world: World, who: str) -> None:
    path = f"/itineraries/{world.template.itinerary_id}"

    page = _page(world, who, path)
    told = _json(world, who, f"{path}/coverage?revision=1")

    assert all(one.startswith(f"{path}/coverage?revision=1#trace-") for one in _links(page))
    assert len(_links(page)) == len(told["lines"])
    with world.services.database.read() as session:
        stored = get_itinerary(session, world.template.itinerary_id).coverage
    assert told["payable_cents"] == stored.payer.minor
    assert _page(world, who, f"{path}/coverage").heading == "How the costs are decided"


def test_who_may_not_see_who_pays_sees_no_trace(world: World) -> None:
    path = f"/itineraries/{world.template.itinerary_id}"

    assert not _links(_page(world, "companion", path))
    assert "not for you to see" in _page(world, "companion", f"{path}/coverage", 404).text
    assert _json(world, "companion", f"{path}/coverage", 404)["title"].startswith("No trace")


def test_an_older_decision_without_its_inputs_has_no_trace_and_no_link(world: World) -> None:
    path = _itinerary(world, lambda _, one: _with_coverage(one, inputs=None))

    page = _page(world, "coordinator", path.removesuffix("/coverage"))

    assert not _links(page)
    assert "plan the visit again" in _page(world, "coordinator", path, 404).text


def test_a_decision_that_does_not_come_back_is_said_to_be_our_fault(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    path = _itinerary(world, lambda _, one: _with_coverage(one, lines=_paying_less(one.coverage)))

    with caplog.at_level(logging.ERROR):
        page = _page(world, "coordinator", path, 500)

    assert "The fault is ours" in page.text or "the fault is ours" in page.text
    assert "coverage.disagrees" in [one.message for one in caplog.records]


@pytest.mark.parametrize("agrees", [True, False])
def test_a_decision_of_another_edition_says_so_and_is_no_fault(world: World, agrees: bool) -> None:  # noqa: FBT001 — a parameter of the test
    def older(_: Session, one: Itinerary) -> Itinerary:
        assert one.coverage.inputs is not None
        inputs = replace(one.coverage.inputs, edition=FIRST_EDITION)
        lines = one.coverage.lines if agrees else _paying_less(one.coverage)
        return _with_coverage(one, inputs=inputs, lines=lines)

    path = _itinerary(world, older)

    told = _json(world, "coordinator", path)["replayed"]
    page = _page(world, "coordinator", path)
    assert (told["decided_by_edition"], told["edition"]) == (FIRST_EDITION, EDITION)
    assert told["cents_agree"] is agrees
    assert f"this is edition {EDITION}: the cents {'agree' if agrees else 'differ by'}" in page.text
    assert ("to the same cent" in page.text) is agrees
    assert ("What was decided stands" in page.text) is not agrees


def test_a_decision_of_this_edition_needs_no_word_of_it(world: World) -> None:
    path = f"/plans/{world.template.plan_id}/coverage"

    assert _json(world, "coordinator", path)["replayed"]["cents_agree"]
    assert "edition" not in _page(world, "coordinator", path).text


def test_a_policy_text_that_is_lost_is_said_so(world: World) -> None:
    with world.services.database.write() as session:
        session.execute(text("DELETE FROM policy_text"))

    told = _json(world, "coordinator", f"/plans/{world.template.plan_id}/coverage", 500)

    assert "restore it from a backup" in told["detail"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/plans/{plan}/coverage?proposal=nothing", 404), ("/plans/{impossible}/coverage", 409)],
)
def test_what_is_no_proposal_has_no_trace(world: World, path: str, status: int) -> None:
    named = path.format(plan=world.template.plan_id, impossible=world.template.impossible_id)

    page = _page(world, "coordinator", named, status)
    told = _json(world, "coordinator", named, status)

    assert told["status"] == status
    assert told["detail"] in page.text
