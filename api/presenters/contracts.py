"""Two offers on one stay, and a priced claim, for people."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from api.formatting import format_count, format_difference
from api.presenters.price_plot import WIDTH, scale_for
from pricing.contracts.answer import line_sentences, step_sentence
from pricing.money import Money
from scheduling.documents import wording

HEIGHT: Final = 300
"""Units of the drawing of two curves, from its top down."""

_DOUBTS_MAX: Final = 50
_DOCUMENTS: Final = MappingProxyType(
    {"terms": "Terms", "claim": "Claim", "a": "First offer", "b": "Second offer"}
)
_SCENARIOS: Final = MappingProxyType(
    {"low": "Short and plain", "expected": "As expected", "high": "Long and dear"}
)


def present_comparison(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a comparison as the page shows it."""
    currency = found["currency"]
    curve = found["curve"]
    return {
        "stay": found["stay"],
        "a": found["a"],
        "b": found["b"],
        "scenarios": [
            {"name": _SCENARIOS[one["scenario"]], **_point(one, found)}
            for one in found["scenarios"]
        ],
        "curve": [_point(one, found) for one in curve],
        "break_even": [one["sentence"] for one in found["break_even"]],
        "last": format_count(curve[-1]["days"], "day"),
        "doubts": list_doubts(found),
        "currency": currency,
        "drawing": _drawing(curve, found["break_even"], currency),
    }


def present_priced(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a priced claim as the page shows it."""
    currency = found["currency"]
    return {
        "terms": found["terms"],
        "claim": found["claim"],
        "sums": [
            {"label": label, "text": _money(found[key], currency)}
            for key, label in (
                ("charges_cents", "Charged"),
                ("allowed_cents", "Allowed"),
                ("patient_cents", "The patient's share"),
                ("payer_cents", "The payer's"),
            )
            if found[key] is not None
        ],
        "lines": [
            {
                "id": line["id"],
                "code": " ".join(line[key] for key in ("revenue_code", "code") if line[key]),
                "allowed": _money(line["allowed_cents"], currency),
                "term": line["term"] or "no term",
                "reason": line["reason"] or "",
                "trace": line_sentences(line),
            }
            for line in found["lines"]
        ],
        "steps": [{"id": step["id"], "words": step_sentence(step)} for step in found["steps"]],
        "patient": [one["arithmetic"] for one in found["patient_trace"]],
        "unpriced": found["unpriced"],
        "doubts": list_doubts(found),
    }


def list_doubts(found: Mapping[str, Any]) -> list[str]:
    """Return what looks wrong in the documents, as sentences; of very many the first."""
    told = [
        f"{_DOCUMENTS[one['file']]}, line {one['line']}: "
        f"{one['path'] + ': ' if one['path'] else ''}{one['message']}"
        for one in found["warnings"]
    ]
    more = len(told) - _DOUBTS_MAX
    return told if more <= 0 else [*told[:_DOUBTS_MAX], f"and {more} more"]


def _point(one: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    currency = found["currency"]
    names = {"a": found["a"]["terms"], "b": found["b"]["terms"], "equal": "neither"}
    return {
        "days": one["days"],
        "charges": _money(one["charges_cents"], currency),
        "a": _money(one["a_cents"], currency),
        "b": _money(one["b_cents"], currency),
        "difference": format_difference(Money(one["difference_cents"], currency)),
        "cheaper": names[one["cheaper"]],
    }


def _drawing(
    curve: list[Mapping[str, Any]], breaks: list[Mapping[str, Any]], currency: str
) -> dict[str, Any]:
    """Return both curves as points of one drawing, a day from the left for each day."""
    unit = Decimal(10) ** Money.zero(currency).decimals
    scale = scale_for(Decimal(one[side]) / unit for one in curve for side in ("a_cents", "b_cents"))
    last = max(one["days"] for one in curve)

    def x(days: int) -> float:
        return round(float(WIDTH * days / last), 1)

    def points(side: str) -> str:
        found = []
        for one in curve:
            height = HEIGHT - scale.at(Decimal(one[side]) / unit) * HEIGHT / WIDTH
            found.append(f"{x(one['days'])},{round(height, 1)}")
        return " ".join(found)

    return {
        "a": points("a_cents"),
        "b": points("b_cents"),
        "breaks": [x(one["days"]) for one in breaks],
        "levels": [
            {"label": tick["label"], "y": round(HEIGHT - tick["x"] * HEIGHT / WIDTH, 1)}
            for tick in reversed(scale.ticks)
        ],
        "days": [1, last],
    }


def _money(cents: int, currency: str) -> str:
    return wording.money(Money(cents, currency))
