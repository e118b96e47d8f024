"""The claims of a case: opening one, its page, filing it, taking it back, withdrawing it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug import Response

from api.access.actions import Action, acts
from api.errors import FieldError
from api.guard.asking import get_principal
from api.guard.noting import add_done
from api.guard.once import once
from api.operations.begin_claim import begin_claim, find_span
from api.pages.form_state import FormState
from api.pages.requests import query_text
from api.presenters.claims import present_claim, present_claim_list
from api.wiring import get_services
from logistics.claims.claim import Claim, ClaimMove
from logistics.claims.claim_trip import TripSpan
from logistics.errors import ClaimChanged
from logistics.handle_claim import file_claim, move_claim
from logistics.repository.cases import get_case
from logistics.repository.claims import get_claim, list_claims
from logistics.repository.receipts import list_receipts
from scheduling.repository.itineraries import find_itinerary_for_case

pages = Blueprint("claims", __name__)

_SPAN: Final = {"starts": "First day away", "ends": "Last day away"}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_VERSION: Final = re.compile(r"\d{1,9}", re.ASCII)
_DONE: Final = {
    "opened": "The claim is open: add what was spent, then file it.",
    "saved": "The expense is saved.",
    "removed": "The expense is removed, with its receipts.",
    "filed": "The claim is filed; it waits for a decision.",
    "taken-back": "The claim is a draft again and can be changed.",
    "withdrawn": "The claim is withdrawn; nothing will be decided.",
}
Move = Callable[[Session, Claim, int, datetime], Claim]
"""Moves a claim at a version, at that moment."""


@pages.get("/cases/<reference>/claims")
@acts(Action.CLAIM_READ)
def list_page(reference: str) -> str:
    """Show the claims of a case, and the form that opens the next."""
    with get_services().sessions.read() as session:
        span = find_span(session, reference)
    typed = {"starts": str(span.starts), "ends": str(span.ends)} if span else {}
    return _list_page(reference, FormState(_SPAN, typed))


@pages.post("/cases/<reference>/claims")
@acts(Action.CLAIM_WRITE)
@once
def open_claim(reference: str) -> Response | tuple[str, int]:
    """Open a claim for the days away."""
    typed = {name: request.form.get(name, "").strip() for name in _SPAN}
    days = {name: _to_day(text) for name, text in typed.items()}
    starts, ends = days["starts"], days["ends"]
    with get_services().sessions.read() as session:
        get_case(session, reference)
    if starts is None or ends is None or ends < starts:
        return _list_page(reference, FormState(_SPAN, typed, _span_faults(days))), 422
    with get_services().sessions.write() as session:
        claim = begin_claim(
            session,
            reference,
            TripSpan(starts, ends),
            by=get_principal().user_id,
            now=get_services().now(),
        )
        note_claim(session, claim, "opened")
    return to_claim(claim.id, done="opened")


@pages.get("/claims/<claim_id>")
@acts(Action.CLAIM_READ)
def claim_page(claim_id: str) -> str:
    """Show a claim: what was spent, its receipts, and what may be done with it."""
    with get_services().sessions.read() as session:
        claim = get_claim(session, claim_id)
        case = get_case(session, claim.case_reference)
        receipts = list_receipts(session, claim_id)
        itinerary = find_itinerary_for_case(session, claim.case_reference)
    return render_template(
        "claim.html",
        claim=present_claim(claim, receipts, itinerary),
        case={"reference": case.reference, "title": case.title},
        done=_DONE.get(query_text("done"), ""),
    )


@pages.post("/claims/<claim_id>/file")
@acts(Action.CLAIM_WRITE)
@once
def file(claim_id: str) -> Response:
    """File a claim, so that it can be decided."""
    return _move(claim_id, _file, "filed")


@pages.post("/claims/<claim_id>/take-back")
@acts(Action.CLAIM_WRITE)
@once
def take_back(claim_id: str) -> Response:
    """Make a filed claim a draft again."""
    return _move(claim_id, _moving(ClaimMove.TAKE_BACK), "taken-back")


@pages.post("/claims/<claim_id>/withdraw")
@acts(Action.CLAIM_WRITE)
@once
def withdraw(claim_id: str) -> Response:
    """Withdraw a claim for good."""
    return _move(claim_id, _moving(ClaimMove.WITHDRAW), "withdrawn")


def note_claim(session: Session, claim: Claim, done: str) -> None:
    """Note in the trail what was done with a claim, in the transaction of it."""
    add_done(session, Action.CLAIM_WRITE, {"claim": claim.id, "done": done})


def to_claim(claim_id: str, *, done: str) -> Response:
    """Return the way back to a claim's page, which says what was done."""
    return redirect(url_for("claims.claim_page", claim_id=claim_id, done=done), 303)


def posted_version(claim_id: str) -> int:
    """Return the version of a claim that a form was shown for; raises ClaimChanged for none."""
    text = request.form.get("version", "")
    if not _VERSION.fullmatch(text):
        raise ClaimChanged(claim_id)
    return int(text)


def _file(session: Session, claim: Claim, version: int, now: datetime) -> Claim:
    return file_claim(session, claim.id, version, by=get_principal().user_id, now=now)


def _moving(move: ClaimMove) -> Move:
    return lambda session, claim, version, _now: move_claim(session, claim.id, version, move)


def _move(claim_id: str, move: Move, done: str) -> Response:
    services = get_services()
    with services.sessions.write() as session:
        claim = get_claim(session, claim_id)
        move(session, claim, posted_version(claim_id), services.now())
        note_claim(session, claim, done)
    return to_claim(claim_id, done=done)


def _list_page(reference: str, form: FormState) -> str:
    with get_services().sessions.read() as session:
        case = get_case(session, reference)
        claims = list_claims(session, reference)
    return render_template(
        "claim_list.html",
        case={"reference": case.reference, "title": case.title},
        claims=present_claim_list(claims),
        form=form.to_dict(),
    )


def _to_day(text: str) -> date | None:
    """Return the day that a field says; None for what is no day of the calendar."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _span_faults(days: dict[str, date | None]) -> tuple[FieldError, ...]:
    missing = tuple(
        FieldError(name, "write an existing day as YYYY-MM-DD")
        for name, day in days.items()
        if day is None
    )
    return missing or (FieldError("ends", "must not be before the first day away"),)
