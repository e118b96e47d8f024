"""The optimizer's minutes in people's words: rules in the way, and what would open them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from logistics.timing import to_local
from scheduling.optimizer.answer import Obstacle as FoundObstacle
from scheduling.planning import Obstacle
from scheduling.translation.clockwork import Clockwork

_HOUR = 60


def explain_obstacles(
    found: tuple[FoundObstacle, ...], *, clock: Clockwork, zone: str
) -> tuple[Obstacle, ...]:
    """Return each rule in the way as a sentence with dates and durations.

    ``zone`` is the IANA zone in which instants are written: the patient's home.
    """
    return tuple(Obstacle(one.rule, _sentence(one, clock, zone)) for one in found)


def _sentence(found: FoundObstacle, clock: Clockwork, zone: str) -> str:
    write = _SENTENCES.get(found.rule)
    if write is None or not isinstance(found.limit, int):
        return _PLAIN.get(found.rule, found.sentence)
    return write(found.limit, found.nearest, _Words(clock, zone))


class _Words:
    """Writes minutes of one clock as people read them."""

    def __init__(self, clock: Clockwork, zone: str) -> None:
        self._clock = clock
        self._zone = zone

    def instant(self, minute: int) -> str:
        """Return a minute as local date and time."""
        local: datetime = to_local(self._clock.instant(minute), self._zone)
        return f"{local:%a} {local.day} {local:%b %Y, %H:%M} {local.tzname()}"


def duration(minutes: int) -> str:
    """Return minutes as hours and minutes, such as ``"9 h 25 min"``."""
    hours, rest = divmod(minutes, _HOUR)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


_Nearest = int | str | None
_Writer = Callable[[int, _Nearest, _Words], str]


def _home_by(limit: int, nearest: _Nearest, words: _Words) -> str:
    text = f"Everybody must be home by {words.instant(limit)}."
    if isinstance(nearest, int):
        text += f" The earliest possible return is {words.instant(nearest)}: allow that date."
    return text


def _earliest_departure(limit: int, nearest: _Nearest, words: _Words) -> str:
    text = f"Nobody may leave home before {words.instant(limit)}."
    if isinstance(nearest, int):
        text += f" A plan exists when somebody leaves {words.instant(nearest)}."
    return text


def _nights(limit: int, nearest: _Nearest, words: _Words) -> str:
    del words
    text = f"The stay may last at most {limit} nights."
    return text + (f" The shortest possible stay is {nearest} nights." if nearest else "")


def _apart(verb: str) -> _Writer:
    def write(limit: int, nearest: _Nearest, words: _Words) -> str:
        del words
        text = f"Separate travellers must {verb} within {duration(limit)} of the patient."
        if isinstance(nearest, int):
            text += f" The closest on offer is {duration(nearest)}."
        return text

    return write


def _longest(what: str) -> _Writer:
    def write(limit: int, nearest: _Nearest, words: _Words) -> str:
        del words
        text = f"{what} may last at most {duration(limit)}."
        if isinstance(nearest, int):
            text += f" The shortest that would make a plan takes {duration(nearest)}."
        return text

    return write


def _connections(limit: int, nearest: _Nearest, words: _Words) -> str:
    del words
    allowed = "Only nonstop flights are allowed" if not limit else f"At most {limit} changes"
    wanted = f"; the best on offer has {nearest}" if nearest else ""
    return f"{allowed}{wanted}. Allow a change of flight, or another airport."


def _connection_time(limit: int, nearest: _Nearest, words: _Words) -> str:
    del words
    text = f"With assistance every change of flight needs {duration(limit)}."
    return text + (f" The longest on offer is {nearest} min." if nearest is not None else "")


_SENTENCES: Mapping[str, _Writer] = {
    "home_by": _home_by,
    "earliest_departure": _earliest_departure,
    "max_nights": _nights,
    "meeting": _apart("arrive"),
    "parting": _apart("leave"),
    "segment_length": _longest("A single flight"),
    "travel_time": _longest("A journey"),
    "connections": _connections,
    "connection_time": _connection_time,
}

_PLAIN: Mapping[str, str] = {
    "order": "The appointments cannot be had in the order, and with the gaps, that were asked for.",
    "arrival_buffer": "No flight arrives early enough, with rest after the journey, for any open "
    "appointment. Offer later appointments, or let the search begin earlier.",
    "recovery": "No flight home leaves late enough after the last appointment and the rest it "
    "asks for.",
    "seats": "No flight has enough seats left for everybody who travels together.",
    "journey_services": "No flight offers the assistance the patient needs. Ask for another "
    "airport or facility, or have the clinician review the need.",
    "rooms": "No lodging has enough rooms on every night of the stay. Ask for fewer rooms or "
    "other dates.",
    "min_nights": "Every lodging that fits sells only longer stays.",
    "lodging_services": "No lodging that fits is step-free.",
    "transfer_seats": "No ride has enough seats for everybody who travels together.",
    "transfer_services": "No ride between airport and lodging is step-free.",
}
