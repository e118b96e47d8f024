"""Reading documents: text in, a document that is well out, or every fault with its line.

Three steps: YAML with lines (``located``), the shape (pydantic), what the shape cannot say
(``check``, ``check_trip``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pricing.coverage.documents.balances_document import BalancesDocument
from pricing.coverage.documents.check import check_policy
from pricing.coverage.documents.check_ceilings import Ceilings, check_ceilings
from pricing.coverage.documents.check_trip import check_trip
from pricing.coverage.documents.policy_document import Policy
from pricing.coverage.documents.trip_document import Trip
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


def read_policy(text: str | bytes, name: str, *, ceilings: Ceilings | None = None) -> Policy:
    """Return the policy that a document says; raises InvalidDocument with all its faults.

    ``name`` is the document's name in error texts. With ``ceilings`` the policies that its tax
    rules name are looked for there, and one that cannot be used is a fault too.
    """

    def check(policy: Policy, found: FaultList) -> None:
        check_policy(policy, found)
        if ceilings is not None:
            check_ceilings(policy, ceilings, read_policy, found)

    return _read(text, name, Policy, _may_be_null_in_policy, check)


def read_trip(text: str | bytes, name: str) -> Trip:
    """Return the trip that a document, YAML or JSON, says; raises as `read_policy` does."""
    return _read(text, name, Trip, _may_be_null_in_facts, check_trip)


def read_balances(text: str | bytes, name: str) -> BalancesDocument:
    """Return the balances that a document says; raises as `read_policy` does."""
    return _read(text, name, BalancesDocument, _may_be_null_in_facts, _check_balances)


def read_part(text: str | bytes, name: str, model: type[_P]) -> _P:
    """Return what a document of that shape alone says; raises as `read_policy` does.

    For documents that belong to somebody else and are made of the parts of these.
    """
    return _read(text, name, model, _may_be_null_in_facts, _check_nothing)


def _read(
    text: str | bytes,
    name: str,
    model: type[_P],
    may_be_null: Callable[[_Path], bool],
    check: Callable[[_P, FaultList], None],
) -> _P:
    root = read_located(text, name)
    found = FaultList(root)
    schema = _schema(model)
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


def _may_be_null_in_policy(path: _Path) -> bool:
    return path[:1] == ("versions",) and path[2:] == ("valid_to",)


def _may_be_null_in_facts(path: _Path) -> bool:
    """Tell whether null says that something is not stated: anywhere but in a list."""
    return bool(path) and isinstance(path[-1], str)


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
        return "has no value; inside { } an expression with a comma needs quotes around it"
    if not is_known_key(path, schema):
        return unknown_key_words(path, root, schema)
    return "has no value; write one, or leave the key out"


def _note(error: ErrorDetails, nulls: set[_Path], found: FaultList, schema: Any) -> None:  # noqa: ANN401 — a JSON Schema
    path = _path_of(error, found.root)
    if any(path[: len(null)] == null for null in nulls):
        return
    if error["type"] == "too_short" and error["input"]:
        return  # entries that are not well were not counted; each has its own fault
    words = fault_words(error, path, found.root, schema)
    if error["type"] == "extra_forbidden" or error["loc"][-1:] == ("[key]",):
        found.add_at_key(path, words)
    else:
        found.add(path, words)


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


def _check_balances(document: BalancesDocument, found: FaultList) -> None:
    seen: dict[tuple[str, str, str], int] = {}
    for place, used in enumerate(document.used):
        key = (used.balance, used.whose, used.period)
        first = seen.setdefault(key, place)
        if first != place:
            line = found.root.line_at(("used", first))
            found.add(("used", place), f"is the same balance as on line {line}; add them up")


def _check_nothing(document: Part, found: FaultList) -> None:
    """Leave it at the shape."""
