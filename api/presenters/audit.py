"""The audit trail for its pages: a list of entries, one entry, what a check found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from api.access.actions import Action
from api.access.roles import Role
from api.audit.listing import Entry
from api.audit.trail import Outcome
from api.audit.verify import Verdict
from api.formatting import format_count, format_list
from api.presenters.policy import action_name, role_name

_OUTCOMES: Final = {
    Outcome.DONE: ("good", "Done"),
    Outcome.DENIED: ("bad", "Denied"),
    Outcome.FAILED: ("warn", "Failed"),
}
_KINDS: Final = {
    "anonymous": "Somebody not logged in",
    "system": "The service itself",
    "token": "With an API token",
    "user": "In the pages",
}
_TABLES: Final = {
    "appointment": "Appointment",
    "case_member": "Patient and companions let in",
    "itinerary": "Itinerary",
    "itinerary_revision": "Itinerary",
    "plan": "Plan",
    "plan_problem": "Problem document",
    "sojourn_case": "Case",
}
_MOST_ROWS: Final = 30
_ROWS: Final = ("read", "written")


def present_outcome(outcome: Outcome) -> dict[str, str]:
    """Return an outcome as kind and words of a status."""
    kind, words = _OUTCOMES[outcome]
    return {"kind": kind, "words": words}


def present_choices(chosen: str) -> dict[str, Any]:
    """Return the outcomes and actions one can search for."""
    return {
        "outcomes": [
            {"value": one.value, "label": words, "is_chosen": one.value == chosen}
            for one, (_, words) in _OUTCOMES.items()
        ],
        "actions": sorted(action.value for action in Action),
    }


def present_entry_row(entry: Entry, names: Mapping[str, str]) -> dict[str, Any]:
    """Return one line of the list; ``names`` are those of users, by id."""
    return {
        "seq": entry.seq,
        "at": moment(entry.at),
        "action": action_name(entry.action),
        "outcome": present_outcome(entry.outcome),
        "who": who_words(entry.principal_kind, entry.user_id, names),
        "cases": list(entry.case_references[:3]),
        "more_cases": max(0, len(entry.case_references) - 3),
    }


def present_entry(
    entry: Entry, names: Mapping[str, str], organisations: Mapping[str, str]
) -> dict[str, Any]:
    """Return one entry with everything it says."""
    detail = entry.detail or {}
    who = who_words(entry.principal_kind, entry.user_id, names)
    facts = {
        "When": f"{moment(entry.at)} UTC",
        "Who": who,
        "User id": entry.user_id if entry.user_id != who else "",
        "Way in": _KINDS.get(entry.principal_kind, entry.principal_kind),
        "Roles": roles_words(entry.roles),
        "Organisation": organisations.get(entry.organisation_id, entry.organisation_id),
        "Session or token": entry.credential_id,
        "Request": entry.request_id,
    }
    return {
        "seq": entry.seq,
        "action": action_name(entry.action),
        "action_id": entry.action,
        "outcome": present_outcome(entry.outcome),
        "facts": _pairs(facts),
        "cases": list(entry.case_references),
        "is_erased": entry.detail is None,
        "erased_by": entry.erased_by,
        "read": _groups(detail.get("read")),
        "written": _groups(detail.get("written")),
        "others": _pairs({
            name.replace("_", " ").capitalize(): _plain(value)
            for name, value in detail.items()
            if name not in _ROWS
        }),
        "chain": _pairs({
            "Hash": entry.hash,
            "Hash of the entry before": entry.prev_hash,
            "Commitment to the detail": entry.commitment,
        }),
    }  # fmt: skip


def present_verdict(
    verdict: Verdict, seconds: float, *, heads: Mapping[int, str], fault: str
) -> dict[str, Any]:
    """Return what a walk of the chain found, and what it was compared with.

    ``fault`` says why kept heads could not be used.
    """
    count = format_count(len(heads), "kept head")
    return {
        "compared": f"{count}, the newest of entry {max(heads)}" if heads else "no kept head",
        "has_heads": bool(heads),
        "fault": fault,
        "is_whole": verdict.is_whole,
        "entries": format_count(verdict.entries, "entry", "entries"),
        "erased": format_count(verdict.erased, "detail"),
        "seconds": f"{seconds:.1f}",
        "last_hash": verdict.last_hash,
        "seq": verdict.broken.seq if verdict.broken else None,
        "why": verdict.broken.fault.value if verdict.broken else "",
    }


def who_words(kind: str, user_id: str, names: Mapping[str, str]) -> str:
    """Return who it was: the name, else the id, else what is known."""
    if kind in {"anonymous", "system"}:
        return _KINDS[kind]
    return names.get(user_id, user_id)


def roles_words(roles: tuple[str, ...]) -> str:
    """Return roles as words."""
    known = {role.value: role_name(role) for role in Role}
    return format_list([known.get(role, role) for role in roles])


def table_words(table: str) -> str:
    """Return what pages call a table."""
    return _TABLES.get(table, table.replace("_", " ").capitalize())


def columns_words(columns: tuple[str, ...]) -> str:
    """Return the names of columns as words."""
    if "*" in columns:
        return "everything"
    return ", ".join(column.replace("_", " ") for column in columns)


def moment(at: datetime) -> str:
    """Return an instant to the second, in UTC: ``2027-03-01 08:00:12``."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _groups(groups: Any) -> list[dict[str, Any]]:  # noqa: ANN401 — JSON as stored
    """Return rows of each table; of many only the first."""
    shown = []
    for group in groups if isinstance(groups, list) else ():
        rows = group.get("rows", [])
        keys = [_row_words(row) for row in rows[:_MOST_ROWS]]
        shown.append({
            "table": table_words(str(group["table"])),
            "columns": columns_words(tuple(group.get("columns", ()))) or "the whole row",
            "rows": keys,
            "more": max(0, len(rows) - _MOST_ROWS),
        })  # fmt: skip
    return shown


def _row_words(row: Mapping[str, Any]) -> str:
    key = " / ".join(str(part) for part in row.get("key", ())) or "rows not known singly"
    case = row.get("case")
    return f"{key} (case {case})" if case and case != key else key


def _pairs(facts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "text": text} for label, text in facts.items() if text]


def _plain(value: Any) -> str:  # noqa: ANN401 — JSON as stored
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
