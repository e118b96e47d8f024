"""Another policy, or another balance, moves the best plan as reckoned by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from logistics.trip_parts import member_ids
from pricing.coverage.decision import BalanceKey
from scheduling.optimizer.answer import Status
from scheduling.preferences import Prices
from scheduling.translation.supply import Supply
from scheduling.translation.translate import translate
from tests.scheduling.supplies import a_slot, at, usd
from tests.scheduling.test_policy_search import found_by, supply_under


def by_patients_cents(supply: Supply) -> Supply:
    """Return the supply with one way there, one slot, one hotel, and only patient cents weighed."""
    prices = Prices(
        patient_cent=1,
        payer_cent=0,
        burden_minute_cents=0,
        waiting_day_cents=0,
        mismatch_point_cents=0,
        expected_loss_cent=0,
    )
    preferences = supply.preferences.model_copy(
        update={"prices": prices, "meals_per_person_day": "60.00"}
    )
    party = supply.parties[0]
    rides = tuple(one for one in party.rides if one.destination != "cheap")
    return replace(
        supply,
        preferences=preferences,
        appointments=supply.appointments[1:2],
        parties=(replace(party, outbound=party.outbound[:1], rides=rides),),
        lodgings=supply.lodgings[1:],
        commutes={("dear", "usz"): supply.commutes["dear", "usz"]},
    )


def test_another_policy_moves_the_best_plan_as_reckoned_by_hand() -> None:
    """Two people, two rooms at 160 a night, 60 a day each for meals, out for 900.00 each.

    As is, the pair pays 50.00 of the fee, 2 × 100 for the way there, nothing for the way home
    (under 800), and for each night 10 + 160, for each day 2 × 10: home on the 10th, after 4
    nights and 5 days: 50 + 200 + 680 + 100 = 1,030.00; every later day costs 190 more.
    Where seven nights away have every room paid: they leave home on the 5th, so home on the 12th,
    6 nights and 7 days at the hotel: 50 + 200 + 0 + 140 = 390.00.
    """
    before = translate(by_patients_cents(supply_under()))
    after = translate(
        by_patients_cents(
            supply_under(
                old="when: night.room = 1, travellers: pair,\n     pays: actual, up_to: 150",
                new="when: night.room = 1 or trip.nights >= 7, travellers: pair,\n"
                "     pays: actual, up_to: 'if(trip.nights >= 7, 200, 150)'",
            )
        )
    )

    soon, late = found_by(before), found_by(after)

    assert soon.choice is not None
    assert late.choice is not None
    assert (soon.choice.returns["patient"], soon.cost) == ("home:patient:Zürich, CH:h4", 1030_00)
    assert (late.choice.returns["patient"], late.cost) == ("home:patient:Zürich, CH:h6", 390_00)
    assert (soon.status, late.status) == (Status.OPTIMAL, Status.OPTIMAL)


def with_two_fees(*slots: str, used: int) -> Supply:
    """Return one way there and back, one hotel, and of two slots the sooner at twice the fee."""
    supply = by_patients_cents(
        supply_under(
            "  - {id: year, text: At most., cap: 9000, per: calendar_year}",
            old="up_to: 300",
            new="up_to: 1000",
        )
    )
    prices = supply.preferences.prices.model_copy(
        update={"patient_cent": 2, "payer_cent": 1, "waiting_day_cents": 500_00}
    )
    fees = {"s1": (9, 700_00), "s2": (10, 350_00)}
    offered = [(a_slot(name, at(day, 9)), fee) for name, (day, fee) in fees.items()]
    (patient,) = member_ids([(supply.case.patient.name, supply.case.patient.birth_date)])
    party = supply.parties[0]
    return replace(
        supply,
        preferences=supply.preferences.model_copy(update={"prices": prices}),
        appointments=tuple(
            replace(one, slot=replace(one.slot, fee=usd(fee)))
            for one, fee in offered
            if one.slot.id in slots
        ),
        parties=(replace(party, homebound=party.homebound[3:]),),
        balances={BalanceKey("year", patient, "2026"): Fraction(used)},
    )


@pytest.mark.parametrize(
    ("used", "chosen", "better_by"), [(0, "s1", 500_00 - 350_00), (8900_00, "s2", 700_00 - 500_00)]
)
def test_what_claims_have_used_moves_the_best_plan_as_reckoned_by_hand(
    used: int, chosen: str, better_by: int
) -> None:
    """The sooner slot costs 350.00 more, and waiting a day is worth 500.00.

    While the plan pays, its cent counts once: 350.00 is less than 500.00. With 100.00 left of the
    year both visits cost more than that, the rest is the patient's, whose cent counts double: 700.
    """
    both = found_by(translate(with_two_fees("s1", "s2", used=used)))
    other = found_by(translate(with_two_fees("s2" if chosen == "s1" else "s1", used=used)))

    assert both.choice is not None
    assert both.choice.slots == {"opinion": f"opinion:{chosen}"}
    assert both.status is Status.OPTIMAL
    assert both.cost is not None
    assert other.cost is not None
    assert other.cost - both.cost == better_by
