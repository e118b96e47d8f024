"""Values as JSON documents and back: exact, with aware UTC datetimes, by their type hints.

Pydantic reads datetimes with a zone object of its own, which calendar libraries do not know;
this reader returns ``datetime.UTC``, and refuses what was not written by its own writer.
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from logistics.errors import LogisticsError
from pricing.errors import PricingError

Value = TypeVar("Value")
_Step = Callable[[Any], Any]


class UnreadableDocument(ValueError):
    """A stored document does not have the shape its type asks for, or breaks its rules."""


# What JSON, our readers and the values' own checks raise.
_MISFITS = (ValueError, TypeError, KeyError, AttributeError, LogisticsError, PricingError)


class Documents(Generic[Value]):
    """Writes and reads values of one type: dataclasses, enums, instants, dates, tuples, sets."""

    def __init__(self, kind: Any) -> None:  # noqa: ANN401 — a type form such as tuple[X, ...] has no type
        """Take the type; its hints are resolved when first used."""
        self._kind = kind

    def write(self, value: Value) -> str:
        """Return the value as JSON text, keys in the order of the fields.

        Raises ValueError for naive datetimes, for numbers that are not finite, and for text
        with unpaired surrogates, which no database can store.
        """
        plain = _writer(self._kind)(value)
        text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise ValueError("text holds half a character (an unpaired surrogate)") from error
        return text

    def read(self, text: str) -> Value:
        """Return the value written as that text; raises UnreadableDocument."""
        try:
            value: Value = _reader(self._kind)(json.loads(text))
        except _MISFITS as error:
            raise UnreadableDocument(f"not a stored {self._kind}: {error}") from error
        return value


def _same(value: Any) -> Any:  # noqa: ANN401 — whatever JSON holds
    return value


def _to_text(value: datetime) -> str:
    if value.utcoffset() is None:
        raise ValueError(f"{value!r} has no offset; only aware datetimes are stored")
    return value.astimezone(UTC).isoformat()


def _to_instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.utcoffset() is None:
        raise ValueError(f"{text} has no offset")
    return instant.astimezone(UTC)


def _optional(kind: Any, make: Callable[[Any], _Step]) -> _Step:  # noqa: ANN401 — a type form
    inner = [make(part) for part in get_args(kind) if part is not type(None)]
    if len(inner) != 1:
        raise TypeError(f"{kind} is not one type or None")
    step = inner[0]
    return lambda value: None if value is None else step(value)


def _tuple(kind: Any, make: Callable[[Any], _Step], build: _Step) -> _Step:  # noqa: ANN401 — a type form
    parts = get_args(kind)
    if parts[-1] is Ellipsis:
        step = make(parts[0])
        return lambda value: build(step(item) for item in value)
    steps = [make(part) for part in parts]
    return lambda value: build(step(item) for step, item in zip(steps, value, strict=True))


def _fields(kind: type[Any]) -> list[tuple[dataclasses.Field[Any], Any]]:
    hints = get_type_hints(kind)
    return [(field, hints[field.name]) for field in dataclasses.fields(kind) if field.init]


@lru_cache(maxsize=256)
def _writer(kind: Any) -> _Step:  # noqa: ANN401 — a type form
    """Return the function that turns a value of the type into what JSON knows."""
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        return _optional(kind, _writer)
    if origin is tuple:
        return _tuple(kind, _writer, list)
    if origin is frozenset:
        step = _writer(get_args(kind)[0])
        return lambda value: sorted(step(item) for item in value)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        steps = [(field.name, _writer(hint)) for field, hint in _fields(kind)]
        return lambda value: {name: step(getattr(value, name)) for name, step in steps}
    return _plain_writer(kind)


def _plain_writer(kind: Any) -> _Step:  # noqa: ANN401 — a type form
    if kind is datetime:
        return _to_text
    if kind is date:
        return date.isoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda value: kind(value).value
    return _json(kind)


@lru_cache(maxsize=256)
def _reader(kind: Any) -> _Step:  # noqa: ANN401 — a type form
    """Return the function that turns what JSON held into a value of the type."""
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        return _optional(kind, _reader)
    if origin is tuple:
        return _tuple(kind, _reader, tuple)
    if origin is frozenset:
        step = _reader(get_args(kind)[0])
        return lambda value: frozenset(step(item) for item in value)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _dataclass_reader(kind)
    return _plain_reader(kind)


def _plain_reader(kind: Any) -> _Step:  # noqa: ANN401 — a type form
    if kind is datetime:
        return _to_instant
    if kind is date:
        return date.fromisoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return _json(kind)


def _dataclass_reader(kind: type[Any]) -> _Step:
    """Return the reader of a dataclass: fields absent from old documents take their default."""
    steps = {field.name: _reader(hint) for field, hint in _fields(kind)}

    def read(value: Mapping[str, Any]) -> Any:  # noqa: ANN401 — an instance of ``kind``
        unknown = value.keys() - steps.keys()
        if unknown:
            raise ValueError(f"{kind.__name__} has no field {', '.join(sorted(unknown))}")
        return kind(**{name: steps[name](item) for name, item in value.items()})

    return read


def _json(kind: Any) -> _Step:  # noqa: ANN401 — a type form
    """Return the step of types which JSON holds as they are; each value must be of the type."""
    if kind is Any or get_origin(kind) in {dict, list} or kind in {dict, list}:
        return _same
    if kind is float:
        return float
    if kind not in {str, int, bool}:
        raise TypeError(f"documents cannot hold {kind}")

    def exactly(value: Any) -> Any:  # noqa: ANN401 — checked here
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise TypeError(f"{value!r} is not of type {kind.__name__}")
        return value

    return exactly
