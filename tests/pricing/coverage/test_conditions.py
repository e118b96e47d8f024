"""Conditions: what must hold, who sets it aside, until when it can be met."""

from __future__ import annotations

from datetime import date

import pytest

from pricing.coverage.decision import Decision, Stage
from pricing.coverage.decision_errors import UnknownOverride
from pricing.expressions.errors import CannotCompute
from tests.pricing.coverage.deciding import decided, line_of, paid, policy_text, trip_text

TAXI = "- {id: taxi, kind: taxi, date: 2026-03-02, incurred: 2026-02-20, amount: 80}"


def _rules(condition: str) -> str:
    return (
        f"conditions:\n- {{id: c, text: It must., {condition}}}\n"
        "benefits:\n- {id: all, text: All., covers: [everything], pays: actual}"
    )


@pytest.mark.parametrize(
    ("condition", "more", "cents"),
    [
        (
            "requires: distances.home_to_site.road_mi > 100",
            "distances: {home_to_site: {road_mi: 100.0}}",
            0,
        ),
        (
            "requires: distances.home_to_site.road_mi > 100",
            "distances: {home_to_site: {road_mi: 100.1}}",
            80_00,
        ),
        (
            "requires: distances.home_to_site.road_mi >= 100",
            "distances: {home_to_site: {road_km: 160.9344}}",
            80_00,
        ),
        ("requires: line.approved_in_advance", "approvals: [{date: 2026-02-20}]", 80_00),
        ("requires: line.approved_in_advance", "approvals: [{date: 2026-02-21}]", 0),
        ("requires: line.approved_in_advance", "approvals: [{date: 2026-02-01, covers: [air]}]", 0),
        (
            "requires: line.approved_in_advance",
            "approvals: [{date: 2026-02-01, covers: [taxi]}]",
            80_00,
        ),
        ("requires: line.approved_in_advance, otherwise: 75 %", "", 60_00),
        ("requires: line.approved_in_advance, applies_to: [air]", "", 80_00),
        ("requires: line.approved_in_advance, when: patient.age < 18", "", 80_00),
        ("requires: 'claim.filed <= add_days(line.date, 30)'", "claim: {filed: 2026-04-01}", 80_00),
        ("requires: 'claim.filed <= add_days(line.date, 30)'", "claim: {filed: 2026-04-02}", 0),
        ("requires: stated(referral.date)", "", 0),
        ("requires: stated(referral.date)", "referral: {date: 2026-01-05}", 80_00),
    ],
)
def test_a_condition_decides(condition: str, more: str, cents: int) -> None:
    assert paid(_rules(condition), TAXI, more=more) == cents


def test_a_refused_line_says_which_rule_which_sentence_and_which_numbers() -> None:
    decision = decided(
        policy_text(_rules("requires: distances.home_to_site.road_mi > 100, remedy: Ask us.")),
        trip_text(TAXI, more="distances: {home_to_site: {road_mi: 100.0}}"),
    )

    (step,) = line_of(decision, "taxi").trace
    assert (step.stage, step.rule, step.text) == (Stage.CONDITION, "c", "It must.")
    assert (step.before, step.after) == (80_00, 0)
    assert "100 > 100" in step.arithmetic
    assert "Ask us." in step.sentence


OVERRIDE = "overrides: [{rule: c, by: Ann, date: 2026-03-20, reason: No clinic was nearer.}]"


def test_a_supervisor_sets_aside_only_what_the_policy_lets_be_set_aside() -> None:
    fails = "requires: line.approved_in_advance"

    refused = line_of(decided(policy_text(_rules(fails)), trip_text(TAXI, more=OVERRIDE)), "taxi")
    assert refused.payable == 0
    assert "does not let Ann set it aside" in refused.trace[0].sentence
    assert paid(_rules(f"{fails}, overridable: yes"), TAXI, more=OVERRIDE) == 80_00


def test_an_override_of_no_condition_is_refused() -> None:
    with pytest.raises(UnknownOverride, match="no condition nope; its conditions are: c"):
        paid(_rules("requires: yes"), TAXI, more=OVERRIDE.replace("rule: c", "rule: nope"))


def test_a_penalty_is_a_step_of_its_own_after_the_benefit() -> None:
    drive = "- {id: drive, kind: car, date: 2026-03-02, distance_mi: 200}"
    rules = (
        "conditions:\n- {id: c, text: It must., requires: no, otherwise: 50 %}\n"
        "benefits:\n- {id: car, text: C., covers: [car], pays: allowance, amount: 0.205, per: mile}"
    )
    line = line_of(decided(policy_text(rules), trip_text(drive)), "drive")

    steps = [(step.rule, step.before, step.after) for step in line.trace]
    assert steps == [("car", 41_00, 41_00), ("c", 41_00, 20_50)]
    assert (line.claimed, line.payable, line.patient) == (41_00, 20_50, 20_50)


def test_a_penalty_may_have_a_maximum() -> None:
    rules = _rules("requires: no, otherwise: 50 %, otherwise_at_most: 30")
    decision = decided(policy_text(rules), trip_text(TAXI))

    assert decision.payable == 50_00
    (line,) = decision.lines
    assert line.trace[-1].arithmetic == "50 % of 80.00, and at most 30.00 taken off a trip"


def test_an_allowance_that_a_condition_refuses_is_claimed_all_the_same() -> None:
    drive = "- {id: drive, kind: car, date: 2026-03-02, distance_mi: 200}"
    rules = (
        "conditions:\n- {id: c, text: It must., requires: no}\n"
        "benefits:\n- {id: car, text: C., covers: [car], pays: allowance, amount: 0.205, per: mile}"
    )
    line = line_of(decided(policy_text(rules), trip_text(drive)), "drive")

    assert (line.claimed, line.payable, line.patient) == (41_00, 0, 41_00)
    assert [(step.before, step.after) for step in line.trace] == [(41_00, 0)]


def test_what_only_a_refused_expense_would_need_is_not_asked_for() -> None:
    meals = "- {id: food, kind: meals, location: Rochester}"
    rules = (
        "conditions:\n- {id: c, text: It must., requires: no}\n"
        "benefits:\n- {id: food, text: F., covers: [meals], pays: allowance, per: day,"
        " amount: \"lookup('rates', day.location)\"}"
    )
    head = "tables:\n  rates: [{key: Boston, value: 80}]"

    assert paid(rules, meals, head=head) == 0


def test_an_override_stays_in_the_trace_with_its_reason() -> None:
    decision = decided(
        policy_text(_rules("requires: line.approved_in_advance, overridable: yes")),
        trip_text(TAXI, more=OVERRIDE),
    )

    step = line_of(decision, "taxi").trace[0]
    assert step.stage is Stage.OVERRIDE
    assert "Ann" in step.sentence
    assert "No clinic was nearer." in step.sentence


IN_TIME = "requires: line.approved_in_advance, needed_by: line.incurred, remedy: Ask for approval."


@pytest.mark.parametrize(("day", "expected"), [(20, 80_00), (21, None)])
def test_what_can_still_be_met_says_what_it_would_bring(day: int, expected: int | None) -> None:
    decision = decided(
        policy_text(_rules(IN_TIME)),
        trip_text(TAXI, more="stage: estimate"),
        decided_on=date(2026, 2, day),
    )

    assert decision.payable == 0
    changes = [(one.until, one.remedy, one.payable_change) for one in decision.changes]
    told = [(date(2026, 2, 20), "Ask for approval.", expected)]
    assert changes == (told if expected else [])


ROOM = (
    "- {id: room, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-04, amount: 300,"
    " booked_through: self}"
)
BOTH = """
conditions:
- {id: approval, text: A., requires: line.approved_in_advance, needed_by: line.incurred}
- {id: booking, text: B., requires: line.booked_through = 'coordinator', needed_by: trip.start,
   otherwise: 50 %, remedy: Ask the coordinator.}
benefits:
- {id: all, text: All., covers: [everything], pays: actual}
"""


def _of_both(approvals: str) -> Decision:
    return decided(
        policy_text(BOTH),
        trip_text(ROOM, more=f"stage: estimate\n{approvals}"),
        decided_on=date(2026, 2, 1),
    )


def test_each_of_two_failed_conditions_is_listed_with_what_both_bring() -> None:
    decision = _of_both("")

    approval, booking = decision.changes
    assert (approval.rule, approval.payable_change) == ("approval", 150_00)
    assert (booking.rule, booking.payable_change) == ("booking", 0)
    assert booking.remedy.startswith("Ask the coordinator. Alone it brings nothing")
    assert decision.changes_together == 300_00


def test_one_failed_condition_brings_what_it_brings_alone() -> None:
    decision = _of_both("approvals: [{date: 2026-01-05}]")

    (booking,) = decision.changes
    assert (booking.rule, booking.payable_change) == ("booking", 150_00)
    assert decision.changes_together == 150_00


def test_of_what_is_refused_whole_no_part_is_said_to_be_paid() -> None:
    steps = line_of(_of_both(""), "room").trace

    assert [step.rule for step in steps] == ["approval"]


def test_a_penalty_that_has_taken_its_most_takes_nothing_off_the_next_expense() -> None:
    taxis = "\n".join(TAXI.replace("taxi,", f"{one},", 1) for one in ("first", "second"))
    rules = _rules("requires: no, otherwise: 50 %, otherwise_at_most: 30")

    decision = decided(policy_text(rules), trip_text(taxis))

    first, second = (line_of(decision, one).trace[-1] for one in ("first", "second"))
    assert "only a part is paid" in first.sentence
    assert second.sentence.startswith("This does not hold, but nothing is taken off here.")
    assert second.arithmetic.endswith("at most 30.00 taken off a trip, of which 30.00 before")


def test_an_estimate_takes_receipts_for_granted_and_tells_the_deadline() -> None:
    condition = "requires: line.receipt, at: claim, needed_by: 'add_months(line.date, 6)'"
    trip = trip_text(TAXI, more="stage: estimate")

    decision = decided(policy_text(_rules(condition)), trip)

    assert decision.payable == 80_00
    assert [(one.rule, one.until, one.lines) for one in decision.deadlines] == [
        ("c", date(2026, 9, 2), ("taxi",))
    ]


def test_what_has_no_value_is_told_with_its_rule_and_expense() -> None:
    rules = """
        benefits:
        - {id: all, text: All., covers: [taxi], pays: actual, up_to: 100 / trip.nights}
        """
    trip = trip_text(
        "- {id: one, kind: taxi, date: 2026-03-01, amount: 5}",
        more="starts: 2026-03-01\nends: 2026-03-01",
    )

    with pytest.raises(CannotCompute, match=r"rule all for expenses\[one\]: .*0"):
        decided(policy_text(rules), trip)


STAY = """
- {id: hotel, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-04, amount_each: 100}
- {id: taxi, kind: taxi, date: 2026-03-03, amount: 40}
"""


TOO_LATE = " It is too late for what is dated"


def _of_stay(day: int, keys: str = "", more: str = "") -> Decision:
    return decided(
        policy_text(_rules(f"{IN_TIME}{keys}")),
        trip_text(STAY, more=more),
        decided_on=date(2026, 3, day),
    )


@pytest.mark.parametrize(
    ("day", "brings", "lines", "too_late"),
    [
        (1, 340_00, ("hotel", "taxi"), ""),
        (2, 240_00, ("hotel", "taxi"), f"{TOO_LATE} 2026-03-01."),
        (3, 140_00, ("hotel", "taxi"), f"{TOO_LATE} 2026-03-01 to 2026-03-02."),
    ],
)
def test_what_comes_too_late_for_some_nights_is_told_for_the_rest(
    day: int, brings: int, lines: tuple[str, ...], too_late: str
) -> None:
    decision = _of_stay(day)

    (change,) = decision.changes
    (deadline,) = decision.deadlines
    assert (change.until, change.lines) == (date(2026, 3, day), lines)
    assert change.payable_change == decision.changes_together == brings
    assert change.remedy == f"Ask for approval.{too_late}"
    assert (deadline.until, deadline.lines) == (date(2026, 3, day), lines)


@pytest.mark.parametrize("day", [1, 2, 3])
def test_an_approval_of_the_day_brings_what_was_told(day: int) -> None:
    (change,) = _of_stay(day).changes

    approved = _of_stay(day, more=f"approvals: [{{date: 2026-03-0{day}}}]")

    assert approved.payable == change.payable_change


def test_what_is_too_late_for_everything_is_not_told() -> None:
    decision = _of_stay(4)

    assert decision.changes == ()
    assert decision.changes_together == 0
    assert [one.until for one in decision.deadlines] == [date(2026, 3, 1)]


def test_an_expense_wholly_past_is_not_among_those_still_to_be_met() -> None:
    decision = decided(
        policy_text(_rules(IN_TIME)),
        trip_text(STAY.replace("taxi, date: 2026-03-03", "taxi, date: 2026-03-01")),
        decided_on=date(2026, 3, 2),
    )

    (change,) = decision.changes
    assert (change.lines, change.payable_change) == (("hotel",), 200_00)


def test_what_is_past_can_be_set_aside_beside_what_is_ahead() -> None:
    decision = _of_stay(3, ", overridable: yes")

    ahead, aside = decision.changes
    assert (ahead.until, ahead.payable_change) == (date(2026, 3, 3), 140_00)
    assert (aside.until, aside.payable_change) == (None, 340_00)
    assert aside.remedy == "A supervisor may set this condition aside."
    assert decision.changes_together == 340_00


def test_under_a_cap_the_nights_ahead_bring_what_is_left_of_it() -> None:
    capped = f"{_rules(IN_TIME)}\nlimits:\n- {{id: cap, text: At most 90., cap: 90}}"

    decision = decided(policy_text(capped), trip_text(STAY), decided_on=date(2026, 3, 3))

    assert [one.payable_change for one in decision.changes] == [90_00]


def test_of_two_conditions_each_is_met_for_its_own_nights() -> None:
    decision = decided(
        policy_text(BOTH.replace("needed_by: trip.start", "needed_by: trip.end")),
        trip_text(ROOM),
        decided_on=date(2026, 3, 2),
    )

    approval, booking = decision.changes
    # Two nights of 100 of which approval alone leaves half.
    assert (approval.rule, approval.payable_change) == ("approval", 100_00)
    assert (booking.rule, booking.payable_change) == ("booking", 0)
    assert decision.changes_together == 200_00
