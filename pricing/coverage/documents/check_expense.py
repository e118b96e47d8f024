"""What is wrong with one expense of a trip although its shape is right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from pricing.coverage.documents.check_money import check_currency, check_decimals, is_currency
from pricing.coverage.documents.check_span import check_span
from pricing.coverage.documents.check_times import check_times
from pricing.coverage.documents.trip_document import Expense, LodgingNight, MealDay, Trip, day_of
from pricing.coverage.kinds import Kind, expand
from pricing.documents.fault_list import FaultList
from pricing.documents.faults import quoted
from pricing.documents.located import Step
from pricing.documents.sentences import suggestion

_Path = tuple[Step, ...]

_TRANSPORT: Final = frozenset(expand(("transport",)))
_LODGING: Final = frozenset({Kind.LODGING})
_MEALS: Final = frozenset({Kind.MEALS})

_OF: Final = MappingProxyType(
    dict.fromkeys(
        (
            "distance_mi", "distance_km", "legs",
            "cabin", "departs", "arrives", "scheduled_hours", "overnight", "international", "fares",
        ),
        ("transport", _TRANSPORT),
    )
    | dict.fromkeys(
        ("check_in", "check_out", "rooms", "nights", "lodging_type"), ("lodging", _LODGING)
    )
    | dict.fromkeys(("first", "last", "days"), ("meals", _MEALS))
    | {"location": ("lodging and meals", _LODGING | _MEALS)}
)  # fmt: skip
"""Keys that only some kinds have: whose they are, in words and as kinds."""

_WRITTEN_AS: Final = MappingProxyType({"first": "from", "last": "to"})
_AMOUNTS: Final = ("amount", "amount_each", "tax", "cheapest_alternative", "other_payments")


def check_expense(expense: Expense, path: _Path, trip: Trip, found: FaultList) -> None:
    """Note every fault of one expense; ``path`` is where it stands in the document."""
    _check_keys(expense, path, found)
    _check_amounts(expense, path, trip.currency, found)
    _check_distances(expense, path, found)
    _check_ways(expense, path, found)
    check_times(expense, path, found)
    _check_travellers(expense, path, trip, found)
    _check_visit(expense, path, trip, found)
    if expense.kind is Kind.LODGING:
        _check_lodging(expense, path, found)
    elif expense.kind is Kind.MEALS:
        _check_meals(expense, path, trip, found)


def _check_keys(expense: Expense, path: _Path, found: FaultList) -> None:
    for key in sorted(expense.model_fields_set & set(_OF)):
        words, kinds = _OF[key]
        if expense.kind not in kinds:
            message = f"belongs to {words}; this expense is of the kind {expense.kind}"
            found.add_at_key((*path, _WRITTEN_AS.get(key, key)), message)


def _check_amounts(expense: Expense, path: _Path, currency: str, found: FaultList) -> None:
    if expense.amount is not None and expense.amount_each is not None:
        found.add((*path, "amount_each"), "state amount or amount_each, not both")
    stated = expense.amount if expense.amount is not None else expense.amount_each
    if stated is not None and expense.tax is not None and expense.tax > stated:
        found.add((*path, "tax"), f"must not be more than the amount, {stated}")
    _check_own_taxes(expense, path, found)
    if expense.currency is not None:
        currency = expense.currency
        check_currency((*path, "currency"), currency, found)
    if is_currency(currency):
        _check_decimals(expense, path, currency, found)


def _check_own_taxes(expense: Expense, path: _Path, found: FaultList) -> None:
    """Note taxes of nobody's amount: those would be dropped."""
    own: list[tuple[str, int, LodgingNight | MealDay]] = [
        *(("nights", place, one) for place, one in enumerate(expense.nights or ())),
        *(("days", place, one) for place, one in enumerate(expense.days or ())),
    ]
    for key, place, one in own:
        if one.tax is not None and one.tax > (one.amount or 0):
            words = "belongs to an amount of its own here, and is not more than that"
            found.add((*path, key, place, "tax"), words)
    is_shared = expense.amount is not None or expense.amount_each is not None
    if expense.tax is not None and not is_shared and any(one.amount for _, _, one in own):
        key = "nights" if expense.nights else "days"
        found.add((*path, "tax"), f"belongs to amount; with amounts in {key}, state tax there")


def _check_decimals(expense: Expense, path: _Path, currency: str, found: FaultList) -> None:
    for key in _AMOUNTS:
        check_decimals((*path, key), getattr(expense, key), currency, found)
    for cabin, fare in (expense.fares or {}).items():
        check_decimals((*path, "fares", cabin), fare, currency, found)
    for key in ("nights", "days"):
        for place, one in enumerate(getattr(expense, key) or ()):
            check_decimals((*path, key, place, "amount"), one.amount, currency, found)
            check_decimals((*path, key, place, "tax"), one.tax, currency, found)


def _check_distances(expense: Expense, path: _Path, found: FaultList) -> None:
    if expense.distance_mi is not None and expense.distance_km is not None:
        found.add((*path, "distance_km"), "state distance_mi or distance_km, not both")
    if expense.legs is None:
        return
    for key in ("distance_mi", "distance_km"):
        if getattr(expense, key) is not None:
            found.add((*path, key), f"state {key} of each leg, or of the whole without legs")


def _check_ways(expense: Expense, path: _Path, found: FaultList) -> None:
    """Note a way back before the first way out."""
    legs = expense.legs or ()
    out = [leg.day for leg in legs if leg.direction == "out" and leg.day is not None]
    for place, leg in enumerate(legs):
        if out and leg.direction == "return" and leg.day is not None and leg.day < min(out):
            message = f"the way back, {leg.day}, is before the way out, {min(out)}"
            key = "departs" if leg.date is None else "date"
            found.add((*path, "legs", place, key), message)


def _check_travellers(expense: Expense, path: _Path, trip: Trip, found: FaultList) -> None:
    people = [trip.patient.id, *(companion.id for companion in trip.companions)]
    named: list[tuple[_Path, tuple[str, ...] | None]] = [
        ((*path, "travellers"), expense.travellers)
    ]
    for key in ("nights", "days"):
        for place, one in enumerate(getattr(expense, key) or ()):
            named.append(((*path, key, place, "travellers"), one.travellers))
    for where, ids in named:
        if ids is not None:
            _check_people(where, ids, people, found)


def _check_people(path: _Path, ids: tuple[str, ...], people: list[str], found: FaultList) -> None:
    if not ids:
        found.add(path, "names nobody; leave the key out for everybody on the trip")
    for at, one in enumerate(ids):
        if one not in people:
            message = f"nobody on the trip has the id {quoted(one)}; {suggestion(one, people)}"
            found.add((*path, at), message)
        elif one in ids[:at]:
            found.add((*path, at), f"{quoted(one)} is named twice")


def _check_visit(expense: Expense, path: _Path, trip: Trip, found: FaultList) -> None:
    visits = [visit.id for visit in trip.visits]
    legs = expense.legs or ()
    named = [((*path, "visit"), expense.visit)]
    named += [((*path, "legs", place, "visit"), leg.visit) for place, leg in enumerate(legs)]
    for where, one in named:
        if one is not None and one not in visits:
            message = f"no visit has the id {quoted(one)}; {suggestion(one, visits)}"
            found.add(where, message)
    has_own = bool(legs) and all(leg.visit is not None for leg in legs)
    if len(visits) > 1 and expense.visit is None and not has_own:
        found.add((*path, "visit"), f"is missing; say which of {', '.join(visits)} it belongs to")


def _check_lodging(expense: Expense, path: _Path, found: FaultList) -> None:
    for key in ("check_in", "check_out"):
        if getattr(expense, key) is None:
            found.add((*path, key), "is missing; lodging needs check_in and check_out")
    first, end = expense.check_in, expense.check_out
    if first is None or end is None:
        return
    if end <= first:
        found.add((*path, "check_out"), f"must be after check_in, {first}")
        return
    check_span((*path, "check_out"), (first, end), found)
    days = [night.date for night in expense.nights or ()]
    _check_dates((*path, "nights"), days, (first, end - timedelta(days=1)), found)


def _check_meals(expense: Expense, path: _Path, trip: Trip, found: FaultList) -> None:
    first = expense.first or day_of(trip.starts)
    last = expense.last or day_of(trip.ends)
    if last < first:
        if expense.first is not None or expense.last is not None:
            key = "to" if expense.last is not None else "from"
            found.add((*path, key), f"the meals end on {last}, before they begin on {first}")
        return
    if expense.first is not None or expense.last is not None:
        key = "to" if expense.last is not None else "from"
        check_span((*path, key), (first, last), found)
    _check_dates((*path, "days"), [day.date for day in expense.days or ()], (first, last), found)


def _check_dates(
    path: _Path, days: Iterable[date], period: tuple[date, date], found: FaultList
) -> None:
    seen: set[date] = set()
    for place, day in enumerate(days):
        where = (*path, place, "date")
        if not period[0] <= day <= period[1]:
            found.add(where, f"{day} is not from {period[0]} to {period[1]}")
        elif day in seen:
            found.add(where, f"{day} stands here twice; put what differs into a second expense")
        seen.add(day)
