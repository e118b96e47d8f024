"""Doubts about conditions: those that never hold, and what stands behind one that always did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from pricing.coverage.documents.formulas import Formula, list_formulas
from pricing.coverage.documents.policy_document import Benefit, Policy, Version
from pricing.coverage.facts import FACTS
from pricing.coverage.kinds import EVERYTHING, Kind, expand_known
from pricing.coverage.vocabulary import CLOSED
from pricing.documents.fault_list import FaultList
from pricing.documents.located import Step
from pricing.expressions.holding import Comparison, Contradiction, Effort, find_contradiction
from pricing.expressions.tree import Constant, Expression, Fact, Node, Operator, list_facts
from pricing.expressions.types import FactType

_Path = tuple[Step, ...]

EFFORT: Final = 50_000
"""Comparisons looked at in one policy; beyond them nothing more is doubted."""

_IN_VAIN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "when": "so this is never used",
        "who": "so nobody counts",
        "requires": "so nothing that it is asked of meets it",
    }
)
"""What follows where a condition never holds, by its key."""


def doubt_holding(policy: Policy, found: FaultList) -> None:
    """Note conditions that never hold, and benefits and entries that are never reached."""
    _Doubts(policy, found).look()


@dataclass(slots=True)
class _Doubts:
    """What is noted, and how much looking is left.

    ``never`` are conditions noted already, ``paths`` the facts of each expression by its text.
    """

    policy: Policy
    found: FaultList
    effort: Effort = field(default_factory=lambda: Effort(EFFORT))
    never: set[_Path] = field(default_factory=set)
    paths: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def look(self) -> None:
        """Look at conditions alone, then at those that stand one below the other."""
        for formula in list_formulas(self.policy):
            if formula.type is FactType.YES_NO:
                self._look_at(formula)
            root = formula.expression.root
            if formula.path[-1] == "requires" and isinstance(root, Constant) and root.value is True:
                words = "always holds, so it refuses nothing; write what is required"
                self.found.add(formula.path, words)
        for place, version in enumerate(self.policy.versions):
            self._look_at_benefits(version, ("versions", place))
            for path, whens in _lists_of_entries(version, ("versions", place)):
                self._look_at_entries(path, whens)

    def _look_at(self, formula: Formula) -> None:
        given = _given(self._paths_of(formula.expression), formula.kinds, self.policy)
        reason = find_contradiction([formula.expression.root], given=given, effort=self.effort)
        if reason is not None:
            self.never.add(formula.path)
            self.found.add(formula.path, _never_holds(formula, reason))

    def _paths_of(self, expression: Expression) -> tuple[str, ...]:
        if expression.text not in self.paths:
            facts = (fact.path for fact in list_facts(expression))
            self.paths[expression.text] = tuple(dict.fromkeys(facts))
        return self.paths[expression.text]

    def _look_at_benefits(self, version: Version, path: _Path) -> None:
        for place, benefit in enumerate(version.benefits):
            where = (*path, "benefits", place)
            self.effort.left -= place
            if self.effort.left <= 0:
                return
            if (*where, "when") in self.never:
                continue
            takers = _takers(benefit, version.benefits[:place])
            if all(self._is_taken(benefit, above, kinds) for above, kinds in takers.items()):
                ids = dict.fromkeys(one.id for above in takers for one in above)
                message = f"whatever it covers is granted by {', '.join(ids)} above already"
                self.found.add(where, f"is never reached: {message}")

    def _is_taken(self, benefit: Benefit, above: Sequence[Benefit], kinds: set[Kind]) -> bool:
        whens = [one.when for one in above if one.when is not None]
        return len(whens) < len(above) or self._holds_above(benefit.when, whens, kinds)

    def _look_at_entries(self, path: _Path, whens: Sequence[Expression | None]) -> None:
        for place, when in enumerate(whens):
            above = [one for one in whens[:place] if one is not None]
            is_new = (*path, place, "when") not in self.never
            if is_new and self._holds_above(when, above, set(EVERYTHING)):
                message = "is never reached: the entries above hold wherever it does"
                self.found.add((*path, place), message)

    def _holds_above(
        self, when: Expression | None, above: Sequence[Expression], kinds: set[Kind]
    ) -> bool:
        """Tell whether one of the conditions above holds wherever this one does."""
        if not above or self.effort.left <= 0:
            return False
        own = [] if when is None else [when]
        paths = dict.fromkeys(path for one in (*own, *above) for path in self._paths_of(one))
        given = _given(paths, frozenset(kinds), self.policy)
        found = find_contradiction(_roots(own), _roots(above), given, self.effort)
        return found is not None


def _never_holds(formula: Formula, reason: Contradiction) -> str:
    in_vain = _IN_VAIN[str(formula.path[-1])]
    if not reason.tests:
        return f"never holds, {in_vain}"
    tests = " and ".join(str(test) for test in reason.tests)
    return f"never holds, {in_vain}: {tests} exclude each other"


def _given(paths: Iterable[str], kinds: frozenset[Kind], policy: Policy) -> Iterator[Comparison]:
    """Yield what is known of facts before any trip is."""
    for path in paths:
        fact = Fact(path, 0)
        owner, _, name = path.partition(".")
        declared = policy.facts.get(path)
        if path == "line.kind" and kinds:
            yield Comparison(fact, Operator.IN, tuple(str(kind) for kind in Kind if kind in kinds))
        elif path in CLOSED and FACTS[owner][name] is FactType.TEXT:
            yield Comparison(fact, Operator.IN, CLOSED[path])
        elif FACTS.get(owner, {}).get(name) is FactType.NUMBER or owner == "distances":
            yield Comparison(fact, Operator.AT_LEAST, Fraction(0))
        elif declared is not None and declared.type == "text" and declared.values is not None:
            yield Comparison(fact, Operator.IN, declared.values)


def _takers(benefit: Benefit, earlier: Sequence[Benefit]) -> dict[tuple[Benefit, ...], set[Kind]]:
    """Return the kinds of a benefit by the benefits above it that are for the same people."""
    kinds_of: dict[tuple[str, ...], set[Kind]] = {}
    rivals = [one for one in earlier if one.travellers in {"everyone", benefit.travellers}]
    covered = {one.id: expand_known(one.covers) for one in rivals}
    for kind in sorted(expand_known(benefit.covers)):
        ids = tuple(one.id for one in rivals if kind in covered[one.id])
        kinds_of.setdefault(ids, set()).add(kind)
    by_id = {one.id: one for one in rivals}
    return {tuple(by_id[one] for one in ids): kinds for ids, kinds in kinds_of.items()}


def _roots(expressions: Sequence[Expression]) -> list[Node]:
    return [expression.root for expression in expressions]


def _lists_of_entries(
    version: Version, path: _Path
) -> Iterator[tuple[_Path, list[Expression | None]]]:
    """Yield every list whose first entry that holds counts, as the ``when`` of its entries."""
    for name, people in version.travellers.items():
        yield (*path, "travellers", name, "companions"), [one.when for one in people.companions]
    for place, benefit in enumerate(version.benefits):
        if benefit.cabin is not None:
            where = (*path, "benefits", place, "cabin", "highest")
            yield where, [one.when for one in benefit.cabin.highest]
