"""Somebody comes in, sets up a second factor, and goes; a patient comes in with a link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pyotp
import pytest
from playwright.sync_api import Page, expect

from logistics.repository.cases import get_case
from tests.api.faces.visitors import real_app, store_user
from tests.api.faces.worlds import NOW, Template, open_world
from tests.api.people.worlds import PASSWORD
from tests.journeys.accessibility import SCHEMES, SIZES, violations
from tests.journeys.conftest import OpenPage, Site, served

pytestmark = [pytest.mark.sweep, pytest.mark.needs_tool("chromium")]

EMAIL: Final = "ines@clinic.example"


@pytest.fixture(scope="module")
def site(world_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application that knows its own users, served; the coordinator has a password."""
    world = open_world(world_template, tmp_path_factory.mktemp("people"))
    store_user(world, EMAIL)
    with served(replace(world, app=real_app(world))) as opened:
        yield opened
    world.services.database.dispose()


@pytest.fixture
def open_unknown(open_page: OpenPage) -> OpenPage:
    """Open pages in a fresh window in which nobody is logged in."""

    def open_(path: str, **options: Any) -> Page:  # noqa: ANN401 — playwright's own options
        page = open_page("/about", **options)
        page.context.clear_cookies()
        page.goto(path)
        return page

    return open_


def log_in(page: Page) -> None:
    """Fill in the form of the login page."""
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def come_in_as(page: Page, words: str) -> None:
    """Press the button of a demonstration user."""
    page.goto("/login")
    page.get_by_role("button", name=words).first.click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def test_login_account_second_factor_and_logout(open_unknown: OpenPage) -> None:
    page = open_unknown("/cases/SJ-1001")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    log_in(page)
    page.wait_for_url("**/cases/SJ-1001")
    page.get_by_role("link", name="Account").click()
    page.get_by_role("link", name="Set up a second factor").click()
    drawn = page.get_by_role("img", name="QR code of the key below").bounding_box()
    assert drawn is not None
    assert drawn["width"] >= 150
    phone = pyotp.TOTP(page.locator("#key").inner_text())

    page.get_by_role("textbox", name="Code").fill(phone.at(NOW))
    page.get_by_role("button", name="Confirm").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    code = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 of 10 recovery codes are unused")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    log_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cases")


def test_a_patient_comes_in_with_a_link_and_the_birth_date(
    open_unknown: OpenPage, site: Site
) -> None:
    with site.world.services.database.read() as session:
        born = get_case(session, "SJ-1002").patient.birth_date
    manager = open_unknown("/login")
    come_in_as(manager, "Case manager: Tomas Sample")
    manager.goto("/cases/SJ-1002/people")
    manager.get_by_role("button", name="Give access").first.click()
    manager.get_by_role("button", name="Make a link").first.click()
    fragment = manager.locator("main code").inner_text().partition("#")[2]

    page = open_unknown(f"/link#{fragment}")

    assert "#" not in page.url
    expect(page.get_by_label("Code of the link")).to_be_hidden()
    page.get_by_label("Date of birth").fill(born.isoformat())
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("SJ-1002").first).to_be_visible()


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("", "/login"),
        ("", "/link"),
        ("", "/welcome"),
        ("Coordinator: Ines Sample", "/account"),
        ("Coordinator: Ines Sample", "/account/second-factor"),
        ("Case manager: Tomas Sample", "/cases/SJ-1001/people"),
        ("Administrator: Anton Sample", "/users"),
        ("Administrator: Anton Sample", "/users/demo-auditor"),
    ],
)
def test_no_accessibility_rule_is_broken_by_day_or_by_night(
    open_unknown: OpenPage, who: str, path: str, size: str
) -> None:
    width, height = SIZES[size]
    page = open_unknown("/login", color_scheme="light", viewport={"width": width, "height": height})
    if who:
        come_in_as(page, who)
    page.goto(path)

    page.emulate_media(color_scheme=SCHEMES[size])

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
