"""A document as a form: single fields, and lists of rows with a few empty ones below.

From a document's JSON to fields, from what was typed back to JSON, and from a place in the document
to the field it was typed in. Rows left empty are no part of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from werkzeug.datastructures import MultiDict

ROWS_MAX: Final = 400
"""Rows of one list that a form holds; a longer document comes over REST."""

_IN_LIST: Final = re.compile(r"(\w+)\[([^\]]*)\](?:\.(.*))?")
_ROW: Final = re.compile(r"(\w+)\.(\d{1,4})\.")

Typed = dict[str, str | list[str]]
Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class FormField:
    """One field; ``key`` is its place in the document, or in the row, with dots between.

    ``kind`` is text, date, amount, whole, select, check, area (a list, one a line) or hidden.
    """

    key: str
    label: str
    kind: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    is_optional: bool = False

    @property
    def tells(self) -> bool:
        """Return whether something in it says that its row is not empty."""
        return self.kind not in {"select", "check", "hidden"}


@dataclass(frozen=True, slots=True)
class FormRows:
    """A list of rows; ``one`` names a row, ``spare`` empty ones follow the filled."""

    key: str
    title: str
    one: str
    fields: tuple[FormField, ...]
    spare: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FormGroup:
    """Single fields under one heading."""

    title: str
    fields: tuple[FormField, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class DocumentForm:
    """A form: groups of fields and lists of rows, in the order of the page."""

    parts: tuple[FormGroup | FormRows, ...]

    def labels(self, counts: Counts) -> dict[str, str]:
        """Return every field's label by its name."""
        return {name: label for name, label, _ in self.named(counts)}

    def named(self, counts: Counts) -> Iterator[tuple[str, str, FormField]]:
        """Yield name, label and field of everything, so many rows of each list."""
        for part in self.parts:
            if isinstance(part, FormGroup):
                yield from ((one.key, one.label, one) for one in part.fields)
                continue
            for place in range(counts[part.key]):
                for one in part.fields:
                    label = f"{part.one} {place + 1}: {one.label}"
                    yield f"{part.key}.{place}.{one.key}", label, one

    def shown(self, counts: Counts) -> list[dict[str, Any]]:
        """Return the parts as the macros of `components/document_form.html` read them."""
        return [
            {"title": part.title, "hint": part.hint, **_inside(part, counts)} for part in self.parts
        ]

    def rows(self) -> tuple[FormRows, ...]:
        """Return the lists of rows."""
        return tuple(part for part in self.parts if isinstance(part, FormRows))

    def filled_from(self, plain: Mapping[str, Any]) -> tuple[Typed, Counts]:
        """Return what stands in the fields for a document as JSON, and how many rows there are."""
        counts = {
            part.key: min(len(plain.get(part.key, ())) + part.spare, ROWS_MAX)
            for part in self.rows()
        }
        values: Typed = {}
        for name, _, one in self.named(counts):
            values[name] = _text(_find(plain, name), one)
        return values, counts

    def typed_in(self, form: MultiDict[str, str]) -> tuple[Typed, Counts]:
        """Return what was typed, and how many rows the form had."""
        counts = {part.key: 0 for part in self.rows()}
        for name in form:
            found = _ROW.match(name)
            if found and found[1] in counts:
                counts[found[1]] = max(counts[found[1]], min(int(found[2]) + 1, ROWS_MAX))
        return {name: form.get(name, "").strip() for name, _, _ in self.named(counts)}, counts

    def to_plain(self, values: Typed, counts: Counts) -> dict[str, Any]:
        """Return what was typed as JSON; a row without an id of its own gets the next number."""
        plain: dict[str, Any] = {}
        for part in self.parts:
            if isinstance(part, FormGroup):
                for one in part.fields:
                    _put(plain, one.key.split("."), _said(str(values[one.key]), one))
            else:
                plain[part.key] = self._rows_of(part, values, counts)
        return plain

    def field_at(self, path: str, values: Typed, counts: Counts) -> str:
        """Return the name of the field for a place in the document."""
        found = _IN_LIST.match(path)
        part = next((one for one in self.rows() if found and one.key == found[1]), None)
        if found is None or part is None:
            return path
        named = found[2].strip("'\"")
        filled = self._filled(part, values, counts)
        ids = [row.get("id") for row in self._rows_of(part, values, counts)]
        place = 0
        if named in ids:
            place = filled[ids.index(named)]
        elif named.isdigit() and int(named) < len(filled):
            place = filled[int(named)]
        return f"{part.key}.{place}.{found[3] or part.fields[0].key}"

    def _filled(self, part: FormRows, values: Typed, counts: Counts) -> list[int]:
        return [
            place
            for place in range(counts[part.key])
            if any(values[f"{part.key}.{place}.{one.key}"] for one in part.fields if one.tells)
        ]

    def _rows_of(self, part: FormRows, values: Typed, counts: Counts) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for place in self._filled(part, values, counts):
            row: dict[str, Any] = {}
            for one in part.fields:
                text = str(values[f"{part.key}.{place}.{one.key}"])
                _put(row, one.key.split("."), _said(text, one))
            rows.append(row)
        if any(one.kind == "hidden" for one in part.fields):
            _number(rows)
        return rows


def _inside(part: FormGroup | FormRows, counts: Counts) -> dict[str, Any]:
    if isinstance(part, FormGroup):
        return {"fields": [_shown(one.key, one) for one in part.fields]}
    rows = [
        {
            "title": f"{part.one} {place + 1}",
            "fields": [_shown(f"{part.key}.{place}.{one.key}", one) for one in part.fields],
        }
        for place in range(counts[part.key])
    ]
    return {"rows": rows}


def _shown(name: str, one: FormField) -> dict[str, Any]:
    return {
        "name": name,
        "kind": one.kind,
        "hint": one.hint,
        "options": [{"value": value, "label": label} for value, label in one.options],
        "required": not one.is_optional,
    }


def _number(rows: list[dict[str, Any]]) -> None:
    taken = {row["id"] for row in rows if "id" in row}
    free = (str(number) for number in range(1, 2 * ROWS_MAX) if str(number) not in taken)
    for row in rows:
        row.setdefault("id", "")
        row["id"] = row["id"] or next(free)


def _said(text: str, one: FormField) -> Any:  # noqa: ANN401 — a JSON value
    """Return what a field says; None for nothing."""
    if one.kind == "area":
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return lines or None
    return text or None


def _text(stated: Any, one: FormField) -> str:  # noqa: ANN401 — a JSON value
    if stated is None:
        return ""
    if isinstance(stated, bool):
        return "yes" if stated else ""
    return "\n".join(stated) if one.kind == "area" else str(stated)


def _find(plain: Any, name: str) -> Any:  # noqa: ANN401 — a JSON value
    found = plain
    for key in name.split("."):
        if isinstance(found, list | tuple):
            found = found[int(key)] if int(key) < len(found) else None
        else:
            found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _put(plain: dict[str, Any], place: list[str], value: Any) -> None:  # noqa: ANN401 — a JSON value
    if value is None:
        return
    *above, last = place
    for key in above:
        plain = plain.setdefault(key, {})
    plain[last] = value
