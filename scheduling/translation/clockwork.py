"""The optimizer's whole minutes and days, and the way back to instants and dates.

Minute 0 is noon UTC of the day before planning: at noon UTC it is the same calendar date
everywhere west of UTC+12, so day numbers of different cities can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from logistics.timing import night_date, require_utc, to_local

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clockwork:
    """Counts minutes and days from ``start``, an instant in UTC."""

    start: datetime

    def __post_init__(self) -> None:
        """Refuse a naive start."""
        require_utc(self.start, "start")

    @classmethod
    def around(cls, now: datetime) -> Clockwork:
        """Return the clockwork of a planning made at ``now``."""
        noon = datetime(now.year, now.month, now.day, 12, tzinfo=UTC)
        return cls(noon - _DAY)

    def minute(self, instant: datetime) -> int:
        """Return the whole minutes from the start to the instant, rounded down."""
        return (instant - self.start) // _MINUTE

    def instant(self, minute: int) -> datetime:
        """Return the instant of a minute."""
        return self.start + minute * _MINUTE

    def day(self, local_date: date, zone: str) -> int:
        """Return the number of a local date at a place in the IANA zone."""
        return (local_date - self._base(zone)).days

    def date_of(self, day: int, zone: str) -> date:
        """Return the local date of a day number at a place in the IANA zone."""
        return self._base(zone) + day * _DAY

    def night(self, instant: datetime, zone: str) -> int:
        """Return the day whose night an arrival or departure at that instant belongs to."""
        return self.day(night_date(instant, zone), zone)

    def _base(self, zone: str) -> date:
        return to_local(self.start, zone).date()
