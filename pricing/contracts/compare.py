"""Two offers on the same expected stay: scenario by scenario, and over the length of stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal, cast

from pricing.contracts.documents.stay_document import SCENARIOS, Scenario, Stay
from pricing.contracts.errors import StaysDiffer
from pricing.contracts.expected_stay import claim_of
from pricing.contracts.prepared import Prepared
from pricing.contracts.price import Pricing, price_claim
from pricing.money import Money

FORMAT: Final = "sojourn-contract-comparison/1"
Side = Literal["a", "b", "equal"]


@dataclass(frozen=True, slots=True)
class Point:
    """What both offers come to for one length of stay, in minor units."""

    days: int
    charges: int
    a: int
    b: int

    @property
    def cheaper(self) -> Side:
        """Return which offer is cheaper."""
        if self.a == self.b:
            return "equal"
        return "a" if self.a < self.b else "b"


@dataclass(frozen=True, slots=True)
class BreakEven:
    """A length of stay from which on another offer is cheaper than for a day less.

    ``since`` is the shortest stay for which ``before`` holds without a change up to here, and
    ``until`` the longest for which ``after`` does; None: no change is known of.
    """

    days: int
    before: Side
    after: Side
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two offers on one stay: the scenarios low, expected, high; the curve from day 1 on."""

    stay: Stay
    a: Prepared
    b: Prepared
    scenarios: tuple[tuple[str, Point], ...]
    curve: tuple[Point, ...]

    @property
    def break_even(self) -> tuple[BreakEven, ...]:
        """Return every length of stay at which the cheaper offer changes."""
        changes = [
            (before, after)
            for before, after in pairwise(self.curve)
            if before.cheaper != after.cheaper
        ]
        days = [None, *(after.days for _, after in changes), None]
        return tuple(
            BreakEven(after.days, before.cheaper, after.cheaper, since, until and until - 1)
            for (before, after), since, until in zip(changes, days, days[2:], strict=False)
        )


def compare(a: Prepared, b: Prepared, stay: Stay) -> Comparison:
    """Return both offers priced on every scenario and on each length of stay.

    The curve runs to the stay's ``curve_to``, or to its high scenario's days, with the expected
    figures for everything that does not depend on days. Raises StaysDiffer where an offer pays in
    another currency than the stay's, and as `price_claim` does.
    """
    for offer in (a, b):
        _require_currency(offer, stay)
    scenarios = []
    for scenario in SCENARIOS:
        name = cast("Scenario", scenario)
        scenarios.append((scenario, _point(a, b, stay, name, None)))
    last = stay.curve_to or stay.days.high
    curve = tuple(_point(a, b, stay, "expected", days) for days in range(1, last + 1))
    return Comparison(stay, a, b, tuple(scenarios), curve)


def _require_currency(offer: Prepared, stay: Stay) -> None:
    """Refuse an offer that pays in another currency, though it may convert what is claimed."""
    theirs = offer.terms.currency
    if theirs != stay.currency:
        raise StaysDiffer(
            "currency",
            f"is {stay.currency}, and {offer.terms.id} pays in {theirs}; days to come have no "
            "rate, so write stay and offers in one currency",
        )


def _point(a: Prepared, b: Prepared, stay: Stay, scenario: Scenario, days: int | None) -> Point:
    claim = claim_of(stay, scenario, days)
    priced = [price_claim(prepared, claim) for prepared in (a, b)]
    one, other = (pricing.rounder.to_minor(pricing.allowed) for pricing in priced)
    return Point(int(claim.days or 0), _charges(priced[0]), one, other)


def _charges(pricing: Pricing) -> int:
    return sum(
        pricing.rounder.to_minor(line.charge)
        for line in pricing.scene.lines
        if line.charge is not None
    )


def to_document(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON; amounts in minor units."""
    return {
        "format": FORMAT,
        "stay": comparison.stay.id,
        "currency": comparison.stay.currency,
        "a": _offer(comparison.a),
        "b": _offer(comparison.b),
        "scenarios": [
            {"scenario": name, **_point_document(point)} for name, point in comparison.scenarios
        ],
        "curve": [_point_document(point) for point in comparison.curve],
        "break_even": [
            {
                "days": one.days,
                "cheaper_before": one.before,
                "cheaper_from": one.after,
                "sentence": sentence_of(one, comparison),
            }
            for one in comparison.break_even
        ],
    }


def sentence_of(one: BreakEven, comparison: Comparison) -> str:
    """Return what happens at a break-even day, in words."""
    names = {"a": comparison.a.terms.id, "b": comparison.b.terms.id}
    below = _days(one.since, one.days - 1)
    if one.after == "equal":
        here = _days(one.days, one.days if one.until is None else one.until)
        return f"{here.capitalize()} both cost the same; {below} {names[one.before]} is cheaper."
    here = _days(one.days, one.until)
    if one.before == "equal":
        return f"{here.capitalize()} {names[one.after]} is cheaper; a day less costs the same."
    return f"{here.capitalize()} {names[one.after]} is cheaper; {below} {names[one.before]} is."


def _days(first: int | None, last: int | None) -> str:
    """Return some lengths of stay in words; None: no bound."""
    if first is None:
        return f"up to {last} day{'' if last == 1 else 's'}"
    if last is None:
        return f"from {first} days on"
    if first == last:
        return f"at {first} day{'' if first == 1 else 's'}"
    return f"from {first} to {last} days"


def _offer(prepared: Prepared) -> dict[str, Any]:
    terms = prepared.terms
    return {"terms": terms.id, "title": terms.title, "source": terms.source}


def _point_document(point: Point) -> dict[str, Any]:
    return {
        "days": point.days,
        "charges_cents": point.charges,
        "a_cents": point.a,
        "b_cents": point.b,
        "difference_cents": point.b - point.a,
        "cheaper": point.cheaper,
    }


def lines_of(comparison: Comparison) -> Iterable[str]:
    """Yield a comparison for a terminal."""
    currency = comparison.stay.currency
    names = (comparison.a.terms.id, comparison.b.terms.id)
    for name, point in comparison.scenarios:
        amounts = [Money(cents, currency).to_decimal_text() for cents in (point.a, point.b)]
        told = ", ".join(f"{who} {amount}" for who, amount in zip(names, amounts, strict=True))
        yield f"{name} ({point.days} days): {told} {currency}"
    for one in comparison.break_even:
        yield sentence_of(one, comparison)
    if not comparison.break_even:
        yield f"No break-even up to {comparison.curve[-1].days} days."
