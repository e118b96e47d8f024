"""A form as a template needs it: each field's id, label, value as typed, and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from api.errors import FieldError
from logistics.plain_text import NO_TEXT

_NO_WORD: Final = re.compile(r"[^\w]|_")
_WHOLE: Final = re.compile(r"-?\d{1,9}", re.ASCII)

Values = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class FormState:
    """One form; ``labels`` names every field the form has, in order."""

    labels: Mapping[str, str]
    values: Values
    faults: tuple[FieldError, ...] = field(default=())
    all_optional: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return what the macros of `components/forms.html` read."""
        # What is wrong may quote what was typed.
        told = [FieldError(fault.field, showable(fault.message)) for fault in self.faults]
        placed = [(self._nearest(fault.field), fault) for fault in told]
        return {
            "labels": self.labels,
            "all_optional": self.all_optional,
            "typed": {name: _showable(value) for name, value in self.values.items()},
            "ids": {name: field_id(name) for name in self.labels},
            "errors": {name: fault.message for name, fault in reversed(placed) if name},
            "faults": [
                {
                    "href": f"#{field_id(name)}" if name else "",
                    "label": self.labels.get(name, ""),
                    "message": fault.message if name else _spoken(fault),
                }
                for name, fault in placed
            ],
        }

    def _nearest(self, path: str) -> str:
        """Return the form's field for a path: itself, a parent or a first child; else empty."""
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            name = ".".join(parts[:length])
            if name in self.labels:
                return name
        return next((name for name in self.labels if name.startswith(f"{path}.")), "")


def field_id(name: str) -> str:
    """Return the HTML id of a field."""
    return "field-" + _NO_WORD.sub("-", name)


def to_number(text: str) -> int | str | None:
    """Return what a number field says: a whole number, None when empty, else the text itself.

    Text that is no number is left for the schema to refuse, which says what would be right.
    """
    stripped = text.strip().replace("\u2212", "-")
    if not stripped:
        return None
    return int(stripped) if _WHOLE.fullmatch(stripped) else stripped


def to_text(value: object) -> str:
    """Return a JSON value as the text of its field; None is empty."""
    return "" if value is None else str(value)


def to_words(text: str) -> list[str]:
    """Return the words of a field that takes several with commas between."""
    return [word for word in re.split(r"[,;\s]+", text.strip()) if word]


def join_words(words: Sequence[object]) -> str:
    """Return several words as the text of one field."""
    return ", ".join(str(word) for word in words)


def without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values without those that are None, so that a missing field is told as missing."""
    return {name: value for name, value in values.items() if value is not None}


def _showable(value: str | list[str]) -> str | list[str]:
    """Return the value with a mark in place of each character that no page can hold."""
    if isinstance(value, list):
        return [showable(text) for text in value]
    return showable(value)


def showable(text: str) -> str:
    """Return the text with a mark in place of each character that no page can hold."""
    return NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)


def _spoken(fault: FieldError) -> str:
    return f"{fault.field}: {fault.message}" if fault.field else fault.message
