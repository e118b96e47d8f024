"""Appointments in the database: who has taken which slot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, insert, select, update

from scheduling.errors import SlotInPast, SlotTaken
from scheduling.repository.slots import get_slot, to_slot
from scheduling.slots import Slot
from scheduling.tables import AppointmentRow, SlotRow


class AppointmentStatus(StrEnum):
    """Where an appointment stands (FHIR's words): ``booked → cancelled``."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Appointment:
    """One slot taken by a case for its itinerary; instants in UTC."""

    slot: Slot
    case_reference: str
    itinerary_id: str
    status: AppointmentStatus
    booked_at: datetime
    cancelled_at: datetime | None


def take_slot(
    session: Session, *, slot_id: str, case_reference: str, itinerary_id: str, now: datetime
) -> None:
    """Book the slot for the case; a slot the case has booked already stays booked.

    The unique index of booked slots decides, so that of many takers exactly one succeeds. The
    itinerary may be stored later in the same transaction.

    Raises:
        SlotNotFound: there is no such slot.
        SlotInPast: it has begun at ``now``.
        SlotTaken: another case has it.
    """
    slot = get_slot(session, slot_id)
    if slot.starts_at <= now:
        raise SlotInPast(slot.starts_at.isoformat())
    booking = {
        "slot_id": slot_id,
        "case_reference": case_reference,
        "itinerary_id": itinerary_id,
        "status": AppointmentStatus.BOOKED.value,
        "booked_at": now,
    }
    try:
        with session.begin_nested():
            session.exec(insert(AppointmentRow).values(**booking))
    except IntegrityError as error:
        holder = find_holder(session, slot_id)
        if holder is None:
            raise
        if holder != case_reference:
            raise SlotTaken(slot_id) from error


def find_holder(session: Session, slot_id: str) -> str | None:
    """Return the reference of the case that has booked the slot, or None when it is open."""
    return session.exec(
        select(AppointmentRow.case_reference).where(
            col(AppointmentRow.slot_id) == slot_id,
            col(AppointmentRow.status) == AppointmentStatus.BOOKED.value,
        )
    ).first()


def release_slots(
    session: Session, *, case_reference: str, keep: frozenset[str], now: datetime
) -> tuple[str, ...]:
    """Cancel the case's appointments in all slots but those to keep; return the slots' ids."""
    released = [
        appointment.slot.id
        for appointment in list_appointments(session, case_reference)
        if appointment.status is AppointmentStatus.BOOKED and appointment.slot.id not in keep
    ]
    session.exec(
        update(AppointmentRow)
        .where(
            col(AppointmentRow.case_reference) == case_reference,
            col(AppointmentRow.status) == AppointmentStatus.BOOKED.value,
            col(AppointmentRow.slot_id).in_(released),
        )
        .values(status=AppointmentStatus.CANCELLED.value, cancelled_at=now)
    )
    return tuple(released)


def list_appointments(session: Session, case_reference: str) -> tuple[Appointment, ...]:
    """Return the case's appointments, cancelled ones too, in order of start, then of booking."""
    query = (
        select(AppointmentRow, SlotRow)
        .join(SlotRow, col(SlotRow.id) == col(AppointmentRow.slot_id))
        .where(col(AppointmentRow.case_reference) == case_reference)
        .order_by(col(SlotRow.starts_at), col(AppointmentRow.id))
        .execution_options(populate_existing=True)
    )
    return tuple(_to_value(row, slot) for row, slot in session.exec(query))


def _to_value(row: AppointmentRow, slot: SlotRow) -> Appointment:
    return Appointment(
        slot=to_slot(slot),
        case_reference=row.case_reference,
        itinerary_id=row.itinerary_id,
        status=AppointmentStatus(row.status),
        booked_at=row.booked_at,
        cancelled_at=row.cancelled_at,
    )
