"""Policies as they are kept: revisions of a document, which one is in force, sample trips.

    draft --put in force--> in force     (the one in force until then is withdrawn)
    draft --another saved-> withdrawn
    in force --------------> withdrawn

A revision is never edited: saving makes a new one, which is the draft.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from pricing.effective import EffectivePeriod, find_in_force
from pricing.errors import NotInForce, NotTheDraft

POLICY_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
"""What the id of a policy document looks like: small letters, digits, hyphens."""

_TITLE: Final = re.compile(r"^title:[ \t]*[\"']?(\S.{0,199}?)[\"']?[ \t]*$", re.MULTILINE)
_SPONSOR: Final = re.compile(_TITLE.pattern.replace("title", "sponsor"), re.MULTILINE)
TEXT_MAX: Final = 400_000
"""Characters of a policy document that is kept; all eight public policies together have fewer."""

TRIP_MAX: Final = 100_000
"""Characters of a trip document that is kept."""

SAMPLE_TRIPS_MAX: Final = 100
"""Sample trips of one policy."""


class PolicyStatus(StrEnum):
    """What a revision is to the trips of today."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    WITHDRAWN = "withdrawn"


_NEXT: Final = {
    PolicyStatus.DRAFT: {PolicyStatus.IN_FORCE, PolicyStatus.WITHDRAWN},
    PolicyStatus.IN_FORCE: {PolicyStatus.WITHDRAWN},
    PolicyStatus.WITHDRAWN: set[PolicyStatus](),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionKey:
    """Which revision of whose policy."""

    organisation_id: str
    policy_id: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPeriod:
    """The days on which a version of a document is in force."""

    version: str
    period: EffectivePeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionNote:
    """What a list says of a revision; ``in_force_at`` is when it was put in force. Times are UTC.

    ``saved_by`` is the id of a user, or of the service itself; ``sponsor`` is the document's own
    word. ``versions`` are kept of what was put in force, as only that is known to have no fault.
    """

    key: RevisionKey
    title: str
    status: PolicyStatus
    saved_at: datetime
    saved_by: str
    in_force_at: datetime | None = None
    sponsor: str | None = None
    versions: tuple[VersionPeriod, ...] = ()

    def find_version(self, day: date) -> VersionPeriod | None:
        """Return the version in force on a day, or None."""
        return find_in_force(self.versions, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A revision with its text, as it was typed."""

    note: RevisionNote
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPolicy:
    """All revisions of one policy, the newest first."""

    revisions: tuple[RevisionNote, ...]

    @property
    def newest(self) -> RevisionNote:
        """Return the revision saved last."""
        return self.revisions[0]

    @property
    def in_force(self) -> RevisionNote | None:
        """Return the revision in force, if there is one."""
        return self._find(PolicyStatus.IN_FORCE)

    @property
    def draft(self) -> RevisionNote | None:
        """Return the draft, if there is one."""
        return self._find(PolicyStatus.DRAFT)

    def _find(self, status: PolicyStatus) -> RevisionNote | None:
        return next((one for one in self.revisions if one.status is status), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleTrip:
    """A trip document to try a policy with. Its facts are invented."""

    organisation_id: str
    policy_id: str
    trip_id: str
    text: str
    saved_at: datetime
    saved_by: str


def find_title(text: str) -> str | None:
    """Return the title that a document says, without reading it; None where none is seen."""
    found = _TITLE.search(text)
    return found[1] if found else None


def find_sponsor(text: str) -> str | None:
    """Return the sponsor that a document says, without reading it; None where none is seen."""
    found = _SPONSOR.search(text)
    return found[1] if found else None


def require_next(note: RevisionNote, status: PolicyStatus) -> None:
    """Raise NotTheDraft unless the revision may get that status next."""
    if status not in _NEXT[note.status]:
        raise NotTheDraft(note.key.policy_id, note.key.revision, note.status.value)


def require_in_force(note: RevisionNote) -> None:
    """Raise NotInForce unless the revision is in force, so that it can be taken out of it."""
    if note.status is not PolicyStatus.IN_FORCE:
        raise NotInForce(note.key.policy_id, note.key.revision, note.status.value)
