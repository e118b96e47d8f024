"""Limits: what they apply to, what they draw on, and balances that lead back to themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from pricing.coverage.documents.policy_document import ROLLING, Benefit, Limit, Period, Version
from pricing.coverage.kinds import GROUPS, Kind, expand_known, find_kind_meant, is_kind
from pricing.documents.cycles import list_cycles
from pricing.documents.fault_list import FaultList
from pricing.documents.faults import quoted
from pricing.documents.located import Step
from pricing.documents.sentences import suggestion
from pricing.expressions.tree import Expression, list_facts

_Path = tuple[Step, ...]

_TO_APPLIES: Final = ("limits", 0, "applies_to")
"""The steps from a version to what one of its limits applies to."""

_FORMULAS: Final = ("when", "cap", "deductible", "pays_share", "minimum", "at_most")


def check_limits(version: Version, path: _Path, found: FaultList) -> None:
    """Note the faults of one version's limits."""
    where = (*path, "limits")
    for place, limit in enumerate(version.limits):
        _check_applies(limit, (*where, place, "applies_to"), version.benefits, found)
        _check_references(limit, (*where, place), version.limits, found)
        if limit.whose != "patient" and not _kept_by(limit):
            found.add((*where, place, "whose"), _no_whose(limit))
        _check_maxima(limit, (*where, place, "also_at_most"), found)
        _check_cap_by_currency(limit, (*where, place), found)
    _check_shared(version.limits, where, found)
    _check_circles(version.limits, where, found)


def _no_whose(limit: Limit) -> str:
    """Return why a limit that keeps no balance cannot say whose it is, and what to do."""
    if limit.minimum is not None:
        return (
            "a minimum has no whose: it looks at one trip, keeps no balance and is everybody's;"
            " leave whose out"
        )
    if limit.other_payments is not None:
        return "other_payments has no whose: it keeps no balance; leave whose out"
    if limit.pays_share is not None:
        return "a share has a whose only with at_most, which keeps a balance"
    return "belongs to a limit with a balance: a period such as calendar_year"


@dataclass(frozen=True, slots=True)
class _Kept:
    """A running balance that a limit keeps."""

    name: str
    period: str
    whose: str
    of: str
    window: str | None
    sort: str


def _kept_by(limit: Limit) -> list[_Kept]:
    """Return the balances of a limit: its own, and that of its ``at_most``; none of a group's."""
    kept = []
    sort = "cap" if limit.cap is not None else "deductible"
    is_counted = limit.cap is not None or limit.deductible is not None
    if is_counted and (limit.per == ROLLING or limit.per in get_args(Period)):
        own = _Kept(limit.balance_name, limit.per, limit.whose, limit.of, limit.window, sort)
        kept.append(own)
    return kept + [
        _Kept(most.balance, most.per, most.whose, limit.of, limit.window, sort)
        for most in limit.maxima
    ]


def _check_maxima(limit: Limit, path: _Path, found: FaultList) -> None:
    """Note a maximum that would be remembered under the name of another balance of the limit."""
    names = [one.name for one in _kept_by(limit)]
    others = names[: -len(limit.also_at_most)] if limit.also_at_most else []
    for place, name in enumerate(names[len(others) :] if others else ()):
        if name in {*others, *names[len(others) : len(others) + place]}:
            message = f"{name} is the balance of another amount of this limit; name one of its own"
            found.add((*path, place, "balance"), message)


def _check_cap_by_currency(limit: Limit, path: _Path, found: FaultList) -> None:
    """Note a cap that is one for each of several currencies where that has no meaning."""
    if not isinstance(limit.cap, dict):
        return
    if not limit.is_of_groups:
        message = "by currency is for a trip or less; balances are in the policy's currency"
        found.add((*path, "cap"), message)
    if limit.of != "money":
        found.add((*path, "of"), "is not money, so its cap has no currency")


def _check_applies(
    limit: Limit, path: _Path, benefits: Sequence[Benefit], found: FaultList
) -> None:
    ids = [benefit.id for benefit in benefits]
    if not limit.applies_to:
        found.add(path, "must have at least one entry; leave the key out for everything")
    for place, name in enumerate(limit.applies_to):
        if not is_kind(name) and name not in ids:
            meant = find_kind_meant(name)
            advice = f"did you mean {meant}?" if meant else suggestion(name, [*ids, *GROUPS, *Kind])
            message = f"{quoted(name)} is neither a kind, a group nor a benefit; {advice}"
            found.add((*path, place), message)
        elif is_kind(name) and name in ids:
            where = (*path[: -len(_TO_APPLIES)], "benefits")
            for difference in _differences(name, benefits, where, found):
                found.add((*path, place), difference)


def _differences(
    name: str, benefits: Sequence[Benefit], path: _Path, found: FaultList
) -> Iterator[str]:
    """Yield why a limit cannot tell the kind of that name from the benefit of that name."""
    kinds = expand_known((name,))
    for place, benefit in enumerate(benefits):
        covered = expand_known(benefit.covers)
        more = ", ".join(sorted(covered - kinds))
        line = found.root.line_at((*path, place, "covers"))
        if benefit.id == name and more:
            why = f"the benefit covers {more}, too (line {line}); give it another id"
        elif benefit.id != name and covered & kinds:
            why = f"benefit {benefit.id} covers the kind, too (line {line}); rename {name}"
        else:
            continue
        yield f"{quoted(name)} is a kind and a benefit that differ: {why}"


def _check_references(limit: Limit, path: _Path, limits: Sequence[Limit], found: FaultList) -> None:
    used = [name for other in limits for name in _names_of(other)]
    left = [other.id for other in limits if other.cap is not None]
    for key, what, name in _references(limit):
        known = used if what == "used" else left
        if name not in known:
            message = f"no limit{' with a cap' if what == 'left' else ''} is named {quoted(name)}"
            advice = suggestion(name, list(dict.fromkeys(known)))
            found.add((*path, key), f"{what}.{name}: {message}; {advice}")


def _names_of(limit: Limit) -> tuple[str, ...]:
    """Return the names under which expressions read what was used of a limit."""
    return (limit.id, limit.balance_name, *(one.balance for one in limit.maxima))


def _references(limit: Limit) -> Iterator[tuple[str, str, str]]:
    """Yield each key that reads a balance, with ``used`` or ``left`` and the name it reads."""
    formulas: list[tuple[str, Expression | None]] = []
    for key in _FORMULAS:
        written = getattr(limit, key)
        each = written.values() if isinstance(written, dict) else [written]
        formulas += [(key, one) for one in each]
    formulas += [("also_at_most", one.amount) for one in limit.also_at_most]
    for key, formula in formulas:
        for fact in () if formula is None else list_facts(formula):
            what, _, name = fact.path.partition(".")
            if what in {"used", "left"}:
                yield key, what, name


def _check_shared(limits: Sequence[Limit], path: _Path, found: FaultList) -> None:
    first: dict[str, Limit] = {}
    for place, limit in enumerate(limits):
        for kept in _kept_by(limit):
            other = first.setdefault(kept.name, limit)
            if other is not limit:
                _check_same(kept, other, (*path, place), found)


def _check_same(kept: _Kept, other: Limit, path: _Path, found: FaultList) -> None:
    """Note what keeps a limit from drawing on a balance that another one keeps."""
    theirs = [one for one in _kept_by(other) if one.name == kept.name]
    like = next((one for one in theirs if one.period == kept.period), theirs[0])
    for what, key in (
        ("counts", "of"),
        ("has the period", "period"),
        ("has the window", "window"),
        ("is for the", "whose"),
        ("is a", "sort"),
    ):
        own, their_own = getattr(kept, key), getattr(like, key)
        if own != their_own:
            message = f"draws on the balance of {other.id} but {what} {own}, not {their_own}"
            found.add(path, message)


def _check_circles(limits: Sequence[Limit], path: _Path, found: FaultList) -> None:
    leads_to: dict[str, list[str]] = {}
    places: dict[str, int] = {}
    for place, limit in enumerate(limits):
        places.setdefault(limit.id, place)
        read = {name for _, _, name in _references(limit)}
        leads_to[limit.id] = [other.id for other in limits if read & {*_names_of(other)}]
    for cycle in list_cycles(leads_to):
        chain = " → ".join(cycle)
        found.add((*path, places[cycle[0]]), f"its balance leads back to itself: {chain}")
