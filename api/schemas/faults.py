"""A refused request in words: each fault with the path of its field and what would be right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from api.errors import FieldError

_MOST: Final = 100
_LONGEST_PATH: Final = 200
_Words = Callable[[dict[str, Any]], str]

_WORDS: Final[dict[str, _Words]] = {
    "missing": lambda _: "is required",
    "extra_forbidden": lambda _: "is not a field we know; check its spelling or leave it out",
    "int_type": lambda _: "must be a whole number",
    "int_from_float": lambda _: "must be a whole number",
    "bool_type": lambda _: "must be true or false",
    "string_type": lambda _: "must be text",
    "string_unicode": lambda _: "must be valid Unicode text",
    "list_type": lambda _: "must be a list",
    "model_type": lambda _: "must be a JSON object",
    "model_attributes_type": lambda _: "must be a JSON object",
    "dict_type": lambda _: "must be a JSON object",
    "greater_than_equal": lambda c: f"must be at least {c['ge']:,}",
    "greater_than": lambda c: f"must be more than {c['gt']:,}",
    "less_than_equal": lambda c: f"must be at most {c['le']:,}",
    "string_too_short": lambda _: "must not be empty",
    "string_too_long": lambda c: f"must have at most {c['max_length']:,} characters",
    "too_short": lambda c: f"needs at least {_counted(c['min_length'])}",
    "too_long": lambda c: f"takes at most {c['max_length']}",
    "literal_error": lambda c: f"must be {c['expected']}",
    "enum": lambda c: f"must be {c['expected']}",
    "value_error": lambda c: str(c["error"]),
}
_PATTERNS: Final = {
    "reference": "must be 3 to 32 capital letters, digits and hyphens, such as SJ-1004",
}


def faults_of(error: ValidationError) -> tuple[FieldError, ...]:
    """Return one FieldError for each fault pydantic found, in the order of the fields.

    Of very many only the first are told, and how many more there are: an answer must not be
    larger than what was sent.
    """
    found = error.errors(include_url=False, include_input=False)
    told = tuple(FieldError(_path(fault), _message(fault)) for fault in found[:_MOST])
    more = len(found) - len(told)
    return (*told, FieldError("", f"{more:,} further faults are not told")) if more else told


def _path(fault: ErrorDetails) -> str:
    path = ".".join(str(part) for part in fault["loc"])
    return path if len(path) <= _LONGEST_PATH else f"{path[:_LONGEST_PATH]}…"


def _counted(number: int) -> str:
    return "one" if number == 1 else f"{number:,}"


def _message(fault: ErrorDetails) -> str:
    kind = fault["type"]
    if kind == "string_pattern_mismatch":
        field = str(fault["loc"][-1]) if fault["loc"] else ""
        return _PATTERNS.get(field, "has characters that are not allowed here")
    words = _WORDS.get(kind)
    return words(fault.get("ctx", {})) if words else fault["msg"]
