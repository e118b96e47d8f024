"""What lies ahead of a decision: deadlines, and what meeting a failed condition would bring."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pricing.coverage.assess import Assessed, assess
from pricing.coverage.conditions import Tested
from pricing.coverage.decision import BalanceKey, Change, Deadline
from pricing.coverage.decision_errors import FactNotStated
from pricing.coverage.prepared import PreparedVersion
from pricing.coverage.scene import Scene
from pricing.documents.errors import NoTableRow
from pricing.expressions.errors import CannotCompute


def list_deadlines(assessed: Assessed) -> tuple[Deadline, ...]:
    """Return until when each condition that is still to be met, or failed, can be met."""
    found = []
    for tests in _by_rule(assessed).values():
        open_ones = [one for one in tests if one.is_met is not True and one.until is not None]
        days = [one.until for one in open_ones if one.until is not None]
        if days:
            lines = dict.fromkeys(one.piece.expense.id for one in open_ones)
            rule = tests[0].condition
            found.append(Deadline(rule.id, rule.text, min(days), tuple(lines)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Changes:
    """What would change a decision, rule by rule, and what all of it together would bring."""

    each: tuple[Change, ...]
    together: int


def find_changes(
    scene: Scene,
    prepared: PreparedVersion,
    balances: Mapping[BalanceKey, Fraction],
    assessed: Assessed,
) -> Changes:
    """Return what more would be payable if failed conditions that can still be met were met.

    One that brings nothing alone is listed where it does so with the others: an expense that two
    conditions refuse needs both.
    """
    open_ones = {
        rule_id: failed
        for rule_id, tests in _by_rule(assessed).items()
        if (failed := [one for one in tests if one.is_met is False and one.override is None])
        and (_in_time(scene, failed) or failed[0].condition.overridable)
    }

    def brings(rules: Collection[str]) -> int:
        try:
            met = sum(assess(scene, prepared, balances, assumed=rules).payable)
        except (FactNotStated, NoTableRow, CannotCompute):
            # What it would bring depends on what nobody has stated yet.
            return 0
        return max(0, met - sum(assessed.payable))

    alone = {rule_id: brings({rule_id}) for rule_id in open_ones}
    together = brings(open_ones.keys()) if len(open_ones) > 1 else sum(alone.values())
    changes = []
    for rule_id, failed in open_ones.items():
        needs_others = not alone[rule_id]
        if needs_others and (not together or brings(open_ones.keys() - {rule_id}) >= together):
            continue
        changes.append(_change(scene, failed, alone[rule_id]))
    return Changes(tuple(changes), max(together, *alone.values()) if changes else 0)


def _in_time(scene: Scene, failed: Sequence[Tested]) -> date | None:
    """Return until when the condition can be met for all its pieces, None if that is over."""
    days = [one.until for one in failed if one.until is not None]
    return min(days) if days and scene.decided_on <= min(days) else None


def _change(scene: Scene, failed: Sequence[Tested], brings: int) -> Change:
    rule, until = failed[0].condition, _in_time(scene, failed)
    remedy = rule.remedy if until and rule.remedy else ""
    remedy = remedy or ("" if until else "A supervisor may set this condition aside.")
    if not brings:
        remedy = f"{remedy} Alone it brings nothing, together with the others it does.".lstrip()
    return Change(rule.id, rule.text, remedy, until, brings)


def _by_rule(assessed: Assessed) -> dict[str, list[Tested]]:
    rules: dict[str, list[Tested]] = {}
    for one in _flat(assessed.tested):
        rules.setdefault(one.condition.id, []).append(one)
    return rules


def _flat(tested: Iterable[Iterable[Tested]]) -> Iterable[Tested]:
    return (one for of_piece in tested for one in of_piece)
