"""A coverage decision for the pages: each line from claimed to taxable, with every step."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from api.errors import FieldError
from api.formatting import format_date, format_difference, format_list, format_words
from logistics.trip_parts import name_of
from pricing.coverage.wording import amount
from pricing.money import Money
from scheduling.documents import wording

Answer = Mapping[str, Any]
"""A decision as ``sojourn cover --json`` prints it."""

_STAGES: Final = ("claimed", "eligible", "capped", "payable", "taxable")


def present_decision(answer: Answer, titles: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return totals, lines, what would change them, deadlines, balances and rates.

    ``titles`` are what lines are called, by their ids; the others go by their id.
    """
    currency, titles = answer["currency"], titles or {}
    return {
        "policy": f"{answer['policy']['id']}, version {answer['policy']['version']}",
        "source": answer["policy"]["source"],
        "tax_rule": answer["policy"]["tax_rule"],
        "decided_on": format_date(date.fromisoformat(answer["decided_on"])),
        "totals": [
            {"label": label, "amount": _money(answer[f"{key}_cents"], currency)}
            for label, key in (
                ("Claimed", "claimed"),
                ("The plan pays", "payable"),
                ("The patient pays", "patient"),
                ("Of it taxable", "taxable"),
            )
        ],
        "lines": [_line(line, currency, titles) for line in answer["lines"]],
        # Decisions kept from before there were warnings have none.
        "doubts": [_doubt(one) for one in answer.get("warnings", ())],
        "changes": _changes(answer, currency),
        "deadlines": [
            {
                "until": format_date(date.fromisoformat(one["until"])),
                "text": one["text"],
                "lines": name_lines(answer, one["lines"], titles),
            }
            for one in answer["deadlines"]
        ],
        "balances": _balances(answer["balances"], currency),
        "rates": [
            f"1 {one['from']} = {one['value']} {one['to']}, published "
            f"{format_date(date.fromisoformat(one['date']))}"
            for one in answer["rates"]
        ],
    }


def name_lines(answer: Answer, lines: Collection[str], titles: Mapping[str, str]) -> str:
    """Return what these lines are called; nothing where that is all there are."""
    if len(lines) == len(answer["lines"]) > 1:
        return ""
    return format_list([titles.get(one, one) for one in lines])


def present_refusals(refusals: tuple[FieldError, ...]) -> list[str]:
    """Return in one line each why a trip was not decided."""
    return [f"{one.field}: {one.message}" if one.field else one.message for one in refusals]


def _line(line: Mapping[str, Any], currency: str, titles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": line["id"],
        "title": titles.get(line["id"], line["id"]),
        "kind": format_words(line["kind"]),
        "figures": [
            {"label": key.capitalize(), "amount": _plain(line[f"{key}_cents"], currency)}
            for key in _STAGES
        ],
        "patient": _money(line["patient_cents"], currency),
        "steps": [_step(step, currency) for step in line["trace"]],
    }


def _doubt(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return a warning; of a kept decision, whose documents nobody typed, it has no line."""
    line = one.get("line")
    return {
        "text": f"{one['field']}: {one['message']}",
        "line": line,
        "where": "" if line is None else f"line {line} of the {one['file']}",
        "is_of_trip": one.get("file") == "trip",
    }


def _step(step: Mapping[str, Any], currency: str) -> dict[str, str]:
    before, after = (_plain(step[f"{when}_cents"], currency) for when in ("before", "after"))
    return {
        "rule": step["rule"],
        "stage": format_words(step["stage"]),
        "text": step["text"],
        "sentence": step["sentence"],
        "arithmetic": step["arithmetic"],
        "amounts": before if before == after else f"{before} → {after}",
        "source": f"{step['policy']} {step['version']}, {step['source']}",
    }


def _changes(answer: Mapping[str, Any], currency: str) -> list[dict[str, str]]:
    """Return what would change it, and of several what all would; older answers do not tell."""
    changes = [_change(one, currency) for one in answer["would_change"]]
    together = answer.get("would_change_together_cents")
    if len(changes) > 1 and together is not None:
        amount = format_difference(Money(together, currency))
        changes.append({"text": "All together:", "remedy": "", "until": "", "amount": amount})
    return changes


def _change(one: Mapping[str, Any], currency: str) -> dict[str, str]:
    until = one["until"]
    return {
        "text": one["text"],
        "remedy": one["remedy"],
        "until": format_date(date.fromisoformat(until)) if until else "",
        "amount": format_difference(Money(one["payable_change_cents"], currency)),
    }


def _balances(balances: Mapping[str, Any], currency: str) -> list[dict[str, str]]:
    """Return each balance that the trip touches, before and after it."""
    before = {_key(one): one for one in balances["before"]["used"]}
    return [
        {
            "name": one["balance"],
            "whose": name_of(one["whose"]),
            "period": one["period"],
            "before": _used(before.get(_key(one)), currency),
            "after": _used(one, currency),
        }
        for one in balances["after"]["used"]
    ]


def _key(one: Mapping[str, Any]) -> tuple[str, str, str]:
    return one["balance"], one["whose"], one["period"]


def _used(one: Mapping[str, Any] | None, currency: str) -> str:
    if one is None:
        return "–"
    if "amount" not in one:
        return str(one["count"])
    return wording.money(Money.parse(one["amount"], currency))


def _money(cents: int, currency: str) -> str:
    return wording.money(Money(cents, currency))


def _plain(cents: int, currency: str) -> str:
    return amount(cents, currency)
