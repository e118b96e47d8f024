"""Times of the clock at a place, with what tells which instant is meant: zone, offset, or both.

Written as ``2026-03-07T22:30 America/New_York``, ``2026-03-07T22:30-05:00`` or, where clocks are
put back and show a time twice, ``2026-11-01T01:30-04:00 America/New_York``.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, Final
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from pricing.documents.faults import quoted
from pricing.documents.scalars import to_moment

_OFFSET: Final = r"Z|[+-]\d{2}:\d{2}(:\d{2})?"
LOCAL_TIME: Final = (
    rf"^\d{{4}}-\d{{2}}-\d{{2}}[T ]\d{{2}}:\d{{2}}(:\d{{2}})?({_OFFSET}|({_OFFSET})? [A-Za-z]\S*)$"
)
"""The pattern of a local time with zone, offset or both."""

_PARTS: Final = re.compile(
    rf"(?P<clock>\d{{4}}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?)(?P<offset>{_OFFSET})?( (?P<zone>\S+))?",
    re.ASCII,
)
_NO_ZONE: Final = re.compile(r"[^Z+ ]{10}[T ][\d:]+", re.ASCII)
_SHAPE: Final = (
    "must be a local time with its IANA zone, like 2026-01-31T22:30 America/New_York, "
    "or with its offset from UTC, like 2026-01-31T22:30-05:00"
)
_LONGEST_NAME: Final = 40
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2199


def read_local_time(written: str) -> datetime:
    """Return the aware time, its ``tzinfo`` the zone where one is named.

    Raises ValueError, saying what to write instead, for another shape, an unknown zone, a time that
    the clocks of the zone skip or show twice, and an offset that the zone has not at that time.
    """
    parts = _PARTS.fullmatch(written)
    if parts is None or (parts["offset"] is None and parts["zone"] is None):
        raise ValueError(_SHAPE)
    stated = _clock(parts["clock"] + (parts["offset"] or ""))
    if parts["zone"] is None:
        return stated
    return _in_zone(stated.replace(tzinfo=None), _zone(parts["zone"]), stated.utcoffset())


def write_local_time(moment: datetime) -> str:
    """Return an aware time as it is read back: with its offset, and its zone where it has one."""
    zone = moment.tzinfo.key if isinstance(moment.tzinfo, ZoneInfo) else None
    return moment.isoformat() + (f" {zone}" if zone else "")


def write_by_the_clock(moment: datetime) -> str:
    """Return an aware time as people write it, ``2027-02-10 22:30 America/New_York``.

    With its offset only where it would be read back as another moment without it, and where it has
    no zone.
    """
    whole = write_local_time(moment)
    if not isinstance(moment.tzinfo, ZoneInfo) or moment.second or moment.microsecond:
        return whole
    is_told_twice = moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()
    return whole if is_told_twice else f"{moment:%Y-%m-%d %H:%M} {moment.tzinfo.key}"


def _clock(written: str) -> datetime:
    try:
        clock = datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(
            "must be a day and a time of the clock, like 2026-01-31T22:30 America/New_York"
        ) from None
    if not _FIRST_YEAR <= clock.year <= _LAST_YEAR:
        raise ValueError(f"must be in a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    return clock


def _zone(name: str) -> ZoneInfo:
    if name in _zone_names():
        return ZoneInfo(name)
    if name.upper().replace(".", "") in {"AM", "PM"}:
        raise ValueError("must have its hour from 00 to 23, such as 20:00 for 8 PM")
    close = get_close_matches(name[:_LONGEST_NAME], _zone_names(), n=1)
    meant = f"did you mean {close[0]}?" if close else "write one like America/New_York"
    raise ValueError(f"{quoted(name)} is no zone of the IANA time zone database; {meant}")


@lru_cache(maxsize=1)
def _zone_names() -> tuple[str, ...]:
    # "localtime" is whatever the machine has been set to.
    return tuple(sorted(available_timezones() - {"localtime", "Factory"}))


def _in_zone(clock: datetime, zone: ZoneInfo, offset: timedelta | None) -> datetime:
    """Return the time of a zone's clock; ``offset`` tells which of two, and is held to the zone."""
    known = [
        read
        for read in (clock.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        if _is_shown(read)
    ]
    if not known:
        raise ValueError(
            f"{clock.isoformat(' ', 'minutes')} does not exist in {zone.key}: clocks are put "
            "forward over it; look at the ticket again"
        )
    by_offset = {read.utcoffset(): read for read in reversed(known)}
    if offset is None and len(by_offset) > 1:
        either = " or ".join(write_local_time(read) for read in known)
        raise ValueError(f"comes twice in {zone.key}, as clocks are put back: write {either}")
    if offset is not None and offset not in by_offset:
        either = " or ".join(write_local_time(read) for read in dict.fromkeys(by_offset.values()))
        raise ValueError(f"{zone.key} has another offset from UTC at that time: write {either}")
    return known[0] if offset is None else by_offset[offset]


def _is_shown(moment: datetime) -> bool:
    """Tell whether the clocks of the time's zone ever show it: a skipped one comes back changed."""
    back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    return back.replace(tzinfo=None, fold=0) == moment.replace(tzinfo=None, fold=0)


def _to_local_time(written: object) -> object:
    if isinstance(written, datetime) and written.tzinfo is not None:
        return written
    if not isinstance(written, str):
        raise ValueError(_SHAPE)  # noqa: TRY004 — pydantic reads ValueError alone
    return read_local_time(written)


LocalTime = Annotated[
    datetime,
    BeforeValidator(_to_local_time),
    PlainSerializer(write_local_time, return_type=str),
    WithJsonSchema({
        "type": "string",
        "pattern": LOCAL_TIME,
        "description": "a local time with its IANA zone, its offset from UTC, or both",
    }),
]  # fmt: skip
"""A time of the clock at a place, aware."""


def _to_moment(written: object) -> object:
    if isinstance(written, str) and _PARTS.fullmatch(written) and not _NO_ZONE.fullmatch(written):
        return read_local_time(written)
    return to_moment(written)


def write_moment(moment: datetime | date) -> str:
    """Return a day or time as it is read back."""
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return write_local_time(moment)
    return moment.isoformat()


def has_zone(moment: datetime | date) -> bool | None:
    """Return whether it is told which instant a time is; None for a day."""
    return moment.tzinfo is not None if isinstance(moment, datetime) else None


Moment = Annotated[
    datetime | date,
    BeforeValidator(_to_moment),
    PlainSerializer(write_moment, return_type=str),
    WithJsonSchema({
        "anyOf": [
            {"type": "string", "format": "date"},
            {"type": "string", "format": "date-time"},
            {"type": "string", "pattern": LOCAL_TIME},
        ],
        "description": "a day, or a time of the clock, as well with its zone or offset from UTC",
    }),
]  # fmt: skip
"""A day, or a time of the clock at a place: aware where its zone or offset is told."""
