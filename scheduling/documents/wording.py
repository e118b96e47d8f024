"""How an itinerary is put into words: times, spans, amounts, names. One voice for every document.

English, independent of the machine's locale. Every function is pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Final

from logistics.places import Coordinates, find_airport, metres_between
from logistics.timing import to_local
from pricing.coverage.caps import CapLeft
from pricing.coverage.kinds import Kind
from pricing.coverage.wording import decimal
from pricing.money import Money
from scheduling.itinerary import ItemKind, Itinerary, ItineraryItem, LocalInstant, Stop

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
_KINDS: Final = {
    ItemKind.FLIGHT: "Flight",
    ItemKind.TRANSFER: "Transfer",
    ItemKind.LODGING: "Lodging",
    ItemKind.APPOINTMENT: "Appointment",
    ItemKind.REST: "Rest",
}
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 or iCalendar text cannot carry."""
_UNSEEN: Final = "\ufeff"
"""A mark for bytes, not for readers: PDF/UA refuses a document that has one in its text."""
_SPACES: Final = re.compile(r"\s+")
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_MINUTES_A_DAY: Final = 24 * 60

_MEASURES: Final = {"mi": "miles", "km": "kilometres"}
KIND_WORDS: Final = {
    Kind.CAR: "Own car",
    Kind.AIR: "Flight",
    Kind.RAIL: "Train",
    Kind.BUS: "Bus",
    Kind.FERRY: "Ferry",
    Kind.TAXI: "Taxi",
    Kind.RIDE_HAIL: "Ride by app",
    Kind.TRANSIT: "Public transport",
    Kind.SHUTTLE: "Shuttle",
    Kind.RENTAL_CAR: "Rental car",
    Kind.FUEL: "Fuel",
    Kind.PARKING: "Parking",
    Kind.TOLLS: "Tolls",
    Kind.BAGGAGE: "Baggage",
    Kind.AMBULANCE: "Ambulance",
    Kind.AIR_AMBULANCE: "Air ambulance",
    Kind.LODGING: "Hotel or other lodging",
    Kind.MEALS: "Meals",
    Kind.CONSULTATION: "Consultation",
    Kind.TREATMENT: "Treatment",
    Kind.INTERPRETER: "Interpreter",
    Kind.VISA: "Visa",
    Kind.PHONE: "Phone",
    Kind.CHILDCARE: "Childcare",
    Kind.WAGES: "Lost wages",
    Kind.OTHER: "Something else",
}
"""What each kind is called where somebody chooses one."""


def cap_amount(cap: CapLeft, amount: Fraction, currency: str) -> str:
    """Return an amount of a cap in words: money, or a count of what it counts."""
    if cap.is_money:
        return money(Money(int(amount), currency))
    return f"{decimal(amount)} {_MEASURES.get(cap.measure, cap.measure)}"


def one_line(text: str) -> str:
    """Return the text on one line, without characters that no document can carry."""
    seen = text.replace(_UNSEEN, "")
    return _SPACES.sub(" ", _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", seen)).strip()


def isolated(text: str) -> str:
    """Return the text on one line, to stand within a sentence.

    Text that runs from right to left is isolated (Unicode's FSI and PDI), so that the numbers and
    commas around it stay in their places.
    """
    line = one_line(text)
    if _RIGHT_TO_LEFT.search(line) is None:
        return line
    return f"\N{FIRST STRONG ISOLATE}{line}\N{POP DIRECTIONAL ISOLATE}"


def kind_name(kind: ItemKind) -> str:
    """Return what an item of that kind is called."""
    return _KINDS[kind]


def clock(instant: LocalInstant) -> str:
    """Return the wall-clock time, as in ``"14:05"``."""
    return f"{instant.local:%H:%M}"


def zone_abbreviation(instant: LocalInstant) -> str:
    """Return the zone's abbreviation then, as in ``"CET"``, or ``"UTC+3"`` where it has none."""
    name = instant.local.tzname() or "UTC"
    if name[0] not in "+-":
        return name
    sign, hours, minutes = name[0], int(name[1:3]), name[3:5]
    return f"UTC{sign}{hours}" + (f":{minutes}" if minutes.strip("0") else "")


def day(instant: LocalInstant) -> str:
    """Return the local date, as in ``"Tue 8 Dec 2026"``."""
    return calendar_day(instant.local)


def short_day(instant: LocalInstant) -> str:
    """Return the local date without the year, as in ``"Tue 8 Dec"``."""
    return _day_of_year(instant.local)


def calendar_day(day: date) -> str:
    """Return a date that no clock goes with, as in ``"Tue 8 Dec 2026"``."""
    return f"{_day_of_year(day)} {day.year}"


def day_span(first: date, last: date) -> str:
    """Return the days from first to last, as in ``"24–26 Feb 2027"`` or ``"2 Mar 2027"``."""
    month, year = f" {_MONTHS[first.month - 1]}", f" {first.year}"
    end = f"{last.day} {_MONTHS[last.month - 1]} {last.year}"
    if first == last:
        return end
    if (first.month, first.year) == (last.month, last.year):
        return f"{first.day}–{end}"
    return f"{first.day}{month}{year if first.year != last.year else ''} – {end}"


def _day_of_year(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def moment(instant: LocalInstant) -> str:
    """Return date, time and zone, as in ``"Tue 8 Dec 2026, 14:05 CET"``."""
    return f"{day(instant)}, {clock(instant)} {zone_abbreviation(instant)}"


def elsewhere(instant: LocalInstant, *, zone: str, place: str) -> str:
    """Return the same moment in another zone, as in ``"07:05 in Houston"``.

    The date is added where it differs. Empty when the clocks show the same there.
    """
    there = LocalInstant(instant.at, zone)
    if there.local.replace(tzinfo=None) == instant.local.replace(tzinfo=None):
        return ""
    date = "" if there.local.date() == instant.local.date() else f"{short_day(there)}, "
    return f"{date}{clock(there)} in {place}"


def span_elsewhere(itinerary: Itinerary, item: ItineraryItem) -> str:
    """Return an item's span on the clocks of the other zone, as in ``"17:20–18:05 in Zurich"``.

    Each end has its own other zone (see ``other_zone``); what shows the same time is left out.
    """
    zones = [other_zone(itinerary, instant) for instant in (item.starts, item.ends)]
    places = [place_of_zone(itinerary, zone) for zone in zones]
    first = elsewhere(item.starts, zone=zones[0], place=places[0])
    last = elsewhere(item.ends, zone=zones[1], place=places[1])
    if not (first and last):
        return first or last
    if zones[0] == zones[1]:
        return f"{first.removesuffix(f' in {places[0]}')}–{last}"
    return f"{first} – {last}"


def moment_and_elsewhere(instant: LocalInstant, *, zone: str, place: str) -> str:
    """Return ``"Tue 8 Dec 2026, 14:05 CET (07:05 in Houston)"``."""
    other = elsewhere(instant, zone=zone, place=place)
    return moment(instant) + (f" ({other})" if other else "")


def time_range(starts: LocalInstant, ends: LocalInstant) -> str:
    """Return a span, as in ``"Tue 8 Dec 2026, 14:05–15:00 CET"``.

    The end's date is left out on the same local day, unless the clock there shows an earlier
    time than at the start; the first zone is left out where both are equal.
    """
    first, last = zone_abbreviation(starts), zone_abbreviation(ends)
    same_day = starts.local.date() == ends.local.date() and clock(starts) <= clock(ends)
    if same_day and first == last and starts.zone == ends.zone:
        return f"{day(starts)}, {clock(starts)}–{clock(ends)} {last}"
    if same_day:
        return f"{moment(starts)} – {clock(ends)} {last}"
    return f"{moment(starts)} – {moment(ends)}"


def duration(minutes: int) -> str:
    """Return a length of time, as in ``"9 h 25 min"``; days are written from 48 hours on."""
    if minutes >= 2 * _MINUTES_A_DAY:
        days, rest = divmod(minutes, _MINUTES_A_DAY)
        hours = rest // 60
        return f"{days} days" + (f" {hours} h" if hours else "")
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h" + (f" {rest} min" if rest else "")


def length_of(item: ItineraryItem) -> str:
    """Return how long an item lasts: nights for a lodging, hours and minutes for the others."""
    if item.kind is not ItemKind.LODGING:
        return duration(item.minutes)
    nights = (item.ends.local.date() - item.starts.local.date()).days
    return "1 night" if nights == 1 else f"{nights} nights"


def money(amount: Money) -> str:
    """Return an amount, as in ``"USD 1,250.00"`` or ``"USD −3.50"``."""
    plain = amount.to_decimal_text()
    whole, point, fraction = plain.removeprefix("-").partition(".")
    sign = "−" if plain.startswith("-") else ""
    return f"{amount.currency} {sign}{int(whole):,}{point}{fraction}"


def people(names: Sequence[str]) -> str:
    """Return names as a list in a sentence, as in ``"Ana, Ben and Cem"``."""
    lines = [one_line(name) for name in names]
    *others, last = lines or [""]
    return f"{', '.join(others)} and {last}" if others else last


def stop_name(stop: Stop) -> str:
    """Return how a place is called on a line of text: city and code for an airport."""
    return f"{city_of(stop)} ({stop.code})" if stop.code else one_line(stop.name)


def city_of(stop: Stop) -> str:
    """Return the city of an airport, else the place's own name."""
    airport = find_airport(stop.code) if stop.code else None
    return airport.city if airport and airport.city else one_line(stop.name)


def full_place(stop: Stop) -> str:
    """Return where a place is, for maps and drivers: its name, the code if any, its address."""
    airport = find_airport(stop.code) if stop.code else None
    name = f"{airport.name} ({stop.code})" if airport else one_line(stop.name)
    return ", ".join(part for part in (name, one_line(stop.address)) if part)


def place_of_zone(itinerary: Itinerary, zone: str) -> str:
    """Return the city to name a zone by: that of the visit's airport there, else the zone's own.

    Of several airports in the zone it is the one nearest to the appointments held there, else to
    where the traveller first is there; the patient's airports come before the companions'.
    """
    mine = [item for item in itinerary.items if itinerary.patient in item.travellers]
    for items in (mine, itinerary.items):
        stops = [stop for item in items for stop in _stops_in(item, zone)]
        airports = [stop for stop in stops if stop.code]
        if airports:
            held = [it.origin for it in items if it.kind is ItemKind.APPOINTMENT]
            anchor = next((stop for stop in held if stop in stops), stops[0])
            return city_of(min(airports, key=lambda stop: _metres(stop, anchor)))
    return zone.rpartition("/")[2].replace("_", " ")


def _stops_in(item: ItineraryItem, zone: str) -> list[Stop]:
    """Return where the item begins and ends, as far as that is in the zone."""
    ends = ((item.origin, item.starts), (item.destination, item.ends))
    return [stop for stop, instant in ends if stop is not None and instant.zone == zone]


def _metres(one: Stop, other: Stop) -> int:
    points = (Coordinates(stop.latitude, stop.longitude) for stop in (one, other))
    return metres_between(*points)


def clock_zones(itinerary: Itinerary) -> tuple[str, ...]:
    """Return the zones the visit is told in: the clinic's, and home's if its clocks differ."""
    clinic, home = itinerary.clinic_zone, itinerary.home_zone
    moments = (itinerary.starts.at, itinerary.ends.at)
    same = all(to_local(at, clinic).utcoffset() == to_local(at, home).utcoffset() for at in moments)
    return (clinic,) if same else (clinic, home)


def level_name(level: str) -> str:
    """Return a service level as it is written: ``"Premium"``, ``"VIP"``."""
    return level.upper() if level == "vip" else one_line(level).capitalize()


def other_zone(itinerary: Itinerary, instant: LocalInstant) -> str:
    """Return the zone worth knowing beside the local one: home's, or at home the clinic's."""
    shown = instant.local.utcoffset()
    if to_local(instant.at, itinerary.home_zone).utcoffset() != shown:
        return itinerary.home_zone
    return itinerary.clinic_zone


def in_both_zones(itinerary: Itinerary, instant: LocalInstant) -> str:
    """Return a moment where it happens and in the other zone of the visit."""
    zone = other_zone(itinerary, instant)
    return moment_and_elsewhere(instant, zone=zone, place=place_of_zone(itinerary, zone))


def heading(itinerary: Itinerary) -> str:
    """Return the title of the visit with its revision."""
    return f"{one_line(itinerary.title)} · revision {itinerary.revision}"


def dates(itinerary: Itinerary) -> str:
    """Return the days of the visit, as in ``"Sun 6 Dec – Thu 10 Dec 2026"``, by its own clocks."""
    first, last = itinerary.starts, itinerary.ends
    if first.local.date() == last.local.date():
        return day(first)
    start = short_day(first) if first.local.year == last.local.year else day(first)
    return f"{start} – {day(last)}"


def describe(item: ItineraryItem) -> str:
    """Return an item as one sentence for those who cannot see a drawing of it."""
    where = one_line(item.title)
    return f"{time_range(item.starts, item.ends)}: {where}, for {people(item.travellers)}."
