"""Instants and local times: aware UTC inside, an IANA zone beside every local time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from logistics.errors import UnknownZone

_NIGHT_ENDS = timedelta(hours=4)
"""How long after midnight an arrival or departure still belongs to the night before."""


@lru_cache(maxsize=512)
def get_zone(name: str) -> ZoneInfo:
    """Return the IANA zone of that name; raises UnknownZone."""
    if name not in _zone_names():
        raise UnknownZone(name)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UnknownZone(name) from error


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def require_utc(instant: datetime, field: str) -> None:
    """Raise ValueError unless the instant is aware and in UTC; ``field`` names it."""
    if instant.utcoffset() != timedelta(0):
        raise ValueError(f"{field} must be an aware UTC datetime, not {instant!r}")


def to_local(instant: datetime, zone: str) -> datetime:
    """Return the wall-clock time of an aware instant in the IANA zone."""
    return instant.astimezone(get_zone(zone))


def to_utc(day: date, clock: time, zone: str) -> datetime:
    """Return the UTC instant of a local wall-clock time.

    A time skipped by daylight saving is read with the offset before the change, a repeated
    one is its first occurrence (PEP 495, fold=0).
    """
    return datetime.combine(day, clock, tzinfo=get_zone(zone)).astimezone(UTC)


def night_date(instant: datetime, zone: str) -> date:
    """Return the local date whose night the instant belongs to.

    Before 04:00 the traveller still needs (or still uses) the bed of the night before.
    """
    return (to_local(instant, zone) - _NIGHT_ENDS).date()


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """A half-open span of time from ``start`` up to but excluding ``end``, in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse naive instants and an end that is not after the start."""
        require_utc(self.start, "start")
        require_utc(self.end, "end")
        if self.end <= self.start:
            raise ValueError(f"window ends at {self.end}, not after its start {self.start}")

    @property
    def minutes(self) -> int:
        """Return the length in whole minutes."""
        return int((self.end - self.start).total_seconds()) // 60

    def overlaps(self, other: TimeWindow) -> bool:
        """Return whether the two spans share any time."""
        return self.start < other.end and other.start < self.end
