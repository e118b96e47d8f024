"""Doubts about what is counted: twice, or where there is never more than one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, get_args

from pricing.coverage.documents.formulas import list_formulas
from pricing.coverage.documents.policy_document import Benefit, Limit, Per, Policy
from pricing.documents.fault_list import FaultList
from pricing.documents.located import Step
from pricing.expressions.constants import constant_of
from pricing.expressions.tree import (
    STRENGTH,
    Binary,
    Call,
    Expression,
    Fact,
    Node,
    Operator,
    children_of,
)

_NIGHT: Final = frozenset({"night", "room_night", "person_night"})
_DAY: Final = frozenset({"day", "person_day", *_NIGHT})
_LINE: Final = frozenset({"line", "ticket", "leg", "mile", "km", *_NIGHT})
_NEVER_TWO: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "trips": frozenset(get_args(Per)),
        "visits": _LINE | {"visit"},
        "nights": _DAY,
        "days": _DAY,
        "legs": frozenset({"leg"}),
    }
)
"""What a limit may count, and the groups that hold no more than one of it."""

_OF_PERSONS: Final = frozenset({"line.persons", "trip.persons"})
_OF_NIGHTS: Final = frozenset({"line.nights", "trip.nights"})
_DISTANCES: Final = frozenset(
    f"{owner}.distance_{unit}" for owner in ("line", "leg", "covered") for unit in ("mi", "km")
)
_COUNTED_BY: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "mile": _DISTANCES,
        "km": _DISTANCES,
        "night": _OF_NIGHTS,
        "room_night": _OF_NIGHTS | {"night.rooms", "covered.rooms"},
        "person_night": _OF_NIGHTS | _OF_PERSONS | {"night.persons", "covered.persons"},
        "day": frozenset({"trip.days"}),
        "person_day": _OF_PERSONS | {"trip.days"},
        "person": _OF_PERSONS,
        "ticket": _OF_PERSONS,
    }
)
"""Facts by which an amount per … is multiplied already, one group after the other."""

_AMOUNTS: Final = frozenset({"amount", "up_to", "cap", "deductible"})


def doubt_counts(policy: Policy, found: FaultList) -> None:
    """Note limits that count where there is one at most, and amounts multiplied twice."""
    for place, version in enumerate(policy.versions):
        for number, limit in enumerate(version.limits):
            if _is_of_one(limit):
                found.add(
                    ("versions", place, "limits", number, "of"),
                    f"counts {limit.of} per {limit.per}, which never holds more than one; "
                    "say in which period, such as per: calendar_year",
                )
    for formula in list_formulas(policy):
        rule = _rule_of(policy, formula.path)
        if rule is not None:
            for fact in _twice(formula.expression, rule):
                found.add(
                    formula.path,
                    f"is for each {rule.per.replace('_', ' ')} and multiplied by {fact} besides; "
                    f"leave {fact} out, or say per: trip",
                )


def _rule_of(policy: Policy, path: tuple[Step, ...]) -> Benefit | Limit | None:
    """Return the benefit or limit of which a path is an amount."""
    match path:
        case ("versions", int(version), "benefits", int(place), str(key), *_) if key in _AMOUNTS:
            return policy.versions[version].benefits[place]
        case ("versions", int(version), "limits", int(place), str(key), *_) if key in _AMOUNTS:
            return policy.versions[version].limits[place]
        case _:
            return None


def _is_of_one(limit: Limit) -> bool:
    """Return whether a limit that is a plain number never binds, or always, as it counts one."""
    if limit.per not in _NEVER_TWO.get(limit.of, ()):
        return False
    written = limit.cap or limit.deductible or limit.minimum
    number = constant_of(written) if isinstance(written, Expression) else None
    return number is not None and number >= 1


def _twice(expression: Expression, rule: Benefit | Limit) -> Iterator[str]:
    """Yield the facts that multiply an amount a second time."""
    is_counted_otherwise = isinstance(rule, Benefit) and rule.quantity is not None
    counted = frozenset() if is_counted_otherwise else _COUNTED_BY.get(rule.per, frozenset())
    factors = dict.fromkeys(_factors(expression.root, is_factor=False))
    yield from (fact for fact in factors if fact in counted)


def _factors(node: Node, *, is_factor: bool) -> Iterator[str]:
    """Yield the facts that something is multiplied by."""
    if isinstance(node, Fact) and is_factor:
        yield node.path
    is_product = isinstance(node, Binary) and node.operator is Operator.TIMES
    for part in _parts(node):
        yield from _factors(part, is_factor=is_factor or is_product)


def _parts(node: Node) -> tuple[Node, ...]:
    """Return what a number is made of: no divisor, no test, no key of a table."""
    match node:
        case Binary(Operator.DIVIDE):
            return (node.left,)
        case Binary() if STRENGTH[node.operator] <= STRENGTH[Operator.EQUAL]:
            return ()
        case Call(function="lookup" | "stated"):
            return ()
        case _:
            return children_of(node)
