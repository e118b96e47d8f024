"""Reading a JSON document field by field, so that an error names the field and what is right."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeVar

from logistics.errors import UnknownZone
from logistics.timing import get_zone
from pricing.errors import PricingError
from scheduling.documents.errors import MalformedDocument

_T = TypeVar("_T")


class Reader:
    """A JSON object at a path of the document; every method raises MalformedDocument."""

    def __init__(self, value: object, path: str = "") -> None:
        if not isinstance(value, dict):
            raise MalformedDocument(path, "must be an object")
        self._value: dict[str, object] = value
        self._path = path

    def path_of(self, key: str) -> str:
        """Return the path of a field for messages."""
        return f"{self._path}.{key}" if self._path else key

    def has(self, key: str) -> bool:
        """Return whether a field that may be null holds something."""
        return self._get(key) is not None

    def text(self, key: str) -> str:
        """Return a string."""
        value = self._get(key)
        if not isinstance(value, str):
            raise MalformedDocument(self.path_of(key), "must be a string")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return an array of strings."""
        values = self._list(key)
        if not all(isinstance(value, str) for value in values):
            raise MalformedDocument(self.path_of(key), "must be an array of strings")
        return tuple(str(value) for value in values)

    def integer(self, key: str) -> int:
        """Return a whole number."""
        value = self._get(key)
        if type(value) is not int:
            raise MalformedDocument(self.path_of(key), "must be a whole number")
        return value

    def degrees(self, key: str, limit: float) -> float:
        """Return an angle in decimal degrees between minus and plus the limit."""
        value = self._get(key)
        number = value if isinstance(value, int | float) and type(value) is not bool else limit + 1
        if not -limit <= number <= limit:
            wanted = f"must be degrees from -{limit:g} to {limit:g}"
            raise MalformedDocument(self.path_of(key), wanted)
        return number

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._get(key)
        if not isinstance(value, bool):
            raise MalformedDocument(self.path_of(key), "must be true or false")
        return value

    def one_of(self, key: str, choices: Iterable[str]) -> str:
        """Return a string that is one of the choices."""
        known = [str(choice) for choice in choices]
        value = self.text(key)
        if value not in known:
            raise MalformedDocument(self.path_of(key), f"must be one of {', '.join(known)}")
        return value

    def zone(self, key: str) -> str:
        """Return the name of an IANA time zone."""
        name = self.text(key)
        try:
            get_zone(name)
        except UnknownZone as error:
            raise MalformedDocument(self.path_of(key), str(error)) from error
        return name

    def instant(self, key: str) -> datetime:
        """Return an instant in UTC."""
        text = self.text(key)
        wanted = "must be an instant like 2026-12-08T13:05:00Z"
        try:
            instant = datetime.fromisoformat(text)
        except ValueError as error:
            raise MalformedDocument(self.path_of(key), wanted) from error
        if not text.endswith("Z"):
            raise MalformedDocument(self.path_of(key), wanted)
        return instant.astimezone(UTC)

    def child(self, key: str) -> Reader:
        """Return a field that is an object."""
        return Reader(self._get(key), self.path_of(key))

    def children(self, key: str) -> list[Reader]:
        """Return a field that is an array of objects."""
        path = self.path_of(key)
        return [Reader(value, f"{path}[{place}]") for place, value in enumerate(self._list(key))]

    def made(self, make: Callable[[], _T]) -> _T:
        """Return what ``make`` builds from this object; a value's own refusal names this path."""
        try:
            return make()
        except (ValueError, PricingError) as error:
            raise MalformedDocument(self._path, str(error)) from error

    def _get(self, key: str) -> object:
        if key not in self._value:
            raise MalformedDocument(self.path_of(key), "is missing")
        return self._value[key]

    def _list(self, key: str) -> list[object]:
        value = self._get(key)
        if not isinstance(value, list):
            raise MalformedDocument(self.path_of(key), "must be an array")
        return value
