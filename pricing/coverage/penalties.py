"""Penalties: conditions that are not met and still leave a part, such as 75 % without approval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pricing.coverage.benefits import place_of
from pricing.coverage.conditions import Tested
from pricing.coverage.documents.policy_document import Condition
from pricing.coverage.place import value_of
from pricing.coverage.rounding import CENTS, RoundedOff, Rounder
from pricing.coverage.scene import Scene
from pricing.coverage.wording import decimal, money


@dataclass(frozen=True, slots=True)
class Penalty:
    """What a condition left of one line: minor units before and after, and how."""

    condition: Condition
    line: int
    before: int
    after: int
    words: str
    rounded: RoundedOff


def penalise(
    scene: Scene, rounder: Rounder, tested: Sequence[Sequence[Tested]], amounts: list[int]
) -> list[Penalty]:
    """Lower the granted amounts, in place, by what each failed condition leaves of them."""
    by_rule: dict[str, list[Tested]] = {}
    for of_piece in tested:
        for one in of_piece:
            if 0 < one.share < 1:
                by_rule.setdefault(one.condition.id, []).append(one)
    return [
        step for tests in by_rule.values() for step in _penalise(scene, rounder, tests, amounts)
    ]


def _penalise(
    scene: Scene, rounder: Rounder, tests: Sequence[Tested], amounts: list[int]
) -> list[Penalty]:
    steps = []
    most = left = _most(scene, tests[0])
    by_line: dict[int, list[Tested]] = {}
    for one in tests:
        by_line.setdefault(one.piece.line, []).append(one)
    for line, of_line in by_line.items():
        places = [one.piece.place for one in of_line]
        before = sum(amounts[place] for place in places)
        used = 0 if most is None or left is None else most - left
        exact = [amounts[place] * one.share for place, one in zip(places, of_line, strict=True)]
        kept = rounder.spread(exact)
        for place, amount in zip(places, kept, strict=True):
            taken = amounts[place] - min(amount, amounts[place])
            taken = taken if left is None else min(taken, left)
            left = None if left is None else left - taken
            amounts[place] -= taken
        after = sum(amounts[place] for place in places)
        words = f"{decimal(of_line[0].share * 100)} % of {money(scene, before)}"
        # Where no more may be taken off, nothing was rounded.
        is_whole = left == 0
        if most is not None and after > sum(kept):
            words += f", and at most {money(scene, most)} taken off a trip"
            words += f", of which {money(scene, used)} before" if used else ""
        rounded = RoundedOff(Fraction(after) if is_whole else sum(exact, Fraction(0)), after)
        steps.append(Penalty(of_line[0].condition, line, before, after, words, rounded))
    return steps


def _most(scene: Scene, one: Tested) -> int | None:
    """Return the most that the condition takes off a trip; None: no such limit."""
    expression = one.condition.otherwise_at_most
    if expression is None:
        return None
    value = value_of(expression, place_of(scene, one.piece, one.condition.id))
    assert isinstance(value, Fraction)  # noqa: S101 — checked when the policy was read
    return CENTS.round(max(Fraction(0), value) * scene.minor_units)
