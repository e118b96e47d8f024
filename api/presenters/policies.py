"""Coverage policies for the pages: the list, one document with what is wrong beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from api.coverage.checking import Checked
from api.coverage.samples import SAVED_BY
from api.formatting import format_count, format_instant
from pricing.policies import KeptPolicy, PolicyStatus, Revision, RevisionNote

_STATUS: Final = {
    PolicyStatus.DRAFT: ("wait", "draft"),
    PolicyStatus.IN_FORCE: ("good", "in force"),
    PolicyStatus.WITHDRAWN: ("plain", "withdrawn"),
}
_SPARE_LINES: Final = 12
_NARROWEST: Final = 60
_WIDEST: Final = 300


@dataclass(frozen=True, slots=True)
class Names:
    """Names of users and organisations by their id, and whose page it is."""

    users: Mapping[str, str]
    organisations: Mapping[str, str]
    own: str

    def of_user(self, user_id: str) -> str:
        """Return who that is; a user of another organisation stays unnamed."""
        if user_id == SAVED_BY:
            return "Sojourn, as it came"
        return self.users.get(user_id, "its sponsor")

    def of_sponsor(self, organisation_id: str) -> str:
        """Return whose policy it is."""
        return self.organisations.get(organisation_id, organisation_id)

    def address(self, policy: KeptPolicy) -> dict[str, Any]:
        """Return what names a policy in an address; ``of`` only where it is another's."""
        key = policy.newest.key
        of = None if key.organisation_id == self.own else key.organisation_id
        return {"policy_id": key.policy_id, "of": of}


def present_policy_list(
    policies: Iterable[KeptPolicy], names: Names, *, today: date
) -> list[dict[str, Any]]:
    """Return the policies with what is in force and what waits."""
    return [_listed(policy, names, today) for policy in policies]


def _listed(policy: KeptPolicy, names: Names, today: date) -> dict[str, Any]:
    in_force, draft = policy.in_force, policy.draft
    shown = in_force or policy.newest
    words = []
    if in_force is not None:
        since = format_instant(in_force.in_force_at or in_force.saved_at, "UTC")
        words.append({"kind": "good", "words": f"revision {in_force.key.revision} in force"})
    else:
        since = ""
        words.append({"kind": "plain", "words": "not in force"})
    if draft is not None:
        words.append({"kind": "wait", "words": f"draft {draft.key.revision}"})
    return {
        "address": names.address(policy),
        "id": policy.newest.key.policy_id,
        "title": shown.title,
        "sponsor": shown.sponsor or "",
        "owner": names.of_sponsor(policy.newest.key.organisation_id),
        "since": since,
        "version": "" if in_force is None else _version_today(in_force, today),
        "statuses": words,
    }


def _version_today(note: RevisionNote, today: date) -> str:
    """Return the version that trips of today are decided under, in words."""
    if not note.versions:
        return ""
    found = note.find_version(today)
    if found is None:
        return "no version for trips of today"
    last = found.period.last
    until = f"to {last}" if last else "still open"
    return f"version {found.version}, from {found.period.first}, {until}"


def present_policy(
    policy: KeptPolicy, revision: Revision, checked: Checked, names: Names
) -> dict[str, Any]:
    """Return one revision with its faults, and all revisions of the policy."""
    note = revision.note
    return {
        **present_head(policy, note, names),
        "editor": present_editor(revision.text, checked["faults"], checked["warnings"]),
        "faults": checked["faults"],
        "warnings": checked["warnings"],
        "more": checked.get("more", 0),
        "is_well": checked["well"],
        "found": _found(checked),
        "names_another": checked["well"] and checked["id"] != note.key.policy_id,
        "versions": [_version(one) for one in checked.get("versions", [])],
        "revisions": [_revision(one, note, names) for one in policy.revisions],
    }


def present_head(policy: KeptPolicy, note: RevisionNote, names: Names) -> dict[str, Any]:
    """Return what every page about a policy says at its top."""
    return {
        "address": names.address(policy),
        "id": note.key.policy_id,
        "revision": note.key.revision,
        "title": note.title,
        "sponsor": names.of_sponsor(note.key.organisation_id),
        "is_own": note.key.organisation_id == names.own,
        "is_draft": note.status is PolicyStatus.DRAFT,
        "is_in_force": note.status is PolicyStatus.IN_FORCE,
        "is_newest": note.key == policy.newest.key,
        "status": _status(note),
        "saved": f"{names.of_user(note.saved_by)}, {format_instant(note.saved_at, 'UTC')}",
        "numbers": [one.key.revision for one in policy.revisions],
    }


def present_editor(
    text: str, faults: Iterable[Mapping[str, Any]] = (), warnings: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Return a document for its text area: numbers beside the lines, with a mark where needed.

    The ``mark`` of a line is ``fault``, ``warning`` or empty.
    """
    lines = text.split("\n")
    marks = {one["line"]: "warning" for one in warnings} | {one["line"]: "fault" for one in faults}
    numbers = max(len(lines) + _SPARE_LINES, *marks, 0)
    return {
        "text": text,
        "rows": numbers,
        "columns": min(_WIDEST, max(_NARROWEST, *(len(line) + 2 for line in lines))),
        "numbers": [
            {"number": number, "mark": marks.get(number, "")} for number in range(1, numbers + 1)
        ],
    }


def _found(checked: Checked) -> str:
    if checked["well"]:
        warnings = len(checked["warnings"]) + checked.get("more", 0)
        counted = f", {format_count(warnings, 'warning')}" if warnings else ""
        return f"No fault found{counted}"
    return f"{format_count(len(checked['faults']) + checked.get('more', 0), 'fault')} to mend"


def _version(one: Mapping[str, Any]) -> dict[str, str]:
    until = f"to {one['valid_to']}" if one["valid_to"] else "still open"
    return {"name": one["version"], "period": f"from {one['valid_from']}, {until}"}


def _revision(note: RevisionNote, shown: RevisionNote, names: Names) -> dict[str, Any]:
    return {
        "number": note.key.revision,
        "status": _status(note),
        "saved": f"{names.of_user(note.saved_by)}, {format_instant(note.saved_at, 'UTC')}",
        "is_shown": note.key == shown.key,
    }


def _status(note: RevisionNote) -> dict[str, str]:
    kind, words = _STATUS[note.status]
    return {"kind": kind, "words": words}
