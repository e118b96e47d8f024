"""Options priced together, and between others, against each option priced alone."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import pytest

from pricing.coverage.kinds import Kind
from pricing.coverage.library import shipped_policy
from pricing.coverage.price_alone import price_alone
from pricing.money import Money
from scheduling.planned_expenses import PlannedExpense, tickets
from scheduling.translation.policy_reach import tariff_for
from scheduling.translation.tariff import asking
from scheduling.translation.translate import translate
from tests.scheduling.supplies import a_flight, a_supply, at
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


def test_no_option_is_left_without_its_cents() -> None:
    document = json.loads(translate(a_supply()).document)

    assert all(row["price_cents"] > 0 for row in document["outbound"] + document["return"])
    assert Money(document["trip_cap_cents"], "USD") == Money(4000_00, "USD")
