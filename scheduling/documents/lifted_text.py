"""Text lifted off a drawing, for the typesetter to set over it.

The typesetter's own reader of SVG shapes text letter by letter: Indic syllables fall apart and
lines lose their spaces. Lines in scripts that need shaping are therefore taken out of the drawing
and set by the typesetter itself, at the same place and size.
"""

from __future__ import annotations

from typing import TypedDict
from xml.etree import ElementTree as ET

from scheduling.documents.letters import has_own_fonts

_NAMESPACE = "http://www.w3.org/2000/svg"


class Line(TypedDict):
    """A line of text: its left end and baseline from the drawing's corner, in its units."""

    x: float
    y: float
    size: float
    bold: bool
    text: str


def lift_text(svg: str) -> tuple[str, list[Line]]:
    """Return one of our drawings without the lines it would print wrongly, and those lines."""
    root = ET.fromstring(svg)  # noqa: S314 — a drawing made by this package
    lines: list[Line] = []
    for parent, size in _sized(root, 0.0):
        for child in list(parent):
            if child.tag == f"{{{_NAMESPACE}}}text" and not has_own_fonts(child.text or ""):
                lines.append(_line(child, size))
                parent.remove(child)
    if not lines:
        return svg, []
    ET.register_namespace("", _NAMESPACE)
    return ET.tostring(root, encoding="unicode"), lines


def _sized(element: ET.Element, size: float) -> list[tuple[ET.Element, float]]:
    """Return the element and all below it, each with the font size in force there."""
    own = float(element.get("font-size") or size)
    return [(element, own), *(pair for child in element for pair in _sized(child, own))]


def _line(element: ET.Element, inherited: float) -> Line:
    return {
        "x": float(element.get("x") or 0),
        "y": float(element.get("y") or 0),
        "size": float(element.get("font-size") or inherited),
        "bold": element.get("font-weight") in {"600", "700"},
        "text": element.text or "",
    }
