"""Slots in the database, and which of them are open."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import and_, bindparam, exists
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, insert, select
from sqlmodel.sql.expression import SelectOfScalar

from pricing.money import Money
from scheduling.errors import SlotNotFound
from scheduling.repository.errors import SlotsCollide
from scheduling.slots import Slot
from scheduling.tables import AppointmentRow, SlotRow


def _open(*, to_case: bool) -> SelectOfScalar[SlotRow]:
    taken = and_(
        col(AppointmentRow.slot_id) == col(SlotRow.id), col(AppointmentRow.status) == "booked"
    )
    if to_case:
        taken = and_(taken, col(AppointmentRow.case_reference) != bindparam("except_case"))
    return (
        select(SlotRow)
        .where(
            col(SlotRow.specialist_id).in_(bindparam("specialist_ids", expanding=True)),
            col(SlotRow.starts_at) >= bindparam("after"),
            col(SlotRow.starts_at) < bindparam("before"),
            ~exists().where(taken),
        )
        .order_by(col(SlotRow.starts_at), col(SlotRow.id))
    )


# Asked often, so made once.
_OPEN: Final = _open(to_case=False)
_OPEN_TO_CASE: Final = _open(to_case=True)


def add_slots(session: Session, slots: Iterable[Slot]) -> None:
    """Store new slots of known specialists, all or none; raises SlotsCollide when one cannot be."""
    offered = tuple(slots)
    if not offered:
        return
    try:
        with session.begin_nested():
            session.exec(insert(SlotRow), params=[_to_row(slot).model_dump() for slot in offered])
    except IntegrityError as error:
        collision = _find_collision(session, offered)
        if collision is None:
            raise
        raise SlotsCollide(collision.id, collision.starts_at.isoformat()) from error


def _find_collision(session: Session, offered: tuple[Slot, ...]) -> Slot | None:
    """Return the first slot that has the id, or the specialist's time, of one before it."""
    before = list(list_slots(session, specialist_ids={slot.specialist_id for slot in offered}))
    for slot in offered:
        stored = session.get(SlotRow, slot.id) is not None
        if stored or any(_collide(slot, other) for other in before):
            return slot
        before.append(slot)
    return None


def _collide(one: Slot, other: Slot) -> bool:
    same_specialist = one.specialist_id == other.specialist_id
    return one.id == other.id or (same_specialist and one.window.overlaps(other.window))


def get_slot(session: Session, slot_id: str) -> Slot:
    """Return the slot with that id, open or taken; raises SlotNotFound."""
    row = session.get(SlotRow, slot_id)
    if row is None:
        raise SlotNotFound(slot_id)
    return to_slot(row)


def list_slots(session: Session, *, specialist_ids: Collection[str]) -> tuple[Slot, ...]:
    """Return all slots of these specialists, open, taken and past, in order of start, then id."""
    query = (
        select(SlotRow)
        .where(col(SlotRow.specialist_id).in_(specialist_ids))
        .order_by(col(SlotRow.starts_at), col(SlotRow.id))
    )
    return tuple(to_slot(row) for row in session.exec(query))


def list_open_slots(
    session: Session,
    *,
    specialist_ids: Collection[str],
    after: datetime,
    before: datetime,
    except_case: str | None = None,
) -> tuple[Slot, ...]:
    """Return the slots nobody has booked which start from ``after`` up to but excluding ``before``.

    They come in order of start, then id. Slots booked by the case ``except_case`` count as open:
    that case may keep or give them up when it is planned again.
    """
    query = _OPEN if except_case is None else _OPEN_TO_CASE
    asked = {
        "specialist_ids": list(specialist_ids),
        "after": after,
        "before": before,
        **({} if except_case is None else {"except_case": except_case}),
    }
    return tuple(to_slot(row) for row in session.exec(query, params=asked))


def to_slot(row: SlotRow) -> Slot:
    """Return the value of a row, for the repositories of this floor."""
    return Slot(
        id=row.id,
        specialist_id=row.specialist_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        fee=Money(row.fee_minor, row.fee_currency),
    )


def _to_row(slot: Slot) -> SlotRow:
    return SlotRow(
        id=slot.id,
        specialist_id=slot.specialist_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        fee_minor=slot.fee.minor,
        fee_currency=slot.fee.currency,
    )
