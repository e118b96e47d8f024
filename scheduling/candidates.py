"""Which open slots could meet which need of a visit."""

from __future__ import annotations

from collections.abc import Iterable

from logistics.case.model import Case
from logistics.case.visit_request import AppointmentNeed
from logistics.facility import Facility
from logistics.people import Specialist
from scheduling.errors import NothingToPlanWith
from scheduling.slots import Slot
from scheduling.visit import PlannedAppointment


def candidate_appointments(
    case: Case,
    *,
    facilities: tuple[Facility, ...],
    specialists: tuple[Specialist, ...],
    slots: tuple[Slot, ...],
) -> tuple[PlannedAppointment, ...]:
    """Return every slot once for each need it could meet: right specialty, long enough.

    In order of the needs, then of the slots. Raises NothingToPlanWith for a need that no slot
    could meet.
    """
    place = {facility.id: facility for facility in facilities}
    physician = {specialist.id: specialist for specialist in specialists}
    found: list[PlannedAppointment] = []
    for need in case.visit.needs:
        before = len(found)
        found += _for_need(need, physician=physician, place=place, slots=slots)
        if len(found) == before:
            names = ", ".join(facility.name for facility in facilities)
            raise NothingToPlanWith(
                f"No open {need.specialty} appointment of {need.minutes} minutes is offered at "
                f"{names} for '{need.title}'. Offer slots there, or add another facility."
            )
    return tuple(found)


def _for_need(
    need: AppointmentNeed,
    *,
    physician: dict[str, Specialist],
    place: dict[str, Facility],
    slots: tuple[Slot, ...],
) -> Iterable[PlannedAppointment]:
    for slot in slots:
        specialist = physician[slot.specialist_id]
        if specialist.specialty == need.specialty and slot.minutes >= need.minutes:
            yield PlannedAppointment(need, slot, specialist, place[specialist.facility_id])
