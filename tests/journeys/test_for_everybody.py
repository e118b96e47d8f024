"""Everybody can use the pages: with a keyboard, a screen reader, a phone, in the dark, on paper."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from api.jobs.queue_plan import make_plan, queue_plan
from pricing.import_price_file import ImportWish, import_price_file
from tests.api.faces.worlds import NOW, Template, open_world
from tests.journeys.accessibility import SCHEMES, SIZES, violations
from tests.journeys.conftest import OpenPage, Site, served
from tests.pricing.price_files.made_up import tall

pytestmark = [pytest.mark.sweep, pytest.mark.needs_tool("chromium")]

PATHS: Final = {
    "cases": "/",
    "case": "/cases/SJ-1007",
    "facts of a case": "/cases/SJ-1001/facts",
    "new case": "/cases/new",
    "wishes": "/cases/SJ-1011/visit",
    "plan": "/plans/{plan}",
    "no plan": "/plans/{impossible}",
    "why not": "/plans/{plan}/why-not?kind=lodgings",
    "trace": "/plans/{plan}/coverage",
    "itinerary": "/itineraries/{itinerary}",
    "trace of an itinerary": "/itineraries/{itinerary}/coverage",
    "facilities": "/facilities",
    "facility": "/facilities/mayo-clinic-rochester",
    "policies": "/policies",
    "policy": "/policies/mmc-surest-travel",
    "trial": "/policies/mmc-surest-travel/try?trip=P03a",
    "comparison": "/policies/ontario-northern-grant/compare?before_version=2017&after_version=2024",
    "prices": "/prices",
    "offers": "/contracts",
    "about": "/about",
    "guides": "/guides/",
    "policy guide": "/guides/policy-documents",
    "contract guide": "/guides/contract-documents",
    "problems": "/problems",
    "reference": "/docs",
}


def _path(site: Site, name: str) -> str:
    template = site.world.template
    return PATHS[name].format(
        plan=template.plan_id, impossible=template.impossible_id, itinerary=template.itinerary_id
    )


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("name", list(PATHS))
def test_no_accessibility_rule_is_broken_by_day_or_by_night(
    open_page: OpenPage, site: Site, name: str, size: str
) -> None:
    width, height = SIZES[size]
    page = open_page(
        _path(site, name), color_scheme="light", viewport={"width": width, "height": height}
    )

    page.emulate_media(color_scheme=SCHEMES[size])

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("size", list(SIZES))
def test_a_faulty_policy_breaks_no_rule_beside_its_faults(
    browser: Browser, site: Site, size: str
) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=site.address, viewport={"width": width, "height": height}
    )
    token = site.world.template.tokens["insurer_reviewer"]
    context.add_cookies([{"name": "sojourn", "value": token, "url": site.address}])
    page = context.new_page()
    page.goto("/policies/irs-medical-travel")
    document = page.get_by_label("Policy document")
    document.fill(document.input_value().replace("currency: USD", "currrency: USD" + "D" * 300))
    page.get_by_role("button", name="Save as draft").click()
    page.get_by_role("link", name=re.compile(r"^Line \d+$")).first.click()

    assert page.locator(".gutter span:target").is_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()


@pytest.mark.parametrize("size", list(SIZES))
def test_evidence_and_offers_break_no_rule_with_their_drawings(
    open_page: OpenPage, site: Site, size: str, tmp_path: Path
) -> None:
    width, height = SIZES[size]
    (tmp_path / "prices.csv").write_text(tall(), "utf-8")
    root = site.world.services.settings.price_files
    import_price_file(ImportWish(file=tmp_path / "prices.csv", root=root, now=NOW), lambda *_: None)
    page = open_page(
        "/prices/evidence?billing_code=MS-DRG+470&ours=500&theirs=900",
        viewport={"width": width, "height": height},
    )
    evidence = violations(page)
    page.goto(f"{site.address}/contracts")
    page.get_by_role("button", name="Compare them").click()
    page.get_by_role("heading", name="By length of stay").wait_for()

    assert (evidence, violations(page)) == ([], [])
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_form_with_faults_breaks_no_rule(open_page: OpenPage) -> None:
    page = open_page("/cases/new")
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("alert")).to_be_visible()

    assert violations(page) == []


def test_a_visit_can_be_planned_with_the_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    _tab_to(page, "Second look before heart surgery")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/SJ-1001")
    _tab_to(page, "Plan the visit")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The visit, planned", timeout=60_000)
    _tab_to(page, "Accept Best overall")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Visit of Walter Haskins")


def test_a_plan_under_way_can_be_cancelled_with_the_keyboard(
    open_page: OpenPage, world_template: Template, tmp_path: Path
) -> None:
    # No worker: the plan must not be made before somebody has found the button.
    world = open_world(world_template, tmp_path)
    plan, _ = queue_plan("SJ-1018", services=world.services, request_key=None)
    with served(world) as idle:
        page = open_page(f"{idle.address}/plans/{plan.id}")

        _tab_to(page, "Cancel")
        with page.expect_response(lambda answer: answer.url.endswith("/cancel")):
            page.keyboard.press("Enter")
        make_plan(plan.id, world.services)

        expect(page.get_by_text("The plan was cancelled")).to_be_visible()
        page.close()
    world.services.database.dispose()


def test_the_focus_is_always_seen(open_page: OpenPage) -> None:
    page = open_page("/cases/SJ-1001")

    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate(
            "(() => { const e = document.activeElement; const s = getComputedStyle(e);"
            " return s.outlineStyle + ' ' + s.outlineWidth; })()"
        )
        assert outline.startswith("solid"), page.evaluate("document.activeElement.outerHTML")


def test_the_itinerary_prints_without_what_only_screens_need(
    open_page: OpenPage, site: Site
) -> None:
    page = open_page(_path(site, "itinerary"), color_scheme="dark")

    page.emulate_media(media="print")

    assert not page.locator(".site-header").is_visible()
    assert not page.get_by_role("link", name="PDF").is_visible()
    assert page.get_by_role("heading", name="Day by day").is_visible()
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert ink == "rgb(0, 0, 0)"
    assert page.pdf(format="A4").startswith(b"%PDF")


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the control whose text begins so has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        text = page.evaluate("document.activeElement.textContent.replace(/\\s+/g, ' ').trim()")
        if text.startswith(name):
            return
    raise AssertionError(f"no Tab leads to {name!r}")
