"""The bridge to the optimizer: rows by hand, and cents that agree with the coverage decision."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest

from scheduling.optimizer.check import parts_of
from scheduling.optimizer.choice import Choice, PartyTransfers
from scheduling.optimizer.parse import parse_problem
from scheduling.translation.option_ids import slot_ids_of
from scheduling.translation.translate import Translation, translate
from scheduling.visit_coverage import decide_visit
from scheduling.visit_timeline import timeline_of
from tests.scheduling.supplies import a_supply


def document_of(translation: Translation) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(translation.document)
    return found


def row(document: dict[str, Any], kind: str, option: str) -> dict[str, Any]:
    return next(one for one in document[kind] if one["id"] == option)


def test_the_document_is_a_valid_problem() -> None:
    parse_problem(translate(a_supply()).document)


def test_the_same_supply_makes_the_same_document() -> None:
    assert translate(a_supply()).document == translate(a_supply()).document


def test_tickets_are_capped_for_each_covered_traveller() -> None:
    document = document_of(translate(a_supply()))

    patient = row(document, "outbound", "out:patient:Zürich, CH:h1")
    sister = row(document, "outbound", "out:companion-LIS:Zürich, CH:l1")

    assert (patient["price_cents"], patient["payable_cents"]) == (2 * 900_00, 2 * 800_00)
    assert (sister["price_cents"], sister["payable_cents"]) == (180_00, 0)


def test_rooms_beyond_the_covered_one_are_left_to_the_patient() -> None:
    lodging = row(document_of(translate(a_supply())), "lodgings", "cheap")

    assert lodging["price_cents"][:3] == [240_00, 260_00, 340_00]
    assert lodging["payable_cents"][:3] == [120_00, 130_00, 150_00]


def test_instants_become_minutes_after_noon_of_the_day_before() -> None:
    document = document_of(translate(a_supply()))

    assert document["horizon_start"] == "2026-11-20T12:00:00Z"
    assert row(document, "slots", "opinion:s1")["start"] == 17 * 24 * 60 + 21 * 60
    assert row(document, "slots", "opinion:s1")["day"] == 18
    assert document["waiting_from_day"] == 1


def test_the_latest_date_ends_with_its_day_at_home() -> None:
    rules = document_of(translate(a_supply()))["rules"]

    assert rules["home_by"] == (30 * 24 + 18) * 60  # 21 Dec 2026, 00:00 in Houston = 06:00 UTC


def test_strain_counts_the_patient_twice_every_change_and_a_night_on_board() -> None:
    document = document_of(translate(a_supply()))

    journey = row(document, "outbound", "out:patient:Zürich, CH:h1")

    assert journey["burden_minutes"] == 3 * (14 * 60 + 45 + 90)  # leaves Frankfurt at 04:45
    assert journey["expected_loss_cents"] == 180_00


def all_choices(document: dict[str, Any]) -> list[Choice]:
    """Return every choice that fits together, rules aside."""
    parties = [party["id"] for party in document["parties"]]
    by_party = {
        kind: [[one for one in document[kind] if one["party"] == party] for party in parties]
        for kind in ("outbound", "return")
    }
    found = []
    for slot, lodging, out, back, ride in product(
        document["slots"],
        document["lodgings"],
        product(*by_party["outbound"]),
        product(*by_party["return"]),
        ("TAXI", "PUBLIC"),
    ):
        rides = {party: f"ride:{party}:ZRH-{lodging['id']}-{ride}" for party in parties}
        found.append(
            Choice(
                slots={"opinion": slot["id"]},
                outbound=dict(zip(parties, (one["id"] for one in out), strict=True)),
                returns=dict(zip(parties, (one["id"] for one in back), strict=True)),
                lodging=lodging["id"],
                transfers={
                    party: PartyTransfers(option, option) for party, option in rides.items()
                },
                check_in_day=min(one["day"] for one in out),
                check_out_day=max(one["day"] for one in back),
            )
        )
    return found


@pytest.mark.parametrize("trip_cap", [None, 0, 2500_00, 4000_00, 9000_00])
def test_the_coverage_decision_and_the_island_agree_on_every_choice(trip_cap: int | None) -> None:
    supply = a_supply(trip_cap=trip_cap)
    translation = translate(supply)
    problem = parse_problem(translation.document)

    choices = all_choices(document_of(translation))

    assert len(choices) == 2 * 2 * 4 * 4 * 2
    for choice in choices:
        visit = translation.read(choice.to_document())
        decision = decide_visit(visit, translation)
        parts = parts_of(problem, choice)
        assert decision.amount.minor == parts.price_cents
        assert decision.payer.minor == parts.payer_cents
        assert decision.patient.minor == parts.patient_cents


def test_a_choice_is_read_back_into_offers_slots_and_a_timeline() -> None:
    translation = translate(a_supply())
    choice = all_choices(document_of(translation))[0].to_document()

    visit = translation.read(choice)
    items = timeline_of(visit)

    assert slot_ids_of(choice) == ("s1",)
    assert [journey.outbound.id for journey in visit.journeys] == ["h1", "l1"]
    assert [item.starts.at for item in items] == sorted(item.starts.at for item in items)
    assert len({item.key for item in items}) == len(items)
    assert {item.kind.value for item in items} == {
        "flight",
        "transfer",
        "lodging",
        "appointment",
        "rest",
    }
