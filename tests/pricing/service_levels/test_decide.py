"""Deciding a trip: caps per unit, covered units, the trip cap, and sums that always add up."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.effective import EffectivePeriod
from pricing.errors import CurrencyMismatch
from pricing.money import Money
from pricing.service_levels.decide import CostLine, CostPart, decide, payable_of
from pricing.service_levels.decision import LineKind
from pricing.service_levels.policy import CoveragePolicy


def usd(cents: int) -> Money:
    return Money(cents, "USD")


def a_policy(
    *, air: int | None = 1000_00, lodging: int | None = 200_00, trip: int | None = None
) -> CoveragePolicy:
    caps: dict[LineKind, Money | None] = dict.fromkeys(LineKind, None)
    caps[LineKind.AIR] = None if air is None else usd(air)
    caps[LineKind.LODGING] = None if lodging is None else usd(lodging)
    return CoveragePolicy(
        level="premium",
        version="test.1",
        title="Premium",
        period=EffectivePeriod(date(2026, 1, 1)),
        currency="USD",
        source="test",
        companions_covered=1,
        rooms_covered=1,
        caps=caps,
        trip_cap=None if trip is None else usd(trip),
    )


def a_line(kind: LineKind, *parts: tuple[int, int, int]) -> CostLine:
    return CostLine("key", kind, "label", tuple(CostPart(usd(p), u, c) for p, u, c in parts))


@pytest.mark.parametrize(
    ("fare", "paid"), [(999_99, 999_99), (1000_00, 1000_00), (1000_01, 1000_00)]
)
def test_a_ticket_is_paid_up_to_the_cap_to_the_cent(fare: int, paid: int) -> None:
    assert payable_of(a_policy(), a_line(LineKind.AIR, (fare, 1, 1))) == usd(paid)


def test_only_the_covered_of_three_travellers_are_paid() -> None:
    line = a_line(LineKind.AIR, (600_00, 3, 2))

    decision = decide(a_policy(), (line,))

    assert (decision.amount, decision.payer, decision.patient) == (
        usd(1800_00),
        usd(1200_00),
        usd(600_00),
    )
    assert "2 of 3" in decision.lines[0].reason


def test_each_night_is_capped_alone() -> None:
    line = a_line(LineKind.LODGING, (150_00, 1, 1), (250_00, 1, 1), (200_00, 1, 1))

    decision = decide(a_policy(), (line,))

    assert decision.payer == usd(150_00 + 200_00 + 200_00)
    assert "1 of 3 cost more" in decision.lines[0].reason


def test_a_kind_without_a_cap_is_left_to_the_patient_with_the_reason() -> None:
    decision = decide(a_policy(air=None), (a_line(LineKind.AIR, (500_00, 1, 1)),))

    assert decision.payer == usd(0)
    assert decision.lines[0].reason == "Premium does not pay air."


def test_the_trip_cap_is_used_up_in_order_and_the_line_it_cuts_says_so() -> None:
    first, second = a_line(LineKind.AIR, (900_00, 1, 1)), a_line(LineKind.LODGING, (150_00, 1, 1))

    decision = decide(a_policy(trip=1000_00), (first, second))

    assert [line.payer for line in decision.lines] == [usd(900_00), usd(100_00)]
    assert [line.rule for line in decision.lines] == ["caps.air", "trip_cap"]
    assert "USD 50.00 of this line" in decision.lines[1].reason


def test_another_currency_is_refused() -> None:
    line = CostLine("key", LineKind.AIR, "label", (CostPart(Money(1, "EUR"), 1, 1),))

    with pytest.raises(CurrencyMismatch):
        decide(a_policy(), (line,))


_PARTS = st.tuples(st.integers(0, 3000_00), st.integers(0, 4), st.integers(0, 4)).map(
    lambda part: (part[0], max(part[1:]), min(part[1:]))
)
_LINES = st.lists(
    st.builds(
        lambda kind, parts: a_line(kind, *parts),
        st.sampled_from([LineKind.AIR, LineKind.LODGING, LineKind.MEALS]),
        st.lists(_PARTS, min_size=1, max_size=4),
    ),
    max_size=6,
).map(tuple)


@given(lines=_LINES, trip=st.none() | st.integers(0, 5000_00))
def test_a_decision_adds_up_and_keeps_its_cap(
    lines: tuple[CostLine, ...], trip: int | None
) -> None:
    decision = decide(a_policy(trip=trip), lines)

    payable = sum(line.payable.minor for line in decision.lines)
    assert decision.payer.minor == (payable if trip is None else min(payable, trip))
    assert decision.payer + decision.patient == decision.amount
    assert all(line.reason for line in decision.lines)


@given(lines=_LINES, trip=st.integers(0, 5000_00), more=st.integers(0, 1000_00))
def test_a_higher_trip_cap_never_pays_less(
    lines: tuple[CostLine, ...], trip: int, more: int
) -> None:
    assert (
        decide(a_policy(trip=trip), lines).payer <= decide(a_policy(trip=trip + more), lines).payer
    )
