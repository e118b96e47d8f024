"""Slots: times a specialist offers, and the appointments that take them (FHIR's words)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from logistics.timing import TimeWindow, require_utc
from pricing.money import Money


@dataclass(frozen=True, slots=True)
class Slot:
    """A bookable time of one specialist; instants in UTC, ``fee`` is what the facility asks."""

    id: str
    specialist_id: str
    starts_at: datetime
    ends_at: datetime
    fee: Money

    def __post_init__(self) -> None:
        """Refuse naive instants and an end that is not after the start."""
        require_utc(self.starts_at, "starts_at")
        require_utc(self.ends_at, "ends_at")
        if self.ends_at <= self.starts_at:
            raise ValueError(f"slot {self.id} ends at {self.ends_at}, not after its start")

    @property
    def window(self) -> TimeWindow:
        """Return the time the slot takes."""
        return TimeWindow(self.starts_at, self.ends_at)

    @property
    def minutes(self) -> int:
        """Return the length in whole minutes."""
        return self.window.minutes
