"""Everybody can use the pages of estimates and bills: on a phone, on a desktop, in the dark."""

from __future__ import annotations

from typing import Final

import pytest

from tests.api.faces.estimate_worlds import store_estimate
from tests.journeys.accessibility import SCHEMES, SIZES, violations
from tests.journeys.conftest import OpenPage, Site

pytestmark = pytest.mark.needs_tool("chromium")

PATHS: Final = {
    "estimate": "/cases/SJ-1001/estimate",
    "form": "/cases/SJ-1001/estimate/edit",
    "bill": "/cases/SJ-1001/bills/1",
    "form of a bill": "/cases/SJ-1001/bills/1/edit",
    "deadlines": "/deadlines",
    "none yet": "/cases/SJ-1002/estimate",
}


@pytest.fixture(scope="module", autouse=True)
def _estimated(site: Site) -> None:
    """Let the case have an issued estimate, and a bill."""
    with site.world.services.database.write() as session:
        store_estimate(session)


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("name", list(PATHS))
def test_no_accessibility_rule_is_broken(open_page: OpenPage, name: str, size: str) -> None:
    width, height = SIZES[size]
    page = open_page(PATHS[name], color_scheme="light", viewport={"width": width, "height": height})

    page.emulate_media(color_scheme=SCHEMES[size])

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("size", list(SIZES))
def test_the_patients_own_page_breaks_no_rule(open_page: OpenPage, site: Site, size: str) -> None:
    width, height = SIZES[size]
    page = open_page("/about", color_scheme="light", viewport={"width": width, "height": height})
    token = site.world.template.tokens["patient"]
    page.context.add_cookies([{"name": "sojourn", "value": token, "url": site.address}])
    page.goto(PATHS["estimate"])

    page.emulate_media(color_scheme=SCHEMES[size])

    assert page.get_by_role("heading", name="In short").is_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
