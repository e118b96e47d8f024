"""The form of one expense: the fields that matter to its kind, to and from a trip document.

What the form has no field for (nights of different prices, facts of a policy's own) stays as it
is stored. The reader of trip documents says what is wrong, as everywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from api.errors import FieldError, InvalidRequest
from logistics.claims.claim import Claim
from logistics.plain_text import find_no_text
from pricing.coverage.documents.read import read_trip
from pricing.coverage.documents.trip_document import Expense, Leg, Trip
from pricing.coverage.documents.write import write_document, write_plain
from pricing.coverage.kinds import RIDES, TICKETS, Kind
from pricing.documents.faults import InvalidDocument
from pricing.documents.local_times import write_by_the_clock

Form = MultiDict[str, str]
Values = dict[str, str | list[str]]

_LABELS: Final = {
    "date": "Day",
    "direction": "Direction",
    "return_date": "Day of the way back",
    "departs": "Departs",
    "arrives": "Arrives",
    "return_departs": "Way back departs",
    "return_arrives": "Way back arrives",
    "check_in": "Check-in",
    "check_out": "Check-out",
    "from": "First day",
    "to": "Last day",
    "distance": "Distance in all",
    "distance_unit": "Miles or kilometres",
    "rooms": "Rooms",
    "lodging_type": "Kind of lodging",
    "location": "Place",
    "cabin": "Cabin",
    "scheduled_hours": "Scheduled hours of one way",
    "overnight": "Overnight",
    "international": "Across a border",
    "amount": "Amount",
    "currency": "Currency",
    "tax": "Tax in the amount",
    "item": "What it was",
    "travellers": "For whom",
    "visit": "Visit it belongs to",
    "arranged_by": "Arranged by",
    "other_payments": "Paid by others already",
    "receipt": "The receipt was seen on paper",
}
_MONEY: Final = (
    *("amount", "currency", "tax", "item", "travellers", "visit", "arranged_by"),
    *("other_payments", "receipt"),
)
_WAY: Final = ("date", "direction", "return_date")
_TIMES: Final = ("departs", "arrives", "return_departs", "return_arrives")
_OF_RETURN: Final = ("return_date", "return_departs", "return_arrives")
_STAY: Final = ("check_in", "check_out", "rooms", "lodging_type", "location")
_TICKET: Final = ("cabin", "scheduled_hours", "overnight", "international")
_DISTANCE: Final = ("distance", "distance_unit")
_YES_NO: Final = ("overnight", "international")
_OF_TIMES: Final = ("scheduled_hours", "overnight")
"""Fields that departure and arrival tell where they are stored."""
_NEEDED: Final = ("date", "check_in", "check_out", "from", "to")
_PLAIN: Final = frozenset(
    (*_STAY, *_TICKET, *_MONEY, "date", "from", "to")
) - {"travellers", "receipt"}  # fmt: skip
"""Fields that are keys of the document as they are."""

_BOTH: Final = "both"
_ID: Final = "expense"
_IN_EXPENSE: Final = re.compile(r"expenses\[expense\]\.?")
_LEG: Final = re.compile(r"legs\[(\d+)\]\.?")
_LEG_KEYS: Final = frozenset(
    {"direction", "date", "departs", "arrives", "distance_mi", "distance_km"}
)


def labels_of(
    kind: Kind, trip: Trip, stored: Expense | None, *, sees_paper: bool
) -> dict[str, str]:
    """Return the fields of an expense of that kind with their labels, in order.

    ``sees_paper`` is whether who asks may say that a receipt was seen on paper.
    """
    left_out = set() if sees_paper else {"receipt"}
    if len(trip.visits) < 2:  # noqa: PLR2004 — one visit needs no choice
        left_out.add("visit")
    if not trip.companions:
        left_out.add("travellers")
    if stored is not None and not _has_plain_legs(stored):
        left_out |= {*_WAY, *_TIMES, *_DISTANCE}
    if stored is not None and _has_times(stored):
        left_out |= {*_OF_TIMES}
    return {name: _LABELS[name] for name in (*_fields(kind), *_MONEY) if name not in left_out}


def stored_values(expense: Expense, trip: Trip) -> Values:
    """Return what stands in the fields of a stored expense."""
    plain = json.loads(write_document(expense))
    values: Values = {name: _said(plain[name]) for name in _PLAIN & plain.keys()}
    values["amount"] = _said(plain.get("amount", plain.get("amount_each")))
    values["rooms"] = str(expense.rooms)
    values["receipt"] = "yes" if expense.receipt else ""
    values["currency"] = expense.currency or trip.currency
    values["travellers"] = list(expense.travellers or _people(trip))
    return {**values, **_way_values(expense)}


def new_values(trip: Trip) -> Values:
    """Return what stands in the fields of a new expense."""
    return {
        "currency": trip.currency,
        "rooms": "1",
        "travellers": list(_people(trip)),
        "distance_unit": "mi",
        "visit": trip.visits[0].id if trip.visits else "",
    }


def posted_values(form: Form, labels: Mapping[str, str]) -> Values:
    """Return what was typed into the fields, as it was typed."""
    return {
        name: form.getlist(name) if name == "travellers" else form.get(name, "").strip()
        for name in labels
    }


def read_expense(
    claim: Claim, kind: Kind, values: Values, labels: Mapping[str, str], stored: Expense | None
) -> Expense:
    """Return the expense that the fields say; raises InvalidRequest with a fault for each field."""
    faults = _text_faults(values)
    if faults:
        raise InvalidRequest(tuple(faults))
    keys: dict[str, Any] = {} if stored is None else json.loads(write_document(stored))
    keys = {**keys, **_keys(claim.trip, values, labels, stored)}
    told = {name: value for name, value in keys.items() if value not in ("", None)}
    expense_id = stored.id if stored else next_id(claim.trip, kind)
    missing = [*_missing(values, labels), *_nobody(values, labels), *_stray(values)]
    try:
        read = _read(claim.trip, {**told, "id": _ID, "kind": kind.value}, expense_id)
    except InvalidRequest as error:
        known = {one.field for one in missing}
        missing += [one for one in error.errors if one.field not in known]
        raise InvalidRequest(tuple(missing)) from error
    if missing:
        raise InvalidRequest(tuple(missing))
    return read


def next_id(trip: Trip, kind: Kind) -> str:
    """Return the next free id for an expense of that kind: ``hotel-1``, ``taxi-2``."""
    word = "hotel" if kind is Kind.LODGING else kind.value.replace("_", "-")
    taken = {one.id for one in trip.expenses}
    numbers = range(1, len(taken) + 2)
    return next(name for number in numbers if (name := f"{word}-{number}") not in taken)


def _fields(kind: Kind) -> tuple[str, ...]:
    if kind is Kind.LODGING:
        return _STAY
    if kind is Kind.MEALS:
        return ("from", "to", "location")
    if kind is Kind.CAR:
        return (*_WAY, *_DISTANCE)
    if kind in TICKETS:
        return (*_WAY, *_TIMES, *_TICKET)
    return _WAY if kind in RIDES else ("date",)


def _keys(
    trip: Trip, values: Values, labels: Mapping[str, str], stored: Expense | None
) -> dict[str, Any]:
    """Return the keys of the document that the fields of this form say; empty takes one away."""
    keys: dict[str, Any] = {name: values[name] for name in _PLAIN & labels.keys()}
    if stored is not None and stored.amount_each is not None:
        keys["amount_each"] = keys.pop("amount")
    currency = str(values["currency"]).upper()
    keys["currency"] = None if currency == trip.currency else currency
    if "travellers" in labels:
        everybody = set(values["travellers"]) == set(_people(trip))
        keys["travellers"] = None if everybody else values["travellers"]
    # Whoever may not say that a receipt was seen does not keep the word of who did: it was
    # about another amount.
    keys["receipt"] = "yes" if values.get("receipt") == "yes" else None
    if "direction" in labels:
        keys |= _way_keys(values)
    return keys


def _way_keys(values: Values) -> dict[str, Any]:
    unit = f"distance_{values.get('distance_unit') or 'mi'}"
    distance = str(values.get("distance", ""))
    out, back = (_times(values, name) for name in ("", "return_"))
    day = _day_beside(values["date"], out)
    bare = {"date": day, **_NO_TIMES, "distance_mi": None, "distance_km": None, "legs": None}
    if not values["direction"]:
        return {**bare, **out, unit: distance}
    if values["direction"] != _BOTH:
        leg = {"direction": values["direction"], "date": day, **out, unit: distance}
        return {**bare, "legs": [_stated(leg)]}
    half = _half(distance)
    day_back = _day_beside(values["return_date"] or values["date"], back)
    if not values["return_date"] and back.get("departs"):
        day_back = ""
    legs = [
        {"direction": "out", "date": day, **out, unit: half},
        {"direction": "return", "date": day_back, **back, unit: half},
    ]
    return {**bare, "legs": [_stated(leg) for leg in legs]}


_NO_TIMES: Final = MappingProxyType({"departs": None, "arrives": None})


def _times(values: Values, way: str) -> dict[str, str]:
    """Return when a way departs and arrives, as far as the form says."""
    typed = {name: str(values.get(f"{way}{name}", "")) for name in _NO_TIMES}
    return {name: text for name, text in typed.items() if text}


def _day_beside(day: object, times: Mapping[str, str]) -> object:
    """Return the day to be stated beside the times: none where it is that of the departure."""
    return "" if day and times.get("departs", "").startswith(str(day)) else day


def _stated(leg: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in leg.items() if value}


def _half(distance: str) -> str:
    """Return half of a distance; what is no number is left for the reader to refuse."""
    try:
        return format(Decimal(distance) / 2, "f") if distance else ""
    except InvalidOperation:
        return distance


def _way_values(expense: Expense) -> Values:
    legs = expense.legs or ()
    if not _has_plain_legs(expense):
        return {}
    values: Values = {"distance_unit": "mi", **_time_values(expense)}
    if not legs and expense.day is not None:
        values |= {"date": str(expense.day)}
    if legs:
        days = [str(leg.day or expense.day or "") for leg in legs]
        both = {"direction": _BOTH, "return_date": days[-1]}
        values |= {"date": days[0]}
        values |= both if len(legs) > 1 else {"direction": legs[0].direction or ""}
    for unit in ("mi", "km"):
        stated = [getattr(one, f"distance_{unit}") for one in legs or (expense,)]
        known = [one for one in stated if one is not None]
        if known:
            total = sum(known, Decimal(0))
            values |= {"distance": _trimmed(total), "distance_unit": unit}
    return values


def _time_values(expense: Expense) -> Values:
    parts: Sequence[Leg | Expense] = expense.legs or (expense,)
    return {
        f"{way}{name}": write_by_the_clock(moment)
        for way, part in zip(("", "return_"), parts, strict=False)
        for name in _NO_TIMES
        if (moment := getattr(part, name)) is not None
    }


def _has_plain_times(expense: Expense) -> bool:
    """Return whether the form has fields for the times, and no day is stated beside them."""
    parts: Sequence[Leg | Expense] = expense.legs or (expense,)
    timed = [one for one in parts if one.departs is not None]
    if not timed:
        return True
    days = [one.date for one in timed] + ([expense.date] if parts[0] in timed else [])
    return expense.kind in TICKETS and not any(days)


def _has_plain_legs(expense: Expense) -> bool:
    """Return whether the form can show the legs of an expense without losing anything."""
    legs = expense.legs or ()
    if any(leg.model_fields_set - _LEG_KEYS for leg in legs) or not _has_plain_times(expense):
        return False
    directions = tuple(leg.direction for leg in legs)
    return len(legs) < 2 or (directions == ("out", "return") and _are_alike(legs))  # noqa: PLR2004 — there and back


def _has_times(expense: Expense) -> bool:
    return expense.departs is not None or any(one.departs for one in expense.legs or ())


def _are_alike(legs: tuple[Any, ...]) -> bool:
    return len({(leg.distance_mi, leg.distance_km) for leg in legs}) == 1


def _read(trip: Trip, keys: Mapping[str, Any], expense_id: str) -> Expense:
    """Return the expense as the reader of trip documents reads it on this trip."""
    document = json.loads(write_document(trip.model_copy(update={"expenses": ()})))
    try:
        read = read_trip(write_plain({**document, "expenses": [dict(keys)]}), "claim")
    except InvalidDocument as error:
        faults = tuple(FieldError(_field_of(one.path), one.message) for one in error.faults)
        raise InvalidRequest(faults) from error
    return read.expenses[0].model_copy(update={"id": expense_id})


def _field_of(path: str) -> str:
    """Return the field of the form for a place in the document."""
    inside = _IN_EXPENSE.sub("", path, count=1)
    leg = _LEG.match(inside)
    if leg:
        inside = _LEG.sub("", inside, count=1)
        if leg[1] != "0" and f"return_{inside}" in _OF_RETURN:
            return f"return_{inside}"
    if inside.startswith("distance_"):
        return "distance"
    if inside.startswith("travellers"):
        return "travellers"
    return "amount" if inside == "amount_each" else inside


def _text_faults(values: Values) -> list[FieldError]:
    return [
        FieldError(name, f"contains the character {found}, which is no text")
        for name, value in values.items()
        for text in (value if isinstance(value, list) else [value])
        if (found := find_no_text(text))
    ]


def _missing(values: Values, labels: Mapping[str, str]) -> list[FieldError]:
    return [
        FieldError(name, "choose a day")
        for name in _NEEDED
        if name in labels and not values.get(name) and not (name == "date" and _departs(values))
    ]


def _departs(values: Values) -> bool:
    """Return whether the day is told by the time of departure."""
    return bool(values.get("departs"))


def _stray(values: Values) -> list[FieldError]:
    """Return what is said of a way back where there is none: it would be dropped."""
    if values.get("direction") == _BOTH:
        return []
    fault = "belongs to a way back; choose there and back as the direction, or leave it empty"
    return [FieldError(name, fault) for name in _OF_RETURN if values.get(name)]


def _nobody(values: Values, labels: Mapping[str, str]) -> list[FieldError]:
    if "travellers" not in labels or values["travellers"]:
        return []
    return [FieldError("travellers", "tick at least one person")]


def _people(trip: Trip) -> tuple[str, ...]:
    return (trip.patient.id, *(one.id for one in trip.companions))


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _trimmed(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
