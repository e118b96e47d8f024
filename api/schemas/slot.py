"""Slots as JSON: what an offered slot must say, and how a slot is told."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final
from uuid import uuid4

from pydantic import AfterValidator, Field, ValidationError

from api.errors import FieldError, InvalidRequest
from api.schemas.faults import faults_of
from api.schemas.fields import Answer, Body, Name, ZoneName
from logistics.case.visit_request import LONGEST_APPOINTMENT_MINUTES, SHORTEST_APPOINTMENT_MINUTES
from logistics.timing import to_local, to_utc
from pricing.errors import InvalidAmount
from pricing.money import Money
from scheduling.slots import Slot

_LOCAL: Final = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})", re.ASCII)


def _local_time(text: str) -> str:
    match = _LOCAL.fullmatch(text)
    if match is None:
        raise ValueError("must be a local date and time written as 2027-03-09T14:30")
    try:
        date.fromisoformat(match[1])
        time.fromisoformat(match[2])
    except ValueError as error:
        raise ValueError(f"there is no {text}; write an existing day and time") from error
    return text


class MoneyBody(Body):
    """An amount of money in major units."""

    amount: str = Field(max_length=20, description="decimal text", examples=["1250.00"])
    currency: str = Field(max_length=3, description="ISO 4217", examples=["USD"])


class SlotBody(Body):
    """A time a specialist offers."""

    specialist_id: Name
    local_start: Annotated[
        str,
        Field(description="wall-clock time in `zone`", examples=["2027-03-09T14:30"]),
        AfterValidator(_local_time),
    ]
    zone: ZoneName
    minutes: int = Field(ge=SHORTEST_APPOINTMENT_MINUTES, le=LONGEST_APPOINTMENT_MINUTES)
    fee: MoneyBody


class MoneyAnswer(Answer):
    """An amount of money: decimal text in major units, and the same in minor units."""

    amount: str
    minor: int
    currency: str


class SlotAnswer(Answer):
    """A slot; instants in UTC (RFC 3339)."""

    id: str
    specialist_id: str
    starts_at: str
    ends_at: str
    minutes: int
    fee: MoneyAnswer


class SlotList(Answer):
    """Open slots in order of their start."""

    slots: list[SlotAnswer]


def read_slot(body: Any, *, specialist_ids: Collection[str], currency: str) -> Slot:  # noqa: ANN401 — JSON
    """Return the slot that JSON values describe; raises InvalidRequest naming every field."""
    try:
        checked = SlotBody.model_validate(body)
    except ValidationError as error:
        raise InvalidRequest(faults_of(error)) from error
    return to_slot(checked, specialist_ids=specialist_ids, currency=currency)


def to_slot(body: SlotBody, *, specialist_ids: Collection[str], currency: str) -> Slot:
    """Return the slot a body describes; raises InvalidRequest for what only the values know."""
    errors: list[FieldError] = []
    if body.specialist_id not in specialist_ids:
        message = f"there is no specialist {body.specialist_id!r} here"
        errors.append(FieldError("specialist_id", message))
    fee = _fee(body.fee, currency, errors)
    starts_at = _instant(body.local_start, body.zone, errors)
    if errors or fee is None or starts_at is None:
        raise InvalidRequest(tuple(errors))
    return Slot(
        id=f"SL-{uuid4().hex[:16]}",
        specialist_id=body.specialist_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=body.minutes),
        fee=fee,
    )


def slot_answer(slot: Slot) -> dict[str, Any]:
    """Return the slot as JSON values, in the shape of `SlotAnswer`."""
    return {
        "id": slot.id,
        "specialist_id": slot.specialist_id,
        "starts_at": rfc3339(slot.starts_at),
        "ends_at": rfc3339(slot.ends_at),
        "minutes": slot.minutes,
        "fee": money_answer(slot.fee),
    }


def money_answer(amount: Money) -> dict[str, Any]:
    """Return the amount as JSON values, in the shape of `MoneyAnswer`."""
    return {
        "amount": amount.to_decimal_text(),
        "minor": amount.minor,
        "currency": amount.currency,
    }


def rfc3339(instant: datetime) -> str:
    """Return an instant in UTC as RFC 3339 text."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _fee(body: MoneyBody, currency: str, errors: list[FieldError]) -> Money | None:
    if body.currency != currency:
        errors.append(FieldError("fee.currency", f"must be {currency}: all is counted in it"))
        return None
    try:
        fee = Money.parse(body.amount, currency)
    except InvalidAmount as error:
        errors.append(FieldError("fee.amount", error.expected))
        return None
    if fee.minor < 0:
        errors.append(FieldError("fee.amount", "must not be negative"))
        return None
    return fee


def _instant(local: str, zone: str, errors: list[FieldError]) -> datetime | None:
    wanted = datetime.fromisoformat(local)
    try:
        instant = to_utc(wanted.date(), wanted.time(), zone)
        is_real = to_local(instant, zone).replace(tzinfo=None) == wanted
    except OverflowError:
        errors.append(FieldError("local_start", "must lie in a year people plan for"))
        return None
    if not is_real:
        message = f"clocks in {zone} skip that time on that day; choose another"
        errors.append(FieldError("local_start", message))
        return None
    return instant
