"""Policies in the database: revisions are added and never edited, one of them is in force."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, insert, select, update

from pricing.effective import EffectivePeriod
from pricing.errors import (
    PolicyExists,
    PolicyNotFound,
    PolicyNotInForce,
    PolicyTaken,
    SeveralPolicies,
)
from pricing.policies import (
    KeptPolicy,
    PolicyStatus,
    Revision,
    RevisionKey,
    RevisionNote,
    VersionPeriod,
    find_sponsor,
    require_in_force,
    require_next,
)
from pricing.tables import PolicyRevisionRow

_TABLE: Final = PolicyRevisionRow
_NOTE_COLUMNS: Final[tuple[Any, ...]] = (
    _TABLE.organisation_id,
    _TABLE.policy_id,
    _TABLE.revision,
    _TABLE.title,
    _TABLE.status,
    _TABLE.saved_at,
    _TABLE.saved_by,
    _TABLE.in_force_at,
    _TABLE.sponsor,
    _TABLE.periods,
)
_WITH_TEXT: Final = (*_NOTE_COLUMNS, _TABLE.text)


def list_policies(session: Session) -> tuple[KeptPolicy, ...]:
    """Return every policy within reach, in order of id, then of whose it is."""
    return _grouped(_notes(session))


def find_policy_owner(
    session: Session, policy_id: str, *, own: str, owner: str | None = None
) -> str:
    """Return whose policy of that id is meant: the named owner's, else the own, else the only one.

    Raises PolicyNotFound, and SeveralPolicies where nobody is named and several could be meant.
    """
    query = select(_TABLE.organisation_id).where(col(_TABLE.policy_id) == policy_id).distinct()
    owners = set(session.exec(query))
    wanted = owner if owner is not None else own
    if wanted in owners:
        return wanted
    if owner is not None or not owners:
        raise PolicyNotFound(policy_id)
    if len(owners) > 1:
        raise SeveralPolicies(policy_id, tuple(sorted(owners)))
    return owners.pop()


def get_policy(session: Session, organisation_id: str, policy_id: str) -> KeptPolicy:
    """Return what is known of all revisions; raises PolicyNotFound."""
    found = _grouped(
        _notes(
            session,
            col(_TABLE.organisation_id) == organisation_id,
            col(_TABLE.policy_id) == policy_id,
        )
    )
    if not found:
        raise PolicyNotFound(policy_id)
    return found[0]


def get_revision(session: Session, key: RevisionKey) -> Revision:
    """Return a revision with its text; raises PolicyNotFound."""
    query = select(*_WITH_TEXT).where(*_is(key))
    row = session.exec(query).first()
    if row is None:
        raise PolicyNotFound(key.policy_id, key.revision)
    return Revision(note=_to_note(row), text=row.text)


def find_text_in_force(session: Session, organisation_id: str, policy_id: str) -> str | None:
    """Return the text of the revision in force, or None without one."""
    query = select(_TABLE.text).where(
        col(_TABLE.organisation_id) == organisation_id,
        col(_TABLE.policy_id) == policy_id,
        col(_TABLE.status) == PolicyStatus.IN_FORCE.value,
    )
    return session.exec(query).first()


def list_texts_in_force(session: Session, organisation_id: str) -> dict[str, str]:
    """Return the texts of all that an organisation has in force, by the id of the policy."""
    query = select(_TABLE.policy_id, _TABLE.text).where(
        col(_TABLE.organisation_id) == organisation_id,
        col(_TABLE.status) == PolicyStatus.IN_FORCE.value,
    )
    return dict(session.exec(query.order_by(col(_TABLE.policy_id))).all())


def find_in_force(session: Session, organisation_id: str, policy_id: str) -> Revision | None:
    """Return the revision in force with its text, or None where the organisation has no policy.

    Raises PolicyNotInForce where it has revisions, but none of them is in force.
    """
    query = select(*_WITH_TEXT).where(
        col(_TABLE.organisation_id) == organisation_id,
        col(_TABLE.policy_id) == policy_id,
        col(_TABLE.status) == PolicyStatus.IN_FORCE.value,
    )
    row = session.exec(query).first()
    if row is not None:
        return Revision(note=_to_note(row), text=row.text)
    kept = select(_TABLE.revision).where(
        col(_TABLE.organisation_id) == organisation_id, col(_TABLE.policy_id) == policy_id
    )
    if session.exec(kept.limit(1)).first() is not None:
        raise PolicyNotInForce(policy_id)
    return None


def add_policy(
    session: Session,
    *,
    organisation_id: str,
    policy_id: str,
    title: str,
    text: str,
    saved_by: str,
    now: datetime,
) -> RevisionNote:
    """Store the first revision, a draft; raises PolicyExists."""
    key = RevisionKey(organisation_id=organisation_id, policy_id=policy_id, revision=1)
    note = _draft(key, title=title, saved_by=saved_by, now=now)
    try:
        _insert(session, note, text)
    except IntegrityError as error:
        raise PolicyExists(policy_id) from error
    return note


def add_revision(
    session: Session,
    *,
    organisation_id: str,
    policy_id: str,
    title: str,
    text: str,
    saved_by: str,
    now: datetime,
) -> RevisionNote:
    """Store the next revision as the draft; the draft until now is withdrawn.

    Raises PolicyNotFound, and PolicyTaken where somebody else did the same at this moment.
    """
    query = select(func.max(_TABLE.revision)).where(
        col(_TABLE.organisation_id) == organisation_id, col(_TABLE.policy_id) == policy_id
    )
    last = session.exec(query).one()
    if last is None:
        raise PolicyNotFound(policy_id)
    key = RevisionKey(organisation_id=organisation_id, policy_id=policy_id, revision=last + 1)
    note = _draft(key, title=title, saved_by=saved_by, now=now)
    _withdraw_any(session, key, PolicyStatus.DRAFT)
    try:
        _insert(session, note, text)
    except IntegrityError as error:
        raise PolicyTaken(policy_id) from error
    return note


def put_in_force(
    session: Session,
    key: RevisionKey,
    *,
    now: datetime,
    versions: tuple[VersionPeriod, ...] = (),
) -> None:
    """Put the draft in force and withdraw the revision that was; raises NotTheDraft.

    ``versions`` are those of its text, for lists; without them the lists name none.
    """
    note = get_revision(session, key).note
    require_next(note, PolicyStatus.IN_FORCE)
    _withdraw_any(session, key, PolicyStatus.IN_FORCE)
    changed = session.exec(
        update(_TABLE)
        .where(*_is(key), col(_TABLE.status) == PolicyStatus.DRAFT.value)
        .values(
            status=PolicyStatus.IN_FORCE.value,
            in_force_at=now,
            periods=_to_json(versions) if versions else None,
        )
    )
    if changed.rowcount != 1:
        raise PolicyTaken(key.policy_id)


def withdraw(session: Session, key: RevisionKey) -> None:
    """Take a revision out of force; nothing takes its place. Raises NotInForce."""
    require_in_force(get_revision(session, key).note)
    changed = session.exec(
        update(_TABLE)
        .where(*_is(key), col(_TABLE.status) == PolicyStatus.IN_FORCE.value)
        .values(status=PolicyStatus.WITHDRAWN.value)
    )
    if changed.rowcount != 1:
        raise PolicyTaken(key.policy_id)


def _withdraw_any(session: Session, key: RevisionKey, status: PolicyStatus) -> None:
    session.exec(
        update(_TABLE)
        .where(
            col(_TABLE.organisation_id) == key.organisation_id,
            col(_TABLE.policy_id) == key.policy_id,
            col(_TABLE.status) == status.value,
        )
        .values(status=PolicyStatus.WITHDRAWN.value)
    )


def _draft(key: RevisionKey, *, title: str, saved_by: str, now: datetime) -> RevisionNote:
    return RevisionNote(
        key=key, title=title, status=PolicyStatus.DRAFT, saved_at=now, saved_by=saved_by
    )


def _insert(session: Session, note: RevisionNote, text: str) -> None:
    with session.begin_nested():
        session.exec(
            insert(_TABLE).values(
                organisation_id=note.key.organisation_id,
                policy_id=note.key.policy_id,
                revision=note.key.revision,
                title=note.title,
                text=text,
                status=note.status.value,
                saved_at=note.saved_at,
                saved_by=note.saved_by,
                sponsor=find_sponsor(text),
            )
        )


def _is(key: RevisionKey) -> tuple[Any, ...]:
    return (
        col(_TABLE.organisation_id) == key.organisation_id,
        col(_TABLE.policy_id) == key.policy_id,
        col(_TABLE.revision) == key.revision,
    )


def _notes(session: Session, *conditions: Any) -> list[RevisionNote]:  # noqa: ANN401 — SQL conditions
    query = (
        select(*_NOTE_COLUMNS)
        .where(*conditions)
        .order_by(col(_TABLE.policy_id), col(_TABLE.organisation_id), col(_TABLE.revision).desc())
    )
    return [_to_note(row) for row in session.exec(query)]


def _grouped(notes: Iterable[RevisionNote]) -> tuple[KeptPolicy, ...]:
    def whose(note: RevisionNote) -> tuple[str, str]:
        return note.key.policy_id, note.key.organisation_id

    return tuple(KeptPolicy(revisions=tuple(group)) for _, group in groupby(notes, whose))


def _to_note(row: Any) -> RevisionNote:  # noqa: ANN401 — a row of columns
    return RevisionNote(
        key=RevisionKey(
            organisation_id=row.organisation_id, policy_id=row.policy_id, revision=row.revision
        ),
        title=row.title,
        status=PolicyStatus(row.status),
        saved_at=row.saved_at,
        saved_by=row.saved_by,
        in_force_at=row.in_force_at,
        sponsor=row.sponsor,
        versions=tuple(_to_period(one) for one in json.loads(row.periods or "[]")),
    )


def _to_json(versions: Iterable[VersionPeriod]) -> str:
    return json.dumps(
        [
            {
                "version": one.version,
                "valid_from": one.period.first.isoformat(),
                "valid_to": one.period.last and one.period.last.isoformat(),
            }
            for one in versions
        ]
    )


def _to_period(kept: dict[str, Any]) -> VersionPeriod:
    last = kept["valid_to"] and date.fromisoformat(kept["valid_to"])
    period = EffectivePeriod(date.fromisoformat(kept["valid_from"]), last)
    return VersionPeriod(version=kept["version"], period=period)
