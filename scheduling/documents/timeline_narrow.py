"""The narrow timeline: the same items from top to bottom, for a phone held upright."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from scheduling.documents import wording
from scheduling.documents.svg import NARROW_UNITS, Palette, add, drawing, wrap
from scheduling.itinerary import Itinerary, ItineraryItem

_NAME: Final = "timeline-narrow"
_WIDTH: Final = NARROW_UNITS
_RAIL: Final = 12.0
_TEXT: Final = 30.0
_ROOM: Final = _WIDTH - _TEXT - 6
_DAY: Final = 34.0
_LINE: Final = 19.0
_PAD: Final = 12.0
_TITLE_SIZE: Final = 15.0
_SMALL_SIZE: Final = 13.0


def draw(itinerary: Itinerary, palette: Palette) -> ET.Element:
    """Return the drawing; days are those of the place where an item begins."""
    blocks = [(item, _lines(itinerary, item)) for item in itinerary.items]
    days = [wording.day(item.starts) for item in itinerary.items]
    heads = sum(day != before for day, before in zip(days, ["", *days], strict=False))
    height = heads * _DAY + sum(len(lines) * _LINE + _PAD for _, lines in blocks) + _PAD
    root = drawing(
        width=_WIDTH,
        height=height,
        name=_NAME,
        title=f"Timeline of {wording.heading(itinerary)}",
        description=" ".join(wording.describe(item) for item in itinerary.items),
    )
    add(root, "rect", {"width": _WIDTH, "height": height, "fill": palette.paper})
    font = {"font-family": palette.font} if palette.font else {}
    page = add(root, "g", {"fill": palette.ink}, font)
    rail = {"x1": _RAIL, "x2": _RAIL, "y1": _DAY, "y2": height - _PAD}
    add(page, "line", rail, {"stroke": palette.faint, "stroke-width": 2})
    y, day = 0.0, ""
    for (item, lines), today in zip(blocks, days, strict=True):
        if today != day:
            head = {"x": _TEXT, "y": y + 24, "font-size": _TITLE_SIZE}
            add(page, "text", head, {"font-weight": "700"}, text=today)
            y, day = y + _DAY, today
        _draw_item(page, palette, item, lines, y)
        y += len(lines) * _LINE + _PAD
    return root


def _lines(itinerary: Itinerary, item: ItineraryItem) -> list[str]:
    """Return the lines of text of an item: its title first, in at most two lines."""
    same_day = item.starts.local.date() == item.ends.local.date()
    end = "" if same_day else f"{wording.short_day(item.ends)}, "
    span = (
        f"{wording.clock(item.starts)} {wording.zone_abbreviation(item.starts)} – "
        f"{end}{wording.clock(item.ends)} {wording.zone_abbreviation(item.ends)}"
    )
    zone = wording.other_zone(itinerary, item.starts)
    place = wording.place_of_zone(itinerary, zone)
    other = wording.elsewhere(item.starts, zone=zone, place=place)
    about = f"{wording.kind_name(item.kind)} · {wording.length_of(item)}"
    lines = [
        *wrap(item.title, size=_TITLE_SIZE, width=_ROOM, lines=2),
        *wrap(span, size=_SMALL_SIZE, width=_ROOM, lines=2),
        about + (f" · {other}" if other else ""),
    ]
    if set(item.travellers) != {itinerary.patient, *itinerary.companions}:
        lines += wrap(
            f"Only {wording.people(item.travellers)}", size=_SMALL_SIZE, width=_ROOM, lines=2
        )
    return lines


def _draw_item(
    page: ET.Element, palette: Palette, item: ItineraryItem, lines: list[str], top: float
) -> None:
    node = add(page, "g", {"class": f"{_NAME}-{item.kind}"})
    add(node, "title", {}, text=wording.describe(item))
    mark = {"x": _RAIL - 5, "y": top + 3, "width": 10, "height": len(lines) * _LINE - 2, "rx": 3}
    add(node, "rect", mark, {"fill": palette.kinds[item.kind]})
    titles = len(wrap(item.title, size=_TITLE_SIZE, width=_ROOM, lines=2))
    for place, line in enumerate(lines):
        size, weight = (_TITLE_SIZE, "600") if place < titles else (_SMALL_SIZE, "400")
        where = {"x": _TEXT, "y": top + 15 + place * _LINE, "font-size": size}
        add(node, "text", where, {"font-weight": weight}, text=line)
