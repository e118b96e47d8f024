"""Facts of a policy's own: declared there with a type, stated below ``facts`` in the trip."""

from __future__ import annotations

from collections.abc import Mapping

from pricing.coverage.documents.fact_values import declared_value
from pricing.coverage.pieces import find_visit
from pricing.coverage.view import Found, Unstated, View, one_person_of, piece_of


def read_own_fact(view: View, path: str, owner: str, name: str) -> Found:
    """Return a declared fact as its declared type, what it is unless stated where it is not.

    Raises InvalidFact, naming the field, where what the trip says is not of that type.
    """
    stated, field = _facts_of(view, owner)
    field = f"{field}.{name}"
    written = stated.get(name)
    declared = view.scene.policy.facts[path]
    if written is None:
        written = declared.unless_stated
    is_nobodys = owner == "person" and view.person is None
    if written is None or is_nobodys:
        return Unstated(field)
    return declared_value(declared, written, field)


def _facts_of(view: View, owner: str) -> tuple[Mapping[str, str | tuple[str, ...]], str]:
    trip = view.scene.trip
    if owner == "trip":
        return trip.facts, "facts"
    if owner in {"patient", "site", "nearest", "care"}:
        return getattr(trip, owner).facts, f"{owner}.facts"
    if owner == "person":
        if view.person is None:
            return {}, one_person_of(view)
        return view.person.stated.facts, f"{view.person.field}.facts"
    piece = piece_of(view)
    if owner == "visit":
        found = find_visit(trip, piece)
        return (
            ({}, "visits[0].facts")
            if found is None
            else (found[1].facts, f"visits[{found[1].id}].facts")
        )
    part = {"line": piece.expense, "leg": piece.leg, "night": piece.night, "day": piece.meal_day}
    stated = part[owner]
    field = f"expenses[{piece.expense.id}]" if owner == "line" else piece.field
    return ({} if stated is None else stated.facts), f"{field}.facts"
