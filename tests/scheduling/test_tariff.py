"""Options priced together, and between others, against each option priced alone."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from functools import partial

import pytest

from logistics.trip_parts import member_ids
from pricing.coverage.decision import BalanceKey
from pricing.coverage.documents.read import read_policy
from pricing.coverage.kinds import Kind
from pricing.coverage.ledger import LIFETIME as LIFE
from pricing.coverage.library import shipped_policy
from pricing.coverage.prepared import prepare
from pricing.coverage.price_alone import price_alone
from pricing.money import Money
from scheduling.planned_expenses import PlannedExpense, tickets
from scheduling.translation.policy_reach import tariff_for
from scheduling.translation.tariff import Tariff, asking
from scheduling.translation.translate import translate
from tests.scheduling.supplies import POLICY, a_flight, a_supply, at
from tests.scheduling.test_policy_search import supply_under


def _itself(one: PlannedExpense) -> PlannedExpense:
    return one


@pytest.mark.parametrize("cap", ["800", "800.335", "0", "1e4 - 9700", "1000 / 3", "0.004"])
def test_what_lies_between_two_prices_gets_what_it_would_get_alone(cap: str) -> None:
    supply = supply_under(old="up_to: 800", new=f"up_to: '{cap.replace('1e4', '10000')}'")
    tariff = tariff_for(supply)
    fares = [0, 1, 2, 3, *range(5, 1000_00, 3331), 333_33, 333_34, 800_33, 800_34, 300_00, 1200_00]
    flights = [
        a_flight(f"f{fare}", ("IAH", "ZRH"), at(5, 20), at(6, 10), fare) for fare in sorted(fares)
    ]
    trip = tariff.question.trip
    people = (trip.patient.id, trip.companions[0].id)
    planned = [
        tickets(f"t{place}", flight, people, direction="out", visit="opinion")
        for place, flight in enumerate(flights)
    ]

    cells = [
        tariff.of(
            one.expense.kind,
            flight.fare,
            group="g",
            option=flight.id,
            expense=partial(_itself, one),
        )
        for one, flight in zip(planned, flights, strict=True)
    ]
    tariff.settle()

    question = tariff.question
    for one, cell in zip(planned, cells, strict=True):
        (alone,) = price_alone(asking(question, one.expense), 0)
        assert (cell.price, cell.payable) == (alone.claimed, alone.payable)


@pytest.mark.parametrize("level", ["standard", "premium", "vip"])
def test_the_levels_are_sums_of_minima(level: str) -> None:
    tariff = tariff_for(replace(a_supply(), policy=shipped_policy(f"sojourn-{level}")))

    assert tariff.is_exact
    assert tariff.separation.by_minimum >= {Kind.AIR, Kind.LODGING}


LIFETIME = "  - {id: life, text: At most., cap: 9000, per: lifetime}"
TRIP = "  - {id: trip, text: At most., cap: 4000}"
YEAR = "  - {id: year, text: At most., cap: 6000, per: plan_year}"


def _tariff(limits: str, *, used: dict[tuple[str, str], int] | None = None) -> Tariff:
    """Return the tariff of a visit in early December, when a plan year begins."""
    supply = supply_under(limits, old="currency: USD", new="currency: USD\nplan_year_starts: 12-08")
    (patient,) = member_ids([(supply.case.patient.name, supply.case.patient.birth_date)])
    balances = {
        BalanceKey(name, patient, period): Fraction(minor)
        for (name, period), minor in (used or {}).items()
    }
    return tariff_for(replace(supply, balances=balances))


@pytest.mark.parametrize(
    ("used", "left"), [(0, 4000_00), (5000_00, 4000_00), (5000_01, 3999_99), (9000_00, 0)]
)
def test_of_two_caps_over_everything_the_narrower_one_holds(used: int, left: int) -> None:
    tariff = _tariff(f"{TRIP}\n{LIFETIME}", used={("life", LIFE): used})

    assert (tariff.is_exact, tariff.most) == (True, left)


@pytest.mark.parametrize("order", [(TRIP, YEAR), (YEAR, TRIP)])
def test_a_years_cap_beyond_the_trips_changes_nothing_where_a_year_turns(
    order: tuple[str, str],
) -> None:
    tariff = _tariff("\n".join(order), used={("year", "2025-12-08"): 2000_00})

    assert (tariff.is_exact, tariff.most) == (True, 4000_00)


def test_a_years_cap_that_may_be_met_is_a_bound_where_a_year_turns() -> None:
    tariff = _tariff(f"{TRIP}\n{YEAR}", used={("year", "2025-12-08"): 2000_01})

    assert (tariff.is_exact, tariff.most) == (False, 4000_00)
    assert _tariff(YEAR, used={("year", "2025-12-08"): 1}).most == 11999_99


def test_a_years_cap_is_exact_where_no_year_turns() -> None:
    tariff = tariff_for(supply_under(YEAR.replace("6000", "600")))

    assert (tariff.is_exact, tariff.most) == (True, 600_00)


def test_a_condition_on_claims_alone_says_nothing_about_a_plan() -> None:
    receipts = (
        "  conditions:\n  - {id: r, text: R., at: claim, requires: line.receipt}\n  benefits:"
    )
    tariff = tariff_for(supply_under(old="  benefits:", new=receipts))

    assert tariff.is_exact
    assert tariff.separation.by_minimum >= {Kind.AIR, Kind.LODGING}


def test_the_cap_of_one_version_is_no_bound_of_the_next() -> None:
    supply = supply_under(TRIP)
    text = (
        POLICY.replace(
            "  valid_from: 2026-01-01", "  valid_from: 2026-01-01\n  valid_to: 2026-12-08"
        )
        + f"  limits:\n{TRIP}\n- version: next\n  valid_from: 2026-12-09\n"
    )
    text += POLICY[POLICY.index("  source:") :]
    tariff = tariff_for(replace(supply, policy=prepare(read_policy(text, "test"))))

    assert (tariff.is_exact, tariff.most) == (False, None)


def test_no_option_is_left_without_its_cents() -> None:
    document = json.loads(translate(a_supply()).document)

    assert all(row["price_cents"] > 0 for row in document["outbound"] + document["return"])
    assert Money(document["trip_cap_cents"], "USD") == Money(4000_00, "USD")
