"""Rooms and rides that several share: what one benefit pays by person is not the others' end."""

from __future__ import annotations

import pytest

from pricing.coverage.decision import Decision
from tests.pricing.coverage.deciding import decided, line_of, policy_text, trip_text
from tests.pricing.coverage.documents.examples import blocks_of

PARTY = (
    "companions: [{id: don, age: 40, role: donor}, {id: tom, age: 44, role: companion}, "
    "{id: eve, age: 9, role: child}]"
)
PAGE = next(one for one in blocks_of("policy-documents.md") if "id: donor-room" in one)
NIGHT = "check_in: 2026-03-01, check_out: 2026-03-02"


def shared(
    guests: str, amount: str, rules: str = "", *, policy: str = PAGE, night: str = NIGHT
) -> Decision:
    """Return the decision about one room of these guests under the page's policy."""
    room = f"- {{id: room, kind: lodging, {night}, amount: {amount}, travellers: [{guests}]}}"
    return decided(policy_text(policy + rules), trip_text(room, more=PARTY))


@pytest.mark.parametrize(
    ("guests", "amount", "granted"),
    [
        ("mary, tom, don", "150", {"room": 100_00, "donor-room": 50_00}),
        ("mary, tom, don", "90", {"room": 60_00, "donor-room": 30_00}),
        ("mary, tom, don", "100", {"room": 66_67, "donor-room": 33_33}),
        ("mary, tom, don", "600", {"room": 100_00, "donor-room": 50_00}),
        ("mary, don", "80", {"room": 40_00, "donor-room": 40_00}),
        ("don", "80", {"donor-room": 50_00}),
        ("mary, tom", "80", {"room": 80_00}),
        # Eve is in no set: her quarter is nobody's.
        ("mary, tom, don, eve", "160", {"room": 80_00, "donor-room": 40_00}),
        ("mary, eve", "80", {"room": 40_00}),
    ],
)
def test_each_set_is_paid_its_part_of_a_room(
    guests: str, amount: str, granted: dict[str, int]
) -> None:
    line = line_of(shared(guests, amount), "room")

    assert {one.rule: one.after for one in line.trace if one.after} == granted
    assert line.payable == sum(granted.values())
    assert line.claimed == int(amount) * 100


def test_the_parts_of_a_stay_are_counted_as_one_room_and_one_night() -> None:
    rules = (
        "limits:\n- {id: nights, text: N., cap: 2, of: nights, applies_to: [lodging]}\n"
        "- {id: own, text: D., applies_to: [donor-room], cap: 60, per: lifetime, whose: person}\n"
    )

    made = shared(
        "mary, tom, don", "450", rules, night="check_in: 2026-03-01, check_out: 2026-03-04"
    )

    assert made.payable == 260_00
    assert {one.key.whose: one.after for one in made.balances if one.key.balance == "own"} == {
        "don": 60_00
    }


def test_a_part_still_knows_how_many_sleep_in_the_room() -> None:
    policy = PAGE.replace("up_to: 50", "up_to: 10 * night.persons")

    assert shared("mary, tom, don", "600", policy=policy).payable == 3 * 30_00


def test_a_benefit_that_pays_a_room_whole_leaves_nothing_to_the_next() -> None:
    policy = PAGE.replace("travellers: couple, shared: by_person", "travellers: couple")

    made = shared("mary, tom, don", "90", policy=policy)

    assert [one.rule for one in line_of(made, "room").trace] == ["room"]
    assert made.payable == 90_00


def test_a_ride_is_parted_and_a_drive_by_distance_is_not() -> None:
    policy = PAGE.replace("covers: [lodging]", "covers: [taxi]").replace("person_night", "person")
    taxi = "- {id: taxi, kind: taxi, date: 2026-03-01, amount: 90, travellers: [mary, tom, don]}"

    made = decided(policy_text(policy), trip_text(taxi, more=PARTY))

    assert {one.rule: one.after for one in line_of(made, "taxi").trace} == {
        "room": 60_00,
        "donor-room": 30_00,
    }
    by_distance = "pays: allowance, amount: 0.5, per: km"
    policy = policy.replace("pays: actual, up_to: 50, per: person", by_distance)
    car = "- {id: car, kind: car, date: 2026-03-01, distance_km: 100, travellers: [mary, don]}"
    driven = decided(policy_text(policy.replace("taxi", "car")), trip_text(car, more=PARTY))
    assert driven.payable == 50_00


@pytest.mark.parametrize(
    ("shared_by", "parts"),
    [
        # Mary's part of the room for three is 100, as much as her own room.
        ("by_person", {"room": 60_00, "own": 60_00}),
        ("whole", {"room": 90_00, "own": 30_00}),
    ],
)
def test_an_allowance_is_divided_by_the_part_that_counts(
    shared_by: str, parts: dict[str, int]
) -> None:
    policy = (
        "benefits:\n- {id: stay, text: S., covers: [lodging], travellers: patient,"
        f" pays: allowance, amount: 120, per: trip, shared: {shared_by}}}\n"
    )
    rooms = (
        f"- {{id: room, kind: lodging, {NIGHT}, amount: 300, travellers: [mary, tom, eve]}}\n"
        "- {id: own, kind: lodging, check_in: 2026-03-02, check_out: 2026-03-03, amount: 100,"
        " travellers: [mary]}\n"
    )

    made = decided(policy_text(policy), trip_text(rooms, more=PARTY))

    assert {line.id: line.payable for line in made.lines} == parts
