"""Estimates, bills and allowed amounts from text: the document, or all its faults by line."""

from __future__ import annotations

import json
from typing import Any

from pricing.documents.fault_list import FaultList
from pricing.documents.located import Step
from pricing.documents.read import read_document
from pricing.documents.scalars import Part
from pricing.estimate.allowed_document import Allowed, AllowedGroup, AllowedLine, Terms
from pricing.estimate.bill_document import Bill
from pricing.estimate.check_bill import check_bill
from pricing.estimate.check_estimate import check_estimate
from pricing.estimate.estimate_document import Estimate


def read_estimate(text: str | bytes, name: str) -> Estimate:
    """Return the estimate that a document says; raises InvalidDocument with all its faults.

    ``name`` is the document's name in error texts.
    """
    return read_document(text, name, Estimate, _may_be_null, check_estimate)


def read_bill(text: str | bytes, name: str) -> Bill:
    """Return the bill that a document says; raises as `read_estimate` does."""
    return read_document(text, name, Bill, _may_be_null, check_bill)


def recall_estimate(text: str) -> Estimate:
    """Return an estimate that was read before and written down as JSON: without its lines, faster.

    Raises InvalidDocument where what was written then is no estimate now.
    """
    try:
        return Estimate.model_validate(json.loads(text))
    except ValueError:
        return read_estimate(text, "estimate")


def recall_bill(text: str) -> Bill:
    """Return a bill that was read before and written down; raises as `recall_estimate` does."""
    try:
        return Bill.model_validate(json.loads(text))
    except ValueError:
        return read_bill(text, "bill")


def read_allowed(text: str | bytes, name: str) -> Allowed:
    """Return what a contract allows, as its pricer printed it; raises as `read_estimate` does."""
    return read_document(_lines_alone(text), name, Allowed, _may_be_null, _check_nothing)


def _may_be_null(path: tuple[Step, ...]) -> bool:
    """Tell whether null says that something is not stated: anywhere but in a list."""
    return bool(path) and isinstance(path[-1], str)


def _lines_alone(text: str | bytes) -> str | bytes:
    """Return the pricer's answer without what is not asked for; what is none stays as it is."""
    try:
        answer = json.loads(text)
    except ValueError:
        return text
    if not isinstance(answer, dict) or not isinstance(answer.get("lines"), list):
        return text
    lines = [_known(line, AllowedLine) for line in answer["lines"]]
    groups = answer.get("groups")
    kept = _known(answer, Allowed) | {
        "lines": lines,
        "terms": _known(answer.get("terms"), Terms),
        "groups": [
            _known(one, AllowedGroup) for one in (groups if isinstance(groups, list) else ())
        ],
    }
    return json.dumps(kept)


def _known(written: Any, model: type[Part]) -> dict[str, Any]:  # noqa: ANN401 — whatever JSON holds
    """Return the keys of a part that its shape knows; nothing of what is no part."""
    if not isinstance(written, dict):
        return {}
    return {key: value for key, value in written.items() if key in model.model_fields}


def _check_nothing(document: Allowed, found: FaultList) -> None:
    """Leave it at the shape: the contract pricer has checked it."""
