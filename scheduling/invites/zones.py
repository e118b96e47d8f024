"""The VTIMEZONE of an IANA zone, written so that every calendar program reads the right instants.

Outlook understands only one yearly rule (RRULE) for each of winter and summer time, so a rule is
derived wherever the zone keeps one over the coming years. Where it does not (Cairo, Casablanca,
Santiago, Jerusalem: clocks tied to Ramadan, or to a day like "the Friday before the last Sunday"),
each change is written out as an observance of its own, which RFC 5545 allows and Outlook may not
follow. The rules are read from the transitions that ``zoneinfo`` makes, not from the zone's source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from logistics.timing import get_zone

_YEARS_AHEAD: Final = 10
"""Years a rule must hold: long enough to tell the last Sunday of a month from its fourth."""
_STEP: Final = timedelta(days=4)
"""Shorter than any time between two changes of a zone's clocks in this century."""
_SECOND: Final = timedelta(seconds=1)
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class _Change:
    """A zone's clocks change at ``onset``, wall-clock time before the change, naive."""

    onset: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def kind(self) -> tuple[timedelta, timedelta, str]:
        return self.before, self.after, self.name


@lru_cache(maxsize=256)
def _changes(zone: str, first_year: int, last_year: int) -> tuple[_Change, ...]:
    """Return every change of offset or name in those whole years (UTC), in order."""
    zone_info = get_zone(zone)
    found = []
    moment = datetime(first_year, 1, 1, tzinfo=UTC)
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC)
    while moment < end:
        following = min(moment + _STEP, end)
        if _clock(zone_info, moment) != _clock(zone_info, following):
            found.append(_change_between(zone_info, moment, following))
        moment = following
    return tuple(found)


def _change_between(zone: ZoneInfo, low: datetime, high: datetime) -> _Change:
    """Return the one change after ``low`` and not after ``high``, found by halving the span."""
    old = _clock(zone, low)
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        low, high = (middle, high) if _clock(zone, middle) == old else (low, middle)
    after, name = _clock(zone, high)
    return _Change((high + old[0]).replace(tzinfo=None), old[0], after, name)


def _clock(zone: ZoneInfo, moment: datetime) -> tuple[timedelta, str]:
    local = moment.astimezone(zone)
    return local.utcoffset() or timedelta(0), local.tzname() or ""


def _yearly_rule(onsets: list[datetime], years: int) -> dict[str, object] | None:
    """Return the RRULE that falls on exactly these onsets, one in each year, or None."""
    first = onsets[0]
    same_clock = len({(onset.month, onset.weekday(), onset.time()) for onset in onsets}) == 1
    if len(onsets) != years or len({onset.year for onset in onsets}) != years or not same_clock:
        return None
    positions = set.intersection(*(_positions(onset) for onset in onsets))
    if not positions:
        return None
    day = f"{min(positions)}{_WEEKDAYS[first.weekday()]}"
    return {"FREQ": "YEARLY", "BYMONTH": first.month, "BYDAY": day}


def _positions(onset: datetime) -> set[int]:
    """Return how the day counts among its weekdays in the month: 1 to 5, and -1 for the last."""
    last = {-1} if (onset + timedelta(days=7)).month != onset.month else set()
    return {(onset.day + 6) // 7} | last


def to_timezone(zone: str, first: datetime, last: datetime) -> Timezone:
    """Return a VTIMEZONE that is right from ``first`` to ``last`` (aware instants).

    One with rules is right in the years after too. Raises UnknownZone for a zone that is not
    in the IANA database.
    """
    start_year, end_year = first.year - 1, last.year + _YEARS_AHEAD
    changes = _changes(zone, start_year, end_year)
    component = Timezone()
    component.add("tzid", zone)
    observances = list(_by_rule(changes, end_year - start_year + 1))
    if not observances:
        explicit = tuple(change for change in changes if change.onset.year <= last.year + 1)
        observances = list(
            _one_by_one(get_zone(zone), datetime(start_year, 1, 1, tzinfo=UTC), explicit)
        )
    for observance in observances:
        component.add_component(observance)
    return component


def _by_rule(
    changes: tuple[_Change, ...], years: int
) -> Iterator[TimezoneStandard | TimezoneDaylight]:
    """Yield one observance with a rule for each kind of change, or nothing if one has no rule."""
    kinds: dict[tuple[timedelta, timedelta, str], list[datetime]] = defaultdict(list)
    for change in changes:
        kinds[change.kind].append(change.onset)
    rules = {kind: _yearly_rule(onsets, years) for kind, onsets in kinds.items()}
    if len(rules) == 2 and all(rules.values()):  # noqa: PLR2004 — into summer time and out of it
        for change in changes[:2]:
            yield _observance(change, rules[change.kind])


def _one_by_one(
    zone: ZoneInfo, beginning: datetime, changes: tuple[_Change, ...]
) -> Iterator[TimezoneStandard | TimezoneDaylight]:
    """Yield what holds in the beginning, then each change, as observances with a single onset."""
    offset, name = _clock(zone, beginning)
    onset = (beginning + offset).replace(tzinfo=None)
    for change in (_Change(onset, offset, offset, name), *changes):
        yield _observance(change, None)


def _observance(
    change: _Change, rule: dict[str, object] | None
) -> TimezoneStandard | TimezoneDaylight:
    component = TimezoneDaylight() if change.after > change.before else TimezoneStandard()
    component.add("dtstart", change.onset)
    component.add("tzoffsetfrom", change.before)
    component.add("tzoffsetto", change.after)
    if change.name:
        component.add("tzname", change.name)
    if rule:
        component.add("rrule", vRecur(rule))
    return component
