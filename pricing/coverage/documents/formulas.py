"""Every expression of a policy: where it stands, its type, which facts it may read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import get_args

from pricing.coverage.documents.policy_document import (
    ROLLING,
    Benefit,
    Condition,
    Limit,
    Period,
    Policy,
    TravellerSet,
    Version,
)
from pricing.coverage.facts import Place
from pricing.coverage.kinds import EVERYTHING, Kind, expand_known, with_units
from pricing.documents.located import Step
from pricing.expressions.tree import Expression
from pricing.expressions.types import FactType

_Path = tuple[Step, ...]
_OF_EACH = frozenset({"person", "person_day"})
"""Groups that are one person's, of what several share an equal part."""


@dataclass(frozen=True, slots=True)
class Formula:
    """One expression of a policy.

    ``kinds`` are those of the rule it belongs to; a share must lie between 0 and 1, an amount
    must not be negative. ``is_of_persons``: it is read for each person concerned, so that there is
    a person even where several share something.
    """

    path: _Path
    expression: Expression
    type: FactType
    place: Place
    kinds: frozenset[Kind] = EVERYTHING
    is_share: bool = False
    is_of_persons: bool = False


def list_formulas(policy: Policy) -> Iterator[Formula]:
    """Yield every expression, in the order of the document's sections."""
    for name, rows in policy.tables.items():
        for place, row in enumerate(rows):
            path = ("tables", name, place, "value")
            yield Formula(path, row.value, FactType.NUMBER, Place.TABLE_VALUE)
    for place, version in enumerate(policy.versions):
        yield from _of_version(version, ("versions", place))


def _of_version(version: Version, path: _Path) -> Iterator[Formula]:
    for name, people in version.travellers.items():
        yield from _of_travellers(people, (*path, "travellers", name))
    for place, condition in enumerate(version.conditions):
        yield from _of_condition(condition, (*path, "conditions", place))
    for place, benefit in enumerate(version.benefits):
        yield from _of_benefit(benefit, (*path, "benefits", place))
    for place, limit in enumerate(version.limits):
        yield from _of_limit(limit, version, (*path, "limits", place))


def _of_travellers(people: TravellerSet, path: _Path) -> Iterator[Formula]:
    for place, entry in enumerate(people.companions):
        where = (*path, "companions", place)
        if entry.when is not None:
            yield Formula((*where, "when"), entry.when, FactType.YES_NO, Place.COMPANIONS)
        if entry.who is not None:
            yield Formula((*where, "who"), entry.who, FactType.YES_NO, Place.WHO)


def _of_condition(condition: Condition, path: _Path) -> Iterator[Formula]:
    kinds = expand_known(condition.applies_to)
    base = Formula(
        (*path, "requires"), condition.requires, FactType.YES_NO, Place.PIECE, kinds=kinds
    )
    yield base
    if condition.when is not None:
        yield replace(base, path=(*path, "when"), expression=condition.when)
    if condition.otherwise is not None:
        share = replace(base, type=FactType.NUMBER, is_share=True)
        yield replace(share, path=(*path, "otherwise"), expression=condition.otherwise)
    if condition.otherwise_at_most is not None:
        most = replace(base, type=FactType.NUMBER)
        expression = condition.otherwise_at_most
        yield replace(most, path=(*path, "otherwise_at_most"), expression=expression)
    if condition.needed_by is not None:
        day = replace(base, type=FactType.DATE)
        yield replace(day, path=(*path, "needed_by"), expression=condition.needed_by)


def _of_benefit(benefit: Benefit, path: _Path) -> Iterator[Formula]:
    kinds = expand_known(benefit.covers)
    if benefit.when is not None:
        yield Formula((*path, "when"), benefit.when, FactType.YES_NO, Place.PIECE, kinds)
    for key, expression in _amounts_of(benefit):
        yield Formula(
            (*path, *key),
            expression,
            FactType.NUMBER,
            Place.BENEFIT_AMOUNT,
            kinds,
            is_share=key == ("share",),
            is_of_persons=_is_granted_to_persons(benefit, key),
        )
    for place, entry in enumerate(benefit.cabin.highest if benefit.cabin else ()):
        if entry.when is not None:
            where = (*path, "cabin", "highest", place, "when")
            yield Formula(where, entry.when, FactType.YES_NO, Place.PIECE, kinds)


def _is_granted_to_persons(benefit: Benefit, key: _Path) -> bool:
    """Tell whether an amount of a benefit is read for each person, be a room or ride shared."""
    is_counted = benefit.per == "person_night" and benefit.quantity is None
    return benefit.per in _OF_EACH or (is_counted and key[0] in {"amount", "up_to"})


def _amounts_of(benefit: Benefit) -> Iterator[tuple[_Path, Expression]]:
    for key in ("amount", "share", "quantity", "up_to"):
        yield from _by_currency(key, getattr(benefit, key))


def _by_currency(
    key: str, written: Expression | dict[str, Expression] | None
) -> Iterator[tuple[_Path, Expression]]:
    if isinstance(written, dict):
        for code, expression in written.items():
            yield (key, code), expression
    elif written is not None:
        yield (key,), written


def _of_limit(limit: Limit, version: Version, path: _Path) -> Iterator[Formula]:
    kinds = set(expand_known(limit.applies_to))
    for benefit in version.benefits:
        if benefit.id in limit.applies_to:
            kinds |= expand_known(benefit.covers)
    for key, expression in _expressions_of(limit):
        yield Formula(
            (*path, *key),
            expression,
            FactType.YES_NO if key == ("when",) else FactType.NUMBER,
            Place.LIMIT,
            with_units(kinds, limit.of, limit.per),
            is_share=key == ("pays_share",),
            is_of_persons=_is_of_persons(limit, key),
        )


def _is_of_persons(limit: Limit, key: _Path) -> bool:
    match key:
        case ("cap", *_) | ("deductible",) | ("minimum",):
            is_kept = limit.whose == "person" and limit.per in {*get_args(Period), ROLLING}
            is_by_night = limit.per == "person_night" and limit.of == "money"
            return is_kept or is_by_night or limit.per in _OF_EACH
        case ("at_most",):
            return limit.maxima[0].whose == "person"
        case ("also_at_most", int(place), _):
            return limit.also_at_most[place].whose == "person"
    return False


def _expressions_of(limit: Limit) -> Iterator[tuple[_Path, Expression]]:
    for key in ("when", "cap", "deductible", "pays_share", "minimum", "at_most"):
        yield from _by_currency(key, getattr(limit, key))
    for place, also in enumerate(limit.also_at_most):
        yield ("also_at_most", place, "amount"), also.amount
