"""The visit a case asks for: ordered appointments, limits of the traveller, and wishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from logistics.errors import InvalidField
from logistics.people import Assistance

MAX_NEEDS = 6
MAX_ROOMS = 4
SHORTEST_APPOINTMENT_MINUTES = 5
LONGEST_APPOINTMENT_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class AppointmentNeed:
    """One appointment the visit must have; gaps count from the end of the one before, in minutes.

    ``recovery_minutes`` is how long nobody departs after it (the clinician's word).
    """

    id: str
    title: str
    specialty: str
    minutes: int
    gap_min_minutes: int = 0
    gap_max_minutes: int | None = None
    recovery_minutes: int = 0

    def __post_init__(self) -> None:
        """Refuse lengths and gaps that cannot be."""
        if not SHORTEST_APPOINTMENT_MINUTES <= self.minutes <= LONGEST_APPOINTMENT_MINUTES:
            raise InvalidField("minutes", "an appointment lasts from 5 minutes to a day")
        if self.gap_min_minutes < 0 or self.recovery_minutes < 0:
            raise InvalidField("gap_min_minutes", "gaps and recovery are not negative")
        if self.gap_max_minutes is not None and self.gap_max_minutes < self.gap_min_minutes:
            raise InvalidField("gap_max_minutes", "must not be less than gap_min_minutes")


@dataclass(frozen=True, slots=True)
class TravelLimits:
    """Hard limits of the journey, for everybody who travels with the patient. None: no limit."""

    assistance: frozenset[Assistance] = frozenset()
    nonstop_only: bool = False
    max_connections: int | None = None
    max_segment_minutes: int | None = None
    max_travel_minutes: int | None = None
    cabins: tuple[str, ...] = ("economy",)

    def __post_init__(self) -> None:
        """Refuse limits nobody can keep and cabins that do not exist."""
        known = {"economy", "premium_economy", "business", "first"}
        if not self.cabins or not set(self.cabins) <= known:
            raise InvalidField("cabins", f"choose from {', '.join(sorted(known))}")
        for field in ("max_connections", "max_segment_minutes", "max_travel_minutes"):
            value = getattr(self, field)
            if value is not None and value < 0:
                raise InvalidField(field, "must not be negative")


@dataclass(frozen=True, slots=True)
class VisitRequest:
    """What to plan: needs in order, at one of the facilities, between the dates (local, inclusive).

    ``earliest_date``: nobody leaves home before; ``latest_date``: everybody is home by its end,
    in the zone of the patient's home airport. None: the planning horizon decides.
    ``meeting_minutes`` bounds how far apart separate travellers arrive and leave.
    """

    needs: tuple[AppointmentNeed, ...]
    facility_ids: tuple[str, ...]
    limits: TravelLimits
    rooms: int
    earliest_date: date | None = None
    latest_date: date | None = None
    max_nights: int | None = None
    meeting_minutes: int | None = 24 * 60

    def __post_init__(self) -> None:
        """Refuse a visit without purpose, place or room, and dates in the wrong order."""
        if not 1 <= len(self.needs) <= MAX_NEEDS:
            raise InvalidField("needs", "a visit has 1 to 6 appointments")
        if len({need.id for need in self.needs}) < len(self.needs):
            raise InvalidField("needs", "each appointment needs an id of its own")
        if not self.facility_ids:
            raise InvalidField("facility_ids", "name at least one facility")
        if not 1 <= self.rooms <= MAX_ROOMS:
            raise InvalidField("rooms", "1 to 4 rooms")
        if self.earliest_date and self.latest_date and self.latest_date < self.earliest_date:
            raise InvalidField("latest_date", "must not be before the earliest date")
        if self.max_nights is not None and self.max_nights < 0:
            raise InvalidField("max_nights", "must not be negative")
