"""Conditions, benefits and limits over the pieces of one scene: what is payable of each piece."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pricing.coverage.benefits import Found, find_benefit, grant
from pricing.coverage.conditions import Tested, meet_conditions
from pricing.coverage.decision import BalanceKey
from pricing.coverage.decision_errors import FactNotStated
from pricing.coverage.documents.policy_document import Limit
from pricing.coverage.grants import Grant
from pricing.coverage.ledger import Ledger
from pricing.coverage.limit_run import Granted, Run
from pricing.coverage.limits import apply_limit
from pricing.coverage.penalties import Penalty, penalise
from pricing.coverage.prepared import PreparedVersion
from pricing.coverage.rounding import RoundedOff, Rounder, rounder_of
from pricing.coverage.scene import Scene
from pricing.coverage.travellers import members_of
from pricing.documents.errors import NoTableRow
from pricing.expressions.errors import CannotCompute


@dataclass(frozen=True, slots=True)
class LimitStep:
    """What a limit made of one line: minor units before and after, and how.

    ``kept`` was rounded of what it leaves, ``taken`` of what it takes off.
    """

    limit: Limit
    line: int
    before: int
    after: int
    words: str
    kept: tuple[RoundedOff, ...] = ()
    taken: tuple[RoundedOff, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessed:
    """The outcome for every piece, in the order of the scene's pieces.

    Amounts are minor units: ``worth`` what a piece cost, or would be granted where it states no
    cost; ``granted`` what a benefit gave it (``grants`` with the arithmetic, None where none did);
    ``eligible`` what the penalties of conditions leave; ``capped_off`` what caps took of that.
    """

    tested: tuple[tuple[Tested, ...], ...]
    found: tuple[Found, ...]
    grants: tuple[Grant | None, ...]
    worth: tuple[int, ...]
    granted: tuple[int, ...]
    eligible: tuple[int, ...]
    capped_off: tuple[int, ...]
    payable: tuple[int, ...]
    penalties: tuple[Penalty, ...]
    limit_steps: tuple[LimitStep, ...]
    ledger: Ledger


def assess(
    scene: Scene,
    prepared: PreparedVersion,
    balances: Mapping[BalanceKey, Fraction],
    *,
    assumed: Collection[tuple[str, int]] = (),
) -> Assessed:
    """Return what each piece gets.

    ``assumed`` are ids of conditions with places of pieces, for which they are taken as met.
    """
    members = {name: members_of(scene, name) for name in _sets(prepared)}
    tested = tuple(
        tuple(meet_conditions(scene, prepared, piece, assumed=assumed)) for piece in scene.pieces
    )
    refused = [any(not one.share for one in of_piece) for of_piece in tested]
    found = tuple(find_benefit(scene, prepared, piece, members) for piece in scene.pieces)
    rounder = rounder_of(scene.policy.rounding, scene.minor_units)
    grants = _grant_all(scene, prepared, found, [not one for one in refused])
    granted = _rounded(scene, rounder, grants)
    eligible = list(granted)
    penalties = penalise(scene, rounder, tested, eligible)
    ledger = Ledger(dict(balances), prepared.windows)
    payable, capped_off, steps = _limited(
        scene, prepared, found, eligible, ledger=ledger, rounder=rounder
    )
    return Assessed(
        tested=tested,
        found=found,
        grants=tuple(grants),
        worth=_worth(scene, granted, _forgone(scene, prepared, found, refused)),
        granted=tuple(granted),
        eligible=tuple(eligible),
        capped_off=tuple(capped_off),
        payable=tuple(payable),
        penalties=tuple(penalties),
        limit_steps=tuple(steps),
        ledger=ledger,
    )


def _sets(prepared: PreparedVersion) -> frozenset[str]:
    return frozenset(benefit.travellers for benefit, _ in prepared.benefits)


def _grant_all(
    scene: Scene, prepared: PreparedVersion, found: Sequence[Found], chosen: Sequence[bool]
) -> list[Grant | None]:
    """Return what the benefits grant the chosen pieces."""
    grants: list[Grant | None] = [None] * len(found)
    groups = 0
    for benefit, _ in prepared.benefits:
        members = [
            one.covered
            for one, is_chosen in zip(found, chosen, strict=True)
            if is_chosen and one.benefit is not None and one.benefit.id == benefit.id
        ]
        for given in grant(scene, benefit, members, groups):
            grants[given.piece.place] = given
            groups = max(groups, given.group + 1)
    return grants


def _forgone(
    scene: Scene, prepared: PreparedVersion, found: Sequence[Found], refused: Sequence[bool]
) -> list[int]:
    """Return what a condition takes from pieces that have no cost: the allowance they would get."""
    unpriced = [
        is_refused and price.cost is None and one.benefit is not None
        for one, price, is_refused in zip(found, scene.prices, refused, strict=True)
    ]
    if not any(unpriced):
        return [0] * len(found)
    rounder = rounder_of(scene.policy.rounding, scene.minor_units)
    try:
        return _rounded(scene, rounder, _grant_all(scene, prepared, found, unpriced))
    except (FactNotStated, NoTableRow, CannotCompute):
        # Nobody has to state, and no table to hold, what only a refused expense would need.
        return [0] * len(found)


def _worth(scene: Scene, granted: Sequence[int], forgone: Sequence[int]) -> tuple[int, ...]:
    """Return what each piece cost or, where it states no cost, would be granted at most."""
    return tuple(
        max(given, lost) if price.cost is None else price.cost
        for price, given, lost in zip(scene.prices, granted, forgone, strict=True)
    )


def _rounded(scene: Scene, rounder: Rounder, grants: Sequence[Grant | None]) -> list[int]:
    """Return whole minor units, rounded once for each amount or once for each line."""
    granted = [0] * len(grants)
    by_amount: dict[int, list[Grant]] = {}
    each_line = scene.policy.rounding.each == "line"
    for given in grants:
        if given is not None:
            by_amount.setdefault(given.piece.line if each_line else given.group, []).append(given)
    for together in by_amount.values():
        whole = rounder.spread([given.exact for given in together])
        for given, rounded in zip(together, whole, strict=True):
            cost = scene.price_of(given.piece).cost
            # Rounding up must not pay more than what was spent.
            is_actual = given.benefit.pays == "actual"
            most = cost if is_actual and cost is not None else rounded
            granted[given.piece.place] = min(rounded, most)
    return granted


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
        steps += _steps(run, before)
        if limit.rule.cap is not None:
            for place, amount in enumerate(before):
                capped_off[place] += amount - current[place]
    return current, capped_off, steps


def _steps(run: Run, before: Sequence[int]) -> list[LimitStep]:
    """Return one step for every line that the limit lowered."""
    steps = []
    for line in run.words:
        places = [place for place, one in enumerate(run.granted) if one.piece.line == line]
        steps.append(
            LimitStep(
                limit=run.rule,
                line=line,
                before=sum(before[place] for place in places),
                after=sum(run.current[place] for place in places),
                words="; ".join(dict.fromkeys(run.words[line].values())),
                kept=tuple(run.kept.get(line, ())),
                taken=tuple(run.taken.get(line, ())),
            )
        )
    return steps
