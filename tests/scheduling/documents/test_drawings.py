"""Timeline and route map: well-formed, readable by everyone, and true."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Final, TypeAlias
from xml.etree import ElementTree as ET

import pytest

from scheduling.documents.lifted_text import lift_text
from scheduling.documents.route import list_legs
from scheduling.documents.route_map import route_map_svg
from scheduling.documents.svg import PRINT, Layout, Palette, drawing, to_text
from scheduling.documents.svg import SCREEN as SCREEN_PALETTE
from scheduling.documents.timeline import timeline_svg
from scheduling.itinerary import Itinerary
from tests.itineraries import (
    HARD_NAMES,
    across_clock_change,
    across_the_pacific,
    companion_elsewhere,
    day_visit,
    every_itinerary,
    hard_names,
    intercontinental,
    itinerary,
    three_travellers,
)
from tests.itinerary_parts import flight

Draw: TypeAlias = Callable[..., str]
SVG: Final = "{http://www.w3.org/2000/svg}"
DRAW: Final[dict[str, Draw]] = {"timeline": timeline_svg, "route map": route_map_svg}
each_drawing = pytest.mark.parametrize("draw", DRAW.values(), ids=DRAW.keys())
each_layout = pytest.mark.parametrize("layout", list(Layout))
each_visit = pytest.mark.parametrize("visit", every_itinerary().values(), ids=every_itinerary())


def _texts(svg: str) -> list[str]:
    return [node.text or "" for node in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 — ours


def _everything(svg: str) -> str:
    return " ".join(ET.fromstring(svg).itertext())  # noqa: S314 — ours


def _all_drawings(visit: Itinerary) -> list[str]:
    return [draw(visit, layout=layout) for draw in DRAW.values() for layout in Layout]


@each_drawing
@each_layout
@each_visit
def test_a_drawing_says_what_it_shows(draw: Draw, layout: Layout, visit: Itinerary) -> None:
    root = ET.fromstring(draw(visit, layout=layout))  # noqa: S314 — ours

    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    named = {root.find(f"{SVG}title").get("id"), root.find(f"{SVG}desc").get("id")}  # type: ignore[union-attr]  # — fails if absent
    assert set((root.get("aria-labelledby") or "").split()) == named
    assert root.get("viewBox")
    assert root.get("width") is None


@each_visit
def test_a_drawing_holds_no_script_style_or_link(visit: Itinerary) -> None:
    for svg in _all_drawings(visit):
        tags = {node.tag.removeprefix(SVG) for node in ET.fromstring(svg).iter()}  # noqa: S314 — ours
        names = {name for node in ET.fromstring(svg).iter() for name in node.attrib}  # noqa: S314 — ours
        assert not tags & {"script", "style", "foreignObject", "a", "image", "use"}
        assert not any(name.startswith("on") or "href" in name or name == "style" for name in names)


def test_all_drawings_of_a_visit_fit_on_one_page() -> None:
    ids = Counter(re.findall(r'\bid="([^"]*)"', "".join(_all_drawings(intercontinental()))))

    assert set(ids.values()) == {1}


@each_layout
def test_a_timeline_describes_every_item(layout: Layout) -> None:
    for visit in every_itinerary().values():
        words = _everything(timeline_svg(visit, layout=layout))
        assert all(item.title in words for item in visit.items)


@each_drawing
@each_layout
def test_names_appear_as_they_are_written(draw: Draw, layout: Layout) -> None:
    wicked = HARD_NAMES[3] + HARD_NAMES[4] + "\x00"
    visit = hard_names()
    visit = replace(
        visit, title=wicked, items=tuple(replace(it, title=wicked) for it in visit.items)
    )

    assert (HARD_NAMES[3] + HARD_NAMES[4]) in _everything(draw(visit, layout=layout))


def test_everybody_in_a_group_is_named_in_the_description() -> None:
    words = _everything(timeline_svg(hard_names()))

    assert all(name.replace("\n", " ") in words for name in HARD_NAMES)


def test_the_wide_timeline_has_a_lane_for_each_group() -> None:
    texts = _texts(timeline_svg(companion_elsewhere()))

    assert {"Ana Sample", "Ben Sample", "Ana Sample and Ben Sample"} <= set(texts)


def test_the_patients_lanes_come_first() -> None:
    visit = companion_elsewhere()
    early = replace(visit.items[0], key="early", travellers=("Ben Sample",))

    heads = _texts(timeline_svg(replace(visit, items=(early, *visit.items))))

    assert heads.index("Ana Sample") < heads.index("Ben Sample")


def test_hours_are_full_hours_of_the_clinics_clock() -> None:
    delhi = replace(day_visit(), clinic_zone="Asia/Kolkata", home_zone="Asia/Kolkata")

    hours = [text for text in _texts(timeline_svg(delhi)) if re.fullmatch(r"\d\d:\d\d", text)]

    assert hours == ["12:00", "13:00", "14:00", "15:00", "16:00", "17:00", "18:00"][: len(hours)]
    assert len(hours) >= 6


def test_the_axis_shows_the_days_at_the_clinic_and_at_home() -> None:
    texts = _texts(timeline_svg(intercontinental()))

    assert "Clinic: days in Zurich" in texts
    assert "Home: days in Houston" in texts
    assert texts.count("Tue 8 Dec") == 2


def test_one_axis_is_enough_where_home_is_in_the_clinics_zone() -> None:
    texts = _texts(timeline_svg(day_visit()))

    assert "Clinic: days in Zurich" in texts
    assert not any(text.startswith("Home") for text in texts)
    assert "10:00" in texts


def _axis_lines(svg: str, axis: int) -> list[float]:
    groups = [
        node
        for node in ET.fromstring(svg).iter(f"{SVG}g")  # noqa: S314 — ours
        if node.get("class") == "timeline-wide-axis"
    ]
    return [float(line.get("x1") or "nan") for line in groups[axis].iter(f"{SVG}line")]


def test_a_day_with_a_clock_change_is_an_hour_shorter() -> None:
    svg = timeline_svg(across_clock_change())

    saturday_night, sunday_night, monday_night, _ = _axis_lines(svg, axis=0)[1:5]

    short, whole = sunday_night - saturday_night, monday_night - sunday_night
    assert short / whole == pytest.approx(23 / 24, abs=0.002)


def _rectangles(svg: str, kind: str) -> list[tuple[float, float]]:
    return [
        (float(box.get("x") or 0), float(box.get("width") or 0))
        for node in ET.fromstring(svg).iter(f"{SVG}g")  # noqa: S314 — ours
        if node.get("class") == f"timeline-wide-{kind}"
        for box in node.iter(f"{SVG}rect")
    ]


def test_bars_are_drawn_to_the_scale_of_time_passed() -> None:
    (out_x, out), (back_x, back) = _rectangles(timeline_svg(across_the_pacific()), "flight")

    assert out / back == pytest.approx(12 / (13 + 5 / 60), abs=0.01)
    assert back_x - out_x == pytest.approx(out / 12 * (93 + 45 / 60), rel=0.01)


def test_no_label_of_the_wide_timeline_is_written_over_another() -> None:
    for visit in every_itinerary().values():
        svg = ET.fromstring(timeline_svg(visit))  # noqa: S314 — ours
        rows: dict[str, list[tuple[float, float]]] = {}
        for node in svg.iter(f"{SVG}text"):
            if node.get("font-weight") == "600" and node.get("font-size") == "11":
                left = float(node.get("x") or 0)
                span = (left, left + 11 * 0.5 * len(node.text or ""))
                rows.setdefault(node.get("y") or "", []).append(span)
        for spans in rows.values():
            ordered = sorted(spans)
            assert all(one[1] <= two[0] for one, two in pairwise(ordered))


def test_the_narrow_timeline_says_who_where_not_everybody_comes() -> None:
    texts = _texts(timeline_svg(companion_elsewhere(), layout=Layout.NARROW))

    assert texts.count("Only Ben Sample") == 2
    assert not any(
        text.startswith("Only") for text in _texts(timeline_svg(day_visit(), layout=Layout.NARROW))
    )


def test_a_route_map_labels_each_place_once() -> None:
    texts = _texts(route_map_svg(three_travellers()))

    assert Counter(texts) == Counter(
        [
            "IAH Houston",
            "EWR Newark",
            "ZRH Zurich",
            "JFK New York",
            "Home",
            "Hotel Limmatblick (sample)",
            "University Hospital Zurich",
        ]
    )


def test_ways_of_a_companion_alone_are_dashed() -> None:
    root = ET.fromstring(route_map_svg(companion_elsewhere()))  # noqa: S314 — ours
    flights = [node for node in root.iter() if node.get("class") == "route-map-wide-flight"]

    assert Counter(node.get("stroke-dasharray") is not None for node in flights) == {
        False: 4,
        True: 1,
    }


def test_a_way_the_patient_takes_stays_solid_when_a_companion_takes_it_later() -> None:
    both, companion = ("Ana Sample", "Ben Sample"), ("Ben Sample",)
    visit = intercontinental()
    again = flight(
        "UA 999",
        route="EWR-ZRH",
        departs="2026-12-08 19:30",
        arrives="2026-12-09 09:25",
        travellers=companion,
    )

    legs = list_legs(itinerary((*visit.items, again), patient=both[0]))

    assert [leg.for_patient for leg in legs if leg.flown] == [True] * 4


def test_what_xml_cannot_carry_is_replaced() -> None:
    root = drawing(width=1, height=1, name="n", title="a\x00b", description="\ufffe & <")

    assert [node.text for node in ET.fromstring(to_text(root))] == ["a�b", "� & <"]  # noqa: S314 — ours


def test_lines_that_need_shaping_are_lifted_off_for_the_typesetter() -> None:
    visit = intercontinental("सुनीता देशमुख")
    svg = timeline_svg(visit, palette=PRINT)

    picture, lines = lift_text(svg)

    assert [line["text"] for line in lines] == [
        "सुनीता देशमुख and Ben Sample",
        "सुनीता देशमुख",
    ]
    assert all(line["bold"] and line["size"] == 9 and line["x"] == 12 for line in lines)
    assert len(_texts(picture)) == len(_texts(svg)) - 2


def test_a_drawing_in_plain_letters_is_left_as_it_is() -> None:
    svg = timeline_svg(intercontinental("Łukasz Þór"), palette=PRINT)

    assert lift_text(svg) == (svg, [])


def _numbers(path: str) -> list[float]:
    return [float(text) for text in re.findall(r"-?\d+\.?\d*", path)]


def test_a_flight_over_the_date_line_is_one_line_across_the_ocean() -> None:
    root = ET.fromstring(route_map_svg(across_the_pacific()))  # noqa: S314 — ours
    (flight,) = [node for node in root.iter() if node.get("class") == "route-map-wide-flight"]

    numbers = _numbers(flight.get("d") or "")
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    steps = [abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairwise(points)]

    assert max(steps) < 2 * min(steps) + 1
    assert all(0 <= x <= 760 and 0 <= y <= 380 for x, y in points)


@pytest.mark.parametrize("palette", [PRINT, SCREEN_PALETTE], ids=["print", "screen"])
def test_paper_knows_no_custom_properties(palette: Palette) -> None:
    drawings = timeline_svg(intercontinental(), palette=palette) + route_map_svg(
        intercontinental(), palette=palette
    )

    assert ("var(" in drawings) is (palette is SCREEN_PALETTE)
    assert ("currentColor" in drawings) is (palette is SCREEN_PALETTE)


def test_a_visit_of_one_moment_can_be_drawn() -> None:
    item = day_visit().items[1]
    still = replace(item, ends=item.starts)
    alone = itinerary((still,), patient="Ana Sample")

    for svg in _all_drawings(alone):
        assert "NaN" not in svg
        assert "inf" not in svg
