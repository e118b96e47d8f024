"""Claims over REST: those of a case, one claim, opening it, what was spent, filing it."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from sqlmodel import Session

from api.access.actions import Action, acts
from api.errors import FieldError, InvalidRequest
from api.guard.asking import get_principal, may_do
from api.guard.noting import add_done
from api.guard.once import once
from api.operations.begin_claim import begin_claim, check_span, find_span, read_expenses
from api.rest.reading import API_PREFIX, CasePath
from api.schemas.claim import (
    ClaimAnswer,
    ClaimBody,
    ClaimList,
    ExpensesBody,
    FileBody,
    claim_answer,
    claim_summary,
)
from api.schemas.fields import Asked
from api.schemas.problem import refusals
from api.wiring import get_services
from logistics.claims.claim import Claim
from logistics.claims.claim_trip import TripSpan
from logistics.handle_claim import change_expenses, file_claim
from logistics.repository.cases import get_case
from logistics.repository.claims import get_claim, list_claims
from logistics.repository.receipts import list_receipts
from pricing.coverage.documents.trip_document import Expense

rest = APIBlueprint(
    "claims_rest",
    __name__,
    url_prefix=API_PREFIX,
    abp_tags=[Tag(name="Claims")],
    abp_responses=refusals(400, 401, 403, 429, 503),
)


class ClaimPath(Asked):
    """The claim an address names."""

    claim_id: str


@rest.get(
    "/cases/<reference>/claims",
    responses={200: ClaimList, **refusals(404)},
    operation_id="listCaseClaims",
)
@acts(Action.CLAIM_READ)
def list_case_claims(path: CasePath) -> dict[str, Any]:
    """List the claims of a case."""
    with get_services().sessions.read() as session:
        get_case(session, path.reference)
        return {"claims": [claim_summary(one) for one in list_claims(session, path.reference)]}


@rest.post(
    "/cases/<reference>/claims",
    responses={201: ClaimAnswer, **refusals(404, 409, 413, 415, 422)},
    operation_id="openClaim",
)
@acts(Action.CLAIM_WRITE)
@once
def open_claim(path: CasePath, body: ClaimBody) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Open a claim with what was spent; it stays a draft until it is filed."""
    services, by = get_services(), get_principal().user_id
    with services.sessions.write() as session:
        get_case(session, path.reference)
        span = _span(session, path.reference, body)
        claim = begin_claim(session, path.reference, span, by=by, now=services.now())
        expenses = read_expenses(claim.trip, body.expenses)
        _refuse_own_word(expenses)
        if expenses:
            claim = change_expenses(session, claim.id, claim.version, expenses)
        _note(session, claim, "opened")
    address = url_for("claims_rest.get_one_claim", claim_id=claim.id)
    return claim_answer(claim, ()), 201, {"Location": address}


@rest.get(
    "/claims/<claim_id>",
    responses={200: ClaimAnswer, **refusals(404)},
    operation_id="getClaim",
)
@acts(Action.CLAIM_READ)
def get_one_claim(path: ClaimPath) -> dict[str, Any]:
    """Tell everything about a claim but what is in its receipts."""
    with get_services().sessions.read() as session:
        claim = get_claim(session, path.claim_id)
        return claim_answer(claim, list_receipts(session, claim.id))


@rest.put(
    "/claims/<claim_id>/expenses",
    responses={200: ClaimAnswer, **refusals(404, 409, 413, 415, 422)},
    operation_id="changeExpenses",
)
@acts(Action.CLAIM_WRITE)
def put_expenses(path: ClaimPath, body: ExpensesBody) -> dict[str, Any]:
    """Replace what was spent in a draft; receipts of expenses that are gone go with them."""
    with get_services().sessions.write() as session:
        claim = get_claim(session, path.claim_id)
        expenses = read_expenses(claim.trip, body.expenses)
        _refuse_own_word(expenses)
        claim = change_expenses(session, claim.id, body.version, expenses)
        receipts = list_receipts(session, claim.id)
        _note(session, claim, "expenses changed")
    return claim_answer(claim, receipts)


@rest.post(
    "/claims/<claim_id>/file",
    responses={200: ClaimAnswer, **refusals(404, 409, 413, 415, 422)},
    operation_id="fileClaim",
)
@acts(Action.CLAIM_WRITE)
@once
def file_one_claim(path: ClaimPath, body: FileBody) -> dict[str, Any]:
    """File a claim, so that it can be decided."""
    services = get_services()
    with services.sessions.write() as session:
        claim = file_claim(
            session, path.claim_id, body.version, by=get_principal().user_id, now=services.now()
        )
        receipts = list_receipts(session, claim.id)
        _note(session, claim, "filed")
    return claim_answer(claim, receipts)


def _span(session: Session, reference: str, body: ClaimBody) -> TripSpan:
    """Return the days away; raises InvalidRequest where neither body nor itinerary says them."""
    planned = find_span(session, reference)
    starts = body.starts or (planned.starts if planned else None)
    ends = body.ends or (planned.ends if planned else None)
    if starts is None or ends is None:
        name = "starts" if starts is None else "ends"
        raise InvalidRequest((FieldError(name, "is required: the case has no itinerary"),))
    return check_span(starts, ends)


def _refuse_own_word(expenses: tuple[Expense, ...]) -> None:
    """Raise InvalidRequest where somebody who is paid vouches for a receipt of their own."""
    faults = tuple(
        FieldError(f"expenses.{place}.receipt", "send the receipt itself; leave this out")
        for place, one in enumerate(expenses)
        if one.receipt and not may_do(Action.CASE_CHANGE)
    )
    if faults:
        raise InvalidRequest(faults)


def _note(session: Session, claim: Claim, done: str) -> None:
    add_done(session, Action.CLAIM_WRITE, {"claim": claim.id, "done": done})
