"""What a shape's fault means, in a sentence that says what to write instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from pricing.documents.faults import quoted
from pricing.documents.located import Located, Step
from pricing.documents.scalars import PATTERN_WORDS

_KEYS_SHOWN: Final = 30
_CHOICES_SHOWN: Final = 8
"""Choices that are all named beside the one that was probably meant."""

_MEANT: Final = MappingProxyType(
    {
        "percent": "share",
        "percentage": "share",
        "fee_schedule": "schedule",
        "rate": "amount",
        "flat": "amount",
        "per_day": "per_diem",
        "cap": "at_most",
        "maximum": "at_most",
        "minimum": "at_least",
        "floor": "at_least",
        "except": "but_not",
        "exclude": "but_not",
    }
)
"""What people write for a key whose name is not alike; a suggestion where the key may stand."""

_WORDS: Final = MappingProxyType(
    {
        "missing": "is missing",
        "string_type": "must be one text, not a list or a group of keys",
        "string_too_short": "must not be empty",
        "string_too_long": "must not be longer than {max_length} characters",
        "int_parsing": "must be a whole number",
        "int_type": "must be a whole number",
        "int_parsing_size": "must be a smaller number",
        "greater_than_equal": "must be {ge} or more",
        "greater_than": "must be more than {gt}",
        "less_than_equal": "must be {le} or less",
        "less_than": "must be less than {lt}",
        "too_short": "must have at least one entry",
        "tuple_type": "must be a list, such as [a, b]",
        "dict_type": "must be keys with values, such as {{key: value}}",
        "model_type": "must be keys with values, such as {{key: value}}",
        "decimal_type": "must be a number like 95.50",
        "date_type": "must be a date like 2026-01-31",
    }
)
"""By pydantic's name for the fault; filled with what it knows of it."""


def fault_words(error: ErrorDetails, path: tuple[Step, ...], root: Located, schema: Any) -> str:  # noqa: ANN401 — a JSON Schema
    """Return the sentence for one error of pydantic's at a path of the document."""
    kind, context = error["type"], error.get("ctx", {})
    match kind:
        case "extra_forbidden":
            words = unknown_key_words(path, root, schema)
        case "value_error":
            words = str(context["error"])
        case "literal_error" | "enum":
            words = _not_among(str(error["input"]), str(context["expected"]))
        case "string_pattern_mismatch":
            pattern = PATTERN_WORDS.get(context["pattern"], f"a text like {context['pattern']}")
            words = f"must be {pattern}, not {quoted(error['input'])}"
        case "model_type" | "tuple_type" if shape := _shape_of(kind, path, schema):
            words = shape
        case _ if kind in _WORDS:
            words = _WORDS[kind].format(**context)
        case _ if kind.startswith("date_"):
            words = "must be a day of the calendar, written like 2026-01-31"
        case _:
            words = error["msg"]
    return words


def _shape_of(kind: str, path: tuple[Step, ...], schema: Any) -> str:  # noqa: ANN401 — a JSON Schema
    """Return what should stand there, with the key that it needs first; "" where it has none."""
    is_list = kind == "tuple_type"
    keys = _needed_at((*path, 0) if is_list else path, schema)
    if not keys:
        return ""
    if is_list:
        return f"must be a list of entries, such as [{{{keys[0]}: …}}]"
    if path:
        return f"must be keys with values, such as {{{keys[0]}: …}}"
    begin = schema.get("properties", {}).get("format", {}).get("const", "…")
    return f"must be keys with values, such as {keys[0]}: {begin}"


def suggestion(wrong: str, known: list[str]) -> str:
    """Return what was probably meant, or what there is to choose from."""
    close = get_close_matches(wrong.lower(), known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    shown = ", ".join(known[:_KEYS_SHOWN]) + (" …" if len(known) > _KEYS_SHOWN else "")
    return f"there is {shown}" if known else "there is none"


def is_known_key(path: tuple[Step, ...], schema: Any) -> bool:  # noqa: ANN401 — a JSON Schema
    """Tell whether the key that ends a path may stand there, as far as the schema names keys."""
    known = _keys_at(path[:-1], schema)
    return not known or path[-1] in known


def unknown_key_words(path: tuple[Step, ...], root: Located, schema: Any) -> str:  # noqa: ANN401 — a JSON Schema
    """Return what to write instead of the key that ends a path."""
    parent = root.find(path[:-1])
    present = parent.content if parent is not None and isinstance(parent.content, dict) else {}
    known = _keys_at(path[:-1], schema)
    meant = _MEANT.get(str(path[-1]).lower())
    absent = [key for key in known if key not in present]
    if meant in absent:
        return f"is no key here; did you mean {meant}?"
    close = get_close_matches(str(path[-1]).lower(), known, n=1, cutoff=0.6)
    if close and close[0] in present:
        return f"is no key here; {close[0]} is there already"
    if not close and (below := _key_below(path, known, schema)):
        return f"is no key here; it belongs into {below}: look at the indentation"
    return f"is no key here; {suggestion(str(path[-1]), absent)}"


def _key_below(path: tuple[Step, ...], known: list[str], schema: Any) -> str:  # noqa: ANN401 — a JSON Schema
    """Return the key whose entries may have the key that ends a path; "" for none."""
    beside = path[:-1]
    for key in known:
        if path[-1] in _keys_at((*beside, key, 0), schema):
            return f"an entry of {key}"
        if path[-1] in _keys_at((*beside, key), schema):
            return key
    return ""


def _not_among(found: str, expected: str) -> str:
    known = re.findall(r"'([^']*)'", expected)
    if len(known) == 1:
        return f"must be {known[0]}"
    close = get_close_matches(found.lower(), known, n=1, cutoff=0.6)
    if not close:
        return f"must be one of {', '.join(known)}"
    if len(known) > _CHOICES_SHOWN:
        return f"{quoted(found)} does not exist; did you mean {close[0]}?"
    return f"must be one of {', '.join(known)}; did you mean {close[0]}?"


def _keys_at(path: tuple[Step, ...], schema: Any) -> list[str]:  # noqa: ANN401 — a JSON Schema
    """Return the keys that a document may have at a path, in the order of the model."""
    return list(_schema_at(path, schema).get("properties", {}))


def _needed_at(path: tuple[Step, ...], schema: Any) -> list[str]:  # noqa: ANN401 — a JSON Schema
    """Return the keys that a document must have at a path, or may where it needs none."""
    return list(_schema_at(path, schema).get("required", [])) or _keys_at(path, schema)


def _schema_at(path: tuple[Step, ...], schema: Any) -> Mapping[str, Any]:  # noqa: ANN401 — a JSON Schema
    here: Mapping[str, Any] = schema
    for step in path:
        here = _step_into(_plain_schema(here, schema), step)
    return _plain_schema(here, schema)


def _step_into(here: Mapping[str, Any], step: Step) -> Mapping[str, Any]:
    if isinstance(step, int):
        return here.get("items") or {}
    if step in here.get("properties", {}):
        named: Mapping[str, Any] = here["properties"][step]
        return named
    free: list[Mapping[str, Any]] = list(here.get("patternProperties", {}).values())
    return free[0] if free else here.get("additionalProperties") or {}


def _plain_schema(here: Any, schema: Any) -> Mapping[str, Any]:  # noqa: ANN401 — a JSON Schema
    """Return a part of the schema with its reference followed and its null left aside."""
    if not isinstance(here, Mapping):
        return {}
    for choice in here.get("anyOf", []) or here.get("oneOf", []) or here.get("allOf", []):
        plain = _plain_schema(choice, schema)
        if "properties" in plain or "items" in plain or "additionalProperties" in plain:
            return plain
    if "$ref" in here:
        name = str(here["$ref"]).rpartition("/")[2]
        return _plain_schema(schema["$defs"][name], schema)
    return here


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON Schema of documents of this shape."""
    return model.model_json_schema(by_alias=True, mode="validation")
