"""The days of a stay: as the claim states them, or counted by the terms' rule."""

from __future__ import annotations

from fractions import Fraction

from pricing.contracts.line_facts import Unstated
from pricing.contracts.scene import Scene
from pricing.expressions.values import Value


def read_stay_fact(scene: Scene, name: str) -> Value | Unstated:
    """Return a fact of the stay: days, covered_days, nights or hours."""
    claim = scene.claim
    match name:
        case "hours":
            return Unstated("claim.hours") if claim.hours is None else Fraction(claim.hours)
        case "covered_days" if claim.covered_days is not None:
            return Fraction(claim.covered_days)
        case "nights":
            return _nights(scene)
        case _:
            return count_days(scene) if claim.days is None else Fraction(claim.days)


def _nights(scene: Scene) -> Value | Unstated:
    claim = scene.claim
    if claim.admitted is None or claim.discharged is None:
        return Unstated("claim.admitted and claim.discharged")
    return Fraction((claim.discharged - claim.admitted).days)


def count_days(scene: Scene) -> Value | Unstated:
    """Return the days from admission to discharge by the terms' rule, whatever the claim states."""
    nights = _nights(scene)
    if isinstance(nights, Unstated):
        return Unstated("claim.days (or claim.admitted and claim.discharged)")
    assert isinstance(nights, Fraction)  # noqa: S101 — as returned above
    rule = scene.prepared.terms.days
    if rule.count == "both_ends":
        return nights + 1
    return nights or Fraction(rule.same_day)
