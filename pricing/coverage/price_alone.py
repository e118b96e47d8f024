"""What a policy pays of expenses taken alone, before the limits that look beyond them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from pricing.coverage.assess import assess
from pricing.coverage.decide import Question, scene_of, version_in_force
from pricing.coverage.documents.policy_document import Limit
from pricing.coverage.groups import Covered
from pricing.coverage.ledger import Ledger
from pricing.coverage.limit_run import Granted, Run, amount_for, balance_of
from pricing.coverage.rounding import rounder_of
from pricing.expressions.tree import Expression


@dataclass(frozen=True, slots=True)
class PriceAlone:
    """Minor units of the policy's currency: 0 <= payable <= claimed; ``spent`` <= claimed."""

    spent: int
    claimed: int
    payable: int


def price_alone(question: Question, own_limits: int) -> tuple[PriceAlone, ...]:
    """Return what is claimed and payable of each of the trip's expenses after the first limits.

    Expenses whose reach is the option's own (see `separable`) get what each would get alone, so
    that many can be priced at once. Raises as `decide` does.
    """
    prepared = version_in_force(question.policy, question.trip, question.decided_on)
    scene = scene_of(question, prepared)
    own = replace(prepared, limits=prepared.limits[:own_limits])
    assessed = assess(scene, own, question.balances)
    lines = len(question.trip.expenses)
    spent, granted, payable = [0] * lines, [0] * lines, [0] * lines
    for piece in scene.pieces:
        spent[piece.line] += scene.prices[piece.place].cost or 0
        granted[piece.line] += assessed.granted[piece.place]
        payable[piece.line] += assessed.payable[piece.place]
    return tuple(
        PriceAlone(spent[line], max(spent[line], granted[line]), payable[line])
        for line in range(lines)
    )


def spent_alone(question: Question) -> tuple[PriceAlone, ...]:
    """Return what each of the trip's expenses costs, taken as claimed and as payable too."""
    prepared = version_in_force(question.policy, question.trip, question.decided_on)
    scene = scene_of(question, prepared)
    spent = [0] * len(question.trip.expenses)
    for piece in scene.pieces:
        spent[piece.line] += scene.prices[piece.place].cost or 0
    return tuple(PriceAlone(cents, cents, cents) for cents in spent)


def left_of_cap(question: Question, cap: Limit) -> tuple[int, ...]:
    """Return what is left of a cap over everything, in minor units.

    One entry for each balance that the trip's expenses draw on.
    """
    prepared = version_in_force(question.policy, question.trip, question.decided_on)
    scene = scene_of(question, prepared)
    granted = [Granted(Covered(piece, piece.people), "") for piece in scene.pieces]
    run = Run(
        scene=scene,
        prepared=next(one for one in prepared.limits if one.rule.id == cap.id),
        granted=granted,
        current=[0] * len(granted),
        ledger=Ledger(dict(question.balances)),
        rounder=rounder_of(scene.policy.rounding, scene.minor_units),
        limits={one.rule.id: one for one in prepared.limits},
        words={},
    )
    amount = cap.cap
    # Only caps of everything are asked for, which have one amount.
    assert isinstance(amount, Expression)  # noqa: S101 — no other is asked for
    balances = {balance_of(run, place): place for place in range(len(granted))}
    return tuple(
        max(0, int(amount_for(run, amount, [place]) - question.balances.get(one, Fraction(0))))
        for one, place in balances.items()
    )
