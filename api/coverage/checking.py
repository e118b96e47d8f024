"""What is wrong with a policy document, line by line, as JSON: for the command, REST and pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from pricing.coverage.documents.check_ceilings import Ceilings
from pricing.coverage.documents.doubt import list_warnings
from pricing.coverage.documents.policy_document import Policy
from pricing.coverage.documents.read import read_policy
from pricing.documents.faults import Fault, InvalidDocument
from pricing.effective import EffectivePeriod
from pricing.policies import VersionPeriod

FAULTS_MAX: Final = 200
"""Faults that are told; an answer must not be larger than what was sent."""

Checked = dict[str, Any]
"""``well``, ``faults`` and ``warnings`` (``line``, ``path``, ``message``); of a document that is
well also ``id``, ``title`` and ``versions`` (``version``, ``valid_from``, ``valid_to``).

Only a document that is well has warnings; they keep nobody from using it."""


def check_policy_text(text: str | bytes, name: str, *, ceilings: Ceilings | None = None) -> Checked:
    """Return what can be said of a document; of its tax ceilings where it is told of some."""
    try:
        document = read_policy(text, name, ceilings=ceilings)
    except InvalidDocument as error:
        return {"well": False, "faults": list_faults(error.faults), "warnings": []}
    return {
        "well": True,
        "faults": [],
        "warnings": list_faults(list_warnings(document, text)),
        "id": document.id,
        "title": document.title,
        "versions": _versions(document),
    }


def list_faults(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """Return the faults or warnings of a document as JSON."""
    return [{"line": fault.line, "path": fault.path, "message": fault.message} for fault in faults]


def to_versions(told: Iterable[Mapping[str, Any]]) -> tuple[VersionPeriod, ...]:
    """Return the ``versions`` of a document that is well as values."""
    return tuple(
        VersionPeriod(
            version=one["version"],
            period=EffectivePeriod(
                date.fromisoformat(one["valid_from"]),
                one["valid_to"] and date.fromisoformat(one["valid_to"]),
            ),
        )
        for one in told
    )


def _versions(document: Policy) -> list[dict[str, str | None]]:
    return [
        {
            "version": version.version,
            "valid_from": version.valid_from.isoformat(),
            "valid_to": None if version.valid_to is None else version.valid_to.isoformat(),
        }
        for version in document.versions
    ]


def shortened(told: dict[str, Any]) -> dict[str, Any]:
    """Return an answer with the ``faults`` and ``warnings`` that are told.

    ``more`` says how many of either are not.
    """
    lists = [key for key in ("faults", "warnings") if key in told]
    more = sum(max(0, len(told[key]) - FAULTS_MAX) for key in lists)
    return {**told, **{key: told[key][:FAULTS_MAX] for key in lists}, "more": more}
