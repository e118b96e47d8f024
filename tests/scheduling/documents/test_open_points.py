"""What can still be done: deficiencies first, and nothing told twice."""

from __future__ import annotations

from datetime import date
from typing import Any

from pricing.money import Money
from scheduling.documents.open_points import Deficiency, OpenPoint, open_points_of
from tests.scheduling.documents.claims import APPROVAL, RECEIPTS, answer, line, refused

LABELS = {"taxi": "Taxi", "bus": "Bus", "hotel": "Hotel"}
REMEDY = "Ask care coordination to approve the trip."


def _change(
    text: str = APPROVAL, until: str | None = "2027-01-03", cents: int = 54_00
) -> dict[str, Any]:
    return {
        "rule": "approval",
        "text": text,
        "remedy": REMEDY,
        "until": until,
        "payable_change_cents": cents,
    }


def _deadline(text: str, until: str, *lines: str) -> dict[str, Any]:
    return {"rule": "window", "text": text, "until": until, "lines": list(lines)}


def _points(*deficiencies: Deficiency, **said: Any) -> tuple[OpenPoint, ...]:  # noqa: ANN401 — JSON
    lines = [refused("taxi", 54_00), line("bus", 1_00, 1_00), line("hotel", 1_00, 1_00)]
    return open_points_of(answer(lines, **said), deficiencies, LABELS)


def _deficiency(rule: str, cents: int | None) -> Deficiency:
    return Deficiency(
        line_label="Taxi",
        missing="The receipt.",
        rule_text=rule,
        until=date(2027, 1, 15),
        worth_cents=cents,
    )


def test_a_deficiency_is_told_with_its_day_and_its_worth() -> None:
    assert _points(_deficiency(RECEIPTS, 54_00)) == (
        OpenPoint("Taxi", "The receipt.", RECEIPTS, date(2027, 1, 15), Money(54_00, "USD")),
    )


def test_what_would_change_the_decision_names_the_expenses_it_refused() -> None:
    assert _points(would_change=[_change()]) == (
        OpenPoint("Taxi", REMEDY, APPROVAL, date(2027, 1, 3), Money(54_00, "USD")),
    )


def test_a_change_that_needs_no_day_has_none() -> None:
    (point,) = _points(would_change=[_change(until=None)])

    assert point.until is None


def test_a_change_whose_worth_a_deficiency_states_is_told_once() -> None:
    points = _points(_deficiency(APPROVAL, 54_00), would_change=[_change()])

    assert [point.missing for point in points] == ["The receipt."]


def test_a_change_is_told_where_the_deficiency_does_not_know_its_worth() -> None:
    points = _points(_deficiency(APPROVAL, None), would_change=[_change()])

    assert [point.worth for point in points] == [None, Money(54_00, "USD")]


def test_an_open_deadline_is_told_unless_its_rule_was() -> None:
    said = [
        _deadline("File within a year.", "2027-12-01", "taxi", "bus"),
        _deadline(APPROVAL, "2027-01-03", "taxi"),
    ]

    points = _points(would_change=[_change()], deadlines=said)

    assert [point.rule_text for point in points] == [APPROVAL, "File within a year."]
    assert points[1].concerns == "Taxi and Bus"
    assert points[1].worth is None


def test_a_deadline_counts_until_its_last_day_and_no_longer() -> None:
    today = _deadline("Today.", "2026-12-18", "taxi")
    yesterday = _deadline("Yesterday.", "2026-12-17", "taxi")

    assert [p.rule_text for p in _points(deadlines=[yesterday, today])] == ["Today."]


def test_a_deadline_of_every_expense_is_one_of_the_whole_claim() -> None:
    (point,) = _points(deadlines=[_deadline("File.", "2027-12-01", "taxi", "bus", "hotel")])

    assert point.concerns == "The whole claim"


def test_many_expenses_are_counted() -> None:
    keys = [f"taxi-{number}" for number in range(5)]
    lines = [line(key, 1, 1) for key in keys]
    document = answer(lines, deadlines=[_deadline("File.", "2027-12-01", *keys[:4])])

    (point,) = open_points_of(document, (), {key: key for key in keys})

    assert point.concerns == "4 expenses"
