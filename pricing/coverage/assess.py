"""Conditions, benefits and limits over the pieces of one scene: what is payable of each piece."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pricing.coverage.benefits import Found, Grant, find_benefit, grant
from pricing.coverage.conditions import Tested, meet_conditions
from pricing.coverage.decision import BalanceKey
from pricing.coverage.documents.policy_document import Limit
from pricing.coverage.ledger import Ledger
from pricing.coverage.limit_run import Granted, Run
from pricing.coverage.limits import apply_limit
from pricing.coverage.prepared import PreparedVersion
from pricing.coverage.rounding import Rounder, rounder_of
from pricing.coverage.scene import Scene
from pricing.coverage.travellers import members_of


@dataclass(frozen=True, slots=True)
class LimitStep:
    """What a limit made of one line: minor units before and after, and how."""

    limit: Limit
    line: int
    before: int
    after: int
    words: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """The outcome for every piece, in the order of the scene's pieces.

    ``eligible`` and ``payable`` are minor units; ``grants`` holds what a benefit gave a piece
    before its conditions' shares, None where none did; ``capped_off`` is what caps took of it.
    """

    tested: tuple[tuple[Tested, ...], ...]
    found: tuple[Found, ...]
    grants: tuple[Grant | None, ...]
    eligible: tuple[int, ...]
    capped_off: tuple[int, ...]
    payable: tuple[int, ...]
    limit_steps: tuple[LimitStep, ...]
    ledger: Ledger


def assess(
    scene: Scene,
    prepared: PreparedVersion,
    balances: Mapping[BalanceKey, Fraction],
    *,
    assumed: Collection[str] = (),
) -> Assessed:
    """Return what each piece gets; conditions in ``assumed`` are taken as met."""
    members = {name: members_of(scene, name) for name in _sets(prepared)}
    tested = tuple(
        tuple(meet_conditions(scene, prepared, piece, assumed=assumed)) for piece in scene.pieces
    )
    shares = [math.prod((one.share for one in of_piece), start=Fraction(1)) for of_piece in tested]
    found = tuple(find_benefit(scene, prepared, piece, members) for piece in scene.pieces)
    grants = _grant_all(scene, prepared, found, shares)
    rounder = rounder_of(scene.policy.rounding, scene.minor_units)
    eligible = _rounded(scene, rounder, grants, shares)
    ledger = Ledger(dict(balances))
    payable, capped_off, steps = _limited(
        scene, prepared, found, eligible, ledger=ledger, rounder=rounder
    )
    return Assessed(
        tested=tested,
        found=found,
        grants=tuple(grants),
        eligible=tuple(eligible),
        capped_off=tuple(capped_off),
        payable=tuple(payable),
        limit_steps=tuple(steps),
        ledger=ledger,
    )


def _sets(prepared: PreparedVersion) -> frozenset[str]:
    return frozenset(benefit.travellers for benefit, _ in prepared.benefits)


def _grant_all(
    scene: Scene, prepared: PreparedVersion, found: Sequence[Found], shares: Sequence[Fraction]
) -> list[Grant | None]:
    grants: list[Grant | None] = [None] * len(found)
    groups = 0
    for benefit, _ in prepared.benefits:
        members = [
            one.covered
            for one, share in zip(found, shares, strict=True)
            if one.benefit is not None and one.benefit.id == benefit.id and share > 0
        ]
        for given in grant(scene, benefit, members, groups):
            grants[given.piece.place] = given
            groups = given.group + 1
    return grants


def _rounded(
    scene: Scene, rounder: Rounder, grants: Sequence[Grant | None], shares: Sequence[Fraction]
) -> list[int]:
    """Return whole minor units, rounded once for each amount or once for each line."""
    eligible = [0] * len(grants)
    by_amount: dict[int, list[Grant]] = {}
    each_line = scene.policy.rounding.each == "line"
    for given in grants:
        if given is not None:
            by_amount.setdefault(given.piece.line if each_line else given.group, []).append(given)
    for together in by_amount.values():
        exact = [given.exact * shares[given.piece.place] for given in together]
        for given, rounded in zip(together, rounder.spread(exact), strict=True):
            cost = scene.price_of(given.piece).cost
            # Rounding up must not pay more than what was spent.
            is_actual = given.benefit.pays == "actual"
            most = cost if is_actual and cost is not None else rounded
            eligible[given.piece.place] = min(rounded, most)
    return eligible


def _limited(
    scene: Scene,
    prepared: PreparedVersion,
    found: Sequence[Found],
    eligible: Sequence[int],
    *,
    ledger: Ledger,
    rounder: Rounder,
) -> tuple[list[int], list[int], list[LimitStep]]:
    granted = [Granted(one.covered, "" if one.benefit is None else one.benefit.id) for one in found]
    current = list(eligible)
    capped_off = [0] * len(current)
    steps: list[LimitStep] = []
    by_id = {limit.rule.id: limit for limit in prepared.limits}
    for limit in prepared.limits:
        before = list(current)
        run = Run(
            scene=scene,
            prepared=limit,
            granted=granted,
            current=current,
            ledger=ledger,
            rounder=rounder,
            limits=by_id,
            words={},
        )
        apply_limit(run)
        steps += _steps(limit.rule, granted, before, current, run.words)
        if limit.rule.cap is not None:
            for place, amount in enumerate(before):
                capped_off[place] += amount - current[place]
    return current, capped_off, steps


def _steps(
    limit: Limit,
    granted: Sequence[Granted],
    before: Sequence[int],
    after: Sequence[int],
    words: Mapping[int, Sequence[str]],
) -> list[LimitStep]:
    """Return one step for every line that the limit lowered."""
    steps = []
    for line in words:
        places = [place for place, one in enumerate(granted) if one.piece.line == line]
        steps.append(
            LimitStep(
                limit=limit,
                line=line,
                before=sum(before[place] for place in places),
                after=sum(after[place] for place in places),
                words="; ".join(words[line]),
            )
        )
    return steps
