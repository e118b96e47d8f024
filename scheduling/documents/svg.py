"""Drawing in SVG: elements with escaped text, estimated text widths, and the colours of a visit.

Text stays text, so that it can be read aloud, searched and copied. Nothing is styled by a style
sheet inside the drawing: pages may forbid one (Content-Security-Policy), typesetters ignore it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias
from xml.etree import ElementTree as ET

from scheduling.documents.wording import one_line
from scheduling.itinerary import ItemKind

Attributes: TypeAlias = Mapping[str, str | float]
_XMLNS: Final = "http://www.w3.org/2000/svg"
_ELLIPSIS: Final = "…"


class Layout(StrEnum):
    """Which width a drawing is made for; its text has its size at that width."""

    WIDE = "wide"
    NARROW = "narrow"


WIDE_UNITS: Final = 760.0
NARROW_UNITS: Final = 360.0
"""How wide the drawings are, in their own units."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as SVG paint, and the font family; an empty family inherits the page's."""

    ink: str
    faint: str
    paper: str
    kinds: Mapping[ItemKind, str]
    land: str
    sea: str
    font: str


_SOLID: Final = {
    ItemKind.FLIGHT: "#1f74c9",
    ItemKind.TRANSFER: "#6f7c8a",
    ItemKind.LODGING: "#7b61c9",
    ItemKind.APPOINTMENT: "#c8437a",
    ItemKind.REST: "#2f8f6b",
}
"""Middle tones: each differs from white and from near-black by at least 3:1 (WCAG 1.4.11)."""

SCREEN: Final = Palette(
    ink="currentColor",
    faint="var(--sojourn-line, #8a95a1)",
    paper="var(--sojourn-paper, transparent)",
    kinds={kind: f"var(--sojourn-{kind}, {colour})" for kind, colour in _SOLID.items()},
    land="var(--sojourn-land, rgb(128 134 128 / 0.25))",
    sea="var(--sojourn-sea, transparent)",
    font="",
)
"""For pages: text in the page's colour, the rest through custom properties with a fallback."""

PRINT: Final = Palette(
    ink="#1b2733",
    faint="#aab4be",
    paper="#ffffff",
    kinds=_SOLID,
    land="#d3dacb",
    sea="#eef4f8",
    font="Noto Sans, DejaVu Sans, Libertinus Serif",
)
"""For paper: plain colours, which every typesetter understands."""


def drawing(*, width: float, height: float, name: str, title: str, description: str) -> ET.Element:
    """Return the root of a drawing that scales to its frame and says what it shows.

    ``name`` begins every id and class of the drawing, so that several can stand on one page.
    """
    root = ET.Element(
        "svg",
        {
            "xmlns": _XMLNS,
            "viewBox": f"0 0 {number(width)} {number(height)}",
            "role": "img",
            "class": name,
            "aria-labelledby": f"{name}-title {name}-description",
        },
    )
    add(root, "title", {"id": f"{name}-title"}, text=title)
    add(root, "desc", {"id": f"{name}-description"}, text=description)
    return root


def add(parent: ET.Element, tag: str, *attributes: Attributes, text: str = "") -> ET.Element:
    """Append an element with all these attributes.

    Numbers are rounded to a tenth of a unit, text is escaped when written.
    """
    written = {
        key: value if isinstance(value, str) else number(value)
        for part in attributes
        for key, value in part.items()
    }
    element = ET.SubElement(parent, tag, written)
    if text:
        element.text = one_line(text)
    return element


def number(value: float) -> str:
    """Return a coordinate as short text."""
    return f"{round(value, 1):g}" if abs(value) < 1e5 else f"{value:.0f}"  # noqa: PLR2004 — of %g


def to_text(root: ET.Element) -> str:
    """Return the drawing as SVG text for a page or a typesetter."""
    return ET.tostring(root, encoding="unicode")


def text_width(text: str, size: float) -> float:
    """Return about how wide a line is at a font size, in the same unit; never too little by much.

    Measured on common sans-serif faces: 0.56 em a character, 1 em for East Asian wide ones.
    """
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return size * (0.56 * (len(text) - wide) + wide)


def shorten(text: str, *, size: float, width: float) -> str:
    """Return the text, cut with an ellipsis where it would be wider than the room."""
    line = one_line(text)
    if text_width(line, size) <= width:
        return line
    while line and text_width(line + _ELLIPSIS, size) > width:
        line = line[:-1]
    return line.rstrip() + _ELLIPSIS


def wrap(text: str, *, size: float, width: float, lines: int) -> list[str]:
    """Return the text broken at spaces into at most that many lines; the last is cut to fit."""
    words = one_line(text).split(" ")
    broken: list[str] = []
    while words and len(broken) < lines - 1:
        line = words.pop(0)
        while words and text_width(f"{line} {words[0]}", size) <= width:
            line = f"{line} {words.pop(0)}"
        broken.append(shorten(line, size=size, width=width))
    if words:
        broken.append(shorten(" ".join(words), size=size, width=width))
    return broken
