"""A small, fast reader of JSON Schema (draft 7): the keywords that price files need, no others.

A schema is compiled once into functions. A value is first tested by plain yes-or-no functions;
only where it does not hold are its breaches listed, each as the official validator (Ajv, all
errors) lists them: in its order, with one breach for each way a rule could have been met.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from pricing.price_files.validation.cell_text import is_iso_date

Test = Callable[[Any], bool]
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Breach:
    """A keyword that a value breaks.

    ``path`` is the JSON pointer of the value; ``wanted`` what the keyword asks for (for
    ``required`` the missing property); ``schema`` the schema that has the keyword.
    """

    keyword: str
    path: str
    wanted: Any
    value: Any
    schema: Schema


Explain = Callable[[Any, str], Iterable[Breach]]


@dataclass(frozen=True, slots=True)
class Shape:
    """A compiled schema: whether a value holds, and if not, why."""

    rules: tuple[tuple[Test, Explain], ...]

    def holds(self, value: Any) -> bool:  # noqa: ANN401 — any JSON value
        """Tell whether a value breaks no keyword."""
        for test, _ in self.rules:  # noqa: SIM110 — a loop is a third faster than all() here
            if not test(value):
                return False
        return True

    def breaches(self, value: Any, path: str) -> Iterator[Breach]:  # noqa: ANN401 — as above
        """Yield every breach of a value at a path, in the official order."""
        for test, explain in self.rules:
            if not test(value):
                yield from explain(value, path)


_TYPES: Final[dict[str, Test]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, float) and isfinite(value),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
# The keywords of each type in the order they are looked at; "" are those of any type.
_GROUPS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("number", ("exclusiveMinimum",)),
    ("string", ("minLength", "pattern", "format")),
    ("", ("const", "enum", "not", "anyOf", "allOf", "if")),
    ("array", ("minItems", "items", "contains")),
    ("object", ("required", "properties")),
)


def compile_shape(schema: Schema) -> Shape:
    """Return a schema compiled; numbers of the values must be floats.

    Raises:
        KeyError: the schema uses a keyword or type that is not known here.
    """
    rules: list[tuple[Test, Explain]] = []
    wanted = schema.get("type")
    groups = dict(_GROUPS)
    is_type = _TYPES[wanted] if wanted else None
    if is_type and not any(keyword in schema for keyword in groups.get(wanted or "", ())):
        rules.append((is_type, _breaking("type", schema)))
    for group, keywords in _GROUPS:
        present = [keyword for keyword in keywords if keyword in schema]
        if group and group == wanted and present and is_type:
            rules.append((is_type, _breaking("type", schema)))
        for keyword in present:
            test, explain = _COMPILERS[keyword](schema)
            rules.append((_only(_TYPES[group], test) if group else test, explain))
    return Shape(tuple(rules))


def _only(is_type: Test, test: Test) -> Test:
    """Return a test that values of another type pass."""
    return lambda value: not is_type(value) or test(value)


def _breaking(keyword: str, schema: Schema) -> Explain:
    def explain(value: Any, path: str) -> Iterable[Breach]:  # noqa: ANN401 — any JSON value
        return (Breach(keyword, path, schema[keyword], value, schema),)

    return explain


Compiled = tuple[Test, Explain]


def _plain(keyword: str, test_of: Callable[[Any], Test]) -> Callable[[Schema], Compiled]:
    """Return the compiler of a keyword whose breach is the value itself."""
    return lambda schema: (test_of(schema[keyword]), _breaking(keyword, schema))


def _equal_to(wanted: Any) -> Test:  # noqa: ANN401 — any JSON value
    return lambda value: type(value) is type(wanted) and value == wanted


def _among(wanted: list[str]) -> Test:
    allowed = frozenset(wanted)
    return lambda value: isinstance(value, str) and value in allowed


def _matching(pattern: str) -> Test:
    matches = re.compile(pattern).fullmatch
    return lambda value: matches(value) is not None


def _not(schema: Schema) -> Compiled:
    shape = compile_shape(schema["not"])
    return (lambda value: not shape.holds(value)), _breaking("not", schema)


def _any_of(schema: Schema) -> Compiled:
    ways = [compile_shape(way) for way in schema["anyOf"]]

    def explain(value: Any, path: str) -> Iterable[Breach]:  # noqa: ANN401 — any JSON value
        for way in ways:
            yield from way.breaches(value, path)
        yield Breach("anyOf", path, None, value, schema)

    return (lambda value: any(way.holds(value) for way in ways)), explain


def _all_of(schema: Schema) -> Compiled:
    parts = [compile_shape(part) for part in schema["allOf"]]

    def explain(value: Any, path: str) -> Iterable[Breach]:  # noqa: ANN401 — any JSON value
        for part in parts:
            yield from part.breaches(value, path)

    return (lambda value: all(part.holds(value) for part in parts)), explain


def _if(schema: Schema) -> Compiled:
    condition, then = compile_shape(schema["if"]), compile_shape(schema["then"])

    def explain(value: Any, path: str) -> Iterable[Breach]:  # noqa: ANN401 — any JSON value
        yield from then.breaches(value, path)
        yield Breach("if", path, "then", value, schema)

    return (lambda value: not condition.holds(value) or then.holds(value)), explain


def _items(schema: Schema) -> Compiled:
    shape = compile_shape(schema["items"])

    def explain(value: Any, path: str) -> Iterable[Breach]:  # noqa: ANN401 — any JSON value
        for position, item in enumerate(value):
            yield from shape.breaches(item, f"{path}/{position}")

    return (lambda value: all(map(shape.holds, value))), explain


def _contains(schema: Schema) -> Compiled:
    shape = compile_shape(schema["contains"])
    return (lambda value: any(map(shape.holds, value))), _breaking("contains", schema)


def _required(schema: Schema) -> Compiled:
    names = tuple(schema["required"])
    needed = frozenset(names)

    def explain(value: Any, path: str) -> Iterable[Breach]:  # noqa: ANN401 — any JSON value
        return (
            Breach("required", path, name, value, schema) for name in names if name not in value
        )

    return (lambda value: needed <= value.keys()), explain


def _properties(schema: Schema) -> Compiled:
    shapes = {name: compile_shape(one) for name, one in schema["properties"].items()}

    def test(value: Any) -> bool:  # noqa: ANN401 — any JSON value
        for name, item in value.items():
            shape = shapes.get(name)
            if shape is not None and not shape.holds(item):
                return False
        return True

    def explain(value: Any, path: str) -> Iterable[Breach]:  # noqa: ANN401 — any JSON value
        for name, shape in shapes.items():
            if name in value:
                yield from shape.breaches(value[name], f"{path}/{name}")

    return test, explain


_COMPILERS: Final[dict[str, Callable[[Schema], Compiled]]] = {
    "exclusiveMinimum": _plain("exclusiveMinimum", lambda least: lambda value: value > least),
    "minLength": _plain("minLength", lambda least: lambda value: len(value) >= least),
    "pattern": _plain("pattern", _matching),
    "format": _plain("format", lambda _date: is_iso_date),
    "const": _plain("const", _equal_to),
    "enum": _plain("enum", _among),
    "minItems": _plain("minItems", lambda least: lambda value: len(value) >= least),
    "not": _not,
    "anyOf": _any_of,
    "allOf": _all_of,
    "if": _if,
    "items": _items,
    "contains": _contains,
    "required": _required,
    "properties": _properties,
}
