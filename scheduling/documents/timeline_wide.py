"""The wide timeline: days across, a lane for each group of travellers, bars with labels below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from xml.etree import ElementTree as ET

from logistics.timing import to_local, to_utc
from scheduling.documents import wording
from scheduling.documents.svg import WIDE_UNITS, Palette, add, drawing, shorten, text_width
from scheduling.itinerary import ItemKind, Itinerary, ItineraryItem, LocalInstant

_NAME: Final = "timeline-wide"
_WIDTH: Final = WIDE_UNITS
_EDGE: Final = 8.0
_AXIS_ROW: Final = 24.0
_LANE_HEAD: Final = 24.0
_ROW: Final = 38.0
_BAR: Final = 8.0
_LEGEND: Final = 26.0
_TITLE_SIZE: Final = 11.0
_SMALL_SIZE: Final = 9.5
_LABEL_MAX: Final = 230.0
_BAR_MIN: Final = 3.0
_BARE_ROW: Final = 16.0
_BAR_GAP: Final = 2.0
_LABEL_GAP: Final = 8.0
_MINOR: Final = frozenset({ItemKind.TRANSFER, ItemKind.REST})
"""Short and many: labelled only as far as the bar is wide; the legend explains the others."""
_LABEL_MIN: Final = 80.0
_QUARTER: Final = timedelta(minutes=15)
"""Every offset in use is a whole number of these, so that stepping by it meets every full hour."""
_HOUR_STEPS: Final = (1, 2, 3, 6)
_HOUR_ROOM: Final = 40.0


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where an instant lies across the drawing, in units from its left edge."""

    start: datetime
    end: datetime

    def x(self, moment: datetime) -> float:
        share = (moment - self.start) / (self.end - self.start)
        return _EDGE + share * (_WIDTH - 2 * _EDGE)


@dataclass(frozen=True, slots=True)
class _Bar:
    """An item placed: its bar from ``left`` to ``right``, its label from ``label`` on."""

    item: ItineraryItem
    left: float
    right: float
    label: float
    label_width: float
    row: int

    def touches(self, other: _Bar) -> bool:
        """Return whether the bars or the labels of the two would overlap in one row."""
        bars = self.left < other.right + _BAR_GAP and other.left < self.right + _BAR_GAP
        both = self.label_width and other.label_width
        labels = (
            self.label < other.label + other.label_width + _LABEL_GAP
            and other.label < self.label + self.label_width + _LABEL_GAP
        )
        return bars or bool(both and labels)


@dataclass(slots=True)
class _Lane:
    """What one group of travellers does, in as many rows as labels need."""

    travellers: tuple[str, ...]
    bars: list[_Bar] = field(default_factory=list)

    @property
    def row_tops(self) -> list[float]:
        """Return where each row begins below the lane's top, and where the last one ends."""
        tops = [_LANE_HEAD]
        for row in range(1 + max((bar.row for bar in self.bars), default=0)):
            labelled = any(bar.row == row and bar.label_width for bar in self.bars)
            tops.append(tops[-1] + (_ROW if labelled else _BARE_ROW))
        return tops

    @property
    def height(self) -> float:
        return self.row_tops[-1]


def draw(itinerary: Itinerary, palette: Palette) -> ET.Element:
    """Return the drawing."""
    scale = _scale(itinerary)
    zones = wording.clock_zones(itinerary)
    lanes = _lanes(itinerary, scale)
    top = len(zones) * _AXIS_ROW + 4
    height = top + sum(lane.height for lane in lanes) + _LEGEND
    root = drawing(
        width=_WIDTH,
        height=height,
        name=_NAME,
        title=f"Timeline of {wording.heading(itinerary)}",
        description=" ".join(wording.describe(item) for item in itinerary.items),
    )
    add(root, "rect", {"width": _WIDTH, "height": height, "fill": palette.paper})
    page = add(root, "g", {"fill": palette.ink}, _font(palette))
    for row, zone in enumerate(zones):
        _draw_axis(page, palette, scale, zone=zone, row=row, bottom=height - _LEGEND)
        _draw_axis_name(page, itinerary, zone=zone, row=row)
    if scale.end - scale.start <= timedelta(days=3):
        _draw_hours(page, palette, scale, zone=zones[0], top=top, bottom=height - _LEGEND)
    for lane in lanes:
        _draw_lane(page, palette, lane, top)
        top += lane.height
    _draw_legend(page, palette, itinerary, height - _LEGEND)
    return root


def _font(palette: Palette) -> dict[str, str]:
    return {"font-family": palette.font} if palette.font else {}


def _scale(itinerary: Itinerary) -> _Scale:
    start, end = itinerary.starts.at, itinerary.ends.at
    pad = max((end - start) / 50, timedelta(minutes=30))
    return _Scale(start - pad, end + pad)


def _midnights(scale: _Scale, zone: str) -> Iterator[datetime]:
    """Yield the beginnings of local days, from the one before the scale's start to its end."""
    day = to_local(scale.start, zone).date()
    while (midnight := to_utc(day, time(0), zone)) < scale.end:
        yield midnight
        day += timedelta(days=1)


def _draw_axis(
    page: ET.Element, palette: Palette, scale: _Scale, *, zone: str, row: int, bottom: float
) -> None:
    """Draw the days by one zone's clocks: a line at each midnight, the date beside it."""
    top = row * _AXIS_ROW
    axis = add(page, "g", {"class": f"{_NAME}-axis", "font-size": _TITLE_SIZE})
    midnights = [*_midnights(scale, zone), scale.end]
    for begins, ends in pairwise(midnights):
        left, right = scale.x(max(begins, scale.start)), scale.x(ends)
        stroke = {"stroke": palette.faint, "stroke-width": "0.8", "stroke-opacity": "0.55"}
        dashes = {} if row == 0 else {"stroke-dasharray": "2 4"}
        if begins > scale.start:
            line = {"x1": left, "x2": left, "y1": top + 2, "y2": bottom}
            add(axis, "line", line, stroke, dashes)
        label = _day_label(LocalInstant(max(begins, scale.start), zone), right - left - 8)
        if label:
            add(axis, "text", {"x": left + 4, "y": top + 20}, text=label)


def _day_label(instant: LocalInstant, room: float) -> str:
    """Return the most of the date that fits."""
    full = wording.short_day(instant)
    weekday, number, _ = full.split(" ")
    choices = (full, f"{weekday} {number}", number)
    return next((text for text in choices if text_width(text, _TITLE_SIZE) <= room), "")


def _draw_axis_name(page: ET.Element, itinerary: Itinerary, *, zone: str, row: int) -> None:
    role = "Clinic" if row == 0 else "Home"
    text = f"{role}: days in {wording.place_of_zone(itinerary, zone)}"
    place = {"x": _EDGE + 4, "y": row * _AXIS_ROW + 9, "font-size": 7.5, "opacity": 0.85}
    add(page, "text", place, text=text)


def _draw_hours(
    page: ET.Element, palette: Palette, scale: _Scale, *, zone: str, top: float, bottom: float
) -> None:
    """Draw hours on a short timeline, as many as there is room for."""
    hour_width = scale.x(scale.start + timedelta(hours=1)) - _EDGE
    step = next((step for step in _HOUR_STEPS if step * hour_width >= _HOUR_ROOM), None)
    if step is None:
        return
    hours = add(page, "g", {"class": f"{_NAME}-hours", "font-size": 7.5})
    moment = scale.start.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    while (moment := moment + _QUARTER) < scale.end:
        local = to_local(moment, zone)
        if local.hour % step or local.minute:
            continue
        x = scale.x(moment)
        line = {"x1": x, "x2": x, "y1": top + 10, "y2": bottom, "stroke-width": 0.4}
        add(hours, "line", line, {"stroke": palette.faint, "stroke-opacity": "0.6"})
        add(hours, "text", {"x": x, "y": top + 7, "text-anchor": "middle"}, text=f"{local:%H:%M}")


def _lanes(itinerary: Itinerary, scale: _Scale) -> list[_Lane]:
    """Return a lane for each group of travellers, those with the patient first."""
    lanes: dict[tuple[str, ...], _Lane] = {}
    for item in itinerary.items:
        lane = lanes.setdefault(item.travellers, _Lane(item.travellers))
        lane.bars.append(_place(item, scale, lane.bars))
    return sorted(lanes.values(), key=lambda lane: itinerary.patient not in lane.travellers)


def _place(item: ItineraryItem, scale: _Scale, placed: list[_Bar]) -> _Bar:
    """Return the item's bar in the first row where it and its label touch no other."""
    left = scale.x(item.starts.at)
    right = max(scale.x(item.ends.at), left + _BAR_MIN)
    lines = (text_width(item.title, _TITLE_SIZE * 1.05), text_width(_times(item), _SMALL_SIZE))
    width = min(max(lines), max(_LABEL_MAX, right - left))
    if item.kind in _MINOR:
        width = min(width, right - left) if right - left >= _LABEL_MIN else 0.0
    label = max(_EDGE, min(left, _WIDTH - _EDGE - width))
    row = 0
    while True:
        bar = _Bar(item, left, right, label, width, row)
        if not any(other.row == row and bar.touches(other) for other in placed):
            return bar
        row += 1


def _times(item: ItineraryItem) -> str:
    """Return the short line below an item's title: its clocks, and how long it takes."""
    first, last = wording.zone_abbreviation(item.starts), wording.zone_abbreviation(item.ends)
    start = wording.clock(item.starts) + (f" {first}" if first != last else "")
    return f"{start} – {wording.clock(item.ends)} {last} · {wording.length_of(item)}"


def _draw_lane(page: ET.Element, palette: Palette, lane: _Lane, top: float) -> None:
    group = add(page, "g", {"class": f"{_NAME}-lane"})
    rule = {"x1": _EDGE, "x2": _WIDTH - _EDGE, "y1": top + 12, "y2": top + 12}
    add(group, "line", rule, {"stroke": palette.faint, "stroke-width": 0.6})
    head = {"x": _EDGE + 4, "y": top + 22, "font-size": 9, "opacity": 0.9}
    room = _WIDTH - 4 * _EDGE
    add(
        group,
        "text",
        head,
        {"font-weight": "600"},
        text=shorten(wording.people(lane.travellers), size=9, width=room),
    )
    for bar in lane.bars:
        _draw_bar(group, palette, bar, top + lane.row_tops[bar.row])


def _draw_bar(group: ET.Element, palette: Palette, bar: _Bar, top: float) -> None:
    item = bar.item
    node = add(group, "g", {"class": f"{_NAME}-{item.kind}"})
    add(node, "title", {}, text=wording.describe(item))
    shape = {"x": bar.left, "y": top + 3, "width": bar.right - bar.left, "height": _BAR, "rx": 2}
    add(node, "rect", shape, {"fill": palette.kinds[item.kind]})
    if not bar.label_width:
        return
    title = shorten(item.title, size=_TITLE_SIZE * 1.05, width=bar.label_width)
    place = {"x": bar.label, "y": top + 22, "font-size": _TITLE_SIZE}
    add(node, "text", place, {"font-weight": "600"}, text=title)
    small = {"x": bar.label, "y": top + 33, "font-size": _SMALL_SIZE}
    times = shorten(_times(item), size=_SMALL_SIZE, width=bar.label_width)
    add(node, "text", small, text=times)


def _draw_legend(page: ET.Element, palette: Palette, itinerary: Itinerary, top: float) -> None:
    """Name the colours in use; colour alone tells nothing."""
    legend = add(page, "g", {"class": f"{_NAME}-legend", "font-size": _SMALL_SIZE})
    kinds = dict.fromkeys(item.kind for item in itinerary.items)
    x = _EDGE + 4
    for kind in kinds:
        square = {"x": x, "y": top + 9, "width": 12, "height": _BAR, "rx": 2}
        add(legend, "rect", square, {"fill": palette.kinds[kind]})
        add(legend, "text", {"x": x + 17, "y": top + 17}, text=wording.kind_name(kind))
        x += 17 + text_width(wording.kind_name(kind), _SMALL_SIZE) + 18
