"""Questions put together from what is stored and what was sent, and answers that are refusals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.errors import DocumentsRefused, FieldError


def rules_wish(text: str, ceilings: Mapping[str, str], version: str | None) -> dict[str, Any]:
    """Return the rules to decide with: a policy's text, or one version of it alone."""
    return {"text": text, "version": version or None, "ceilings": dict(ceilings)}


def list_refusals(told: Mapping[str, Any]) -> tuple[FieldError, ...]:
    """Return why there is no answer, document by document and line by line; () where there is."""
    if "refused" in told:
        return (FieldError("", str(told["refused"])),)
    document = told.get("document", "policy")
    faults = [
        FieldError(
            f"{document}.{fault['path']}" if fault["path"] else str(document),
            f"line {fault['line']}: {fault['message']}",
        )
        for fault in told.get("faults", ())
    ]
    more = told.get("more", 0)
    if more:
        faults.append(FieldError(str(document), f"{more:,} further faults are not told"))
    return tuple(faults)


def answer_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the decision; raises DocumentsRefused where there is none."""
    if "answer" not in told:
        raise DocumentsRefused(list_refusals(told))
    answer: dict[str, Any] = told["answer"]
    return answer
