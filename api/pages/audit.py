"""Pages of the auditor: the trail of the own organisation, one entry, and a check of the chain."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from flask import Blueprint, render_template, request, url_for
from sqlmodel import Session

from api.access.actions import Action, acts
from api.account_errors import UserNotFound
from api.audit.head import load_key, read_kept_heads
from api.audit.listing import Entry, EntryFilters, Page, get_entry, list_entries
from api.audit.trail import Outcome
from api.audit.verify import verify_chain
from api.errors import AuditHeadRefused
from api.guard.asking import get_principal
from api.guard.noting import note_done
from api.pages.requests import query_text
from api.people.users import get_user
from api.presenters.audit import (
    present_choices,
    present_entry,
    present_entry_row,
    present_verdict,
)
from api.wiring import get_services
from logistics.repository.organisations import list_organisations

pages = Blueprint("audit", __name__)

_SIZE: Final = 50
_FIELDS: Final = ("user", "action", "case", "outcome", "since", "until")
_LONGEST_NUMBER: Final = 15


@pages.get("/audit")
@acts(Action.AUDIT_READ)
def list_page() -> str:
    """Show the newest entries of the own organisation, or those searched for."""
    asked = {name: query_text(name) for name in _FIELDS}
    filters, not_understood = _filters(asked)
    with get_services().sessions.read() as session:
        found = list_entries(session, filters=filters, page=_page())
        names = _names(session, found.entries)
    note_done(Action.AUDIT_READ, {"search": asked, "entries": len(found.entries)})
    return render_template(
        "audit_list.html",
        asked=asked,
        is_search=any(asked.values()),
        not_understood=not_understood,
        entries=[present_entry_row(entry, names) for entry in found.entries],
        newer=_address(asked, found.newer),
        older=_address(asked, found.older),
        **present_choices(asked["outcome"]),
    )


@pages.get("/audit/<int:seq>")
@acts(Action.AUDIT_READ)
def entry_page(seq: int) -> str:
    """Show one entry of the own organisation."""
    own = get_principal().organisation_id
    with get_services().sessions.read() as session:
        entry = get_entry(session, min(seq, 10**_LONGEST_NUMBER), organisation_id=own)
        names = _names(session, [entry])
        organisations = {one.id: one.name for one in list_organisations(session)}
    note_done(Action.AUDIT_READ, {"entry": seq})
    return render_template("audit_entry.html", entry=present_entry(entry, names, organisations))


@pages.get("/audit/check")
@acts(Action.AUDIT_VERIFY)
def check_page() -> str:
    """Walk the whole chain, of all organisations, and show whether it is whole.

    It is compared with the heads that a worker keeps, where one does.
    """
    started = time.perf_counter()
    heads, fault = _kept_heads()
    with get_services().sessions.read() as session:
        verdict = verify_chain(session, heads)
    seconds = time.perf_counter() - started
    noted = {"entries": verdict.entries, "whole": verdict.is_whole, "heads": len(heads)}
    note_done(Action.AUDIT_VERIFY, noted)
    shown = present_verdict(verdict, seconds, heads=heads, fault=fault)
    return render_template("audit_check.html", verdict=shown)


def _kept_heads() -> tuple[dict[int, str], str]:
    """Return the heads that are kept, and why they cannot be used."""
    settings = get_services().settings
    if settings.audit_heads is None:
        return {}, ""
    key = load_key(settings.audit_key, is_sample=settings.is_sample)
    try:
        return read_kept_heads(settings.audit_heads, [key.public_key()]), ""
    except AuditHeadRefused as error:
        return {}, str(error)


def _filters(asked: dict[str, str]) -> tuple[EntryFilters, list[str]]:
    """Return what to search for, and which days were not understood."""
    days = {name: _day(asked[name]) for name in ("since", "until")}
    wrong = [name for name, day in days.items() if asked[name] and day is None]
    until = days["until"]
    outcome = asked["outcome"]
    filters = EntryFilters(
        organisation_id=get_principal().organisation_id,
        user_id=asked["user"],
        action=asked["action"],
        case_reference=asked["case"],
        outcome=Outcome(outcome) if outcome in {one.value for one in Outcome} else None,
        since=days["since"],
        # The last day is part of what was asked for.
        until=until + timedelta(days=1) if until else None,
    )
    return filters, wrong


def _day(text: str) -> datetime | None:
    """Return the first moment of a day in UTC, or None for what is no day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    if not date.min < day < date.max:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _page() -> Page:
    numbers = {name: request.args.get(name, "") for name in ("before", "after")}
    found = {
        name: int(text)
        for name, text in numbers.items()
        if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
    }
    return Page(_SIZE, **found)


def _address(asked: dict[str, str], page: Page | None) -> str:
    if page is None:
        return ""
    place: dict[str, Any] = (
        {"before": page.before} if page.before is not None else {"after": page.after}
    )
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return url_for("audit.list_page", **kept, **place)


def _names(session: Session, entries: Iterable[Entry]) -> dict[str, str]:
    """Return the names of the users of these entries who are still there."""
    names = {}
    for user_id in {entry.user_id for entry in entries}:
        try:
            user = get_user(session, user_id)
            # Patients and companions have no role of an organisation; who they are, only those
            # learn who work on their case.
            names[user_id] = user.name if user.roles else f"patient or companion {user_id}"
        except UserNotFound:
            continue
    return names
