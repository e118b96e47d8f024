"""Units that rules count by: what has no nights, no legs or no length has none to count."""

from __future__ import annotations

from typing import Final

from pricing.coverage.documents.policy_document import Benefit, Limit, Version
from pricing.coverage.kinds import (
    GROUPS,
    TICKETS,
    UNIT_KINDS,
    Kind,
    expand_known,
    with_units,
)
from pricing.documents.fault_list import FaultList
from pricing.documents.located import Step

_Path = tuple[Step, ...]

_SHOWN_MAX: Final = 6
"""Kinds that a message names."""
_OF_MANY: Final = frozenset({"everything", "transport", "care", "other"})
"""Groups that stand in a limit for those of their kinds that have its unit."""


def check_units(version: Version, path: _Path, found: FaultList) -> None:
    """Note every ``per`` and ``of`` that some kind a rule names does not have."""
    for place, benefit in enumerate(version.benefits):
        where = (*path, "benefits", place, "per")
        kinds = expand_known(benefit.covers)
        _check_unit(where, f"per: {benefit.per}", benefit.per, kinds, found)
        _check_tickets(where, benefit.per, kinds, found)
        if benefit.cabin is not None and kinds and not kinds & TICKETS:
            where = (*path, "benefits", place, "cabin")
            found.add(where, f"there are no tickets of {_listed(kinds)}, so nothing has a cabin")
    for place, limit in enumerate(version.limits):
        for key, unit in (("per", limit.per), ("of", limit.of)):
            kinds = _kinds_limited(limit, unit, version.benefits)
            _check_unit((*path, "limits", place, key), f"{key}: {unit}", unit, kinds, found)
        kinds = _kinds_limited(limit, limit.per, version.benefits)
        _check_tickets((*path, "limits", place, "per"), limit.per, kinds, found)


def _check_unit(path: _Path, key: str, unit: str, kinds: frozenset[Kind], found: FaultList) -> None:
    without = kinds - with_units(kinds, unit)
    if without:
        advice = "write a rule for each" if kinds - without else "choose another"
        message = f"{key} exists only for {_listed(UNIT_KINDS[unit])}, not for {_listed(without)}"
        found.add(path, f"{message}: {advice}")


def _check_tickets(path: _Path, per: str, kinds: frozenset[Kind], found: FaultList) -> None:
    if per == "ticket" and kinds and not kinds & TICKETS:
        message = f"there are no tickets of {_listed(kinds)}; per: line is one expense"
        found.add(path, f"{message}, per: leg one leg")


def _kinds_limited(limit: Limit, unit: str, benefits: tuple[Benefit, ...]) -> frozenset[Kind]:
    """Return the kinds of which a limit ever sees money, as far as it counts them by the unit.

    Of a group those that have the unit, or all where none has.
    """
    paid: frozenset[Kind] = frozenset()
    by_id: frozenset[Kind] = frozenset()
    for benefit in benefits:
        if benefit.pays != "nothing":
            paid |= expand_known(benefit.covers)
            by_id |= expand_known(benefit.covers) if benefit.id in limit.applies_to else frozenset()
    grouped = paid & expand_known(name for name in limit.applies_to if name in _OF_MANY)
    ids = {benefit.id for benefit in benefits}
    named = expand_known(name for name in limit.applies_to if name not in {*_OF_MANY, *ids})
    single = named | by_id
    having = with_units(grouped, unit)
    return single | (having if having or single else grouped)


def _listed(kinds: frozenset[Kind]) -> str:
    for name, group in GROUPS.items():
        if group == kinds:
            return name
    names = [kind for kind in Kind if kind in kinds]
    more = len(names) - _SHOWN_MAX
    return ", ".join(names[:_SHOWN_MAX]) + (f" and {more} more" if more > 0 else "")
