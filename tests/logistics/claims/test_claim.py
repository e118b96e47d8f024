"""The status machine of claims: every move in every status, and what a draft alone allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Final

import pytest

from logistics.claims.claim import (
    Claim,
    ClaimMove,
    ClaimStatus,
    filed,
    moves_of,
    next_status,
    with_expenses,
    with_override,
)
from logistics.claims.claim_trip import TripSpan, claim_trip, with_receipts
from logistics.claims.receipt import SIZE_MAX, new_receipt
from logistics.errors import ClaimMoveRefused, ReceiptRefused
from logistics.people import Companion
from logistics.trip_parts import member_id, member_ids, name_of
from pricing.coverage.documents.trip_document import Override
from tests.logistics.claims.filing import hotel
from tests.storage.builders import NOW, case, facility

DRAWN: Final = {
    ("draft", "file"): "filed",
    ("draft", "withdraw"): "withdrawn",
    ("filed", "take back"): "draft",
    ("filed", "decide"): "decided",
    ("filed", "withdraw"): "withdrawn",
    ("decided", "reopen"): "draft",
}
DAY: Final = date(2027, 2, 10)


def claim(status: ClaimStatus = ClaimStatus.DRAFT) -> Claim:
    """Return a claim of that status without any expense."""
    return Claim(
        id="SJ-1001-C1",
        case_reference="SJ-1001",
        number=1,
        status=status,
        version=1,
        trip=claim_trip(case(), facility(), TripSpan(DAY, DAY), "USD"),
        opened_at=NOW,
        opened_by="patient",
    )


@pytest.mark.parametrize(("status", "move"), list(product(ClaimStatus, ClaimMove)))
def test_what_is_not_drawn_is_refused(status: ClaimStatus, move: ClaimMove) -> None:
    after = DRAWN.get((status.value, move.value))

    assert (move in moves_of(status)) is (after is not None)
    if after is None:
        with pytest.raises(ClaimMoveRefused):
            next_status(claim(status), move)
    else:
        assert next_status(claim(status), move).value == after


@pytest.mark.parametrize("status", [one for one in ClaimStatus if one is not ClaimStatus.DRAFT])
def test_only_a_draft_is_changed(status: ClaimStatus) -> None:
    with pytest.raises(ClaimMoveRefused, match="change"):
        with_expenses(claim(status), (hotel(),))


@pytest.mark.parametrize("status", [one for one in ClaimStatus if one is not ClaimStatus.FILED])
def test_a_condition_is_set_aside_in_a_filed_claim_alone(status: ClaimStatus) -> None:
    override = Override(rule="receipts", by="R.", date=DAY, reason="closed")

    with pytest.raises(ClaimMoveRefused, match="set a condition aside"):
        with_override(claim(status), override)


def test_setting_the_same_condition_aside_again_replaces_the_reason() -> None:
    first = Override(rule="receipts", by="R.", date=DAY, reason="closed")
    other = first.model_copy(update={"lines": ("hotel",)})
    second = first.model_copy(update={"reason": "burnt down"})
    changed = claim(ClaimStatus.FILED)

    for override in (first, other, second):
        changed = with_override(changed, override)

    assert changed.trip.overrides == (other, second)


def test_a_filed_claim_says_when_it_was_filed() -> None:
    done = filed(claim(), by="patient", at=NOW, day=DAY)

    assert (done.status, done.filed_at, done.filed_by) == (ClaimStatus.FILED, NOW, "patient")
    assert done.trip.claim is not None
    assert done.trip.claim.filed == DAY


def test_an_expense_has_a_receipt_by_its_file_or_by_somebodys_word() -> None:
    spent = tuple(
        hotel(expense_id=name, receipt=seen)
        for name, seen in (("file", False), ("seen", True), ("none", False))
    )
    trip = claim().trip.model_copy(update={"expenses": spent})

    told = {one.id: one.receipt for one in with_receipts(trip, {"file"}).expenses}

    assert told == {"file": True, "seen": True, "none": False}


def test_two_people_of_one_name_and_day_are_told_apart() -> None:
    twin = case().companions[0]
    twins = (twin, Companion(twin.person, twin.relation, twin.travels_with_patient))

    trip = claim_trip(replace(case(), companions=twins), facility(), TripSpan(DAY, DAY), "USD")

    first, second = (one.id for one in trip.companions)
    assert first == member_id(twin.person)
    assert second == f"{first} #2"
    assert name_of(first) == name_of(second) == twin.person.name


def test_a_long_name_leaves_room_for_birth_date_and_number() -> None:
    ids = member_ids([("Very Long Name " * 20, DAY)] * 12)

    assert len(set(ids)) == 12
    assert max(map(len, ids)) <= 100


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"<html>", "send a PDF"),
        (b"%PDF-" + bytes(SIZE_MAX), "more than 10 MB"),
    ],
)
def test_a_file_that_is_no_receipt_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(ReceiptRefused, match=said):
        new_receipt(claim_id="C", expense_id="hotel", name="bill.pdf", content=content)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("..\\..\\a/b/bill.pdf", "bill.pdf"),
        ("bill\u202e\x00.pdf", "bill.pdf"),
        ("   ", "receipt"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_the_name_of_a_file_is_its_last_visible_part(name: str, kept: str) -> None:
    receipt = new_receipt(claim_id="C", expense_id="hotel", name=name, content=b"%PDF-1.7")

    assert receipt.name == kept
    assert receipt.media == "application/pdf"
