"""The expenses of a claim: choosing a kind, writing one down, changing and removing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, render_template, request
from sqlmodel import Session
from werkzeug import Response

from api.access.actions import Action, acts
from api.errors import FieldError, InvalidRequest
from api.guard.asking import may_do
from api.guard.once import once
from api.pages.claims import note_claim, posted_version, to_claim
from api.pages.expense_form import (
    labels_of,
    new_values,
    posted_values,
    read_expense,
    stored_values,
)
from api.pages.form_state import FormState
from api.pages.planned_expense import planned_values
from api.pages.requests import query_text
from api.presenters.claim_expenses import present_kinds, present_options, present_subject
from api.presenters.claims import planned_kind
from api.wiring import get_services
from logistics.claims.claim import EXPENSES_MAX, Claim, with_expenses
from logistics.claims.receipt import Receipt
from logistics.errors import ClaimNotFound
from logistics.handle_claim import change_expenses
from logistics.repository.claims import get_claim
from logistics.repository.receipts import list_receipts
from pricing.coverage.documents.trip_document import Expense
from pricing.coverage.kinds import Kind
from scheduling.repository.itineraries import find_itinerary_for_case

pages = Blueprint("claim_expenses", __name__)

_UNPROCESSABLE: Final = 422


@dataclass(frozen=True, slots=True)
class Subject:
    """What a form is about: a claim, the kind of expense, the stored one unless it is new."""

    claim: Claim
    kind: Kind
    stored: Expense | None = None
    receipts: tuple[Receipt, ...] = ()

    @property
    def labels(self) -> dict[str, str]:
        """Return the fields of the form with their labels."""
        return labels_of(self.kind, self.claim.trip, self.stored, sees_paper=_sees_paper())


@pages.get("/claims/<claim_id>/expenses/new")
@acts(Action.CLAIM_WRITE)
def new_page(claim_id: str) -> str:
    """Show the form of a new expense; without a kind, the kinds to choose from."""
    planned = query_text("planned")
    with get_services().sessions.read() as session:
        claim = _open_claim(session, claim_id)
        itinerary = find_itinerary_for_case(session, claim.case_reference) if planned else None
    coverage = None if itinerary is None else itinerary.coverage
    line = next((one for one in coverage.lines if one.key == planned), None) if coverage else None
    kind = _find_kind(query_text("kind")) if line is None else planned_kind(line)
    if kind is None:
        return _choice_page(claim)
    subject = Subject(claim, kind)
    values = new_values(claim.trip)
    if coverage is not None and line is not None:
        values |= planned_values(claim, line, coverage)
    return expense_page_of(subject, FormState(subject.labels, values))


@pages.post("/claims/<claim_id>/expenses/new")
@acts(Action.CLAIM_WRITE)
@once
def add(claim_id: str) -> Response | tuple[str, int] | str:
    """Add the expense that the form says to a draft."""
    with get_services().sessions.read() as session:
        claim = _open_claim(session, claim_id)
    kind = _find_kind(request.args.get("kind", ""))
    if kind is None:
        return _choice_page(claim), _UNPROCESSABLE
    return _save(Subject(claim, kind))


@pages.get("/claims/<claim_id>/expenses/<expense_id>")
@acts(Action.CLAIM_WRITE)
def expense_page(claim_id: str, expense_id: str) -> str:
    """Show an expense to be changed, and its receipts."""
    subject = find_subject(claim_id, expense_id)
    return expense_page_of(subject, stored_state(subject))


@pages.post("/claims/<claim_id>/expenses/<expense_id>")
@acts(Action.CLAIM_WRITE)
@once
def change(claim_id: str, expense_id: str) -> Response | tuple[str, int]:
    """Store an expense as the form says."""
    return _save(find_subject(claim_id, expense_id))


@pages.post("/claims/<claim_id>/expenses/<expense_id>/remove")
@acts(Action.CLAIM_WRITE)
@once
def remove(claim_id: str, expense_id: str) -> Response:
    """Remove an expense from a draft, with its receipts."""
    claim = find_subject(claim_id, expense_id).claim
    left = tuple(one for one in claim.trip.expenses if one.id != expense_id)
    return _store(claim, left, "removed")


def find_subject(claim_id: str, expense_id: str) -> Subject:
    """Return the expense of a draft; raises ClaimNotFound, ClaimMoveRefused."""
    with get_services().sessions.read() as session:
        claim = _open_claim(session, claim_id)
        receipts = list_receipts(session, claim_id)
    stored = next((one for one in claim.trip.expenses if one.id == expense_id), None)
    if stored is None:
        raise ClaimNotFound(expense_id)
    own = tuple(one for one in receipts if one.expense_id == expense_id)
    return Subject(claim, stored.kind, stored, own)


def stored_state(subject: Subject) -> FormState:
    """Return the form of an expense as it is stored."""
    assert subject.stored is not None  # noqa: S101 — only stored expenses have pages of their own
    return FormState(subject.labels, stored_values(subject.stored, subject.claim.trip))


def expense_page_of(
    subject: Subject, form: FormState, file_faults: tuple[FieldError, ...] = ()
) -> str:
    """Return the page of an expense; ``file_faults`` are about a receipt that was sent."""
    upload = FormState({"file": "File"}, {}, file_faults).to_dict()
    shown = form.to_dict()
    limit = get_services().settings.max_receipt_bytes
    return render_template(
        "claim_expense.html",
        subject=present_subject(
            subject.claim, subject.kind, subject.stored, subject.receipts, limit
        ),
        options=present_options(subject.claim.trip, subject.stored),
        form=shown,
        upload=upload,
        faults=[*shown["faults"], *upload["faults"]],
    )


def _choice_page(claim: Claim) -> str:
    return render_template(
        "claim_expense_new.html", claim=present_kinds(claim), reference=claim.case_reference
    )


def _save(subject: Subject) -> Response | tuple[str, int]:
    """Store the posted expense, or show what is wrong beside its fields."""
    claim, labels = subject.claim, subject.labels
    values = posted_values(request.form, labels)
    try:
        expense = read_expense(claim, subject.kind, values, labels, subject.stored)
        changed = _with(subject, expense)
    except InvalidRequest as error:
        state = FormState(labels, values, error.errors)
        return expense_page_of(subject, state), _UNPROCESSABLE
    return _store(claim, changed, "saved")


def _with(subject: Subject, expense: Expense) -> tuple[Expense, ...]:
    """Return the claim's expenses with this one; raises InvalidRequest for one too many."""
    kept = subject.claim.trip.expenses
    if subject.stored is not None:
        return tuple(expense if one.id == expense.id else one for one in kept)
    if len(kept) >= EXPENSES_MAX:
        many = f"a claim has at most {EXPENSES_MAX} expenses; file it and open another"
        raise InvalidRequest((FieldError("", many),))
    return (*kept, expense)


def _store(claim: Claim, expenses: tuple[Expense, ...], done: str) -> Response:
    with get_services().sessions.write() as session:
        changed = change_expenses(session, claim.id, posted_version(claim.id), expenses)
        note_claim(session, changed, done)
    return to_claim(claim.id, done=done)


def _open_claim(session: Session, claim_id: str) -> Claim:
    """Return a claim that may be changed; raises ClaimNotFound, ClaimMoveRefused."""
    claim = get_claim(session, claim_id)
    return with_expenses(claim, claim.trip.expenses)


def _find_kind(text: str) -> Kind | None:
    return Kind(text) if text in {one.value for one in Kind} else None


def _sees_paper() -> bool:
    """Return whether who asks may say that they have seen a receipt on paper.

    Whoever is paid does not vouch for their own receipts.
    """
    return may_do(Action.CASE_CHANGE)
