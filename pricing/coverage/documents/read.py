"""Reading the documents of coverage: text in, a document that is well out, or every fault."""

from __future__ import annotations

from typing import TypeVar

from pricing.coverage.documents.balances_document import BalancesDocument
from pricing.coverage.documents.check import check_policy
from pricing.coverage.documents.check_ceilings import Ceilings, check_ceilings
from pricing.coverage.documents.check_trip import check_trip
from pricing.coverage.documents.policy_document import Policy
from pricing.coverage.documents.trip_document import Trip
from pricing.documents.fault_list import FaultList
from pricing.documents.located import Step
from pricing.documents.read import read_document
from pricing.documents.scalars import Part

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

    return read_document(text, name, Policy, _may_be_null_in_policy, check)


def read_trip(text: str | bytes, name: str) -> Trip:
    """Return the trip that a document, YAML or JSON, says; raises as `read_policy` does."""
    return read_document(text, name, Trip, _may_be_null_in_facts, check_trip)


def read_balances(text: str | bytes, name: str) -> BalancesDocument:
    """Return the balances that a document says; raises as `read_policy` does."""
    return read_document(text, name, BalancesDocument, _may_be_null_in_facts, _check_balances)


def read_part(text: str | bytes, name: str, model: type[_P]) -> _P:
    """Return what a document of that shape alone says; raises as `read_policy` does.

    For documents that belong to somebody else and are made of the parts of these.
    """
    return read_document(text, name, model, _may_be_null_in_facts, _check_nothing)


def _may_be_null_in_policy(path: _Path) -> bool:
    return path[:1] == ("versions",) and path[2:] == ("valid_to",)


def _may_be_null_in_facts(path: _Path) -> bool:
    """Tell whether null says that something is not stated: anywhere but in a list."""
    return bool(path) and isinstance(path[-1], str)


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
