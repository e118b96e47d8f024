"""Who has read or changed what of a case, for the person it is about: a page, and CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from api.audit.access_report import Access, AccessReport, Visitor
from api.formatting import format_count
from api.presenters.audit import (
    columns_words,
    moment,
    present_outcome,
    roles_words,
    table_words,
    who_words,
)
from api.presenters.csv_text import csv_text
from api.presenters.policy import action_name

_HEADING: Final = (
    "Organisation", "Roles", "User", "What", "Outcome", "Times", "First (UTC)", "Last (UTC)",
    "Read", "Stayed hidden", "Changed", "Reason",
)  # fmt: skip


def present_report(report: AccessReport, organisations: Mapping[str, str]) -> dict[str, Any]:
    """Return the report; people are told by organisation, roles and id, never by name."""
    return {
        "reference": report.case_reference,
        "count": format_count(report.count, "entry", "entries"),
        "visitors": [_visitor(one, organisations) for one in report.visitors],
    }


def report_csv(report: AccessReport, organisations: Mapping[str, str]) -> str:
    """Return the report as CSV, one line for each thing that each of them did."""
    return csv_text(_HEADING, _lines(report, organisations))


def _lines(report: AccessReport, organisations: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for visitor in report.visitors:
        for access in visitor.accesses:
            yield (
                organisations.get(visitor.organisation_id, visitor.organisation_id),
                roles_words(visitor.roles),
                visitor.user_id,
                action_name(access.action),
                present_outcome(access.outcome)["words"],
                str(access.count),
                moment(access.first_at),
                moment(access.last_at),
                "; ".join(_touched(access.read)),
                "; ".join(_touched(access.hidden)),
                "; ".join(_touched(access.changed)),
                "; ".join(access.reasons),
            )


def _visitor(visitor: Visitor, organisations: Mapping[str, str]) -> dict[str, Any]:
    known = who_words(visitor.principal_kind, "", {})
    return {
        "who": known or roles_words(visitor.roles) or "Somebody",
        "organisation": organisations.get(visitor.organisation_id, visitor.organisation_id),
        "user_id": "" if known else visitor.user_id,
        "times": format_count(visitor.count, "time"),
        "accesses": [_access(access) for access in visitor.accesses],
    }


def _access(access: Access) -> dict[str, Any]:
    last = moment(access.last_at)
    facts = {
        "When": last if access.count == 1 else f"{last}, last of {access.count} times",
        "First": moment(access.first_at) if access.count > 1 else "",
        "Read": "; ".join(_touched(access.read)),
        "Stayed hidden": "; ".join(_touched(access.hidden)),
        "Changed": "; ".join(_touched(access.changed)),
        "Erased": format_count(access.erased, "detail") if access.erased else "",
        "Reason": "; ".join(access.reasons),
    }
    return {
        "action": action_name(access.action),
        "outcome": present_outcome(access.outcome),
        "facts": [{"label": label, "text": text} for label, text in facts.items() if text],
    }


def _touched(columns: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return each table with its columns, as ``"Case: diagnosis, title"``."""
    return [
        f"{table_words(table)}: {columns_words(names)}" if names else table_words(table)
        for table, names in columns.items()
    ]
