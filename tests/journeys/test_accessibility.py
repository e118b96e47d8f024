"""What breaks a rule is told, also where it is only dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.accessibility import violations

pytestmark = pytest.mark.needs_tool("chromium")

PAGE = """<!doctype html><html lang="en"><head><title>A page</title><style>
  p { color: #111; background: #fff }
  @media (prefers-color-scheme: dark) { p { background: #222 } }
</style></head><body><main><h1>A page</h1><p>Some words.</p></main></body></html>"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page by day."""
    context = browser.new_context(color_scheme="light")
    yield context.new_page()
    context.close()


def test_a_page_that_keeps_the_rules_has_no_violation(page: Page) -> None:
    page.set_content(PAGE)

    assert violations(page) == []


def test_an_image_without_a_text_is_told_with_its_place(page: Page) -> None:
    page.set_content(PAGE.replace("Some words.", '<img src="data:," width="50" height="50">'))

    (told,) = violations(page)

    assert told.startswith("image-alt: ['img']")


def test_words_that_cannot_be_read_in_the_dark_are_told_at_night_only(page: Page) -> None:
    page.set_content(PAGE)
    by_day = violations(page)

    page.emulate_media(color_scheme="dark")

    assert by_day == []
    assert [told.split(":")[0] for told in violations(page)] == ["color-contrast"]
