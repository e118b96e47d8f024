"""Facts of a policy's own: declared there with a type, stated below ``facts`` in the trip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from fractions import Fraction

from pricing.coverage.decision_errors import InvalidFact
from pricing.coverage.documents.policy_document import FactDeclaration
from pricing.coverage.pieces import find_visit
from pricing.coverage.view import Found, Unstated, View, piece_of

_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def read_own_fact(view: View, path: str, owner: str, name: str) -> Found:
    """Return a declared fact as its declared type.

    Raises InvalidFact, naming the field, where what the trip says is not of that type.
    """
    stated, field = _facts_of(view, owner)
    field = f"{field}.{name}"
    written = stated.get(name)
    if written is None:
        return Unstated(field)
    return declared_value(view.scene.policy.facts[path], written, field)


def declared_value(declared: FactDeclaration, written: str | tuple[str, ...], field: str) -> Found:
    """Return a fact as it is declared; raises InvalidFact, naming the field, where it is not so."""
    value = to_value(written, declared.type, field)
    if declared.values is not None:
        _check_words(value, declared.values, field)
    return value


def _check_words(value: Found, words: Sequence[str], field: str) -> None:
    for one in value if isinstance(value, tuple) else (value,):
        if one not in words:
            close = get_close_matches(str(one), words, n=1)
            advice = f" (did you mean {close[0]}?)" if close else ""
            raise InvalidFact(field, f"one of {', '.join(words)}{advice}")


def to_value(written: str | tuple[str, ...], kind: str, field: str) -> Found:
    """Return what was written as the declared type; raises InvalidFact."""
    try:
        return _convert(written, kind)
    except (KeyError, ValueError, ZeroDivisionError) as error:
        raise InvalidFact(field, _SHOULD_BE[kind]) from error


_SHOULD_BE = {
    "yes_no": "yes or no",
    "number": "a number such as 12 or 0.5",
    "date": "a date like 2026-01-31",
    "text": "one text",
    "texts": "a list of texts",
}


def _convert(written: str | tuple[str, ...], kind: str) -> Found:
    if kind == "texts":
        return (written,) if isinstance(written, str) else written
    if not isinstance(written, str):
        raise ValueError("a list")  # noqa: TRY004 — becomes InvalidFact
    match kind:
        case "yes_no":
            return _YES_NO[written.lower()]
        case "number":
            return Fraction(written)
        case "date":
            return date.fromisoformat(written)
        case _:
            return written


def _facts_of(view: View, owner: str) -> tuple[Mapping[str, str | tuple[str, ...]], str]:
    trip = view.scene.trip
    if owner == "trip":
        return trip.facts, "facts"
    if owner in {"patient", "site", "nearest", "care"}:
        return getattr(trip, owner).facts, f"{owner}.facts"
    if owner == "person":
        if view.person is None:
            return {}, f"{piece_of(view).field}.travellers (one person: several share this)"
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
