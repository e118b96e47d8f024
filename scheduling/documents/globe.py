"""The globe seen from above one point: great circles and the world's land on a flat drawing.

Lambert's azimuthal equal-area projection, centred on the route: near the centre nothing is
distorted, no route crosses the edge of the map, and the antimeridian is a line like any other.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final, TypeAlias

Vector: TypeAlias = tuple[float, float, float]
"""A point on the unit sphere."""
Point: TypeAlias = tuple[float, float]
"""A point on the plane: units of Earth radii, x to the right, y up."""

EARTH_KILOMETRES: Final = 6371.0
"""Mean radius of the Earth (IUGG)."""
_FAR: Final = math.cos(math.radians(150))
"""Cosine of the angle from the centre beyond which points are drawn at the rim."""
RIM: Final = 2 * math.sin(math.radians(150 / 2))
"""Radius of the rim on the plane: nothing is drawn outside it."""
_RIM_STEP: Final = math.tau / 72


def to_vector(latitude: float, longitude: float) -> Vector:
    """Return the unit vector of a point in decimal degrees."""
    phi, lam = math.radians(latitude), math.radians(longitude)
    return math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)


def dot(one: Vector, other: Vector) -> float:
    """Return the scalar product."""
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]


def angle(one: Vector, other: Vector) -> float:
    """Return the angle between two unit vectors in radians."""
    return math.acos(max(-1.0, min(1.0, dot(one, other))))


def normalised(x: float, y: float, z: float) -> Vector | None:
    """Return the unit vector of that direction, or None for no direction at all."""
    length = math.sqrt(x * x + y * y + z * z)
    return (x / length, y / length, z / length) if length > 1e-9 else None  # noqa: PLR2004 — zero


def great_circle(one: Vector, other: Vector, steps: int) -> list[Vector]:
    """Return points along the shortest way, both ends included, at equal distances.

    Between antipodes every way is shortest; one of them is returned.
    """
    whole = angle(one, other)
    across = normalised(*(b - a * dot(one, other) for a, b in zip(one, other, strict=True)))
    if across is None and whole > 1:
        across = normalised(-one[1], one[0], 0.0) or (1.0, 0.0, 0.0)
    if across is None:
        return [one, other]
    found = []
    for step in range(steps + 1):
        part = whole * step / steps
        cosine, sine = math.cos(part), math.sin(part)
        found.append(tuple(a * cosine + b * sine for a, b in zip(one, across, strict=True)))
    return [(x, y, z) for x, y, z in found]


def middle_of(points: Sequence[Vector]) -> Vector:
    """Return the point in the middle of the two farthest apart; the first where that is nowhere."""
    pairs = ((one, other) for place, one in enumerate(points) for other in points[place:])
    one, other = min(pairs, key=lambda pair: dot(*pair))
    return normalised(*(a + b for a, b in zip(one, other, strict=True))) or one


@dataclass(frozen=True, slots=True)
class View:
    """The projection centred on a point, north up there."""

    centre: Vector
    east: Vector
    north: Vector

    @classmethod
    def above(cls, centre: Vector) -> View:
        """Return the view of the globe from above that point."""
        x, y, z = centre
        east = normalised(-y, x, 0.0) or (0.0, 1.0, 0.0)
        north = (
            y * east[2] - z * east[1],
            z * east[0] - x * east[2],
            x * east[1] - y * east[0],
        )
        return cls(centre, east, north)

    def project(self, point: Vector) -> Point:
        """Return where the point lies on the plane; the far side of the globe is the rim."""
        x, y, z = dot(point, self.east), dot(point, self.north), dot(point, self.centre)
        if z > _FAR:
            scale = math.sqrt(2 / (1 + z))
            return x * scale, y * scale
        length = math.hypot(x, y) or 1.0
        return x / length * RIM, y / length * RIM

    def outline(self, ring: Sequence[Vector], reach: float) -> list[list[Point]]:
        """Return what to fill (even-odd) for a ring of land, nothing if none is within reach.

        ``reach`` is an angle in radians. Land that holds the point opposite the centre is drawn
        as everything between its shore and the rim.
        """
        near = math.cos(min(math.pi, reach))
        if not any(dot(point, self.centre) > near for point in ring):
            return []
        points = _along_the_rim([self.project(point) for point in ring])
        if _turns(points) > 0:
            return [points, [_rim_at(step * _RIM_STEP) for step in range(72)]]
        return [points]


def _rim_at(turn: float) -> Point:
    return RIM * math.cos(turn), RIM * math.sin(turn)


def _along_the_rim(points: Sequence[Point]) -> list[Point]:
    """Return the ring with points added, so that it follows the rim instead of cutting across."""
    edge = RIM - 1e-6
    found: list[Point] = []
    previous = points[-1]
    for point in points:
        if math.hypot(*previous) > edge and math.hypot(*point) > edge:
            start = math.atan2(previous[1], previous[0])
            turn = (math.atan2(point[1], point[0]) - start + math.pi) % math.tau - math.pi
            steps = int(abs(turn) / _RIM_STEP)
            found += [_rim_at(start + turn * step / (steps + 1)) for step in range(1, steps + 1)]
        found.append(point)
        previous = point
    return found


def graticule() -> list[list[Vector]]:
    """Return meridians and parallels every 20 degrees, the meridians short of the poles."""
    meridians = [[to_vector(lat, lon) for lat in range(-80, 81, 5)] for lon in range(-180, 180, 20)]
    parallels = [[to_vector(lat, lon) for lon in range(-180, 181, 5)] for lat in range(-80, 81, 20)]
    return meridians + parallels


def _turns(points: Sequence[Point]) -> int:
    """Return how often the ring goes round the centre, counter-clockwise positive.

    Land lies to the right of its outline, so a ring that turns counter-clockwise round the centre
    has the centre outside and the opposite point inside.
    """
    total = 0.0
    previous = math.atan2(points[-1][1], points[-1][0])
    for x, y in points:
        turn = math.atan2(y, x)
        total += (turn - previous + math.pi) % math.tau - math.pi
        previous = turn
    return round(total / math.tau)


@lru_cache(maxsize=1)
def land() -> tuple[tuple[Vector, ...], ...]:
    """Return the outlines of the world's land (Natural Earth, 1:110m), clockwise from above."""
    file = resources.files("seed_data") / "map" / "land-110m.json"
    rings: Iterable[list[list[float]]] = json.loads(file.read_text("utf-8"))["rings"]
    return tuple(tuple(to_vector(lat, lon) for lon, lat in ring) for ring in rings)
