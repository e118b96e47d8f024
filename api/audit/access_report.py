"""Who has read or changed what of one case, and when: the report for the person it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from api.audit.listing import Entry, EntryFilters, iterate_entries
from api.audit.trail import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """Why somebody opened the case by force, and from when until when they had it open."""

    user_id: str
    reason: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How often one principal did one thing; ``read`` and ``changed`` are tables with columns.

    ``hidden`` are columns of what was read that stayed closed every time.
    ``erased`` counts those whose details are gone: what they read or changed is not known.
    ``reasons`` were given by whoever opened the case in an emergency and did this meanwhile.
    """

    action: str
    outcome: Outcome
    count: int
    first_at: datetime
    last_at: datetime
    read: Mapping[str, tuple[str, ...]]
    changed: Mapping[str, tuple[str, ...]]
    hidden: Mapping[str, tuple[str, ...]]
    erased: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Everything one principal did with the case, what was done last first."""

    principal_kind: str
    user_id: str
    organisation_id: str
    roles: tuple[str, ...]
    accesses: tuple[Access, ...]

    @property
    def count(self) -> int:
        """Return how often this principal did anything."""
        return sum(access.count for access in self.accesses)

    @property
    def last_at(self) -> datetime:
        """Return when this principal did something last."""
        return max(access.last_at for access in self.accesses)


@dataclass(frozen=True, slots=True)
class AccessReport:
    """The report of a case: whoever came last is first."""

    case_reference: str
    visitors: tuple[Visitor, ...]

    @property
    def count(self) -> int:
        """Return how many entries the report is made of."""
        return sum(visitor.count for visitor in self.visitors)


def access_report(
    session: Session,
    case_reference: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    emergencies: Collection[Emergency] = (),
) -> AccessReport:
    """Return who did what with the case, denied attempts too, in bounded memory.

    What somebody did while they had the case open in an emergency bears the reason they gave.
    """
    filters = EntryFilters(case_reference=case_reference, since=since, until=until)
    tallies: dict[tuple[str, str, str], dict[tuple[str, Outcome], _Tally]] = {}
    roles: dict[tuple[str, str, str], set[str]] = {}
    for entry in iterate_entries(session, filters):
        who = (entry.principal_kind, entry.user_id, entry.organisation_id)
        what = (entry.action, entry.outcome)
        roles.setdefault(who, set()).update(entry.roles)
        tally = tallies.setdefault(who, {}).setdefault(what, _Tally(entry.at, entry.at))
        tally.add(entry, case_reference)
        tally.reasons.update(one.reason for one in emergencies if _is_during(entry, one))
    visitors = [
        Visitor(
            principal_kind=who[0],
            user_id=who[1],
            organisation_id=who[2],
            roles=tuple(sorted(roles[who])),
            accesses=_by_last(tally.to_access(*what) for what, tally in each.items()),
        )
        for who, each in tallies.items()
    ]
    visitors.sort(key=lambda one: one.last_at, reverse=True)
    return AccessReport(case_reference, tuple(visitors))


def _is_during(entry: Entry, emergency: Emergency) -> bool:
    return entry.user_id == emergency.user_id and emergency.since <= entry.at < emergency.until


def _by_last(accesses: Iterable[Access]) -> tuple[Access, ...]:
    return tuple(sorted(accesses, key=lambda one: one.last_at, reverse=True))


@dataclass(slots=True)
class _Tally:
    """What is counted while entries go by."""

    first_at: datetime
    last_at: datetime
    count: int = 0
    erased: int = 0
    read: dict[str, set[str]] = field(default_factory=dict)
    changed: dict[str, set[str]] = field(default_factory=dict)
    hidden: dict[str, set[str]] = field(default_factory=dict)
    reasons: set[str] = field(default_factory=set)

    def add(self, entry: Entry, case_reference: str) -> None:
        self.first_at = min(self.first_at, entry.at)
        self.last_at = max(self.last_at, entry.at)
        self.count += 1
        if entry.detail is None:
            self.erased += 1
            return
        read: dict[str, set[str]] = {}
        _gather(read, entry.detail.get("read"), case_reference)
        self._add_read(read, _by_table(entry.detail.get("hidden")))
        _gather(self.changed, entry.detail.get("written"), case_reference)

    def _add_read(self, read: Mapping[str, set[str]], hidden: Mapping[str, set[str]]) -> None:
        for table, columns in read.items():
            closed = hidden.get(table, set())
            self.hidden[table] = self.hidden[table] & closed if table in self.read else closed
            self.read.setdefault(table, set()).update(columns)

    def to_access(self, action: str, outcome: Outcome) -> Access:
        return Access(
            action=action,
            outcome=outcome,
            count=self.count,
            first_at=self.first_at,
            last_at=self.last_at,
            read=_sorted(self.read),
            changed=_sorted(self.changed),
            hidden=_sorted({table: closed for table, closed in self.hidden.items() if closed}),
            erased=self.erased,
            reasons=tuple(sorted(self.reasons)),
        )


def _gather(columns: dict[str, set[str]], groups: Any, case_reference: str) -> None:  # noqa: ANN401 — JSON as stored
    """Add the tables and columns of this case's rows from what `describe` wrote."""
    for group in groups if isinstance(groups, list) else ():
        cases = {row.get("case") for row in group.get("rows", ())}
        if case_reference in cases or None in cases:
            columns.setdefault(group["table"], set()).update(group.get("columns", ()))


def _by_table(fields: Any) -> dict[str, set[str]]:  # noqa: ANN401 — JSON as stored
    """Return fields such as ``"sojourn_case.title"`` by their tables."""
    columns: dict[str, set[str]] = {}
    for one in fields if isinstance(fields, list) else ():
        table, _, column = str(one).partition(".")
        columns.setdefault(table, set()).add(column)
    return columns


def _sorted(columns: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {table: tuple(sorted(columns[table])) for table in sorted(columns)}
