"""The pages on which claims are decided, and the member's own page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import text

from api.operations import claims
from api.operations.claim_letters import write_letter
from logistics.claims.claim import ClaimStatus
from logistics.repository.claims import get_claim
from pricing.coverage import edition
from tests.api.faces.claim_worlds import hotel, store_claim
from tests.api.faces.page import Page, text_of
from tests.api.faces.visitors import Visitor, real_app
from tests.api.faces.worlds import PLANNED, World

PLAN = f"/cases/{PLANNED}/coverage"


def come_in(world: World, who: str) -> Visitor:
    """Return a sample user who has come in."""
    visitor = Visitor(real_app(world))
    visitor.come_in_as(who)
    return visitor


def has_form(page: Page, end: str) -> bool:
    """Return whether a form of the page is sent to such an address."""
    return any(str(one.get("action")).endswith(end) for one in page.all(".//form"))


def part(page: Page, name: str) -> str:
    """Return the text of the part of a page that this heading names."""
    (found,) = page.all(f".//section[@aria-labelledby='{name}']")
    return text_of(found)


def status_of(world: World, claim_id: str) -> ClaimStatus:
    """Return how far a claim is."""
    with world.services.database.read() as session:
        return get_claim(session, claim_id).status


def test_a_reviewer_decides_what_waits_and_the_member_sees_what_is_left(world: World) -> None:
    claim = store_claim(world)
    reviewer, patient = come_in(world, "demo-reviewer"), come_in(world, "demo-patient")

    queue = reviewer.open("/claims").text
    assert claim.id in queue
    assert "came today" in queue
    page = reviewer.open(f"/claims/{claim.id}/decision")
    assert "What it comes to now" in page.text
    page = reviewer.send("/decide")

    assert "Made again from what was kept, it is the same to the cent" in page.text
    assert status_of(world, claim.id) is ClaimStatus.DECIDED
    assert "Nothing waits" in reviewer.open("/claims").text
    member = patient.open(PLAN)
    assert claim.id in member.text
    assert "Decided" in member.text
    decided = patient.open(f"/claims/{claim.id}/decision").text
    assert "Decided" in decided
    assert "demo-reviewer" not in decided


def test_while_an_earlier_service_waits_the_other_claim_is_offered_first(world: World) -> None:
    later = store_claim(world)
    stay = hotel()
    assert stay.check_in is not None
    before = {"check_in": stay.check_in - timedelta(days=1)}
    earlier = store_claim(world, stay.model_copy(update=before))
    reviewer = come_in(world, "demo-reviewer")

    page = reviewer.open(f"/claims/{later.id}/decision")
    assert "An earlier service of this household waits, too." in page.text
    assert page.all(f".//main//a[@href='/claims/{earlier.id}/decision']")
    assert "Decide this one first all the same" in page.text

    reviewer.open(f"/claims/{earlier.id}/decision")
    reviewer.send("/decide")
    assert "earlier service" not in reviewer.open(f"/claims/{later.id}/decision").text


def test_a_member_has_no_way_to_decide(world: World) -> None:
    claim = store_claim(world)
    patient = come_in(world, "demo-patient")

    page = patient.open(f"/claims/{claim.id}/decision")

    assert not has_form(page, "/decide")
    patient.open("/claims", status=403)


def test_whoever_filed_it_is_told_that_somebody_else_decides(world: World) -> None:
    claim = store_claim(world, by="demo-case-manager")
    manager = come_in(world, "demo-case-manager")

    page = manager.open(f"/claims/{claim.id}/decision")

    assert "Somebody else has to decide it" in page.text
    assert not has_form(page, "/decide")


def test_a_claim_that_cannot_be_decided_says_why(world: World) -> None:
    claim = store_claim(world, hotel(currency="AED"))
    reviewer = come_in(world, "demo-reviewer")

    page = reviewer.open(f"/claims/{claim.id}/decision")

    assert "It cannot be decided yet" in page.text
    assert "AED" in page.text
    assert not has_form(page, "/decide")


def test_a_version_that_nobody_has_seen_is_not_decided(world: World) -> None:
    claim = store_claim(world)
    reviewer = come_in(world, "demo-reviewer")
    reviewer.open(f"/claims/{claim.id}/decision")

    page = reviewer.send("/decide", version=str(claim.version - 1), status=409)

    assert "changed by somebody else" in page.text
    assert status_of(world, claim.id) is ClaimStatus.FILED


@pytest.mark.parametrize("version", ["", "x", "9" * 12])
def test_a_version_that_there_never_was_decides_nothing(world: World, version: str) -> None:
    claim = store_claim(world)
    reviewer = come_in(world, "demo-reviewer")
    reviewer.open(f"/claims/{claim.id}/decision")

    page = reviewer.send("/decide", version=version, status=409)

    assert "look at it again" in page.text
    assert status_of(world, claim.id) is ClaimStatus.FILED


def test_a_decided_claim_is_reopened_and_its_last_decision_stays_readable(world: World) -> None:
    claim = store_claim(world)
    reviewer = come_in(world, "demo-reviewer")
    reviewer.open(f"/claims/{claim.id}/decision")
    reviewer.send("/decide")

    page = reviewer.send("/reopen")

    assert status_of(world, claim.id) is ClaimStatus.DRAFT
    assert "Decided last" in page.text
    assert "What it would come to, filed today" in page.text


def test_a_decision_is_read_whatever_became_of_the_policy(world: World) -> None:
    claim = store_claim(world)
    reviewer = come_in(world, "demo-reviewer")
    reviewer.open(f"/claims/{claim.id}/decision")
    reviewer.send("/decide")
    with world.services.database.write() as session:
        session.execute(text("UPDATE policy_revision SET status = 'withdrawn'"))

    page = reviewer.open(f"/claims/{claim.id}/decision")

    assert "it is the same to the cent" in page.text
    assert "Hotel or other lodging" in page.text


def test_a_decision_has_a_letter_that_the_member_may_have(world: World) -> None:
    claim = store_claim(world)
    reviewer = come_in(world, "demo-reviewer")
    reviewer.open(f"/claims/{claim.id}/decision")
    page = reviewer.send("/decide")
    (address,) = (
        str(one.get("href")) for one in page.all(".//a") if str(one.get("href")).endswith(".pdf")
    )

    answer = come_in(world, "demo-patient").client.get(address)

    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert f"{claim.id}-decision-1.pdf" in answer.headers["Content-Disposition"]


def test_a_letter_calls_people_and_expenses_as_people_do(world: World) -> None:
    claim = store_claim(world, hotel(9_000))
    reviewer = come_in(world, "demo-reviewer")
    reviewer.open(f"/claims/{claim.id}/decision")
    reviewer.send("/decide")

    with world.services.database.read() as session:
        letter = write_letter(session, claim.id, 1)

    assert letter.expenses[0].label == "Hotel or other lodging"
    assert letter.left.minor > 0
    assert all(one.text and one.effects for one in letter.reasons)
    assert str(claim.trip.patient.id) not in str(letter)


def test_the_members_page_says_what_is_paid_before_anything_was_claimed(world: World) -> None:
    page = come_in(world, "demo-patient").open(PLAN)

    assert "What is paid" in page.text
    assert "Nothing was claimed yet" in page.text


def test_the_members_page_says_until_when_and_what_is_left_of_the_year(world: World) -> None:
    claim = store_claim(world, hotel(300))
    reviewer, patient = come_in(world, "demo-reviewer"), come_in(world, "demo-patient")

    before = patient.open(PLAN)
    reviewer.open(f"/claims/{claim.id}/decision")
    reviewer.send("/decide")
    after = patient.open(PLAN)

    assert "within 90 days of the return" in part(before, "until")
    assert "days left" in part(before, "until")
    assert "USD 13,000.00" in part(before, "left")
    assert "USD 12,700.00" in part(after, "left")
    assert "1958-03-14" not in part(after, "left")


def test_what_has_no_receipt_is_listed_by_its_name_with_its_day_and_its_worth(
    world: World,
) -> None:
    bare = hotel(300).model_copy(update={"receipt": False})
    seen = hotel(90).model_copy(update={"id": "hotel-2"})
    claim = store_claim(world, bare, seen)

    missing = part(come_in(world, "demo-patient").open(f"/claims/{claim.id}/decision"), "missing")

    assert "Send a photo or a PDF of the receipt." in missing
    assert "For: Hotel or other lodging, 24–26 Feb 2027 (hotel-1)." in missing
    assert "USD 300.00" in missing
    assert "days left" in missing


def test_somebody_elses_claim_is_not_there(world: World) -> None:
    claim = store_claim(world)
    stranger = come_in(world, "demo-other-reviewer")

    stranger.open(f"/claims/{claim.id}/decision", status=404)
    assert claim.id not in stranger.open("/claims").text


@pytest.mark.parametrize("paid_less", [0, 1])
def test_a_decision_of_another_edition_is_no_fault(
    world: World, monkeypatch: pytest.MonkeyPatch, paid_less: int
) -> None:
    claim = store_claim(world)
    reviewer = come_in(world, "demo-reviewer")
    reviewer.open(f"/claims/{claim.id}/decision")
    reviewer.send("/decide")
    monkeypatch.setattr(edition, "EDITION", edition.EDITION + 1)
    monkeypatch.setattr(claims, "figures_of", _paying_less(paid_less))

    page = reviewer.open(f"/claims/{claim.id}/decision")

    by = f"Decided by edition {edition.EDITION - 1}; this is edition {edition.EDITION}: the cents"
    assert f"{by} {'differ by' if paid_less else 'agree'}" in page.text
    assert ("What was decided stands" in page.text) is bool(paid_less)
    assert "Pay nothing by it" not in page.text


def test_a_decision_of_this_edition_that_differs_is_our_fault(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = store_claim(world)
    reviewer = come_in(world, "demo-reviewer")
    reviewer.open(f"/claims/{claim.id}/decision")
    reviewer.send("/decide")
    monkeypatch.setattr(claims, "figures_of", _paying_less(1))

    assert "Pay nothing by it" in reviewer.open(f"/claims/{claim.id}/decision").text


def _paying_less(cents: int) -> Callable[[Mapping[str, Any]], edition.Figures]:
    """Return a reader of figures that takes so many cents more off each answer it reads."""
    asked = count()

    def read(answer: Mapping[str, Any]) -> edition.Figures:
        figures = edition.figures_of(answer)
        (line, amounts), *others = figures.lines.items()
        less = {**amounts, "payable": amounts["payable"] - cents * next(asked)}
        return replace(figures, lines={line: less, **dict(others)})

    return read
