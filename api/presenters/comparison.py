"""Two revisions of a policy over the same trips: whose payable changes, by how much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from api.coverage.wishes import list_refusals
from api.formatting import format_difference
from api.presenters.decisions import present_refusals
from pricing.money import Money
from scheduling.documents import wording

Told = Mapping[str, Any]


def present_comparison(trips: Iterable[Told]) -> dict[str, Any]:
    """Return a row for each trip, the largest change first, the totals, and what has no answer."""
    compared = [trip for trip in trips if _is_comparable(trip)]
    compared.sort(key=lambda trip: (-abs(_difference(trip)), trip["id"]))
    return {
        "rows": [_row(trip) for trip in compared],
        "totals": _totals(compared),
        "changed": sum(1 for trip in compared if _difference(trip)),
        "undecided": [_undecided(trip) for trip in trips if not _is_comparable(trip)],
    }


def _is_comparable(trip: Told) -> bool:
    sides = [trip[name].get("answer") for name in ("before", "after")]
    return all(sides) and sides[0]["currency"] == sides[1]["currency"]


def _difference(trip: Told) -> int:
    before, after = (trip[name]["answer"]["payable_cents"] for name in ("before", "after"))
    return int(after - before)


def _row(trip: Told) -> dict[str, Any]:
    before, after = (trip[name]["answer"] for name in ("before", "after"))
    currency = before["currency"]
    return {
        "id": trip["id"],
        "before": wording.money(Money(before["payable_cents"], currency)),
        "after": wording.money(Money(after["payable_cents"], currency)),
        "difference": format_difference(Money(_difference(trip), currency)),
        "kind": _kind(_difference(trip)),
        "lines": _changed_lines(before, after),
    }


def _changed_lines(before: Told, after: Told) -> list[str]:
    """Return each line whose payable is another, the largest change first."""
    paid = {line["id"]: line["payable_cents"] for line in before["lines"]}
    changes = [
        (line["payable_cents"] - paid.get(line["id"], 0), line["id"]) for line in after["lines"]
    ]
    changes.sort(key=lambda change: (-abs(change[0]), change[1]))
    return [
        f"{name} {format_difference(Money(change, before['currency']))}"
        for change, name in changes
        if change
    ]


def _totals(compared: list[Told]) -> list[dict[str, str]]:
    """Return one sum for each currency."""
    sums: dict[str, tuple[int, int]] = {}
    for trip in compared:
        before, after = (trip[name]["answer"] for name in ("before", "after"))
        first, second = sums.get(before["currency"], (0, 0))
        sums[before["currency"]] = (
            first + before["payable_cents"],
            second + after["payable_cents"],
        )
    return [
        {
            "before": wording.money(Money(first, currency)),
            "after": wording.money(Money(second, currency)),
            "difference": format_difference(Money(second - first, currency)),
        }
        for currency, (first, second) in sorted(sums.items())
    ]


def _undecided(trip: Told) -> dict[str, Any]:
    reasons = {
        name: present_refusals(list_refusals(trip[name]))[:3] for name in ("before", "after")
    }
    if not any(reasons.values()):
        reasons["after"] = ["it pays in another currency"]
    return {"id": trip["id"], **reasons}


def _kind(difference: int) -> str:
    if not difference:
        return "plain"
    return "good" if difference > 0 else "warn"
