"""Limits: what they apply to, what they draw on, and balances that lead back to themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, get_args

from pricing.coverage.documents.policy_document import ROLLING, Benefit, Limit, Period, Version
from pricing.coverage.kinds import GROUPS, KIND_MEANT, Kind, expand_known, is_kind
from pricing.documents.cycles import list_cycles
from pricing.documents.fault_list import FaultList
from pricing.documents.faults import quoted
from pricing.documents.located import Step
from pricing.documents.sentences import suggestion
from pricing.expressions.tree import Expression, list_facts

_Path = tuple[Step, ...]

_FORMULAS: Final = ("when", "cap", "deductible", "pays_share", "minimum", "at_most")


def check_limits(version: Version, path: _Path, found: FaultList) -> None:
    """Note the faults of one version's limits."""
    where = (*path, "limits")
    for place, limit in enumerate(version.limits):
        _check_applies(limit, (*where, place, "applies_to"), version.benefits, found)
        _check_references(limit, (*where, place), version.limits, found)
        if limit.whose != "patient" and period_of(limit) is None:
            message = "belongs to a limit with a balance: a period such as calendar_year"
            found.add((*where, place, "whose"), message)
    _check_shared(version.limits, where, found)
    _check_circles(version.limits, where, found)


def period_of(limit: Limit) -> str | None:
    """Return the period of a limit's balance, or None for one that keeps none."""
    if limit.deductible is not None and limit.at_most_per is not None:
        return limit.at_most_per
    keeps = limit.cap is not None or limit.deductible is not None
    has_period = limit.per == ROLLING or limit.per in get_args(Period)
    return limit.per if keeps and has_period else None


def _check_applies(
    limit: Limit, path: _Path, benefits: Sequence[Benefit], found: FaultList
) -> None:
    ids = [benefit.id for benefit in benefits]
    if not limit.applies_to:
        found.add(path, "must have at least one entry; leave the key out for everything")
    for place, name in enumerate(limit.applies_to):
        if not is_kind(name) and name not in ids:
            meant = KIND_MEANT.get(name)
            advice = f"did you mean {meant}?" if meant else suggestion(name, [*ids, *GROUPS, *Kind])
            message = f"{quoted(name)} is neither a kind, a group nor a benefit; {advice}"
            found.add((*path, place), message)
        elif is_kind(name) and name in ids and not _is_same(name, benefits):
            found.add(
                (*path, place),
                f"{quoted(name)} is a kind and a benefit that differ; give the benefit another id",
            )


def _is_same(name: str, benefits: Sequence[Benefit]) -> bool:
    """Tell whether the benefit of that name grants whatever is of the kind of that name."""
    kinds = expand_known((name,))
    return all(
        expand_known(benefit.covers) <= kinds
        if benefit.id == name
        else not expand_known(benefit.covers) & kinds
        for benefit in benefits
    )


def _check_references(limit: Limit, path: _Path, limits: Sequence[Limit], found: FaultList) -> None:
    used = [name for other in limits for name in (other.id, other.balance_name)]
    left = [other.id for other in limits if other.cap is not None]
    for key, what, name in _references(limit):
        known = used if what == "used" else left
        if name not in known:
            message = f"no limit{' with a cap' if what == 'left' else ''} is named {quoted(name)}"
            advice = suggestion(name, list(dict.fromkeys(known)))
            found.add((*path, key), f"{what}.{name}: {message}; {advice}")


def _references(limit: Limit) -> Iterator[tuple[str, str, str]]:
    """Yield each key that reads a balance, with ``used`` or ``left`` and the name it reads."""
    for key in _FORMULAS:
        formula: Expression | None = getattr(limit, key)
        for fact in () if formula is None else list_facts(formula):
            what, _, name = fact.path.partition(".")
            if what in {"used", "left"}:
                yield key, what, name


def _check_shared(limits: Sequence[Limit], path: _Path, found: FaultList) -> None:
    first: dict[str, int] = {}
    for place, limit in enumerate(limits):
        if period_of(limit) is None:
            continue
        other = limits[first.setdefault(limit.balance_name, place)]
        for what, own, theirs in (
            ("counts", limit.of, other.of),
            ("has the period", period_of(limit), period_of(other)),
            ("has the window", limit.window, other.window),
            ("is for the", limit.whose, other.whose),
            ("is a", _sort_of(limit), _sort_of(other)),
        ):
            if own != theirs:
                found.add(
                    (*path, place),
                    f"draws on the balance of {other.id} but {what} {own}, not {theirs}",
                )


def _sort_of(limit: Limit) -> str:
    return "cap" if limit.cap is not None else "deductible"


def _check_circles(limits: Sequence[Limit], path: _Path, found: FaultList) -> None:
    leads_to: dict[str, list[str]] = {}
    places: dict[str, int] = {}
    for place, limit in enumerate(limits):
        places.setdefault(limit.id, place)
        read = {name for _, _, name in _references(limit)}
        leads_to[limit.id] = [
            other.id for other in limits if other.id in read or other.balance_name in read
        ]
    for cycle in list_cycles(leads_to):
        chain = " → ".join(cycle)
        found.add((*path, places[cycle[0]]), f"its balance leads back to itself: {chain}")
