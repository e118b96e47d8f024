"""The visit as a timeline: one drawing for wide pages and paper, one for narrow screens.

The wide one draws time to scale from left to right: one lane for each group of travellers, days
by the clinic's clocks and by the home's. Instants are placed by UTC, so a day on which the clocks
change is an hour shorter or longer, as it is. The narrow one lists the same items downwards.
"""

from __future__ import annotations

from scheduling.documents import timeline_narrow, timeline_wide
from scheduling.documents.svg import SCREEN, Layout, Palette, to_text
from scheduling.itinerary import Itinerary


def timeline_svg(
    itinerary: Itinerary, *, layout: Layout = Layout.WIDE, palette: Palette = SCREEN
) -> str:
    """Return the timeline as SVG text: 760 units wide, or 360 for phones.

    A page may hold both layouts and show one: their ids and classes differ.
    """
    match layout:
        case Layout.WIDE:
            return to_text(timeline_wide.draw(itinerary, palette))
        case Layout.NARROW:
            return to_text(timeline_narrow.draw(itinerary, palette))
