"""The receipts of a claim: sending a file, getting it back, removing it."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, redirect, request, send_file, url_for
from werkzeug import Response

from api.access.actions import Action, acts
from api.errors import FieldError
from api.guard.asking import get_principal
from api.guard.once import once
from api.pages.claim_expenses import Subject, expense_page_of, find_subject, stored_state
from api.pages.claims import note_claim
from api.wiring import get_services
from logistics.claims.receipt import new_receipt
from logistics.errors import ReceiptRefused
from logistics.handle_claim import drop_receipt, send_receipt
from logistics.repository.claims import get_claim
from logistics.repository.receipts import get_receipt_content, list_receipts

pages = Blueprint("claim_receipts", __name__)


@pages.post("/claims/<claim_id>/expenses/<expense_id>/receipts")
@acts(Action.CLAIM_WRITE)
@once
def send(claim_id: str, expense_id: str) -> Response | tuple[str, int]:
    """Keep a file as a receipt of an expense, or say why it cannot be kept."""
    subject = find_subject(claim_id, expense_id)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _refused(subject, "choose a file")
    try:
        _keep(subject, expense_id, name=sent.filename, content=sent.read())
    except ReceiptRefused as error:
        return _refused(subject, str(error))
    return _to_expense(claim_id, expense_id)


@pages.get("/claims/<claim_id>/receipts/<receipt_id>")
@acts(Action.CLAIM_READ)
def receipt_file(claim_id: str, receipt_id: str) -> Response:
    """Give a receipt as it was sent, to be saved and never shown as a page of ours."""
    with get_services().sessions.read() as session:
        receipt, content = get_receipt_content(session, claim_id, receipt_id)
    return send_file(
        BytesIO(content),
        mimetype=receipt.media,
        as_attachment=True,
        download_name=receipt.name,
        conditional=False,
        etag=False,
    )


@pages.post("/claims/<claim_id>/receipts/<receipt_id>/remove")
@acts(Action.CLAIM_WRITE)
@once
def remove(claim_id: str, receipt_id: str) -> Response:
    """Remove a receipt from a draft."""
    with get_services().sessions.write() as session:
        claim = get_claim(session, claim_id)
        kept = {one.id: one for one in list_receipts(session, claim_id)}
        drop_receipt(session, claim_id, receipt_id)
        note_claim(session, claim, "receipt removed")
    return _to_expense(claim_id, kept[receipt_id].expense_id)


def _keep(subject: Subject, expense_id: str, *, name: str, content: bytes) -> None:
    services, claim = get_services(), subject.claim
    receipt = new_receipt(
        claim_id=claim.id,
        expense_id=expense_id,
        name=name,
        content=content,
        size_max=services.settings.max_receipt_bytes,
    )
    with services.sessions.write() as session:
        send_receipt(session, receipt, by=get_principal().user_id, now=services.now())
        note_claim(session, claim, "receipt sent")


def _refused(subject: Subject, message: str) -> tuple[str, int]:
    faults = (FieldError("file", message),)
    return expense_page_of(subject, stored_state(subject), faults), 422


def _to_expense(claim_id: str, expense_id: str) -> Response:
    address = url_for("claim_expenses.expense_page", claim_id=claim_id, expense_id=expense_id)
    return redirect(f"{address}#receipts", 303)
