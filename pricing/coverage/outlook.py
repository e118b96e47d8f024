"""What lies ahead of a decision: deadlines, and what meeting a failed condition would bring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


def find_changes(
    scene: Scene,
    prepared: PreparedVersion,
    balances: Mapping[BalanceKey, Fraction],
    assessed: Assessed,
) -> tuple[Change, ...]:
    """Return what more would be payable if a failed condition that can still be met were met."""
    changes = []
    paid = sum(assessed.payable)
    for rule_id, tests in _by_rule(assessed).items():
        failed = [one for one in tests if one.is_met is False and one.override is None]
        if not failed:
            continue
        rule = failed[0].condition
        days = [one.until for one in failed if one.until is not None]
        until = min(days) if days else None
        in_time = until is not None and scene.decided_on <= until
        if not in_time and not rule.overridable:
            continue
        try:
            met = sum(assess(scene, prepared, balances, assumed={rule_id}).payable)
        except (FactNotStated, NoTableRow, CannotCompute):
            # What it would bring depends on what nobody has stated yet.
            continue
        if met > paid:
            remedy = rule.remedy if in_time and rule.remedy else ""
            remedy = remedy or ("" if in_time else "A supervisor may set this condition aside.")
            until_day = until if in_time else None
            changes.append(Change(rule.id, rule.text, remedy, until_day, met - paid))
    return tuple(changes)


def _by_rule(assessed: Assessed) -> dict[str, list[Tested]]:
    rules: dict[str, list[Tested]] = {}
    for one in _flat(assessed.tested):
        rules.setdefault(one.condition.id, []).append(one)
    return rules


def _flat(tested: Iterable[Iterable[Tested]]) -> Iterable[Tested]:
    return (one for of_piece in tested for one in of_piece)
