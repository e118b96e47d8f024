"""Saving policies, and putting one in force or out of it once two have agreed to it.

Whatever is saved is kept, faults and all; what is put in force has none.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from api.access.actions import Action
from api.access.principal import Principal, PrincipalKind
from api.audit.trail import NewEntry, Outcome, add_entry
from api.coverage.apart import check_apart
from api.coverage.ceilings import name_ceilings
from api.coverage.checking import Checked, to_versions
from api.coverage.wishes import rules_wish
from api.overrides.approvals import Approval, ask
from api.policy_errors import PolicyHasFaults
from pricing.coverage.library import find_shipped_text
from pricing.errors import CeilingNeeded, PolicyNotFound
from pricing.policies import (
    PolicyStatus,
    Revision,
    RevisionKey,
    RevisionNote,
    find_title,
    require_in_force,
    require_next,
)
from pricing.repository.policies import (
    add_policy,
    add_revision,
    find_text_in_force,
    get_revision,
    list_texts_in_force,
    put_in_force,
    withdraw,
)

_LOG: Final = logging.getLogger(__name__)
_SUBJECT: Final = re.compile(r"(?P<owner>[^/]+)/(?P<policy>[^/]+)/(?P<revision>\d{1,9})")


def save_policy(
    session: Session,
    *,
    policy_id: str,
    text: str,
    principal: Principal,
    now: datetime,
    is_new: bool = False,
) -> RevisionNote:
    """Store the text as the next draft of the own organisation's policy, or as its first.

    Raises PolicyNotFound, PolicyExists and PolicyTaken.
    """
    store = add_policy if is_new else add_revision
    note = store(
        session,
        organisation_id=principal.organisation_id,
        policy_id=policy_id,
        title=find_title(text) or policy_id,
        text=text,
        saved_by=principal.user_id,
        now=now,
    )
    _LOG.info("policy.saved", extra={"revision": note.key.revision})
    return note


def find_ceilings(session: Session, organisation_id: str, text: str) -> dict[str, str]:
    """Return the texts in force here of the policies that a policy may name as a tax ceiling.

    Those that come with Sojourn are found where the decision is made.
    """
    found = {
        name: find_text_in_force(session, organisation_id, name) for name in name_ceilings(text)
    }
    return {name: policy for name, policy in found.items() if policy is not None}


def rules_of(session: Session, key: RevisionKey, version: str = "") -> dict[str, Any]:
    """Return a revision as rules to decide with, or one version of it alone.

    Raises PolicyNotFound.
    """
    text = get_revision(session, key).text
    return rules_wish(text, find_ceilings(session, key.organisation_id, text), version)


def ask_for_force(
    session: Session, key: RevisionKey, *, reason: str, principal: Principal, now: datetime
) -> Approval:
    """Ask that the draft be put in force; somebody else decides.

    Raises NotTheDraft, PolicyHasFaults, and as `ask` does.
    """
    revision = get_revision(session, key)
    require_next(revision.note, PolicyStatus.IN_FORCE)
    _require_faultless(session, revision)
    return ask(
        session,
        Action.COVERAGE_FORCE,
        subject_of(key),
        reason=reason,
        principal=principal,
        now=now,
    )


def force_policy(session: Session, approval: Approval, now: datetime) -> None:
    """Put the draft that an approval is about in force, in its transaction.

    Raises NotTheDraft and PolicyHasFaults.
    """
    key = read_subject(approval.subject)
    checked = _require_faultless(session, get_revision(session, key))
    put_in_force(session, key, now=now, versions=to_versions(checked["versions"]))
    _note_decided(session, Action.COVERAGE_FORCE, approval, now)
    _LOG.info("policy.in_force", extra={"revision": key.revision, "approval": approval.id})


def ask_for_withdrawal(
    session: Session, key: RevisionKey, *, reason: str, principal: Principal, now: datetime
) -> Approval:
    """Ask that a revision be taken out of force; somebody else decides.

    Raises NotInForce, CeilingNeeded, and as `ask` does.
    """
    require_in_force(get_revision(session, key).note)
    _require_unneeded(session, key)
    return ask(
        session,
        Action.COVERAGE_WITHDRAW,
        subject_of(key),
        reason=reason,
        principal=principal,
        now=now,
    )


def withdraw_policy(session: Session, approval: Approval, now: datetime) -> None:
    """Take the revision that an approval is about out of force, in its transaction.

    Raises NotInForce and CeilingNeeded.
    """
    key = read_subject(approval.subject)
    _require_unneeded(session, key)
    withdraw(session, key)
    _note_decided(session, Action.COVERAGE_WITHDRAW, approval, now)
    _LOG.info("policy.withdrawn", extra={"revision": key.revision, "approval": approval.id})


def _note_decided(session: Session, action: Action, approval: Approval, now: datetime) -> None:
    """Put into the trail that who decided an approval has done what it was about."""
    decider = Principal(
        kind=PrincipalKind.USER,
        user_id=approval.decided_by or "",
        organisation_id=approval.organisation_id,
    )
    add_entry(
        session,
        NewEntry(
            at=now,
            action=action.value,
            outcome=Outcome.DONE,
            principal=decider,
            case_references=(),
            detail={**told_of(read_subject(approval.subject)), "approval": approval.id},
        ),
    )


def subject_of(key: RevisionKey) -> str:
    """Return how an approval names a revision."""
    return f"{key.organisation_id}/{key.policy_id}/{key.revision}"


def read_subject(subject: str) -> RevisionKey:
    """Return the revision that an approval names; raises PolicyNotFound."""
    found = _SUBJECT.fullmatch(subject)
    if found is None:
        raise PolicyNotFound(subject)
    return RevisionKey(
        organisation_id=found["owner"], policy_id=found["policy"], revision=int(found["revision"])
    )


def told_of(key: RevisionKey) -> dict[str, str | int]:
    """Return how the audit trail names a revision."""
    return {"sponsor": key.organisation_id, "policy": key.policy_id, "revision": key.revision}


def _require_faultless(session: Session, revision: Revision) -> Checked:
    key = revision.note.key
    checked = check_apart(revision.text)
    faults = len(checked["faults"]) + checked.get("more", 0)
    if checked["well"]:
        missing = [
            name
            for name in name_ceilings(revision.text)
            if find_shipped_text(name) is None
            and name not in find_ceilings(session, key.organisation_id, revision.text)
        ]
        faults = len(missing) + (checked["id"] != key.policy_id)
    if faults:
        raise PolicyHasFaults(key.policy_id, key.revision, faults)
    return checked


def _require_unneeded(session: Session, key: RevisionKey) -> None:
    texts = list_texts_in_force(session, key.organisation_id)
    needed_by = tuple(
        name
        for name, text in texts.items()
        if name != key.policy_id and key.policy_id in name_ceilings(text)
    )
    if needed_by:
        raise CeilingNeeded(key.policy_id, needed_by)
