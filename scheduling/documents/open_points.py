"""What can still be done about a decided claim: what to send or ask for, until when, worth what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pricing.money import Money
from scheduling.documents import wording
from scheduling.documents.unpaid_reasons import lowering_steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Deficiency:
    """What is missing of an expense.

    ``until`` is the last day on which it may be supplied, ``worth_cents`` what would then be paid
    more, in minor units of the policy's currency; None where that is not known.
    """

    line_label: str
    missing: str
    rule_text: str
    until: date | None
    worth_cents: int | None


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One thing that can still be done, and for which expenses."""

    concerns: str
    missing: str
    rule_text: str
    until: date | None
    worth: Money | None


def open_points_of(
    answer: Mapping[str, Any], deficiencies: Sequence[Deficiency], labels: Mapping[str, str]
) -> tuple[OpenPoint, ...]:
    """Return the deficiencies, then what else the answer says would change it, then open deadlines.

    A rule is told once: a change whose worth a deficiency already states is left out, a deadline
    of a rule told before it as well, and one that had passed when the decision was made.
    """
    currency = answer["currency"]
    missing = [_of_deficiency(one, currency) for one in deficiencies]
    stated = {point.rule_text for point in missing if point.worth is not None}
    changes = [
        _of_change(one, answer, labels)
        for one in answer["would_change"]
        if wording.one_line(one["text"]) not in stated
    ]
    told = {point.rule_text for point in (*missing, *changes)}
    decided_on = date.fromisoformat(answer["decided_on"])
    deadlines = [
        _of_deadline(one, labels)
        for one in answer["deadlines"]
        if wording.one_line(one["text"]) not in told
        and date.fromisoformat(one["until"]) >= decided_on
    ]
    return (*missing, *changes, *deadlines)


def _of_deficiency(one: Deficiency, currency: str) -> OpenPoint:
    return OpenPoint(
        concerns=wording.one_line(one.line_label),
        missing=wording.one_line(one.missing),
        rule_text=wording.one_line(one.rule_text),
        until=one.until,
        worth=None if one.worth_cents is None else Money(one.worth_cents, currency),
    )


def _of_change(
    one: Mapping[str, Any], answer: Mapping[str, Any], labels: Mapping[str, str]
) -> OpenPoint:
    # Answers kept from before a change named its expenses have the trace alone.
    lines = one.get("lines") or [
        line["id"]
        for line in answer["lines"]
        if any(step["rule"] == one["rule"] for step in lowering_steps(line))
    ]
    return OpenPoint(
        concerns=_expenses(lines, labels),
        missing=wording.one_line(one["remedy"]) or "See to it that this is met.",
        rule_text=wording.one_line(one["text"]),
        until=None if one["until"] is None else date.fromisoformat(one["until"]),
        worth=Money(one["payable_change_cents"], answer["currency"]),
    )


def _of_deadline(one: Mapping[str, Any], labels: Mapping[str, str]) -> OpenPoint:
    return OpenPoint(
        concerns=_expenses(one["lines"], labels),
        missing="See to it that this is met.",
        rule_text=wording.one_line(one["text"]),
        until=date.fromisoformat(one["until"]),
        worth=None,
    )


def _expenses(lines: Sequence[str], labels: Mapping[str, str]) -> str:
    """Return the expenses by name, or how many they are."""
    names = list(dict.fromkeys(labels[line] for line in lines))
    if not names or len(names) == len(labels) > 1:
        return "The whole claim"
    few = 3
    if len(names) > few:
        return f"{len(lines)} expenses"
    return wording.people([wording.isolated(name) for name in names])
