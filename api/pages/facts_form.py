"""The form of a case's facts: from what is stored to its fields, and from what was typed back.

What the form has no field for stays as it is stored: facts that the policy does not ask any more,
or that came over REST.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from api.operations.case_facts import FactsFile, find_stated
from api.presenters.case_facts import FactField, group_questions, household_field, list_rows
from pricing.coverage.documents.write import to_plain

_LISTS: Final = {
    "approvals": ("approvals",),
    "inpatient": ("patient", "inpatient"),
    "rates": ("rates",),
}
Values = dict[str, str | list[str]]


def fields_of(file: FactsFile) -> tuple[FactField, ...]:
    """Return every field of the form."""
    rows = (row for found in list_rows(file).values() for row in found)
    return (
        household_field(),
        *(one for group in group_questions(file) for one in group.fields),
        *(one for row in rows for one in row),
    )


def labels_of(file: FactsFile) -> dict[str, str]:
    """Return the fields of the form with their labels."""
    return {one.name: one.label for one in fields_of(file)}


def stored_values(file: FactsFile) -> Values:
    """Return what stands in the fields as it is stored."""
    plain = to_plain(file.stored.facts)
    values: Values = {}
    for one in fields_of(file):
        values[one.name] = _typed(one, find_stated(plain, one.place))
    for name, place in _LISTS.items():
        rows = list_rows(file)[name]
        for row, stated in zip(rows, find_stated(plain, place) or (), strict=False):
            values |= {one.name: _typed(one, stated.get(one.place[-1])) for one in row}
    return values


def posted_values(form: MultiDict[str, str], file: FactsFile) -> Values:
    """Return what was typed, as it was typed."""
    return {one.name: form.get(one.name, "").strip() for one in fields_of(file)}


def read_values(file: FactsFile, values: Mapping[str, str | list[str]]) -> dict[str, Any]:
    """Return facts as JSON: what is stored, with what the fields say in place of it."""
    plain = to_plain(file.stored.facts)
    lists = list_rows(file)
    in_rows = {one.name for found in lists.values() for row in found for one in row}
    for one in fields_of(file):
        if one.name not in in_rows:
            _put(plain, one.place, _said(one, str(values[one.name])))
    for name, place in _LISTS.items():
        _put(plain, place, _read_rows(lists[name], values) or None)
    return plain


def field_of(path: str, file: FactsFile, values: Mapping[str, str | list[str]]) -> str:
    """Return the name of the form's field for a place in the facts that were read.

    Rows that were left empty are not among those that were read.
    """
    parts = path.replace("[", ".").replace("]", "").split(".")
    for name, place in _LISTS.items():
        told = parts[: len(place)] == list(place) and parts[len(place) : len(place) + 1]
        if told and told[0].isdigit():
            filled = [row for row in list_rows(file)[name] if _is_filled(row, values)]
            key = parts[len(place) + 1 : len(place) + 2] or [""]
            row = filled[int(told[0])]
            return next((one.name for one in row if one.place[-1] == key[0]), row[0].name)
    return ".".join(parts)


def _read_rows(
    rows: Iterable[tuple[FactField, ...]], values: Mapping[str, str | list[str]]
) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        if _is_filled(row, values):
            said = {one.place[-1]: _said(one, str(values[one.name])) for one in row}
            found.append({key: value for key, value in said.items() if value is not None})
    return found


def _is_filled(row: Iterable[FactField], values: Mapping[str, str | list[str]]) -> bool:
    return any(values[one.name] for one in row)


def _said(one: FactField, text: str) -> Any:  # noqa: ANN401 — a JSON value
    """Return what a field says; None for nothing."""
    if not text:
        return None
    if one.kind == "area":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if one.place[-1] == "covers":
        return [word for word in text.replace(",", " ").split() if word]
    return text


def _typed(one: FactField, stated: Any) -> str:  # noqa: ANN401 — a JSON value
    if stated is None:
        return ""
    if isinstance(stated, bool):
        return "yes" if stated else "no"
    if isinstance(stated, list):
        return ("\n" if one.kind == "area" else ", ").join(str(item) for item in stated)
    return str(stated)


def _put(values: dict[str, Any], place: tuple[str, ...], value: Any) -> None:  # noqa: ANN401 — a JSON value
    """Put a value at its place, or take away what is there; parts that become empty go, too."""
    first, *rest = place
    if not rest:
        if value is None:
            values.pop(first, None)
        else:
            values[first] = value
        return
    below = values.get(first)
    inside = dict(below) if isinstance(below, Mapping) else {}
    _put(inside, tuple(rest), value)
    if inside:
        values[first] = inside
    else:
        values.pop(first, None)
