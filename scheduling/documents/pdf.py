"""The itinerary as a tagged PDF (PDF/UA-1), typeset by Typst from ``itinerary.typ``.

Everything a traveller reads is put into words here and handed over as JSON: no text ever becomes
markup. The typesetter runs in a process of its own, which is stopped after a time limit.
"""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from scheduling.cost_split import DecidedLine
from scheduling.documents import wording
from scheduling.documents.lifted_text import lift_text
from scheduling.documents.press import FONTS, TIMEOUT_SECONDS, typeset
from scheduling.documents.route_map import route_map_svg
from scheduling.documents.svg import PRINT, WIDE_UNITS
from scheduling.documents.timeline import timeline_svg
from scheduling.itinerary import ItemKind, Itinerary, ItineraryItem, LocalInstant


def to_pdf(itinerary: Itinerary, *, timeout_seconds: float = TIMEOUT_SECONDS) -> bytes:
    """Return the itinerary as PDF, the same bytes for the same itinerary, fonts and typesetter.

    Text in Latin, Greek and Cyrillic is set in the fonts that come along and looks the same on
    every machine; for other scripts the machine's fonts are added.

    Raises DocumentFailed when it cannot be typeset or takes longer than the limit.
    """
    return typeset(
        to_sheet(itinerary),
        template="itinerary.typ",
        name=f"the PDF of itinerary {itinerary.id}",
        made_at=itinerary.accepted_at,
        timeout_seconds=timeout_seconds,
    )


def to_sheet(itinerary: Itinerary) -> dict[str, Any]:
    """Return what the template shows, in words: one key for each part of the page."""
    return {
        "id": wording.one_line(itinerary.id),
        "title": wording.one_line(itinerary.title),
        "heading": wording.heading(itinerary),
        "subtitle": _subtitle(itinerary),
        "facility": wording.one_line(itinerary.facility_name),
        "reference": f"Case {wording.one_line(itinerary.case_reference)}",
        "stamp": _stamp(itinerary),
        "sample": _sample(itinerary),
        "fonts": FONTS,
        "colours": dict(PRINT.kinds),
        "glance": _glance(itinerary),
        "timeline": _drawing(timeline_svg(itinerary, palette=PRINT)),
        "timeline_alt": _timeline_alt(itinerary),
        "timeline_caption": _timeline_caption(itinerary),
        "days": _days(itinerary),
        "costs": [_cost(line) for line in itinerary.coverage.lines],
        "totals": _totals(itinerary),
        "bring": [wording.one_line(line) for line in itinerary.bring],
        "contacts": _contacts(itinerary),
        "notices": [wording.one_line(line) for line in itinerary.notices],
        "map": _drawing(route_map_svg(itinerary, palette=PRINT)),
        "map_alt": _map_alt(itinerary),
        "map_caption": _map_caption(itinerary),
        "proof": _proof(itinerary),
    }


def _subtitle(itinerary: Itinerary) -> str:
    patient = wording.one_line(itinerary.patient)
    return f"{patient} · {wording.dates(itinerary)} · revision {itinerary.revision}"


def _stamp(itinerary: Itinerary) -> str:
    accepted = f"{itinerary.accepted_at:%Y-%m-%d %H:%M} UTC"
    return f"Itinerary {itinerary.id} · revision {itinerary.revision} · accepted {accepted}"


def _sample(itinerary: Itinerary) -> str:
    if not itinerary.is_sample:
        return ""
    return (
        "The people, specialists, offers and prices in this document are invented."
        " Nothing has been booked."
    )


def _proof(itinerary: Itinerary) -> str:
    return (
        f"Made from plan {itinerary.plan_id}, proposal “{itinerary.proposal_name}”;"
        f" problem document SHA-256 {itinerary.digest}."
    )


def _glance(itinerary: Itinerary) -> list[tuple[str, str]]:
    """Return the label and text pairs of the box at the top."""
    coverage = itinerary.coverage
    appointments = _items(itinerary, ItemKind.APPOINTMENT)
    mine = [item for item in itinerary.items if itinerary.patient in item.travellers]
    first = min((item.starts for item in mine), key=_instant, default=itinerary.starts)
    last = max((item.ends for item in mine), key=_instant, default=itinerary.ends)
    companions = wording.people(itinerary.companions) or "none"
    rows = [
        ("Patient", wording.one_line(itinerary.patient)),
        ("Companions", companions),
        ("Clinic", wording.one_line(itinerary.facility_name)),
        ("Service level", wording.level_name(itinerary.service_level)),
        ("Leave", wording.moment(first)),
        ("Back", wording.moment(last)),
        ("Appointments", "; ".join(wording.moment(item.starts) for item in appointments)),
        ("Lodging", _lodging(itinerary)),
        ("The plan pays", wording.money(coverage.payer)),
        ("You pay", wording.money(coverage.patient)),
    ]
    return [(label, text or "none") for label, text in rows]


def _instant(moment: LocalInstant) -> datetime:
    return moment.at


def _items(itinerary: Itinerary, kind: ItemKind) -> list[ItineraryItem]:
    return [item for item in itinerary.items if item.kind is kind]


def _lodging(itinerary: Itinerary) -> str:
    stays = _items(itinerary, ItemKind.LODGING)
    return "; ".join(
        f"{wording.one_line(item.origin.name)}, {wording.length_of(item)}" for item in stays
    )


def _drawing(svg: str) -> dict[str, Any]:
    picture, lines = lift_text(svg)
    return {"svg": picture, "width": WIDE_UNITS, "lines": lines}


def _timeline_alt(itinerary: Itinerary) -> str:
    return (
        f"Timeline of {len(itinerary.items)} items, {wording.dates(itinerary)};"
        " each is listed under “Day by day”."
    )


def _timeline_caption(itinerary: Itinerary) -> str:
    clinic, *home = (
        wording.place_of_zone(itinerary, zone) for zone in wording.clock_zones(itinerary)
    )
    if not home:
        return f"The visit to scale. Times are local to each place; days are those in {clinic}."
    return (
        f"The visit to scale. Times are local to each place; solid lines are midnight in {clinic},"
        f" dotted lines midnight in {home[0]}."
    )


def _map_alt(itinerary: Itinerary) -> str:
    flights = [
        f"{wording.stop_name(item.origin)} to {wording.stop_name(item.destination)}"
        for item in _items(itinerary, ItemKind.FLIGHT)
        if item.destination
    ]
    return f"Map of the route: {'; '.join(flights) or 'no flights'}."


def _map_caption(itinerary: Itinerary) -> str:
    ways = "Dashed: by road."
    if _items(itinerary, ItemKind.FLIGHT):
        ways = (
            "Flights along the shortest way over the globe; dashed: by road, or flown by a"
            " companion only."
        )
    return f"{ways} Land: Natural Earth, public domain."


def _days(itinerary: Itinerary) -> list[dict[str, Any]]:
    """Return the items by the local day on which they begin."""
    return [
        {"title": day, "items": [_item(itinerary, item) for item in items]}
        for day, items in groupby(itinerary.items, key=lambda item: wording.day(item.starts))
    ]


def _item(itinerary: Itinerary, item: ItineraryItem) -> dict[str, Any]:
    details = [
        f"{wording.one_line(label)}: {wording.one_line(text)}" for label, text in item.details
    ]
    is_stay = item.kind is ItemKind.LODGING
    return {
        "kind": item.kind,
        "time": _local_times(item),
        "length": f"{wording.kind_name(item.kind)}, {wording.length_of(item)}",
        "title": wording.one_line(item.title),
        "lines": [_where(item), *([" · ".join(details)] if details else [])],
        "elsewhere": "" if is_stay else wording.span_elsewhere(itinerary, item),
        "who": wording.people(item.travellers),
    }


def _local_times(item: ItineraryItem) -> list[str]:
    """Return the clock at the beginning, and at the end where it is more than a time."""
    first, last = wording.zone_abbreviation(item.starts), wording.zone_abbreviation(item.ends)
    same_day = item.starts.local.date() == item.ends.local.date()
    if same_day and first == last:
        return [f"{wording.clock(item.starts)}–{wording.clock(item.ends)} {last}"]
    date = "" if same_day else f"{wording.short_day(item.ends)}, "
    start = f"{wording.clock(item.starts)} {first} –"
    return [start, f"{date}{wording.clock(item.ends)}\N{NO-BREAK SPACE}{last}"]


def _where(item: ItineraryItem) -> str:
    if item.destination:
        return f"{wording.stop_name(item.origin)} → {wording.stop_name(item.destination)}"
    return wording.full_place(item.origin)


def _cost(line: DecidedLine) -> dict[str, str]:
    return {
        "label": wording.one_line(line.label),
        "amount": wording.money(line.amount),
        "payer": wording.money(line.payer),
        "patient": wording.money(line.patient),
        "reason": wording.one_line(line.reason),
    }


def _totals(itinerary: Itinerary) -> dict[str, str]:
    coverage = itinerary.coverage
    cap = f"; trip cap {wording.money(coverage.trip_cap)}" if coverage.trip_cap else ""
    return {
        "amount": wording.money(coverage.amount),
        "payer": wording.money(coverage.payer),
        "patient": wording.money(coverage.patient),
        "policy": f"Policy {wording.one_line(coverage.policy_version)}{cap}.",
    }


def _contacts(itinerary: Itinerary) -> list[tuple[str, ...]]:
    return [
        tuple(wording.one_line(text) or "–" for text in (it.role, it.name, it.phone, it.email))
        for it in itinerary.contacts
    ]
