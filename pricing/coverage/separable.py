"""Whether a policy's decision is a sum over options, so that an optimizer may add up cents.

Every kind of expense has a *reach*: how much of a trip must be known before the amount of one
option, after the benefits and the limits that look at one expense alone, is known.

| reach | known with |
|---|---|
| OPTION | the option itself: a ticket, a ride, a fee, a night, a day of meals |
| STAY | the first and the last day too, the site, and the whole stay or all meals |
| TRIP | only the whole trip |

Limits are applied one after the other and each only lowers amounts. So the first limits that look
at one expense alone (the *own* ones) leave of an option what they leave of it alone; money caps
over everything, last in the list, leave min(sum, caps); whatever other limit there is makes the
sum of the options' amounts an upper bound of the decision's. Conditions on claims alone are not
tested in a plan and say nothing about it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from itertools import takewhile
from typing import Final

from pricing.coverage.documents.policy_document import Benefit, Condition, Limit, Policy, Version
from pricing.coverage.kinds import Kind
from pricing.coverage.prepared import PreparedLimit, PreparedVersion
from pricing.expressions.tree import Expression, list_facts, list_tables


class Reach(IntEnum):
    """How much of a trip must be known before an option's amount is."""

    OPTION = 0
    STAY = 1
    TRIP = 2


_SPANNING: Final = frozenset({Kind.LODGING, Kind.MEALS})
"""One expense of these kinds is the sum of several options: nights, or days."""
_RIDES: Final = frozenset({Kind.TAXI, Kind.SHUTTLE, Kind.TRANSIT, Kind.OTHER})
"""One option of these kinds serves several days and both directions."""
_OF_STAY: Final = frozenset(
    {
        *("trip.start", "trip.end", "trip.days", "trip.nights", "patient.age", "person.age"),
        *("day.number", "day.first", "day.last", "night.number"),
        *("patient.admitted", "patient.discharged"),
    }
)
_OF_TRIP: Final = frozenset(
    {
        *("trip.claimed", "trip.hours", "trip.start_hour", "trip.end_hour", "trip.kinds"),
        "person.same_day",
    }
)
_OF_SPAN: Final = frozenset({"line.nights", "line.claimed"})
_OF_RIDE: Final = frozenset(
    {"line.date", "line.incurred", "leg.date", "leg.direction", "line.legs"}
)
_ONE_EXPENSE: Final = frozenset({"line", "ticket", "leg", "mile", "km"})
_ONE_PART: Final = {
    Kind.LODGING: frozenset({"night", "room_night", "person_night"}),
    Kind.MEALS: frozenset({"day", "person_day"}),
}
_OF_PRICE: Final = frozenset(
    {
        *("line.kind", "line.claimed", "line.persons", "line.cabin", "line.location", "line.legs"),
        *("covered.persons", "covered.nights", "covered.days", "covered.legs", "covered.rooms"),
        *("covered.claimed", "night.room", "night.rooms", "night.persons", "night.inpatient"),
        *("trip.persons", "trip.stage", "leg.direction", "leg.number", "day.location"),
    }
)
"""What two options of one kind have in common when they cost the same for the same people."""
_CENT: Final = Decimal("0.01")
_DATED: Final = frozenset({"calendar_year", "plan_year"})
"""Periods of which a trip may touch two."""
_CAPS_OF_EVERYTHING: Final = frozenset({"trip", "occurrence", "lifetime"}) | _DATED


@dataclass(frozen=True, slots=True)
class Separation:
    """How far a version of a policy is a sum over options.

    ``reach`` is of the amounts after the first ``own_limits`` limits; ``caps`` are the money caps
    over everything that stand last; ``is_sum`` tells that there is no limit besides these. Of kinds
    ``by_price`` two options at one price for the same people get the same; of kinds
    ``by_minimum`` that is a sum of minima of whole units of the price and fixed limits, each or
    all together rounded half up to cents.
    """

    reach: dict[Kind, Reach]
    own_limits: int
    caps: tuple[Limit, ...]
    is_sum: bool
    by_price: frozenset[Kind] = frozenset()
    by_minimum: frozenset[Kind] = frozenset()

    @property
    def is_by_option(self) -> bool:
        """Return whether each option's cents are known without the others'."""
        return self.is_sum and max(self.reach.values(), default=Reach.OPTION) is Reach.OPTION

    @property
    def is_by_stay(self) -> bool:
        """Return whether each option's cents are known once the days and the site are."""
        return self.is_sum and max(self.reach.values(), default=Reach.OPTION) <= Reach.STAY


def separate(
    policy: Policy,
    prepared: PreparedVersion,
    kinds: Collection[Kind],
    *,
    fixed: Collection[str] = (),
) -> Separation:
    """Return how far the version is a sum over options of these kinds, one lodging, one meals.

    ``fixed`` holds paths of facts, or of their owners, that are the same for every plan.
    """
    reader = _Reader(policy, prepared, frozenset(kinds), frozenset(fixed))
    caps = _last_caps(reader)
    others = prepared.limits[: len(prepared.limits) - len(caps)]
    reach = {kind: reader.granted(kind) for kind in kinds}
    own = 0
    for limit in others:
        met = {kind: reader.limited(limit, kind) for kind in reader.kinds_of(limit)}
        if Reach.TRIP in met.values():
            break
        for kind, of_limit in met.items():
            reach[kind] = max(reach[kind], of_limit)
        own += 1
    by_price = frozenset(kind for kind in kinds if reader.looks_at_price_alone(kind))
    touched = {kind for limit in prepared.limits[:own] for kind in reader.kinds_of(limit)}
    by_minimum = frozenset(kind for kind in by_price - touched if reader.pays_a_minimum(kind))
    return Separation(reach, own, caps, own == len(others), by_price, by_minimum)


def is_dated(cap: Limit) -> bool:
    """Return whether the cap is a year's, so that one trip may draw on two of them."""
    return cap.per in _DATED


def _last_caps(reader: _Reader) -> tuple[Limit, ...]:
    """Return the last limits as far as each caps everything together, by facts that do not vary."""
    last = takewhile(
        lambda one: _is_cap_of_everything(reader, one), reversed(reader.prepared.limits)
    )
    return tuple(one.rule for one in last)


def _is_cap_of_everything(reader: _Reader, limit: PreparedLimit) -> bool:
    rule = limit.rule
    names = [one.rule.balance_name for one in reader.prepared.limits]
    return (
        isinstance(rule.cap, Expression)
        and rule.of == "money"
        and rule.when is None
        and rule.per in _CAPS_OF_EVERYTHING
        and rule.whose != "person"
        and names.count(rule.balance_name) == 1
        and reader.kinds_of(limit) >= reader.paid
        and all(reader.is_fixed(path) for path in reader.facts_in([rule.cap]))
    )


@dataclass(frozen=True)
class _Reader:
    """Reads which facts the rules of a version look at."""

    policy: Policy
    prepared: PreparedVersion
    kinds: frozenset[Kind]
    fixed: frozenset[str]

    @property
    def conditions(self) -> list[tuple[Condition, frozenset[Kind]]]:
        """Return the conditions that a plan is held against."""
        return [(one, kinds) for one, kinds in self.prepared.conditions if one.at != "claim"]

    @property
    def paid(self) -> frozenset[Kind]:
        """Return the kinds of the visit that some benefit may pay."""
        return self.kinds & frozenset(
            kind
            for benefit, kinds in self.prepared.benefits
            if benefit.pays != "nothing"
            for kind in kinds
        )

    def kinds_of(self, limit: PreparedLimit) -> frozenset[Kind]:
        """Return the kinds of the visit that a limit may look at."""
        named = {
            kind
            for benefit, kinds in self.prepared.benefits
            if benefit.id in limit.benefits
            for kind in kinds
        }
        return self.kinds & (limit.kinds | named)

    def pays_a_minimum(self, kind: Kind) -> bool:
        """Return whether benefits pay the lesser of the cost and limits that no cost moves."""
        rounding = self.policy.rounding
        if rounding.mode != "half_up" or rounding.to != _CENT:
            return False
        conditions = [one for one, kinds in self.conditions if kind in kinds]
        benefits = [one for one, kinds in self.prepared.benefits if kind in kinds]
        rules = [part for one in conditions for part in _of_condition(one)]
        rules += [part for one in benefits for part in _of_benefit(self.prepared.version, one)]
        if any(one.otherwise is not None for one in conditions):
            return False
        moved = any(path.startswith(("line.claimed", "covered.")) for path in self.facts_in(rules))
        return not moved and all(_is_plain(one) for one in benefits)

    def looks_at_price_alone(self, kind: Kind) -> bool:
        """Return whether options of a kind differ by nothing else that a rule looks at."""
        rules: list[Expression | None] = []
        for condition, kinds in self.conditions:
            rules += _of_condition(condition) if kind in kinds else []
        for benefit, kinds in self.prepared.benefits:
            if kind in kinds and benefit.per in {"mile", "km"}:
                return False
            rules += _of_benefit(self.prepared.version, benefit) if kind in kinds else []
        for limit in self.prepared.limits:
            rules += _of_limit(limit.rule) if kind in self.kinds_of(limit) else []
        return all(
            path in _OF_PRICE or path.startswith("person.") or self.is_fixed(path)
            for path in self.facts_in(rules)
        )

    def granted(self, kind: Kind) -> Reach:
        """Return the reach of what conditions and benefits make of a kind."""
        reach = Reach.OPTION
        for condition, kinds in self.conditions:
            if kind in kinds:
                reach = max(reach, self._read(_of_condition(condition), kind))
                if condition.otherwise is not None and kind in _SPANNING:
                    reach = max(reach, Reach.STAY)  # the part is rounded once for the expense
        for benefit, kinds in self.prepared.benefits:
            if kind in kinds:
                reach = max(reach, self._granted_by(benefit, kinds & self.kinds, kind))
        if self.policy.rounding.each == "line" and kind in _SPANNING:
            reach = max(reach, Reach.STAY)
        return reach

    def _granted_by(self, benefit: Benefit, kinds: frozenset[Kind], kind: Kind) -> Reach:
        reach = self._read(_of_benefit(self.prepared.version, benefit), kind)
        if benefit.pays == "nothing":
            return reach
        if benefit.pays == "allowance" and kind is Kind.LODGING:
            # More than was spent on one night makes up for less on another.
            reach = max(reach, Reach.STAY)
        return max(reach, _reach_of_group(benefit.per, kinds, kind))

    def limited(self, limit: PreparedLimit, kind: Kind) -> Reach:
        """Return the reach of what a limit leaves of a kind."""
        rule, kinds = limit.rule, self.kinds_of(limit)
        if rule.other_payments is not None:
            return Reach.OPTION  # a plan knows of none
        if rule.window is not None:
            return Reach.TRIP
        reach = self._read(_of_limit(rule), kind)
        if rule.pays_share is not None:
            return max(reach, Reach.STAY if kind in _SPANNING else Reach.OPTION)
        if rule.at_most is not None or rule.balance is not None or rule.of != "money":
            return Reach.TRIP if kinds != {kind} or kind not in _SPANNING else Reach.STAY
        return max(reach, _reach_of_group(rule.per, kinds, kind))

    def _read(self, expressions: Iterable[Expression | None], kind: Kind) -> Reach:
        paths = self.facts_in(expressions)
        return max((self._reach(path, kind) for path in paths), default=Reach.OPTION)

    def facts_in(self, expressions: Iterable[Expression | None]) -> Iterator[str]:
        """Yield the path of every fact that is read, also in tables that are looked up."""
        for expression in expressions:
            if expression is None:
                continue
            yield from (fact.path for fact in list_facts(expression))
            for table in list_tables(expression):
                rows = self.policy.tables.get(str(table.value), ())
                yield from self.facts_in(row.value for row in rows)

    def is_fixed(self, path: str) -> bool:
        """Return whether a fact is the same for every plan."""
        owner = path.partition(".")[0]
        if path in self.fixed or owner in self.fixed:
            return True
        of_case = owner in {"patient", "care", "referral", "nearest", "decided"}
        return of_case and path not in _OF_STAY

    def _reach(self, path: str, kind: Kind) -> Reach:
        owner = path.partition(".")[0]
        if self.is_fixed(path):
            return Reach.OPTION
        if path in _OF_TRIP or owner in {"week", "used", "left"}:
            return Reach.TRIP
        if (owner == "visit" and kind is not Kind.CONSULTATION) or (
            path in _OF_RIDE and kind in _RIDES
        ):
            return Reach.TRIP
        is_of_span = path in _OF_SPAN and kind in _SPANNING
        is_of_stay = path in _OF_STAY or owner in {"site", "distances"}
        return Reach.STAY if is_of_span or is_of_stay else Reach.OPTION


def _reach_of_group(per: str, kinds: frozenset[Kind], kind: Kind) -> Reach:
    if per in _ONE_PART.get(kind, ()):
        is_alone = kinds == {kind} or per not in {"day", "person_day"}
        return Reach.OPTION if is_alone else Reach.TRIP
    if kind in _SPANNING:
        is_alone = kinds == {kind} or per in _ONE_EXPENSE
        return Reach.STAY if is_alone else Reach.TRIP
    return Reach.OPTION if per in _ONE_EXPENSE else Reach.TRIP


def _is_plain(benefit: Benefit) -> bool:
    """Return whether a benefit pays costs whole, up to a limit."""
    is_whole = benefit.share is None and benefit.cabin is None and benefit.shared == "whole"
    return is_whole and benefit.tax == "included" and benefit.pays != "allowance"


def _of_condition(condition: Condition) -> list[Expression | None]:
    return [condition.when, condition.requires, condition.otherwise]


def _of_benefit(version: Version, benefit: Benefit) -> list[Expression | None]:
    found = [benefit.when, benefit.share, benefit.quantity]
    found += _by_currency(benefit.amount) + _by_currency(benefit.up_to)
    if benefit.cabin is not None:
        found += [entry.when for entry in benefit.cabin.highest]
    people = version.travellers.get(benefit.travellers)
    if people is not None:
        found += [part for entry in people.companions for part in (entry.when, entry.who)]
    return found


def _of_limit(rule: Limit) -> list[Expression | None]:
    maxima = (one.amount for one in rule.maxima)
    others = [rule.when, rule.deductible, rule.pays_share, rule.minimum, *maxima]
    return others + _by_currency(rule.cap)


def _by_currency(
    written: Expression | dict[str, Expression] | None,
) -> list[Expression | None]:
    return list(written.values()) if isinstance(written, dict) else [written]
