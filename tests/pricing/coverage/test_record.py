"""Decisions that are kept: they come back to the same cent from what was kept of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from pricing.coverage.documents.read import read_balances, read_trip
from pricing.coverage.documents.write import write_document
from pricing.coverage.library import find_shipped_text
from pricing.coverage.record import (
    Inputs,
    RecordedRate,
    decide_recorded,
    digest_of,
    give_back,
)
from pricing.ecb_rates import EcbRates
from pricing.errors import NoRate
from pricing.exchange import NoRates
from tests.pricing.coverage.deciding import policy_text, trip_text

SAMPLES = Path(str(files("seed_data").joinpath("sample_trips")))
TRIPS = sorted(SAMPLES.glob("*/*.yaml"))
_YEAR = """
    benefits:
    - {id: hotel, text: Lodging., covers: [lodging], pays: actual}
    limits:
    - {id: year, text: At most 500 a year., cap: 500, per: calendar_year}
"""
_HOTEL = """
    - {id: hotel, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-02, amount: 300}
"""


def inputs(policy: str, trip: str, balances: str = "") -> Inputs:
    """Return what a decision about these texts is made from."""
    return Inputs(
        policy=digest_of(policy),
        ceilings=(),
        trip=trip,
        balances=balances,
        decided_on=date(2026, 4, 1),
    )


@pytest.mark.parametrize("path", TRIPS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_trip_that_is_written_is_read_back_the_same(path: Path) -> None:
    """Test every sample trip."""
    trip = read_trip(path.read_text("utf-8"), path.name)

    assert read_trip(write_document(trip), "written") == trip


@pytest.mark.parametrize(
    "letter", ["\x85", "\u2028", "\ufeff", "\x7f", "\U0001f600", "é", "ب", '"']
)
def test_a_name_of_any_letters_is_read_back_the_same(letter: str) -> None:
    """Test letters that YAML folds, refuses or drops where JSON does not."""
    trip = read_trip(trip_text(_HOTEL), "trip")
    named = trip.model_copy(update={"id": f"a{letter}b"})

    assert read_trip(write_document(named), "written") == named


def test_a_decision_comes_back_with_the_rates_that_were_used() -> None:
    """Test an expense in euros: no other rates are at hand when it is computed again."""
    policy = policy_text(_YEAR, head="exchange: {date: service}")
    trip = trip_text(_HOTEL.replace("300", "100, currency: EUR"))

    first = decide_recorded(inputs(policy, trip), lambda _: policy, EcbRates())
    again = decide_recorded(first.inputs, lambda _: policy, NoRates())

    assert first.inputs.rates is not None
    assert again == first
    assert first.decision.payable > 100_00


def test_a_rate_that_was_not_used_is_not_known_later() -> None:
    """Test a record whose rates are for another day."""
    policy = policy_text(_YEAR, head="exchange: {date: service}")
    trip = trip_text(_HOTEL.replace("300", "100, currency: EUR"))
    first = decide_recorded(inputs(policy, trip), lambda _: policy, EcbRates()).inputs
    other = RecordedRate("EUR", "USD", date(2026, 3, 9), date(2026, 3, 9), 1, 1)

    with pytest.raises(NoRate):
        decide_recorded(replace(first, rates=(other,)), lambda _: policy, NoRates())


def test_a_balance_that_the_policy_does_not_keep_is_carried_on() -> None:
    """Test balances left by a revision that named its limit otherwise."""
    policy = policy_text(_YEAR)
    before = json.dumps(
        {
            "format": "sojourn-balances/1",
            "policy": "test-plan",
            "used": [
                {"balance": "yearly", "whose": "mary", "period": "2026", "amount": "90"},
                {"balance": "year", "whose": "mary", "period": "2026", "amount": "400"},
            ],
        }
    )

    made = decide_recorded(inputs(policy, trip_text(_HOTEL), before), lambda _: policy, NoRates())

    after = {one.balance: one.amount for one in read_balances(made.balances_after, "after").used}
    assert made.decision.payable == 100_00
    assert after == {"yearly": Decimal(90), "year": Decimal(500)}


def test_what_a_decision_drew_can_be_given_back() -> None:
    """Test two decisions, the first of which is replaced."""
    policy = policy_text(_YEAR)
    first = decide_recorded(inputs(policy, trip_text(_HOTEL)), lambda _: policy, NoRates())
    second = decide_recorded(
        inputs(policy, trip_text(_HOTEL), first.balances_after), lambda _: policy, NoRates()
    )

    left = give_back(second.balances_after, first.to_document())

    assert {one.balance: one.amount for one in read_balances(left, "left").used} == {
        "year": Decimal(200)
    }


@pytest.mark.parametrize("path", TRIPS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_sample_trip_comes_back_to_the_same_cent(path: Path) -> None:
    """Test each under its own policy, with only what was recorded."""
    texts = {digest_of(text): text for text in _shipped(path.parent.name)}
    policy = find_shipped_text(path.parent.name) or ""
    ceilings = tuple(
        (name, digest_of(find_shipped_text(name) or "")) for name in ("irs-medical-travel",)
    )
    asked = Inputs(
        policy=digest_of(policy),
        ceilings=ceilings,
        trip=path.read_text("utf-8"),
        balances="",
        decided_on=date(2026, 4, 1),
    )

    first = decide_recorded(asked, texts.__getitem__, EcbRates())

    assert decide_recorded(first.inputs, texts.__getitem__, NoRates()) == first


def _shipped(policy_id: str) -> tuple[str, ...]:
    return tuple(find_shipped_text(one) or "" for one in (policy_id, "irs-medical-travel"))
