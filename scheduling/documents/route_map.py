"""The visit on a map: land, the flights' great circles, airports, lodging and the clinic."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from scheduling.documents import wording
from scheduling.documents.globe import (
    EARTH_KILOMETRES,
    RIM,
    Point,
    Vector,
    View,
    graticule,
    land,
    middle_of,
)
from scheduling.documents.label_places import Box, Label, place_labels
from scheduling.documents.route import Leg, Mark, Site, list_legs, list_sites
from scheduling.documents.svg import (
    NARROW_UNITS,
    SCREEN,
    WIDE_UNITS,
    Layout,
    Palette,
    add,
    drawing,
    number,
    shorten,
    text_width,
    to_text,
)
from scheduling.itinerary import ItemKind, Itinerary

_SIZES: Final = {Layout.WIDE: (WIDE_UNITS, 380.0), Layout.NARROW: (NARROW_UNITS, 330.0)}
_MARGIN: Final = 52.0
_LABEL_SIZE: Final = 12.0
_MARK: Final = 4.5
_NARROWEST: Final = 240 / EARTH_KILOMETRES
"""The least width of the map: closer, a 1:110 million outline means nothing."""
_SCALE_BAR_UNDER: Final = 2000 / EARTH_KILOMETRES
"""Wider maps stretch distances too unevenly for one scale bar."""
_BAR_LENGTHS: Final = (20, 50, 100, 200, 500)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The part of the plane that is shown: its middle, units of drawing to an Earth radius."""

    name: str
    width: float
    height: float
    view: View
    x: float
    y: float
    scale: float

    def place(self, point: Vector) -> Point:
        """Return where a point of the globe lies on the drawing."""
        return self.on_paper(self.view.project(point))

    def on_paper(self, point: Point) -> Point:
        """Return where a point of the plane lies on the drawing."""
        x = self.width / 2 + (point[0] - self.x) * self.scale
        return x, self.height / 2 - (point[1] - self.y) * self.scale

    @property
    def box(self) -> Box:
        """Return the whole drawing."""
        return Box(0, 0, self.width, self.height)

    @property
    def reach(self) -> float:
        """Return the angle from the view's centre to the farthest corner, generously."""
        across = self.width / 2 / self.scale + abs(self.x)
        up = self.height / 2 / self.scale + abs(self.y)
        return 2 * math.asin(min(1.0, math.hypot(across, up) / 2)) + 0.1


def route_map_svg(
    itinerary: Itinerary, *, layout: Layout = Layout.WIDE, palette: Palette = SCREEN
) -> str:
    """Return the map as SVG text: 760 units wide, or 360 for phones."""
    sites, legs = list_sites(itinerary), list_legs(itinerary)
    frame = _frame(layout, sites, legs)
    root = drawing(
        width=frame.width,
        height=frame.height,
        name=frame.name,
        title=f"Route map of {wording.heading(itinerary)}",
        description=_describe(itinerary, sites),
    )
    _draw_globe(root, palette, frame)
    for leg in legs:
        _draw_leg(root, palette, frame, leg)
    _draw_sites(root, palette, frame, sites, legs)
    _draw_scale_bar(root, palette, frame)
    return to_text(root)


def _describe(itinerary: Itinerary, sites: Iterable[Site]) -> str:
    ways = [
        f"{wording.stop_name(item.origin)} to {wording.stop_name(item.destination)}"
        for item in itinerary.items
        if item.kind is ItemKind.FLIGHT and item.destination
    ]
    flights = f"Flights: {'; '.join(dict.fromkeys(ways))}. " if ways else "No flights. "
    return flights + "Marked: " + "; ".join(site.label for site in sites) + "."


def _frame(layout: Layout, sites: Sequence[Site], legs: Sequence[Leg]) -> _Frame:
    """Return the closest view that shows everything with room for labels."""
    width, height = _SIZES[layout]
    points = [site.at for site in sites]
    view = View.above(middle_of(points))
    shown = [view.project(point) for point in points + [at for leg in legs for at in leg.path()]]
    left, right = min(x for x, _ in shown), max(x for x, _ in shown)
    bottom, top = min(y for _, y in shown), max(y for _, y in shown)
    scale = min(
        (width - 2 * _MARGIN) / max(right - left, _NARROWEST),
        (height - 2 * _MARGIN) / max(top - bottom, _NARROWEST * height / width),
    )
    middle = {"x": (left + right) / 2, "y": (bottom + top) / 2}
    return _Frame(f"route-map-{layout}", width, height, view, **middle, scale=scale)


def _draw_globe(root: ET.Element, palette: Palette, frame: _Frame) -> None:
    """Draw sea, grid and land, all clipped to the frame and to the rim of the globe."""
    x, y = frame.on_paper((0.0, 0.0))
    disc = {"cx": x, "cy": y, "r": RIM * frame.scale}
    rectangle = {"width": frame.width, "height": frame.height, "rx": 6}
    defs = add(root, "defs")
    add(add(defs, "clipPath", {"id": f"{frame.name}-frame"}), "rect", rectangle)
    add(add(defs, "clipPath", {"id": f"{frame.name}-globe"}), "circle", disc)
    framed = add(root, "g", {"clip-path": f"url(#{frame.name}-frame)"})
    globe = add(framed, "g", {"clip-path": f"url(#{frame.name}-globe)"})
    add(globe, "circle", disc, {"fill": palette.sea})
    grid = "".join(_path(frame.place(at) for at in line) for line in _grid_within(frame))
    thin = {"stroke": palette.faint, "stroke-width": "0.5", "stroke-opacity": "0.4"}
    add(globe, "path", {"d": grid, "fill": "none"}, thin)
    shore = {"fill": palette.land, "fill-rule": "evenodd", "class": f"{frame.name}-land"}
    add(globe, "path", {"d": "".join(_land_within(frame))}, shore)


def _grid_within(frame: _Frame) -> Iterable[list[Vector]]:
    near = math.cos(min(math.radians(149), frame.reach))
    for line in graticule():
        part: list[Vector] = []
        for point in line:
            if sum(a * b for a, b in zip(point, frame.view.centre, strict=True)) > near:
                part.append(point)
            elif part:
                yield part
                part = []
        if part:
            yield part


def _land_within(frame: _Frame) -> Iterable[str]:
    """Yield the path of each outline of land that reaches into the frame."""
    for ring in land():
        outlines = [
            [frame.on_paper(point) for point in outline]
            for outline in frame.view.outline(ring, frame.reach)
        ]
        if any(_bounds(points).overlaps(frame.box) for points in outlines):
            yield from (_path(_drawn_in(points, frame)) + "Z" for points in outlines)


def _drawn_in(points: Sequence[Point], frame: _Frame) -> list[Point]:
    """Return an outline whose far points stay within some frames of the drawing: fewer digits."""
    limit = 40 * frame.width
    return [(max(-limit, min(limit, x)), max(-limit, min(limit, y))) for x, y in points]


def _bounds(points: Sequence[Point]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _path(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def _draw_leg(root: ET.Element, palette: Palette, frame: _Frame, leg: Leg) -> None:
    kind = ItemKind.FLIGHT if leg.flown else ItemKind.TRANSFER
    dashes = {} if leg.for_patient and leg.flown else {"stroke-dasharray": "5 4"}
    paint = {"fill": "none", "stroke": palette.kinds[kind], "stroke-linecap": "round"}
    path = _path(frame.place(at) for at in leg.path())
    shape = {"d": path, "class": f"{frame.name}-{kind}"}
    width = {"stroke-width": 2.2 if leg.flown else 1.4}
    add(root, "path", shape, width, paint, dashes)


def _draw_sites(
    root: ET.Element, palette: Palette, frame: _Frame, sites: Sequence[Site], legs: Sequence[Leg]
) -> None:
    """Draw every mark and, beside it, its label; a thin line joins the two where they are apart."""
    spots = [frame.place(site.at) for site in sites]
    texts = [shorten(site.label, size=_LABEL_SIZE, width=frame.width * 0.55) for site in sites]
    labels = [
        Label(x, y, text_width(text, _LABEL_SIZE) + 4, _LABEL_SIZE + 3)
        for text, (x, y) in zip(texts, spots, strict=True)
    ]
    marks = [Box(x, y, x, y).around(_MARK + 1) for x, y in spots]
    lines = {
        (round(x / 4) * 4, round(y / 4) * 4)
        for leg in legs
        for x, y in (frame.place(at) for at in leg.path())
    }
    obstacles = marks + [Box(x, y, x, y).around(2) for x, y in sorted(lines)]
    boxes = place_labels(labels, frame=frame.box.around(-4), obstacles=obstacles)
    font = {"font-family": palette.font} if palette.font else {}
    layer = add(root, "g", {"class": f"{frame.name}-sites", "font-size": _LABEL_SIZE}, font)
    for site, spot, box in reversed(list(zip(sites, spots, boxes, strict=True))):
        _draw_leader(layer, palette, spot, box)
        _draw_mark(layer, palette, site.mark, spot)
    for site, text, box in zip(sites, texts, boxes, strict=True):
        weight = {"font-weight": "700" if site.mark is Mark.CLINIC else "500"}
        node = {"x": box.left + 2, "y": box.bottom - 4}
        add(layer, "text", node, {"fill": palette.ink}, weight, text=text)


def _draw_leader(layer: ET.Element, palette: Palette, spot: Point, box: Box) -> None:
    x = max(box.left, min(box.right, spot[0]))
    y = max(box.top, min(box.bottom, spot[1]))
    if math.dist((x, y), spot) > 2 * _MARK + 2:
        line = {"x1": spot[0], "y1": spot[1], "x2": x, "y2": y, "stroke-width": 0.7}
        add(layer, "line", line, {"stroke": palette.ink, "stroke-opacity": "0.6"})


def _draw_mark(layer: ET.Element, palette: Palette, mark: Mark, spot: Point) -> None:
    """Draw the mark: each kind has its shape, so that colour alone tells nothing."""
    x, y = spot
    side = 2 * _MARK
    match mark:
        case Mark.CLINIC:
            paint = {"fill": palette.kinds[ItemKind.APPOINTMENT]}
            arm = _MARK + 1.5
            across = {"x": x - arm, "y": y - 2, "width": 2 * arm, "height": 4}
            down = {"x": x - 2, "y": y - arm, "width": 4, "height": 2 * arm}
            add(layer, "rect", across, paint)
            add(layer, "rect", down, paint)
        case Mark.AIRPORT:
            paint = {"fill": palette.kinds[ItemKind.FLIGHT]}
            add(layer, "circle", {"cx": x, "cy": y, "r": _MARK}, paint)
        case Mark.LODGING:
            paint = {"fill": palette.kinds[ItemKind.LODGING]}
            square = {"x": x - _MARK, "y": y - _MARK, "width": side, "height": side}
            add(layer, "rect", square, paint)
        case Mark.PLACE:
            paint = {"fill": "none", "stroke": palette.kinds[ItemKind.TRANSFER]}
            ring = {"cx": x, "cy": y, "r": _MARK - 1, "stroke-width": 2}
            add(layer, "circle", ring, paint)


def _draw_scale_bar(root: ET.Element, palette: Palette, frame: _Frame) -> None:
    """Draw a length in kilometres where the map is small enough for one to be true everywhere."""
    if frame.width / frame.scale > _SCALE_BAR_UNDER:
        return
    fits = [km for km in _BAR_LENGTHS if km / EARTH_KILOMETRES * frame.scale <= frame.width / 4]
    length = fits[-1] if fits else _BAR_LENGTHS[0]
    left, y = 14.0, frame.height - 14
    right = left + length / EARTH_KILOMETRES * frame.scale
    bar = _path([(left, y - 4), (left, y), (right, y), (right, y - 4)])
    add(root, "path", {"d": bar, "fill": "none", "stroke": palette.ink})
    font = {"font-family": palette.font} if palette.font else {}
    where = {"x": right + 6, "y": y + 1, "font-size": 10}
    add(root, "text", where, {"fill": palette.ink}, font, text=f"{length} km")
