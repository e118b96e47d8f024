"""The auditor's pages and the access report, by day and by night, on a phone and a desktop."""

from __future__ import annotations

from typing import Final

import pytest

from tests.api.faces.noted import store_noted
from tests.journeys.accessibility import SCHEMES, SIZES, violations
from tests.journeys.conftest import OpenPage, Site

pytestmark = [pytest.mark.sweep, pytest.mark.needs_tool("chromium")]

PATHS: Final = {
    "/audit": "auditor",
    "/audit?case=NO-SUCH": "auditor",
    "/audit/2": "auditor",
    "/audit/3": "auditor",
    "/audit/check": "auditor",
    "/cases/SJ-1001/access": "coordinator",
    "/cases/SJ-1010/access": "coordinator",
}


@pytest.fixture(scope="module")
def noted(site: Site) -> Site:
    """A site in whose trail there are a few entries."""
    store_noted(site.world)
    return site


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("path", list(PATHS))
def test_no_accessibility_rule_is_broken_by_day_or_by_night(
    open_page: OpenPage, noted: Site, path: str, size: str
) -> None:
    width, height = SIZES[size]
    page = open_page("/about", color_scheme="light", viewport={"width": width, "height": height})
    token = noted.world.template.tokens[PATHS[path]]
    page.context.add_cookies([{"name": "sojourn", "value": token, "url": noted.address}])
    page.goto(path)

    page.emulate_media(color_scheme=SCHEMES[size])

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
