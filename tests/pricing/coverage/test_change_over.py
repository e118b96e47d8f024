"""One escort at a time, as the page writes it: who is there is paid, never more than one."""

from __future__ import annotations

import pytest

from pricing.coverage.decision import Decision
from tests.pricing.coverage.deciding import decided, line_of, policy_text, trip_text
from tests.pricing.coverage.documents.examples import blocks_of

PAGE = next(one for one in blocks_of("policy-documents.md") if "id: one-escort" in one)
FAMILY = """
starts: 2026-03-01
ends: 2026-03-05
patient: {id: kid, age: 8%s}
companions: [{id: mum, age: 40, role: escort}, {id: dad, age: 41, role: escort}]
"""
ROOM = "- {id: %s, kind: lodging, check_in: 2026-03-%s, check_out: 2026-03-%s, amount_each: 200}"


def escorted(expenses: str, *, inpatient: str = "") -> Decision:
    """Return the decision about a child with two escorts."""
    return decided(policy_text(PAGE), trip_text(expenses, more=FAMILY % inpatient))


def room(name: str, days: tuple[str, str], guests: str) -> str:
    """Return a stay of these guests."""
    return (ROOM % (name, *days)).replace("}", f", travellers: [{guests}]}}")


def test_each_night_is_paid_for_the_child_and_whoever_is_there() -> None:
    made = escorted(
        f"{room('first', ('01', '03'), 'kid, mum')}\n{room('second', ('03', '05'), 'kid, dad')}"
    )

    assert [line.payable for line in made.lines] == [200_00, 200_00]


@pytest.mark.parametrize(
    ("guests", "inpatient", "paid"),
    [
        ("kid, mum, dad", "", 100_00),
        ("kid, mum", "", 100_00),
        ("kid", "", 50_00),
        ("kid, mum, dad", ", inpatient: [{admitted: 2026-03-01, discharged: 2026-03-03}]", 50_00),
    ],
)
def test_no_second_escort_is_paid_for_at_the_same_time(
    guests: str, inpatient: str, paid: int
) -> None:
    assert escorted(room("one", ("01", "02"), guests), inpatient=inpatient).payable == paid


def test_a_second_hotel_does_not_make_room_for_a_second_escort() -> None:
    made = escorted(f"{room('one', ('01', '02'), 'kid, mum')}\n{room('two', ('01', '02'), 'dad')}")

    assert made.payable == 100_00


def test_on_the_day_they_change_over_both_eat_and_one_is_paid_for() -> None:
    food = (
        "- id: food\n  kind: meals\n  days:\n"
        "  - {date: 2026-03-01, travellers: [kid, mum]}\n"
        "  - {date: 2026-03-02, travellers: [kid, mum]}\n"
        "  - {date: 2026-03-04, travellers: [kid, dad]}\n"
        "  - {date: 2026-03-05, travellers: [kid, dad]}"
    )

    assert line_of(escorted(food), "food").payable == 5 * 40_00
