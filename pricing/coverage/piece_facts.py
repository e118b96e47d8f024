"""Facts of a piece: its visit, expense, leg, night, day and week, its group, its balances."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Final

from pricing.coverage.documents.timetable import TIMED, find_timed
from pricing.coverage.documents.trip_document import Leg
from pricing.coverage.kinds import expand_known
from pricing.coverage.legs import Week, distance_of, line_distance, week_of
from pricing.coverage.people import is_inpatient
from pricing.coverage.pieces import Piece, find_visit, nights_of
from pricing.coverage.view import Found, Unstated, View, or_unstated, piece_of, plain


def _visit(view: View, name: str) -> Found:
    piece = piece_of(view)
    found = find_visit(view.scene.trip, piece)
    if found is None:
        if view.scene.trip.visits:
            return Unstated(f"{piece.field}.visit")
        defaults: dict[str, Found] = {"number": Fraction(1), "date": view.scene.start}
        return defaults.get(name, Unstated(f"visits[0].{name}"))
    number, visit = found
    if name == "number":
        return Fraction(number + 1)
    return plain(getattr(visit, name), f"visits[{visit.id}].{name}")


def _line(view: View, name: str) -> Found:
    piece = piece_of(view)
    field = f"expenses[{piece.expense.id}]"
    computed = _LINE.get(name)
    if computed is not None:
        return computed(view, piece, field)
    return plain(getattr(piece.expense, name), f"{field}.{name}")


def _line_date(_: View, piece: Piece, __: str) -> Found:
    return piece.day


def _line_incurred(_: View, piece: Piece, __: str) -> Found:
    return piece.expense.incurred or piece.day


def _line_claimed(view: View, piece: Piece, field: str) -> Found:
    costs = [price.cost for price in view.scene.prices_of_line(piece.line)]
    known = [cost for cost in costs if cost is not None]
    if len(known) < len(costs):
        return Unstated(f"{field}.amount")
    return Fraction(sum(known), view.scene.minor_units)


def _line_persons(view: View, piece: Piece, _: str) -> Found:
    named = piece.expense.travellers
    return Fraction(len(view.scene.people) if named is None else len(named))


def _line_legs(_: View, piece: Piece, __: str) -> Found:
    return Fraction(len(piece.expense.legs or (1,)))


def _line_nights(_: View, piece: Piece, field: str) -> Found:
    return Fraction(len(nights_of(piece.expense, field)))


def _line_miles(_: View, piece: Piece, field: str) -> Found:
    return or_unstated(line_distance(piece.expense, "mi"), f"{field}.distance_mi")


def _line_km(_: View, piece: Piece, field: str) -> Found:
    return or_unstated(line_distance(piece.expense, "km"), f"{field}.distance_km")


def _line_approved(view: View, piece: Piece, _: str) -> Found:
    return bool(_approvals(view, piece))


def _line_approved_in_advance(view: View, piece: Piece, _: str) -> Found:
    incurred = piece.expense.incurred or piece.day
    return any(day <= incurred for day, _ in _approvals(view, piece))


def _line_approval_date(view: View, piece: Piece, _: str) -> Found:
    """Return the day of the last approval in time for the piece, else of the first one after."""
    incurred = piece.expense.incurred or piece.day
    days = sorted(day for day, _ in _approvals(view, piece))
    if not days:
        return Unstated("approvals[].date")
    return max((day for day in days if day <= incurred), default=days[0])


def _line_approval_code(view: View, piece: Piece, _: str) -> Found:
    codes = [code for _, code in _approvals(view, piece) if code is not None]
    return codes[0] if codes else Unstated("approvals[].code")


def _line_alternative(view: View, piece: Piece, field: str) -> Found:
    return _converted(
        view, piece, piece.expense.cheapest_alternative, f"{field}.cheapest_alternative"
    )


def _line_other_payments(view: View, piece: Piece, field: str) -> Found:
    return _converted(view, piece, piece.expense.other_payments, f"{field}.other_payments")


def _line_timed(_: View, piece: Piece, field: str, *, name: str) -> Found:
    """Return a fact of the whole ticket; one with a single leg is as that leg's times tell."""
    legs = piece.expense.legs or ()
    told = legs[0] if len(legs) == 1 and legs[0].departs is not None else piece.expense
    return plain(find_timed(told, name), f"{field}.{name}")


def _line_tax(view: View, piece: Piece, _: str) -> Found:
    taxes = (price.tax for price in view.scene.prices_of_line(piece.line))
    return Fraction(sum(taxes), view.scene.minor_units)


def _converted(view: View, piece: Piece, amount: Decimal | None, field: str) -> Found:
    """Return an amount of the expense's currency in units of the policy's."""
    if amount is None:
        return Unstated(field)
    return Fraction(amount) * view.scene.unit_rate(piece)


def _approvals(view: View, piece: Piece) -> list[tuple[date, str | None]]:
    expense = piece.expense
    return [
        (approval.date, approval.code)
        for approval in view.scene.trip.approvals
        if approval.covers is None
        or expense.id in approval.covers
        or expense.kind in expand_known(approval.covers)
    ]


def _leg(view: View, name: str) -> Found:
    piece = piece_of(view)
    leg = piece.leg or Leg()
    match name:
        case "number":
            return Fraction(piece.leg_number)
        case "date":
            return piece.day
        case "distance_mi" | "distance_km":
            found = distance_of(piece, name.removeprefix("distance_"))
            return or_unstated(found, f"{piece.field}.{name}")
        case "international":
            own = leg.international
            value = piece.expense.international if own is None else own
            return plain(value, f"{piece.field}.{name}")
        case _ if name in TIMED:
            timed = find_timed(leg, name)
            timed = find_timed(piece.expense, name) if timed is None else timed
            return plain(timed, f"{piece.field}.{_TOLD_BY.get(name, name)}")
        case _:
            field = piece.field if piece.expense.legs else f"{piece.field}.legs[0]"
            return plain(getattr(leg, name), f"{field}.{name}")


def _night(view: View, name: str) -> Found:
    piece = piece_of(view)
    match name:
        case "number":
            return Fraction(piece.night_number)
        case "date":
            return piece.day
        case "inpatient":
            return is_inpatient(view.scene.trip.patient, piece.day)
        case "room":
            return Fraction(piece.room + 1)
        case "rooms":
            return Fraction(1 if piece.night is None else piece.night.rooms)
        case _:
            return Fraction(len(piece.everybody))


def _day(view: View, name: str) -> Found:
    piece = piece_of(view)
    match name:
        case "number":
            return Fraction((piece.day - view.scene.start).days + 1)
        case "date":
            return piece.day
        case "first":
            return piece.day == view.scene.start
        case "inpatient":
            return is_inpatient(view.scene.trip.patient, piece.day)
        case "last":
            return piece.day == view.scene.end
        case _:
            stated = piece.meal_day.location if piece.meal_day else None
            return plain(stated or piece.expense.location, f"{piece.field}.location")


def _week(view: View, name: str) -> Found:
    piece = piece_of(view)
    week = week_of(view.scene.pieces, piece.day, starts=view.scene.policy.week_starts)
    match name:
        case "legs":
            return Fraction(len(week.legs))
        case "visits":
            return Fraction(len(week.visits))
        case _:
            return _week_distance(week, name)


def _week_distance(week: Week, name: str) -> Found:
    """Return how far all legs of a week go, or the first one that does not say."""
    total = Fraction(0)
    for leg in week.legs:
        length = distance_of(leg, name.removeprefix("distance_"))
        if length is None:
            return Unstated(f"{leg.field}.{name}")
        total += length
    return total


def _covered(view: View, name: str) -> Found:
    assert view.group is not None  # noqa: S101 — available in amounts only, checked on reading
    return view.group.fact(name)


def _used(view: View, name: str) -> Found:
    assert view.balance is not None  # noqa: S101 — available in limits only, checked on reading
    return view.balance.used(name)


def _left(view: View, name: str) -> Found:
    assert view.balance is not None  # noqa: S101 — available in limits only, checked on reading
    return view.balance.left(name)


_TOLD_BY: Final = {"departure_hour": "departs", "arrival_hour": "arrives"}
"""Keys of the trip that tell a fact of another name."""

_LINE: Final[Mapping[str, Callable[[View, Piece, str], Found]]] = {
    "date": _line_date,
    "incurred": _line_incurred,
    "claimed": _line_claimed,
    "persons": _line_persons,
    "legs": _line_legs,
    "nights": _line_nights,
    "distance_mi": _line_miles,
    "distance_km": _line_km,
    "approved": _line_approved,
    "approved_in_advance": _line_approved_in_advance,
    "approval_code": _line_approval_code,
    "approval_date": _line_approval_date,
    "scheduled_hours": partial(_line_timed, name="scheduled_hours"),
    "overnight": partial(_line_timed, name="overnight"),
    "tax": _line_tax,
    "cheapest_alternative": _line_alternative,
    "other_payments": _line_other_payments,
}

PIECE_FACTS: Final[Mapping[str, Callable[[View, str], Found]]] = {
    "visit": _visit,
    "line": _line,
    "leg": _leg,
    "night": _night,
    "day": _day,
    "week": _week,
    "covered": _covered,
    "used": _used,
    "left": _left,
}
"""How to read a fact, by its owner."""
