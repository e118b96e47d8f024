"""The items of a proposal in few lines: appointments, journeys, lodging, rides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from api.formatting import format_count
from scheduling.documents import wording
from scheduling.itinerary import ItemKind, ItineraryItem

_OUTBOUND = "outbound-"
_HOMEBOUND = "return-"


def present_appointments(items: Iterable[ItineraryItem]) -> list[dict[str, str]]:
    """Return when, what with whom, and where, for each appointment."""
    return [
        {
            "when": wording.moment(item.starts),
            "what": item.title,
            "where": wording.stop_name(item.origin),
        }
        for item in _of_kind(items, ItemKind.APPOINTMENT)
    ]


def present_journeys(items: Sequence[ItineraryItem], *, homebound: bool) -> list[dict[str, str]]:
    """Return one entry for each party's journey in that direction, in order of departure."""
    prefix = _HOMEBOUND if homebound else _OUTBOUND
    flights = [item for item in _of_kind(items, ItemKind.FLIGHT) if item.key.startswith(prefix)]
    flights.sort(key=lambda item: (item.key.rsplit("-", 1)[0], item.starts.at))
    groups = groupby(flights, key=lambda item: item.key.rsplit("-", 1)[0])
    journeys = [list(group) for _, group in groups]
    return [_journey(segments) for segments in sorted(journeys, key=lambda one: one[0].starts.at)]


def present_lodging(items: Iterable[ItineraryItem]) -> dict[str, str] | None:
    """Return where everybody sleeps, from when until when; None for a day visit."""
    for item in _of_kind(items, ItemKind.LODGING):
        nights = (item.ends.local.date() - item.starts.local.date()).days
        return {
            "name": item.origin.name,
            "nights": format_count(nights, "night"),
            "dates": f"{wording.short_day(item.starts)} – {wording.short_day(item.ends)}",
            "room": dict(item.details).get("Room", ""),
        }
    return None


def present_rides(items: Iterable[ItineraryItem]) -> list[str]:
    """Return the ground transport in words, each kind of ride once with its count."""
    titles = [item.title for item in _of_kind(items, ItemKind.TRANSFER)]
    counted = {title: titles.count(title) for title in titles}
    return [title if count == 1 else f"{count} × {title}" for title, count in counted.items()]


def present_span(items: Sequence[ItineraryItem]) -> dict[str, str]:
    """Return when the first item begins and the last ends."""
    first = min(items, key=lambda item: item.starts.at)
    last = max(items, key=lambda item: item.ends.at)
    return {"leaves": wording.moment(first.starts), "home": wording.moment(last.ends)}


def _of_kind(items: Iterable[ItineraryItem], kind: ItemKind) -> list[ItineraryItem]:
    return [item for item in items if item.kind is kind]


def _journey(segments: Sequence[ItineraryItem]) -> dict[str, str]:
    first, last = segments[0], segments[-1]
    changes = [item.origin.code for item in segments[1:]]
    minutes = int((last.ends.at - first.starts.at).total_seconds()) // 60
    days = (last.ends.local.date() - first.starts.local.date()).days
    return {
        "travellers": wording.people(first.travellers),
        "departs": f"{wording.short_day(first.starts)}, {wording.clock(first.starts)}",
        "arrives": wording.clock(last.ends) + (f" ({days:+} d)" if days else ""),
        "origin": first.origin.code,
        "destination": last.destination.code if last.destination else "",
        "way": f"via {' and '.join(changes)}" if changes else "nonstop",
        "duration": wording.duration(minutes),
        "flights": ", ".join(dict(item.details).get("Flight", item.title) for item in segments),
        "cabin": dict(first.details).get("Cabin", ""),
    }
