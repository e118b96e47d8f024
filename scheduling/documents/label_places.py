"""Where to write labels on a map so that none covers another, a mark, or the edge."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_DISTANCES: Final = (9.0, 18.0, 30.0, 44.0, 60.0, 80.0, 104.0, 132.0)
_DIRECTIONS: Final = (0, 180, 30, 150, 330, 210, 60, 120, 300, 240, 90, 270)
"""Degrees counter-clockwise from the right, the easiest to read first."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> float:
        """Return the area shared with another rectangle."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)

    def around(self, margin: float) -> Box:
        """Return the rectangle with a margin on every side."""
        return Box(self.left - margin, self.top - margin, self.right + margin, self.bottom + margin)


@dataclass(frozen=True, slots=True)
class Label:
    """A text of some size that belongs to the mark at (x, y)."""

    x: float
    y: float
    width: float
    height: float


def place_labels(labels: Sequence[Label], *, frame: Box, obstacles: Sequence[Box]) -> list[Box]:
    """Return a rectangle for each label, same order.

    The nearest free place in reading direction is taken; where none is free, the one that covers
    least. Obstacles (marks) count like labels already placed.
    """
    taken = list(obstacles)
    placed = []
    for label in labels:
        best = _best_place(label, frame, taken)
        placed.append(best)
        taken.append(best.around(2))
    return placed


def _best_place(label: Label, frame: Box, taken: Sequence[Box]) -> Box:
    candidates = list(_candidates(label))
    least, best = math.inf, candidates[0]
    for box in candidates:
        fault = _fault(box, frame, taken)
        if fault < least:
            least, best = fault, box
        if not fault:
            break
    return best


def _candidates(label: Label) -> Iterator[Box]:
    for distance in _DISTANCES:
        for degrees in _DIRECTIONS:
            turn = math.radians(degrees)
            x = label.x + distance * math.cos(turn)
            y = label.y - distance * math.sin(turn)
            left = x - label.width * (1 - math.cos(turn)) / 2
            top = y - label.height * (1 + math.sin(turn)) / 2
            yield Box(left, top, left + label.width, top + label.height)


def _fault(box: Box, frame: Box, taken: Sequence[Box]) -> float:
    """Return the area covered that should not be, ten times what hangs over the frame."""
    area = (box.right - box.left) * (box.bottom - box.top)
    outside = area - box.overlaps(frame)
    return round(outside * 10 + sum(box.overlaps(other) for other in taken), 3)
