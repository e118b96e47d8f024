"""What lies ahead of a decision: deadlines, and what meeting a failed condition would bring."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from pricing.coverage.assess import Assessed, assess
from pricing.coverage.conditions import Tested
from pricing.coverage.decision import BalanceKey, Change, Deadline
from pricing.coverage.decision_errors import FactNotStated
from pricing.coverage.documents.policy_document import Condition
from pricing.coverage.prepared import PreparedVersion
from pricing.coverage.scene import Scene
from pricing.documents.errors import NoTableRow
from pricing.expressions.errors import CannotCompute

_SET_ASIDE: Final = "A supervisor may set this condition aside."


def list_deadlines(assessed: Assessed, decided_on: date) -> tuple[Deadline, ...]:
    """Return until when each condition that is still to be met, or failed, can be met.

    What can be met no more is told only of a condition that can be met for nothing else.
    """
    found = []
    for tests in _by_rule(assessed).values():
        dated = [one for one in tests if one.is_met is not True and one.until is not None]
        told = [one for one in dated if _is_ahead(one, decided_on)] or dated
        if told:
            rule = tests[0].condition
            found.append(Deadline(rule.id, rule.text, _first_day(told), _lines(told)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Changes:
    """What would change a decision, rule by rule, and what all of it together would bring."""

    each: tuple[Change, ...]
    together: int


@dataclass(frozen=True, slots=True)
class _Opening:
    """A failed condition, the pieces for which it can be met or set aside, and by when.

    ``misses`` are the days of pieces for which it is too late.
    """

    condition: Condition
    tests: tuple[Tested, ...]
    until: date | None
    misses: frozenset[date] = frozenset()

    @property
    def assumed(self) -> frozenset[tuple[str, int]]:
        """Return for which pieces the condition would be met."""
        return frozenset((self.condition.id, one.piece.place) for one in self.tests)


def find_changes(
    scene: Scene,
    prepared: PreparedVersion,
    balances: Mapping[BalanceKey, Fraction],
    assessed: Assessed,
) -> Changes:
    """Return what more would be payable if failed conditions that can still be met were met.

    A condition that can be met in time for some pieces only is told for these; where it can be
    set aside besides, that is told for all. One that brings nothing alone is listed where it does
    so with the others: an expense that two conditions refuse needs both.
    """
    openings = list(_openings(scene, assessed))

    def brings(chosen: Iterable[_Opening]) -> int:
        assumed = frozenset().union(*(one.assumed for one in chosen))
        try:
            met = sum(assess(scene, prepared, balances, assumed=assumed).payable)
        except (FactNotStated, NoTableRow, CannotCompute):
            # What it would bring depends on what nobody has stated yet.
            return 0
        return max(0, met - sum(assessed.payable))

    alone = [brings([one]) for one in openings]
    together = brings(openings) if len(openings) > 1 else sum(alone)
    changes = []
    for place, opening in enumerate(openings):
        others = (*openings[:place], *openings[place + 1 :])
        if not alone[place] and (not together or brings(others) >= together):
            continue
        changes.append(_change(opening, alone[place]))
    return Changes(tuple(changes), max(together, *alone) if changes else 0)


def _openings(scene: Scene, assessed: Assessed) -> Iterator[_Opening]:
    for tests in _by_rule(assessed).values():
        rule = tests[0].condition
        failed = tuple(one for one in tests if one.is_met is False and one.override is None)
        ahead = tuple(one for one in failed if _is_ahead(one, scene.decided_on))
        if ahead:
            misses = frozenset(one.piece.day for one in failed if one not in ahead)
            yield _Opening(rule, ahead, _first_day(ahead), misses)
        if len(ahead) < len(failed) and rule.overridable:
            yield _Opening(rule, failed, None)


def _change(opening: _Opening, brings: int) -> Change:
    rule = opening.condition
    said = [_SET_ASIDE if opening.until is None else rule.remedy or ""]
    if opening.misses:
        said.append(f"It is too late for what is dated {_span(opening.misses)}.")
    if not brings:
        said.append("Alone it brings nothing, together with the others it does.")
    remedy = " ".join(one for one in said if one)
    return Change(rule.id, rule.text, remedy, opening.until, brings, _lines(opening.tests))


def _span(days: Collection[date]) -> str:
    first, last = min(days), max(days)
    return str(first) if first == last else f"{first} to {last}"


def _is_ahead(one: Tested, decided_on: date) -> bool:
    return one.until is not None and decided_on <= one.until


def _first_day(tests: Iterable[Tested]) -> date:
    """Return the first day until which one of these can be met; each has one."""
    return min(one.until for one in tests if one.until is not None)


def _lines(tests: Iterable[Tested]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.piece.expense.id for one in tests))


def _by_rule(assessed: Assessed) -> dict[str, list[Tested]]:
    rules: dict[str, list[Tested]] = {}
    for one in _flat(assessed.tested):
        rules.setdefault(one.condition.id, []).append(one)
    return rules


def _flat(tested: Iterable[Iterable[Tested]]) -> Iterable[Tested]:
    return (one for of_piece in tested for one in of_piece)
