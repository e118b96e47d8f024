"""Everybody can use the pages of estimates and bills: on a phone, on a desktop, in the dark."""

from __future__ import annotations

from typing import Final

import pytest

from pricing.import_price_file import ImportWish, import_price_file
from tests.api.faces.estimate_worlds import store_estimate
from tests.api.faces.worlds import NOW
from tests.journeys.accessibility import SCHEMES, SIZES, violations
from tests.journeys.conftest import OpenPage, Site
from tests.pricing.price_files.made_up import Item as Charge
from tests.pricing.price_files.made_up import tall

pytestmark = [pytest.mark.sweep, pytest.mark.needs_tool("chromium")]

PATHS: Final = {
    "estimate": "/cases/SJ-1001/estimate",
    "form": "/cases/SJ-1001/estimate/edit",
    "bill": "/cases/SJ-1001/bills/1",
    "form of a bill": "/cases/SJ-1001/bills/1/edit",
    "deadlines": "/deadlines",
    "price of an item": "/cases/SJ-1003/estimate/items/1/price",
    "none yet": "/cases/SJ-1002/estimate",
}


@pytest.fixture(scope="module", autouse=True)
def _estimated(site: Site, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let one case have an issued estimate, and a bill, another a draft of a published price."""
    published = tmp_path_factory.mktemp("published") / "prices.csv"
    cells = {"gross": "40000", "cash": "30000.505", "description": "Knee"}
    published.write_text(tall([Charge(cells=cells)]), "utf-8")
    root = site.world.services.settings.price_files
    import_price_file(ImportWish(file=published, root=root, now=NOW), lambda *_: None)
    with site.world.services.database.write() as session:
        store_estimate(session)
        store_estimate(session, reference="SJ-1003", is_issued=False, with_bill=False)


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("name", list(PATHS))
def test_no_accessibility_rule_is_broken(open_page: OpenPage, name: str, size: str) -> None:
    width, height = SIZES[size]
    page = open_page(PATHS[name], color_scheme="light", viewport={"width": width, "height": height})

    page.emulate_media(color_scheme=SCHEMES[size])

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_published_price_is_chosen_beside_its_button(open_page: OpenPage) -> None:
    page = open_page(PATHS["price of an item"])
    (choice, words) = (page.locator(".option input").first, page.locator(".option label").first)
    left, right = choice.bounding_box(), words.bounding_box()

    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"], "words stand right of what is pressed"
    assert left["y"] < right["y"] + right["height"] / 2


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
