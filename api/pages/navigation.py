"""What every page shows around its content: the main navigation and where one is in it."""

from __future__ import annotations

from typing import Any, Final

from flask import request, url_for

_ENTRIES: Final = (
    ("Cases", "cases.list_page", ("cases", "plans", "why_not", "itineraries")),
    ("Facilities", "facilities.list_page", ("facilities",)),
    ("REST", "reference.reference_page", ("reference",)),
    ("About", "about.about_page", ("about",)),
)


def shared_context() -> dict[str, Any]:
    """Return the variables that `base.html` needs on every page."""
    blueprint = request.blueprint or ""
    return {
        "navigation": [
            {"label": label, "href": url_for(endpoint), "is_current": blueprint in rooms}
            for label, endpoint, rooms in _ENTRIES
        ]
    }
