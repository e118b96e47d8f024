"""An itinerary for its page: days and their items, costs, drawings, what revisions changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from flask import url_for
from markupsafe import Markup

from api.formatting import format_difference, format_instant, format_zone
from api.presenters.coverage import present_coverage
from api.presenters.plans import proposal_title
from scheduling.documents import wording
from scheduling.documents.route_map import route_map_svg
from scheduling.documents.svg import Layout
from scheduling.documents.timeline import timeline_svg
from scheduling.itinerary import Contact, Itinerary, ItineraryItem

_MOST_CHANGES: Final = 12


def present_itinerary_link(itinerary: Itinerary) -> dict[str, Any]:
    """Return what a case page says about the case's itinerary."""
    return {
        "href": url_for("itineraries.itinerary_page", itinerary_id=itinerary.id),
        "title": itinerary.title,
        "dates": wording.dates(itinerary),
        "revision": itinerary.revision,
    }


def present_itinerary(itinerary: Itinerary, revisions: Sequence[Itinerary]) -> dict[str, Any]:
    """Return everything an itinerary's page shows; ``revisions`` are all, the first one first."""
    return {
        "id": itinerary.id,
        "title": itinerary.title,
        "reference": itinerary.case_reference,
        "revision": itinerary.revision,
        "is_latest": itinerary.revision == revisions[-1].revision,
        "is_sample": itinerary.is_sample,
        "dates": wording.dates(itinerary),
        "facts": _facts(itinerary),
        "days": _days(itinerary),
        "coverage": present_coverage(itinerary.coverage),
        "bring": list(itinerary.bring),
        "notices": list(itinerary.notices),
        "contacts": [_contact(contact) for contact in itinerary.contacts],
        "drawings": _drawings(itinerary),
        "revisions": _revisions(revisions, itinerary.revision),
        "digest": itinerary.digest,
        "plan_id": itinerary.plan_id,
    }


def changes_between(before: Itinerary, after: Itinerary) -> list[str]:
    """Return in sentences what the later revision changed; empty when nothing did."""
    old = {item.key: item for item in before.items}
    new = {item.key: item for item in after.items}
    sentences = [
        f"New: {new[key].title}, {wording.time_range(new[key].starts, new[key].ends)}."
        for key in new
        if key not in old
    ]
    sentences += [f"Gone: {old[key].title}." for key in old if key not in new]
    sentences += [
        sentence for key in new if key in old and (sentence := _item_change(old[key], new[key]))
    ]
    if len(sentences) > _MOST_CHANGES:
        rest = len(sentences) - _MOST_CHANGES
        sentences = [*sentences[:_MOST_CHANGES], f"And {rest} smaller changes."]
    patient = after.coverage.patient - before.coverage.patient
    if patient.minor:
        sentences.append(f"The patient pays {format_difference(patient)}.")
    return sentences


def _item_change(old: ItineraryItem, new: ItineraryItem) -> str:
    times = (old.starts, old.ends) != (new.starts, new.ends)
    if old.title != new.title:
        when = f", {wording.time_range(new.starts, new.ends)}" if times else ""
        return f"{new.title}{when}, instead of {old.title}."
    if times:
        now = wording.time_range(new.starts, new.ends)
        return f"{new.title}: now {now}, was {wording.time_range(old.starts, old.ends)}."
    return ""


def _facts(itinerary: Itinerary) -> list[dict[str, str]]:
    level = itinerary.service_level
    pairs = [
        ("Patient", itinerary.patient),
        ("Companions", wording.people(itinerary.companions) or "none"),
        ("Facility", itinerary.facility_name),
        ("Service level", level.upper() if level == "vip" else level.capitalize()),
        ("Chosen", proposal_title(itinerary.proposal_name)),
        ("Home zone", format_zone(itinerary.starts.at, itinerary.home_zone)),
        ("Clinic’s zone", format_zone(itinerary.starts.at, itinerary.clinic_zone)),
        ("Accepted", format_instant(itinerary.accepted_at, itinerary.home_zone)),
    ]
    return [{"label": label, "text": text} for label, text in pairs]


def _days(itinerary: Itinerary) -> list[dict[str, Any]]:
    days: dict[str, list[dict[str, Any]]] = {}
    for item in itinerary.items:
        days.setdefault(wording.day(item.starts), []).append(_item(itinerary, item))
    return [{"day": day, "items": items} for day, items in days.items()]


def _item(itinerary: Itinerary, item: ItineraryItem) -> dict[str, Any]:
    zone = wording.other_zone(itinerary, item.starts)
    place = wording.place_of_zone(itinerary, zone)
    destination = item.destination
    return {
        "kind": wording.kind_name(item.kind),
        "title": item.title,
        "clock": wording.clock(item.starts),
        "zone": wording.zone_abbreviation(item.starts),
        "elsewhere": wording.elsewhere(item.starts, zone=zone, place=place),
        "ends": _ends(item),
        "length": wording.length_of(item),
        "travellers": wording.people(item.travellers),
        "from": wording.stop_name(item.origin),
        "to": wording.stop_name(destination) if destination else "",
        "address": item.origin.address if destination is None else destination.address,
        "details": [{"label": label, "text": text} for label, text in item.details],
    }


def _ends(item: ItineraryItem) -> str:
    zone = wording.zone_abbreviation(item.ends)
    clock = f"{wording.clock(item.ends)} {zone}"
    if item.ends.local.date() == item.starts.local.date():
        return f"until {clock}"
    return f"until {wording.short_day(item.ends)}, {clock}"


def _contact(contact: Contact) -> dict[str, str]:
    return {
        "role": contact.role,
        "name": contact.name,
        "phone": contact.phone,
        "email": contact.email,
    }


def _drawings(itinerary: Itinerary) -> dict[str, Markup]:
    """Return the drawings for wide and narrow pages; their writer escapes every text."""
    return {
        f"{name}_{layout.value}": Markup(draw(itinerary, layout=layout))  # noqa: S704 — SVG of our own writer, which escapes
        for name, draw in (("timeline", timeline_svg), ("route", route_map_svg))
        for layout in (Layout.WIDE, Layout.NARROW)
    }


def _revisions(revisions: Sequence[Itinerary], shown: int) -> list[dict[str, Any]]:
    """Return every revision, the latest first, with what it changed."""
    pairs: Iterable[tuple[Itinerary | None, Itinerary]] = zip(
        (None, *revisions[:-1]), revisions, strict=True
    )
    told = [
        {
            "number": after.revision,
            "accepted": format_instant(after.accepted_at, "UTC"),
            "is_shown": after.revision == shown,
            "changes": changes_between(before, after) if before else ["First itinerary."],
        }
        for before, after in pairs
    ]
    return told[::-1]
