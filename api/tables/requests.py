"""The tables of requests: answers of those that act once, and how many came."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

# The tables below refer to these by name.
import logistics.tables  # noqa: F401 — registers them in the metadata
from pricing.column_types import SEALED, STRICT, TEXT, WHOLE, Row, UtcInstant


class AnsweredRequestRow(Row, table=True):
    """The answer to a request with an Idempotency-Key, stored in the transaction of its effect.

    ``caller`` is who sent it; ``fingerprint`` the SHA-256 of method, address and body in
    hexadecimal. An answer about a case names it: to be read again, it has to be within reach.
    """

    __tablename__ = "answered_request"
    __table_args__: ClassVar = (
        Index(None, "answered_at"),
        Index(None, "case_reference"),
        STRICT,
    )

    caller: str = Field(primary_key=True, sa_type=TEXT)
    key: str = Field(primary_key=True, sa_type=TEXT)
    fingerprint: str = Field(sa_type=TEXT)
    case_reference: str | None = Field(
        default=None, foreign_key="sojourn_case.reference", ondelete="CASCADE", sa_type=TEXT
    )
    answered_at: datetime = Field(sa_type=UtcInstant)
    status: int = Field(sa_type=WHOLE)
    location: str | None = Field(default=None, sa_type=TEXT)
    media: str = Field(sa_type=TEXT)
    body: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)


class RequestCountRow(Row, table=True):
    """How many requests of a caller came in one minute, as far as the servers have told.

    ``caller`` is a user, or the hash of an address, which is another one in each minute.
    """

    __tablename__ = "request_count"
    __table_args__: ClassVar = (
        Index(None, "minute"),
        CheckConstraint("count >= 1", name="count_from_one"),
        STRICT,
    )

    caller: str = Field(primary_key=True, sa_type=TEXT)
    minute: datetime = Field(primary_key=True, sa_type=UtcInstant)
    count: int = Field(sa_type=WHOLE)
