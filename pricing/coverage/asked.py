"""Which facts a version of a policy asks for, and which of its rules do.

For whoever writes a trip down: what the policy never looks at need not be stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from pricing.coverage.documents.policy_document import Benefit, Condition, Limit, TravellerSet
from pricing.coverage.facts import type_of
from pricing.coverage.prepared import PreparedPolicy, PreparedVersion
from pricing.documents.scalars import Part
from pricing.expressions.tree import Expression, list_facts, list_tables
from pricing.expressions.types import FactType

_OF_PERIOD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "occurrence": "care.occurrence",
        "procedure": "care.procedure",
        "diagnosis": "care.diagnosis",
    }
)
"""What names the period of a limit that is no time of the calendar."""


@dataclass(frozen=True, slots=True)
class AskedFact:
    """A fact by its path, such as ``site.network``, and the rules that look at it, in their words.

    ``text`` is the policy's own for a fact that it declares itself, else empty.
    """

    path: str
    type: FactType
    text: str
    rules: tuple[str, ...]

    @property
    def is_declared(self) -> bool:
        """Return whether the policy declares it itself."""
        return ".facts." in self.path


def list_asked(policy: PreparedPolicy, version: PreparedVersion) -> tuple[AskedFact, ...]:
    """Return every fact that rules of the version may look at, in the order of the document."""
    declared = {path: FactType(one.type) for path, one in policy.policy.facts.items()}
    rules: dict[str, list[str]] = {}
    for rule in _rules_of(version):
        for path in _paths_of(rule, policy):
            told = rules.setdefault(path, [])
            if rule.text not in told:
                told.append(rule.text)
    return tuple(
        AskedFact(
            path=path,
            type=type_of(path, declared),
            text=policy.policy.facts[path].text if path in declared else "",
            rules=tuple(texts),
        )
        for path, texts in rules.items()
    )


def asks_for_household(version: PreparedVersion) -> bool:
    """Return whether a limit of the version is shared by a household."""
    rules = (one.rule for one in version.limits)
    return any("household" in {rule.whose, *(one.whose for one in rule.maxima)} for rule in rules)


def _rules_of(version: PreparedVersion) -> Iterator[TravellerSet | Condition | Benefit | Limit]:
    written = version.version
    yield from written.travellers.values()
    yield from written.conditions
    yield from written.benefits
    yield from written.limits


def _paths_of(rule: Part, policy: PreparedPolicy) -> Iterator[str]:
    for expression in _expressions_in(rule):
        yield from _facts_in(expression, policy, frozenset())
    if isinstance(rule, Limit):
        periods = (rule.per, *(one.per for one in rule.maxima))
        yield from (_OF_PERIOD[one] for one in periods if one in _OF_PERIOD)


def _expressions_in(value: Any) -> Iterator[Expression]:  # noqa: ANN401 — whatever a rule holds
    if isinstance(value, Expression):
        yield value
    elif isinstance(value, Part):
        for name in type(value).model_fields:
            yield from _expressions_in(getattr(value, name))
    elif isinstance(value, Mapping):
        yield from _each(value.values())
    elif isinstance(value, tuple):
        yield from _each(value)


def _each(values: Iterable[Any]) -> Iterator[Expression]:
    for one in values:
        yield from _expressions_in(one)


def _facts_in(
    expression: Expression, policy: PreparedPolicy, seen: frozenset[str]
) -> Iterator[str]:
    """Return the paths of an expression's facts and of those of the tables that it looks up.

    Balances are no facts that somebody states.
    """
    owners = ("used.", "left.")
    yield from (one.path for one in list_facts(expression) if not one.path.startswith(owners))
    for named in list_tables(expression):
        table = str(named.value)
        if table in seen:
            continue
        for row in policy.policy.tables.get(table, ()):
            yield from _facts_in(row.value, policy, seen | {table})
