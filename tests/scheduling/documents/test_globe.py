"""The globe on paper: distances, directions, land and labels."""

from __future__ import annotations

import json
import math
from importlib import resources
from itertools import pairwise

import pytest
from geopy.distance import great_circle as geopy_great_circle
from hypothesis import given
from hypothesis import strategies as st

from scheduling.documents.globe import (
    RIM,
    View,
    angle,
    graticule,
    great_circle,
    land,
    middle_of,
    to_vector,
)
from scheduling.documents.label_places import Box, Label, place_labels

latitudes = st.floats(-89.9, 89.9)
longitudes = st.floats(-180, 180)
points = st.builds(to_vector, latitudes, longitudes)


@given(latitudes, longitudes, latitudes, longitudes)
def test_angles_agree_with_geopy(lat: float, lon: float, lat2: float, lon2: float) -> None:
    expected = geopy_great_circle((lat, lon), (lat2, lon2)).kilometers / 6371.009

    assert angle(to_vector(lat, lon), to_vector(lat2, lon2)) == pytest.approx(expected, abs=1e-6)


@given(points, points)
def test_a_great_circle_is_the_shortest_way_in_equal_steps(
    one: tuple[float, float, float], other: tuple[float, float, float]
) -> None:
    way = great_circle(one, other, 12)

    steps = [angle(a, b) for a, b in pairwise(way)]
    assert sum(steps) == pytest.approx(angle(one, other), abs=1e-5)
    assert angle(way[-1], other) == pytest.approx(0, abs=1e-6)
    assert max(steps) - min(steps) < 1e-5


def test_a_way_between_antipodes_is_half_the_globe() -> None:
    for one, other in (((0, 0), (0, 180)), ((90, 0), (-90, 0)), ((41, -3), (-41, 177))):
        way = great_circle(to_vector(*one), to_vector(*other), 12)
        length = sum(angle(a, b) for a, b in pairwise(way))
        assert length == pytest.approx(math.pi, abs=1e-6)


@given(points, points)
def test_the_projection_keeps_directions_and_stays_inside_the_rim(
    centre: tuple[float, float, float], point: tuple[float, float, float]
) -> None:
    x, y = View.above(centre).project(point)

    assert math.hypot(x, y) <= RIM + 1e-9
    if 0.01 < angle(centre, point) < math.radians(149):
        assert math.hypot(x, y) == pytest.approx(2 * math.sin(angle(centre, point) / 2), abs=1e-6)


def test_north_is_up_and_east_is_right() -> None:
    view = View.above(to_vector(47, 8))

    north, east = view.project(to_vector(50, 8)), view.project(to_vector(47, 10))

    assert north[0] == pytest.approx(0, abs=1e-9)
    assert north[1] > 0
    assert east[0] > 0


def test_the_middle_lies_between_the_two_farthest_points() -> None:
    auckland, honolulu, san_francisco = (
        to_vector(-37, 174.8),
        to_vector(21.3, -157.9),
        to_vector(37.6, -122.4),
    )

    middle = middle_of([auckland, honolulu, san_francisco])

    assert angle(middle, auckland) == pytest.approx(angle(middle, san_francisco))


def _is_land(view: View, latitude: float, longitude: float) -> bool:
    """Return whether the even-odd filling of all outlines covers the point: rays to the right."""
    x, y = view.project(to_vector(latitude, longitude))
    crossings = 0
    for ring in land():
        for outline in view.outline(ring, math.pi):
            for (x1, y1), (x2, y2) in zip(outline, outline[1:] + outline[:1], strict=True):
                if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                    crossings += 1
    return crossings % 2 == 1


@pytest.mark.parametrize(
    "centre",
    [(50, -40), (0, 180), (85, 20), (-60, -130), (45, 60), (-10, -60), (47.3, 8.5), (-80, 0)],
    ids=str,
)
def test_land_is_land_and_sea_is_sea_from_wherever_one_looks(centre: tuple[float, float]) -> None:
    view = View.above(to_vector(*centre))
    lands = [(47, 8), (40, -100), (60, 100), (-25, 135), (-10, -55), (5, 20), (-80, 30), (72, -40)]
    seas = [(30, -40), (0, -150), (-40, 80), (-60, 0), (20, 170), (42, 50), (35, 18), (60, -55)]
    near = math.radians(140)
    shown = [at for at in lands + seas if angle(to_vector(*at), view.centre) < near]

    found = {at: _is_land(view, *at) for at in shown}

    assert found == {at: at in lands for at in shown}
    assert len(shown) > 8


def test_land_follows_the_rim_and_does_not_cut_across() -> None:
    for centre in ((-60, -130), (0, 180), (85, 20), (20, -150)):
        view = View.above(to_vector(*centre))
        for ring in land():
            for outline in view.outline(ring, math.pi):
                for one, other in pairwise([*outline, outline[0]]):
                    if min(math.hypot(*one), math.hypot(*other)) > RIM - 1e-6:
                        middle = (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
                        assert math.hypot(*middle) > 0.99 * RIM


def test_the_outline_of_land_names_its_source_and_is_small() -> None:
    file = resources.files("seed_data") / "map" / "land-110m.json"
    document = json.loads(file.read_text("utf-8"))

    assert "Natural Earth" in document["source"]
    assert "public domain" in document["licence"]
    assert len(file.read_bytes()) < 120_000
    assert sum(len(ring) for ring in land()) > 4000
    assert all(len(ring) > 2 for ring in land())


def test_the_grid_has_meridians_and_parallels() -> None:
    assert len(graticule()) == 18 + 9


@given(st.lists(st.tuples(st.floats(60, 700), st.floats(40, 340)), min_size=1, max_size=9))
def test_labels_cover_no_mark_and_no_other_label(spots: list[tuple[float, float]]) -> None:
    marks = [Box(x, y, x, y).around(5) for x, y in spots]
    labels = [Label(x, y, 90, 14) for x, y in spots]
    frame = Box(0, 0, 760, 380)

    boxes = place_labels(labels, frame=frame, obstacles=marks)

    for place, box in enumerate(boxes):
        assert all(not box.overlaps(other) for other in boxes[place + 1 :])
        assert all(not box.overlaps(mark) for mark in marks)
        assert box.left >= 0
        assert box.right <= 760
        assert box.top >= 0
        assert box.bottom <= 380


def test_labels_of_places_at_one_point_stand_apart() -> None:
    labels = [Label(700, 90, 170, 15) for _ in range(6)]

    boxes = place_labels(labels, frame=Box(0, 0, 760, 380), obstacles=[])

    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
