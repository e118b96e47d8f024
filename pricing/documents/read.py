"""Reading documents: text in, a document that is well out, or every fault with its line.

Three steps: YAML with lines (``compose``), the shape (pydantic), what the shape cannot say
(the ``check`` of each kind of document).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pricing.documents.compose import read_located
from pricing.documents.fault_list import FaultList
from pricing.documents.faults import InvalidDocument
from pricing.documents.located import Located, Step, list_nulls
from pricing.documents.scalars import Part
from pricing.documents.sentences import (
    fault_words,
    is_known_key,
    schema_of,
    unknown_key_words,
)

_P = TypeVar("_P", bound=Part)
_Path = tuple[Step, ...]
_BEHIND_COMMA: Final = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_FORMAT: Final = re.compile(r"sojourn-(?P<kind>[a-z]+)/\d+", re.ASCII)
_THOUSANDS: Final = re.compile(r"[0-9]{3}(\.[0-9]+)?", re.ASCII)
"""What follows the comma in 1,200.50."""


def read_document(
    text: str | bytes,
    name: str,
    model: type[_P],
    may_be_null: Callable[[_Path], bool],
    check: Callable[[_P, FaultList], None],
) -> _P:
    """Return the document that a text says; raises InvalidDocument with all its faults.

    ``name`` is the document's name in error texts, ``may_be_null`` tells at which paths null has
    a meaning, ``check`` notes what the shape cannot say.
    """
    root = read_located(text, name)
    found = FaultList(root)
    schema = _schema(model)
    _refuse_another(found, schema, name)
    nulls = _refuse_nulls(found, schema, may_be_null)
    document: _P | None = None
    try:
        document = model.model_validate(root.to_plain())
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _note(detail, nulls, found, schema)
    if document is not None and not found.faults:
        check(document, found)
    if document is None or found.faults:
        raise InvalidDocument(name, found.faults)
    return document


def _refuse_another(
    found: FaultList,
    schema: Any,  # noqa: ANN401 — a JSON Schema
    name: str,
) -> None:
    """Refuse a document of another kind by that alone, not by all its keys."""
    meant = schema.get("properties", {}).get("format", {}).get("const", "")
    written = found.root.find(("format",))
    named = None if written is None else written.content
    kind = _FORMAT.fullmatch(meant)
    other = _FORMAT.fullmatch(named) if isinstance(named, str) else None
    if kind is not None and other is not None and kind["kind"] != other["kind"]:
        message = (
            f"is a document of the kind {other['kind']}; what is read here is a {kind['kind']}"
        )
        found.add(("format",), f"{message}, {meant}: give another file")
        raise InvalidDocument(name, found.faults)


def _refuse_nulls(
    found: FaultList,
    schema: Any,  # noqa: ANN401 — a JSON Schema
    may_be_null: Callable[[_Path], bool],
) -> set[_Path]:
    """Note keys and entries without a value; return their paths."""
    nulls = set()
    for path, node in list_nulls(found.root):
        is_known = not path or isinstance(path[-1], int) or is_known_key(path, schema)
        if not is_known or node.is_blank or not may_be_null(path):
            nulls.add(path)
            found.add_at_key(path, _null_words(path, node, found.root, schema))
    return nulls


def _null_words(path: _Path, node: Located, root: Located, schema: Any) -> str:  # noqa: ANN401 — a JSON Schema
    if not path:
        return "the document is empty"
    if isinstance(path[-1], int):
        return "this entry is empty; write it or delete it"
    parent = root.find(path[:-1])
    if parent is not None and parent.is_flow and node.is_blank:
        return _comma_words(_number_before(parent, str(path[-1])), str(path[-1]))
    if not is_known_key(path, schema):
        return unknown_key_words(path, root, schema)
    return "has no value; write one, or leave the key out"


def _comma_words(before: str, rest: str) -> str:
    """Return what a comma inside { } did: to a number of which it parts digits, or to a text."""
    if before and before != "0" and _THOUSANDS.fullmatch(rest):
        return f"an amount has no comma: write {before}{rest}"
    if before:
        return f"decimals stand behind a point: write {before}.{rest}"
    return "has no value; inside { } a text or expression with a comma needs quotes around it"


def _number_before(parent: Located, rest: str) -> str:
    """Return the digits before a comma inside a number, if the rest of one follows."""
    if not _BEHIND_COMMA.fullmatch(rest) or not isinstance(parent.content, dict):
        return ""
    before = {after: key for key, after in pairwise(parent.content)}.get(rest)
    value = None if before is None else parent.content[before].value.content
    digits = value.lstrip("$€£¥ ") if isinstance(value, str) else ""
    return digits if digits.isascii() and digits.isdigit() else ""


def _note(error: ErrorDetails, nulls: set[_Path], found: FaultList, schema: Any) -> None:  # noqa: ANN401 — a JSON Schema
    path = _path_of(error, found.root)
    if any(path[: len(null)] == null for null in nulls):
        return
    if error["type"] == "too_short" and error["input"]:
        return  # entries that are not well were not counted; each has its own fault
    if error["type"] == "value_error" and _is_cut_short(path, found.root, schema):
        return  # the rest of the expression, taken for a key, has its own fault
    words = fault_words(error, path, found.root, schema)
    if error["type"] == "extra_forbidden" or error["loc"][-1:] == ("[key]",):
        found.add_at_key(path, words)
    else:
        found.add(path, words)


def _is_cut_short(path: _Path, root: Located, schema: Any) -> bool:  # noqa: ANN401 — a JSON Schema
    """Tell whether a comma inside { } ended the value: the rest is no key, without value."""
    parent = root.find(path[:-1]) if path else None
    if parent is None or not parent.is_flow or not isinstance(parent.content, dict):
        return False
    after = dict(pairwise(parent.content)).get(str(path[-1]))
    if after is None or is_known_key((*path[:-1], after), schema):
        return False
    return parent.content[after].value.is_blank


def _path_of(error: ErrorDetails, root: Located) -> _Path:
    """Return where in the document an error is; pydantic's names of alternatives are left out."""
    path: _Path = ()
    node: Located | None = root
    for step in error["loc"]:
        below = None if node is None else node.find((step,))
        if below is not None:
            path, node = (*path, step), below
    if error["type"] == "at_key" and node is not None:
        key = str(error["ctx"]["key"])
        return path if node.find((key,)) is None else (*path, key)
    if error["type"] == "missing":
        return (*path, error["loc"][-1])
    return path


@cache
def _schema(model: type[Part]) -> dict[str, Any]:
    return schema_of(model)
