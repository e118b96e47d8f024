"""Offer new appointment slots of a specialist.

Steps: require that each slot is still to come and the specialist exists; store them all or none.
"""

from __future__ import annotations

import logging
from datetime import datetime

from logistics.repository.sessions import Sessions
from logistics.repository.specialists import get_specialist
from scheduling.errors import SlotInPast
from scheduling.repository.slots import add_slots
from scheduling.slots import Slot

_log = logging.getLogger(__name__)


def offer_slots(slots: tuple[Slot, ...], *, sessions: Sessions, now: datetime) -> tuple[Slot, ...]:
    """Return the slots as stored.

    Raises:
        SlotInPast: one of them starts before now.
        SpecialistNotFound: nobody has that id.
    """
    for slot in slots:
        if slot.starts_at <= now:
            raise SlotInPast(slot.starts_at.isoformat())
    with sessions.write() as session:
        for specialist_id in {slot.specialist_id for slot in slots}:
            get_specialist(session, specialist_id)
        add_slots(session, slots)
    _log.info("slots.offered", extra={"count": len(slots)})
    return slots
