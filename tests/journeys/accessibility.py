"""The accessibility rules that a page breaks, found by axe.

Axe describes what a page does right at greater length than what it does wrong, which takes most of
its time; only what is wrong is asked for. The same rules are tried.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SIZES: Final = {"phone": (360, 740), "desktop": (1280, 900)}
"""Width and height of a screen, in pixels."""

SCHEMES: Final[dict[str, Literal["light", "dark"]]] = {"phone": "dark", "desktop": "light"}
"""Colours do not hang on the size, nor places on the colours: each is looked at once."""

_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OPTIONS: Final[dict[str, Any]] = {
    "runOnly": {"type": "tag", "values": _RULES},
    "resultTypes": ["violations"],
}
_RUN: Final = "options => axe.run(document, options).then(found => found.violations)"


def violations(page: Page) -> list[str]:
    """Return every accessibility rule the page breaks, and where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')}"
        for one in page.evaluate(_RUN, _OPTIONS)
        for node in one["nodes"]
    ]
