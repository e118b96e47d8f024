"""Open a claim, write down what was spent, send receipts, file it, take it back, reopen it.

Each is one transaction on one claim, under the version that somebody has looked at.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlmodel import Session

from logistics.claims.claim import (
    Claim,
    ClaimMove,
    ClaimStatus,
    filed,
    next_status,
    with_expenses,
    with_override,
)
from logistics.claims.receipt import RECEIPTS_MAX, NewReceipt, Receipt
from logistics.errors import ClaimChanged, ClaimMoveRefused, ClaimNotFound, ReceiptRefused
from logistics.repository.claim_questions import draw_on_account
from logistics.repository.claims import get_claim, save_claim
from logistics.repository.receipts import add_receipt, list_receipts, remove_receipt
from pricing.coverage.documents.trip_document import Expense, Override

_LOG: Final = logging.getLogger(__name__)


def change_expenses(
    session: Session, claim_id: str, version: int, expenses: tuple[Expense, ...]
) -> Claim:
    """Store other expenses in a draft; receipts of those that are gone go with them.

    Raises ClaimNotFound, ClaimChanged, ClaimMoveRefused.
    """
    claim = save_claim(session, with_expenses(_at(session, claim_id, version), expenses))
    kept = {one.id for one in expenses}
    for receipt in list_receipts(session, claim_id):
        if receipt.expense_id not in kept:
            remove_receipt(session, claim_id, receipt.id)
    return claim


def file_claim(session: Session, claim_id: str, version: int, *, by: str, now: datetime) -> Claim:
    """File a draft that has an expense; raises as `change_expenses` does."""
    claim = _at(session, claim_id, version)
    if not claim.trip.expenses:
        raise ClaimMoveRefused(claim_id, "without any expense", ClaimMove.FILE.value)
    saved = save_claim(session, filed(claim, by=by, at=now, day=now.date()))
    draw_on_account(session, saved, by=by, now=now)
    _LOG.info("claim.filed", extra={"claim": claim_id})
    return saved


def move_claim(session: Session, claim_id: str, version: int, move: ClaimMove) -> Claim:
    """Take a filed claim back, reopen a decided one, or withdraw; raises as `file_claim` does."""
    claim = _at(session, claim_id, version)
    status = next_status(claim, move)
    changed = replace(claim, status=status)
    if status is ClaimStatus.DRAFT:
        changed = replace(changed, filed_at=None, filed_by=None)
    saved = save_claim(session, changed)
    _LOG.info("claim.moved", extra={"claim": claim_id, "status": status.value})
    return saved


def set_aside(session: Session, claim_id: str, version: int, override: Override) -> Claim:
    """Set a condition aside in a filed claim; raises as `change_expenses` does."""
    return save_claim(session, with_override(_at(session, claim_id, version), override))


def send_receipt(session: Session, receipt: NewReceipt, *, by: str, now: datetime) -> Receipt:
    """Add a receipt to an expense of a draft.

    Raises ClaimNotFound, ClaimMoveRefused, and ReceiptRefused for one too many, or twice the same.
    """
    claim = _open(session, receipt.claim_id)
    if receipt.expense_id not in {one.id for one in claim.trip.expenses}:
        raise ClaimNotFound(receipt.expense_id)
    if len(list_receipts(session, claim.id)) >= RECEIPTS_MAX:
        raise ReceiptRefused(receipt.name, f"a claim has at most {RECEIPTS_MAX} receipts")
    return add_receipt(session, receipt, by=by, now=now)


def drop_receipt(session: Session, claim_id: str, receipt_id: str) -> None:
    """Remove a receipt from a draft; raises ClaimNotFound, ClaimMoveRefused."""
    remove_receipt(session, _open(session, claim_id).id, receipt_id)


def _open(session: Session, claim_id: str) -> Claim:
    claim = get_claim(session, claim_id)
    if not claim.is_open:
        raise ClaimMoveRefused(claim_id, claim.status.value, "change")
    return claim


def _at(session: Session, claim_id: str, version: int) -> Claim:
    claim = get_claim(session, claim_id)
    if claim.version != version:
        raise ClaimChanged(claim_id)
    return claim
