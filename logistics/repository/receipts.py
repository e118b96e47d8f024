"""Receipts in the database: files as they were sent, sealed, and never two of one content."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, insert, select

from logistics.claims.receipt import NewReceipt, Receipt
from logistics.errors import ClaimNotFound, ReceiptRefused
from logistics.repository.sealed import open_bytes, open_field, place_in, seal_field
from logistics.tables import ClaimRow, ReceiptRow

_NOTE_COLUMNS: Final[tuple[Any, ...]] = (
    ReceiptRow.id,
    ReceiptRow.claim_id,
    ReceiptRow.expense_id,
    ReceiptRow.name,
    ReceiptRow.media,
    ReceiptRow.size,
    ReceiptRow.sha256,
    ReceiptRow.added_at,
    ReceiptRow.added_by,
)


def add_receipt(session: Session, receipt: NewReceipt, *, by: str, now: datetime) -> Receipt:
    """Store a receipt; raises ReceiptRefused where the expense has one of the same content."""
    kept = Receipt(
        id=f"RC-{secrets.token_hex(8)}",
        claim_id=receipt.claim_id,
        expense_id=receipt.expense_id,
        name=receipt.name,
        media=receipt.media,
        size=len(receipt.content),
        sha256=receipt.sha256,
        added_at=now,
        added_by=by,
    )
    values = {name: getattr(kept, name) for name in Receipt.__slots__}
    values["name"] = seal_field(session, place_in(ReceiptRow, "name", kept.id), kept.name)
    content = seal_field(session, place_in(ReceiptRow, "content", kept.id), receipt.content)
    try:
        with session.begin_nested():
            session.exec(insert(ReceiptRow).values(**values, content=content.encode()))
    except IntegrityError as error:
        raise ReceiptRefused(receipt.name, "this expense has that very file already") from error
    return kept


def list_receipts(session: Session, claim_id: str) -> tuple[Receipt, ...]:
    """Return the receipts of a claim without their content, in the order they were added."""
    query = (
        select(*_NOTE_COLUMNS)
        .where(col(ReceiptRow.claim_id) == claim_id)
        .order_by(col(ReceiptRow.added_at), col(ReceiptRow.id))
    )
    return tuple(_to_value(session, row) for row in session.exec(query))


def list_same_elsewhere(session: Session, claim_id: str) -> tuple[Receipt, ...]:
    """Return receipts of other claims of the case that have the content of one of this claim's."""
    own = select(ReceiptRow.sha256).where(col(ReceiptRow.claim_id) == claim_id)
    case = select(ClaimRow.case_reference).where(col(ClaimRow.id) == claim_id).scalar_subquery()
    query = (
        select(*_NOTE_COLUMNS)
        .join(ClaimRow, col(ClaimRow.id) == col(ReceiptRow.claim_id))
        .where(
            col(ClaimRow.case_reference) == case,
            col(ReceiptRow.claim_id) != claim_id,
            col(ReceiptRow.sha256).in_(own),
        )
        .order_by(col(ReceiptRow.added_at), col(ReceiptRow.id))
    )
    return tuple(_to_value(session, row) for row in session.exec(query))


def get_receipt_content(session: Session, claim_id: str, receipt_id: str) -> tuple[Receipt, bytes]:
    """Return a receipt and its bytes; raises ClaimNotFound."""
    row = session.exec(
        select(ReceiptRow).where(
            col(ReceiptRow.id) == receipt_id, col(ReceiptRow.claim_id) == claim_id
        )
    ).first()
    if row is None:
        raise ClaimNotFound(receipt_id)
    place = place_in(ReceiptRow, "content", receipt_id)
    return _to_value(session, row), open_bytes(session, place, bytes(row.content).decode())


def remove_receipt(session: Session, claim_id: str, receipt_id: str) -> None:
    """Delete a receipt; raises ClaimNotFound."""
    gone = session.exec(
        delete(ReceiptRow).where(
            col(ReceiptRow.id) == receipt_id, col(ReceiptRow.claim_id) == claim_id
        ),
        execution_options={"synchronize_session": False},
    )
    if gone.rowcount == 0:
        raise ClaimNotFound(receipt_id)


def _to_value(session: Session, row: Any) -> Receipt:  # noqa: ANN401 — a row of columns
    return Receipt(
        id=row.id,
        claim_id=row.claim_id,
        expense_id=row.expense_id,
        name=open_field(session, place_in(ReceiptRow, "name", row.id), row.name),
        media=row.media,
        size=row.size,
        sha256=row.sha256,
        added_at=row.added_at,
        added_by=row.added_by,
    )
