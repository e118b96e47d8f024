"""The policy workbench: what is in force, a document with what is wrong beside it, saving it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug import Response

from api.access.actions import Action, acts
from api.coverage.apart import check_apart
from api.errors import FieldError, field_errors_of
from api.guard.asking import get_principal
from api.guard.noting import add_done
from api.guard.once import once
from api.operations.policies import ask_for_force, ask_for_withdrawal, save_policy, told_of
from api.overrides.approvals import Approval
from api.pages.form_state import FormState, Values, showable
from api.pages.requests import query_text
from api.people.users import list_users
from api.presenters.policies import Names, present_editor, present_policy, present_policy_list
from api.wiring import get_services
from logistics.errors import InvalidField
from logistics.plain_text import find_no_text
from logistics.repository.organisations import list_organisations
from pricing.errors import PolicyExists, PolicyNotFound
from pricing.policies import POLICY_ID, TEXT_MAX, KeptPolicy, Revision, RevisionKey
from pricing.repository.policies import (
    find_policy_owner,
    get_policy,
    get_revision,
    list_policies,
)

pages = Blueprint("policies", __name__)

_NEW: Final = {"policy_id": "Id", "text": "Policy document"}
_SAVED: Final = {"text": "Policy document"}
_FORCE: Final = {"reason": "Why"}
_SKELETON: Final = """\
format: sojourn-policy/1
id: {policy_id}
title: What people call it
sponsor: Who pays
currency: USD
versions:
- version: "2027"
  valid_from: 2027-01-01
  source: Where the words and amounts come from
  benefits:
  - id: room
    text: Lodging up to $50 a night for each person.
    covers: [lodging]
    pays: actual
    up_to: 50
    per: person_night
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """A policy, the revision that is looked at, and the names on its page."""

    policy: KeptPolicy
    revision: Revision
    names: Names

    @property
    def key(self) -> RevisionKey:
        """Return which revision it is."""
        return self.revision.note.key


@pages.get("/policies")
@acts(Action.COVERAGE_READ)
def list_page() -> str:
    """Show the policies within reach, and what is in force."""
    with get_services().sessions.read() as session:
        policies, names = list_policies(session), names_in(session)
    shown = present_policy_list(policies, names, today=get_services().today())
    return render_template("policy_list.html", policies=shown)


@pages.get("/policies/new")
@acts(Action.COVERAGE_WRITE)
def new_page() -> str:
    """Show the form for a new policy."""
    return _new_page(FormState(_NEW, {"text": _SKELETON.format(policy_id="my-plan")}))


@pages.post("/policies")
@acts(Action.COVERAGE_WRITE)
@once
def create() -> Response | tuple[str, int]:
    """Store the first draft of a new policy, faults and all."""
    typed = {"policy_id": request.form.get("policy_id", "").strip(), "text": _typed_text()}
    faults = _text_faults(typed["text"])
    if not POLICY_ID.fullmatch(typed["policy_id"]):
        faults = (FieldError("policy_id", "1 to 64 small letters, digits, hyphens"), *faults)
    if not faults:
        try:
            return _save(typed["policy_id"], typed["text"], is_new=True)
        except PolicyExists as error:
            faults = (FieldError("policy_id", str(error)),)
    return _new_page(FormState(_NEW, dict(typed), faults)), 422


@pages.get("/policies/<policy_id>")
@acts(Action.COVERAGE_READ)
def policy_page(policy_id: str) -> str:
    """Show a revision with what is wrong beside its lines; the newest unless one is named."""
    return _page(open_policy(policy_id), {})


@pages.post("/policies/<policy_id>")
@acts(Action.COVERAGE_WRITE)
@once
def save(policy_id: str) -> Response | tuple[str, int]:
    """Store the text as the next draft, faults and all."""
    opened = open_policy(policy_id)
    text = _typed_text()
    faults = _text_faults(text)
    if faults:
        return _page(opened, {"text": text}, faults), 422
    return _save(policy_id, text)


@pages.post("/policies/<policy_id>/force")
@acts(Action.COVERAGE_FORCE)
@once
def ask_force(policy_id: str) -> Response | tuple[str, int]:
    """Ask that the draft be put in force; somebody else decides."""
    return _ask(policy_id, Action.COVERAGE_FORCE, ask_for_force)


@pages.post("/policies/<policy_id>/withdraw")
@acts(Action.COVERAGE_WITHDRAW)
@once
def ask_withdrawal(policy_id: str) -> Response | tuple[str, int]:
    """Ask that the revision in force be taken out of force; somebody else decides."""
    return _ask(policy_id, Action.COVERAGE_WITHDRAW, ask_for_withdrawal)


def _ask(
    policy_id: str, action: Action, ask_for: Callable[..., Approval]
) -> Response | tuple[str, int]:
    services = get_services()
    opened = open_policy(policy_id, revision=_posted_revision())
    reason = request.form.get("reason", "")
    try:
        with services.sessions.write() as session:
            approval = ask_for(
                session, opened.key, reason=reason, principal=get_principal(), now=services.now()
            )
            add_done(
                session, action, {**told_of(opened.key), "asked": "yes", "approval": approval.id}
            )
    except InvalidField as error:
        return _page(opened, {"reason": reason}, field_errors_of(error)), 422
    return redirect(url_for("overrides.approvals_page"), 303)


def open_policy(policy_id: str, *, revision: int | None = None) -> Opened:
    """Return the policy an address names, at a revision: the given, the asked for, the newest.

    Raises PolicyNotFound and SeveralPolicies.
    """
    owner = query_text("of", longest=64) or None
    asked = query_text("revision", longest=6)
    with get_services().sessions.read() as session:
        whose = find_policy_owner(
            session, policy_id, own=get_principal().organisation_id, owner=owner
        )
        policy = get_policy(session, whose, policy_id)
        number = revision or to_revision(asked, policy.newest.key.revision)
        key = RevisionKey(organisation_id=whose, policy_id=policy_id, revision=number)
        return Opened(policy, get_revision(session, key), names_in(session))


def names_in(session: Session) -> Names:
    """Return the names that pages about policies say."""
    own = get_principal().organisation_id
    return Names(
        users={user.id: user.name for user in list_users(session, own)},
        organisations={one.id: one.name for one in list_organisations(session)},
        own=own,
    )


def to_revision(asked: str, default: int) -> int:
    """Return the number of a revision as it is asked for; raises PolicyNotFound for no number."""
    if not asked:
        return default
    if not (asked.isascii() and asked.isdigit()):
        raise PolicyNotFound(asked)
    return int(asked)


def _posted_revision() -> int:
    return to_revision(request.form.get("revision", "")[:6], 0)


def _typed_text() -> str:
    return request.form.get("text", "").replace("\r\n", "\n")


def _text_faults(text: str) -> tuple[FieldError, ...]:
    """Return why a text cannot be kept at all; whether it is a good policy is no matter here."""
    if not text.strip():
        return (FieldError("text", "must not be empty"),)
    if len(text) > TEXT_MAX:
        return (FieldError("text", f"has more than {TEXT_MAX:,} characters; make it shorter"),)
    found = find_no_text(text)
    return (
        (FieldError("text", f"contains the character {found}, which is no text"),) if found else ()
    )


def _save(policy_id: str, text: str, *, is_new: bool = False) -> Response:
    services = get_services()
    with services.sessions.write() as session:
        note = save_policy(
            session,
            policy_id=policy_id,
            text=text,
            principal=get_principal(),
            now=services.now(),
            is_new=is_new,
        )
        add_done(session, Action.COVERAGE_WRITE, told_of(note.key))
    return redirect(url_for("policies.policy_page", policy_id=policy_id, saved="yes"), 303)


def _new_page(form: FormState) -> str:
    text = showable(str(form.values["text"]))
    return render_template("policy_new.html", form=form.to_dict(), editor=present_editor(text))


def _page(opened: Opened, typed: Values, faults: tuple[FieldError, ...] = ()) -> str:
    checked = check_apart(opened.revision.text)
    shown = present_policy(opened.policy, opened.revision, checked, opened.names)
    if "text" in typed:
        shown["editor"] = present_editor(showable(str(typed["text"])))
    return render_template(
        "policy.html",
        policy=shown,
        form=FormState({**_SAVED, **_FORCE}, typed, faults).to_dict(),
        was_saved=query_text("saved") == "yes",
    )
