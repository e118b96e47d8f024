"""What is wrong with a trip although its shape is right: names, days, keys and amounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from pricing.coverage.documents.check_expense import check_expense
from pricing.coverage.documents.check_money import check_currency, check_decimals
from pricing.coverage.documents.check_span import check_span
from pricing.coverage.documents.timetable import hours_between
from pricing.coverage.documents.trip_document import Trip, day_of
from pricing.coverage.kinds import is_kind
from pricing.documents.fault_list import FaultList
from pricing.documents.faults import quoted
from pricing.documents.local_times import has_zone, write_moment
from pricing.documents.located import Step
from pricing.documents.sentences import suggestion

_LISTS: Final = ("companions", "visits", "expenses")


def check_trip(trip: Trip, found: FaultList) -> None:
    """Note every fault of a trip document whose shape is right."""
    _check_days(trip, found)
    for key in _LISTS:
        _check_ids(key, [item.id for item in getattr(trip, key)], found)
    for place, companion in enumerate(trip.companions):
        if companion.id == trip.patient.id:
            found.add(("companions", place, "id"), "is the patient's id; give each person another")
    _check_approvals(trip, found)
    _check_overrides(trip, found)
    _check_rates(trip, found)
    if check_currency(("currency",), trip.currency, found):
        _check_places(trip, found)
    for place, expense in enumerate(trip.expenses):
        check_expense(expense, ("expenses", place), trip, found)


def _check_days(trip: Trip, found: FaultList) -> None:
    ends_has_zone, starts_has_zone = has_zone(trip.ends), has_zone(trip.starts)
    if None not in {starts_has_zone, ends_has_zone} and starts_has_zone != ends_has_zone:
        key, other = ("starts", "ends") if ends_has_zone else ("ends", "starts")
        message = f"has no zone, and {other} has one; write {key} with its zone, too"
        found.add((key,), message)
    elif _is_before(trip.ends, trip.starts):
        found.add(("ends",), f"must not be before the start, {write_moment(trip.starts)}")
    check_span(("ends",), (day_of(trip.starts), day_of(trip.ends)), found)
    births = {("patient", "birth_date"): trip.patient.birth_date} | {
        ("companions", place, "birth_date"): companion.birth_date
        for place, companion in enumerate(trip.companions)
    }
    for path, birth in births.items():
        if birth is not None and birth > day_of(trip.starts):
            found.add(path, "must not be after the trip's first day")


def _is_before(one: date, other: date) -> bool:
    if isinstance(one, datetime) and isinstance(other, datetime):
        return hours_between(other, one) < 0
    return day_of(one) < day_of(other)


def _check_ids(key: str, ids: list[str], found: FaultList) -> None:
    seen: dict[str, int] = {}
    for place, one in enumerate(ids):
        first = seen.setdefault(one, place)
        if first != place:
            line = found.root.line_at((key, first, "id"))
            found.add((key, place, "id"), f"{quoted(one)} is the id on line {line} too")


def _check_approvals(trip: Trip, found: FaultList) -> None:
    ids = {expense.id for expense in trip.expenses}
    for place, approval in enumerate(trip.approvals):
        for at, name in enumerate(approval.covers or ()):
            if name not in ids and not is_kind(name):
                found.add(
                    ("approvals", place, "covers", at),
                    f"{quoted(name)} is neither a kind or group of expenses nor the id of one",
                )


def _check_overrides(trip: Trip, found: FaultList) -> None:
    ids = [expense.id for expense in trip.expenses]
    for place, override in enumerate(trip.overrides):
        _check_known(("overrides", place, "lines"), override.lines or (), ids, found)


def _check_rates(trip: Trip, found: FaultList) -> None:
    seen: dict[tuple[str, str, date], int] = {}
    for place, rate in enumerate(trip.rates):
        path = ("rates", place)
        check_currency((*path, "from"), rate.source_currency, found)
        check_currency((*path, "to"), rate.target_currency, found)
        if rate.source_currency == rate.target_currency:
            found.add((*path, "to"), "is the same currency; a rate leads to another one")
        pair = (rate.source_currency, rate.target_currency, rate.date)
        first = seen.setdefault(pair, place)
        if first != place:
            line = found.root.line_at(("rates", first))
            found.add(path, f"is of the same currencies and day as the rate on line {line}")


def _check_known(
    path: tuple[Step, ...], names: Iterable[str], known: list[str], found: FaultList
) -> None:
    for at, name in enumerate(names):
        if name not in known:
            found.add(
                (*path, at), f"no expense has the id {quoted(name)}; {suggestion(name, known)}"
            )


def _check_places(trip: Trip, found: FaultList) -> None:
    for key in ("site", "nearest"):
        for cost in ("care_cost", "travel_cost"):
            check_decimals((key, cost), getattr(getattr(trip, key), cost), trip.currency, found)
