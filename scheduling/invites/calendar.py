"""The itinerary as iCalendar (RFC 5545), and the cancellation of what has gone from it (RFC 5546).

A feed is published (METHOD:PUBLISH): programs that know an event by its UID replace it when its
SEQUENCE has grown. UIDs are made from the itinerary's id and the item's key, so they outlive
revisions and tell nothing about anybody. The same itinerary always gives the same bytes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from icalendar import CLASS, STATUS, TRANSP, Alarm, Calendar, Event, vCalAddress

from scheduling.documents import wording
from scheduling.invites.errors import NotALaterRevision, NothingToCancel
from scheduling.invites.zones import to_timezone
from scheduling.itinerary import ItemKind, Itinerary, ItineraryItem, LocalInstant

_PRODUCT: Final = "-//Sojourn//Itinerary//EN"
_NAMESPACE: Final = uuid.UUID("5c9a1f0e-7d0b-5c55-9a37-0f2f6f1c8a41")
"""Ours alone; event UIDs are name-based (RFC 9562 version 5) below it, so it never changes."""
_REFRESH: Final = timedelta(hours=12)
_REMINDERS: Final = (timedelta(days=-1), timedelta(hours=-3))
_CONNECTION: Final = timedelta(hours=24)
"""A flight that leaves within this after the traveller's last landing is no departure from home."""


def to_calendar(itinerary: Itinerary) -> bytes:
    """Return the itinerary as a published calendar, one event for each item."""
    calendar = _calendar("PUBLISH", itinerary, itinerary.items)
    name = wording.one_line(itinerary.title)
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    for item in itinerary.items:
        event = _event(itinerary, item, sequence=itinerary.revision - 1)
        event.add("status", STATUS.CONFIRMED)
        if _has_reminders(itinerary, item):
            for trigger in _REMINDERS:
                event.add_component(Alarm.new_display(wording.one_line(item.title), trigger))
        calendar.add_component(event)
    return _to_bytes(calendar)


def to_cancellation(previous: Itinerary, current: Itinerary | None) -> bytes:
    """Return the cancellation of what stood in ``previous`` and is not in ``current``.

    Without a current revision the whole visit is cancelled. Raises NothingToCancel when every
    item still stands, NotALaterRevision when ``current`` does not come after ``previous``.
    """
    if current and (current.id != previous.id or current.revision <= previous.revision):
        raise NotALaterRevision(_revision_name(previous), _revision_name(current))
    kept = {item.key for item in current.items} if current else set()
    gone = tuple(item for item in previous.items if item.key not in kept)
    if not gone:
        raise NothingToCancel(previous.id, previous.revision)
    stamp = current.accepted_at if current else previous.accepted_at
    sequence = current.revision - 1 if current else previous.revision
    calendar = _calendar("CANCEL", previous, gone)
    for item in gone:
        event = _event(previous, item, sequence=sequence, stamp=stamp)
        event.add("status", STATUS.CANCELLED)
        calendar.add_component(event)
    return _to_bytes(calendar)


def event_uid(itinerary_id: str, key: str) -> str:
    """Return the UID of an item's event, the same in every revision."""
    return str(uuid.uuid5(_NAMESPACE, f"{itinerary_id}\n{key}"))


def _revision_name(itinerary: Itinerary) -> str:
    return f"{itinerary.id} revision {itinerary.revision}"


def _calendar(method: str, itinerary: Itinerary, items: Iterable[ItineraryItem]) -> Calendar:
    """Return an empty calendar with the zones of these items.

    Not ``Calendar.new``: it adds a UID of its own, by which vdirsyncer takes the whole feed for
    one event. Not ``add_missing_timezones``: it writes no rules, and a comment libical refuses.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    zones = {instant.zone for item in items for instant in (item.starts, item.ends)}
    for zone in sorted(zones - {"UTC"}):
        calendar.add_component(to_timezone(zone, itinerary.starts.at, itinerary.ends.at))
    return calendar


def _to_bytes(calendar: Calendar) -> bytes:
    written: bytes = calendar.to_ical()
    return written


def _event(
    itinerary: Itinerary, item: ItineraryItem, *, sequence: int, stamp: datetime | None = None
) -> Event:
    """Return an item's event without status and reminders."""
    event = Event()
    event.add("uid", event_uid(itinerary.id, item.key))
    event.add("sequence", sequence)
    event.add("dtstamp", stamp or itinerary.accepted_at)
    event.add("last-modified", stamp or itinerary.accepted_at)
    event.add("organizer", _organizer(itinerary))
    event.add("dtstart", _on_the_clock(item.starts))
    event.add("dtend", _on_the_clock(item.ends))
    event.add("summary", wording.one_line(item.title))
    event.add("description", _description(itinerary, item))
    event.add("location", wording.full_place(item.origin))
    event.add("geo", (round(item.origin.latitude, 6), round(item.origin.longitude, 6)))
    event.add("categories", [wording.kind_name(item.kind)])
    event.add("class", CLASS.PRIVATE)
    event.add("transp", TRANSP.TRANSPARENT if _is_background(item) else TRANSP.OPAQUE)
    return event


def _on_the_clock(instant: LocalInstant) -> datetime:
    """Return the wall-clock time, but UTC in the hour that a clock change repeats.

    RFC 5545 reads a repeated time as its first occurrence and has no way to write the second.
    """
    return instant.at if instant.local.fold else instant.local


def _is_background(item: ItineraryItem) -> bool:
    """Return whether other things may be planned during the item."""
    return item.kind in {ItemKind.LODGING, ItemKind.REST}


def _organizer(itinerary: Itinerary) -> vCalAddress:
    """Return whom the events come from: the first contact with an address, else the visit itself.

    RFC 5546 asks for an organizer in everything published or cancelled.
    """
    contact = next((contact for contact in itinerary.contacts if contact.email), None)
    if contact is None:
        address = vCalAddress(f"urn:uuid:{uuid.uuid5(_NAMESPACE, itinerary.id)}")
        address.params["CN"] = wording.one_line(itinerary.facility_name)
    else:
        address = vCalAddress(f"mailto:{wording.one_line(contact.email)}")
        address.params["CN"] = wording.one_line(contact.name or contact.role)
    return address


def _description(itinerary: Itinerary, item: ItineraryItem) -> str:
    """Return what the event says: both clocks, who, the details, whom to call."""
    lines = [
        f"{_begin(item)}: {_both(itinerary, item.starts)}",
        f"{_end(item)}: {_both(itinerary, item.ends)}",
        f"How long: {wording.length_of(item)}",
        f"Travellers: {wording.people(item.travellers)}",
    ]
    if item.destination:
        lines += [
            f"From: {wording.full_place(item.origin)}",
            f"To: {wording.full_place(item.destination)}",
        ]
    lines += [
        f"{wording.one_line(label)}: {wording.one_line(text)}" for label, text in item.details
    ]
    lines += [f"{contact.role}: {contact.name} {contact.phone}" for contact in itinerary.contacts]
    lines.append(f"Itinerary {itinerary.id}, revision {itinerary.revision}")
    if itinerary.is_sample:
        lines.append("Sample data: invented people, offers and prices.")
    return "\n".join(lines)


def _both(itinerary: Itinerary, instant: LocalInstant) -> str:
    return wording.in_both_zones(itinerary, instant)


def _begin(item: ItineraryItem) -> str:
    return {ItemKind.FLIGHT: "Departs", ItemKind.LODGING: "Check-in from"}.get(item.kind, "Begins")


def _end(item: ItineraryItem) -> str:
    return {ItemKind.FLIGHT: "Arrives", ItemKind.LODGING: "Check-out by"}.get(item.kind, "Ends")


def _has_reminders(itinerary: Itinerary, item: ItineraryItem) -> bool:
    """Return whether to remind: of appointments, and of departures other than connections."""
    if item.kind is ItemKind.APPOINTMENT:
        return True
    return item.kind is ItemKind.FLIGHT and not any(
        other.kind is ItemKind.FLIGHT
        and set(other.travellers) & set(item.travellers)
        and timedelta(0) <= item.starts.at - other.ends.at < _CONNECTION
        for other in itinerary.items
    )
