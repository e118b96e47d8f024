"""What stands between a page and a view, as a browser sees it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from api.security.redirects import own_path
from tests.api.security.test_redirects import EVIL, GOOD
from tests.journeys.conftest import OpenPage, Site

pytestmark = pytest.mark.needs_tool("chromium")

MADE_UP = """() => new Promise((tell) => {
  window.ran = [];
  const note = (event) => window.ran.push(event.effectiveDirective);
  document.addEventListener('securitypolicyviolation', note);
  const script = document.createElement('script');
  script.textContent = 'window.injected = true';
  document.body.append(script);
  const frame = document.createElement('iframe');
  frame.src = '/about';
  document.body.append(frame);
  const image = document.createElement('img');
  image.src = 'https://elsewhere.example/x.png';
  document.body.append(image);
  document.body.setAttribute('style', 'color: red');
  setTimeout(() => tell([window.ran, window.injected === true]), 500);
})"""


def test_a_browser_runs_nothing_that_was_put_into_a_page(site: Site, open_page: OpenPage) -> None:
    # Its complaints are what is looked for, so the page is one of a window of its own.
    page = open_page("/about").context.new_page()
    page.goto("/about")

    refused, has_run = page.evaluate(MADE_UP)

    assert has_run is False
    assert {"script-src-elem", "frame-src", "img-src", "style-src-attr"} <= set(refused)


def test_a_form_sent_twice_from_one_page_begins_one_plan(site: Site, open_page: OpenPage) -> None:
    page = open_page("/cases/SJ-1009")
    send = """() => {
      const form = [...document.forms].find((one) => one.action.endsWith('/plans'));
      const send = () => fetch(form.action, {method: 'POST', body: new URLSearchParams(
        new FormData(form))}).then((answer) => answer.url);
      return Promise.all([send(), send(), send()]);
    }"""

    addresses = page.evaluate(send)

    assert len(set(addresses)) == 1
    assert re.fullmatch(r"/plans/PL-[0-9a-f]{16}", urlsplit(addresses[0]).path)


def test_a_form_of_another_site_does_nothing(site: Site, open_page: OpenPage) -> None:
    page = open_page("/about").context.new_page()
    target = f"{site.address}/cases/SJ-1002/plans"
    form = f"<!doctype html><form method=post action={target}><button>Win a prize</button></form>"
    page.route(
        "http://prizes.example/", lambda route: route.fulfill(content_type="text/html", body=form)
    )
    before = _plans(site)

    page.goto("http://prizes.example/")
    with page.expect_response(target) as waiting:
        page.get_by_role("button").click()

    assert waiting.value.status == 403
    assert _plans(site) == before


def test_a_browser_stays_here_wherever_a_login_leads(open_page: OpenPage) -> None:
    page = open_page("/about")
    targets = [own_path(target, "/home") for target in (*EVIL, *GOOD)]

    origins = page.evaluate(
        "(targets) => targets.map((one) => new URL(one, location.href).origin)", targets
    )
    led_away = page.evaluate(
        "(targets) => targets.filter((one) => { try {"
        " return new URL(one, location.href).origin !== location.origin } catch { return true } })",
        list(EVIL),
    )

    assert set(origins) == {page.evaluate("location.origin")}
    assert len(led_away) > 10, "the targets are not dangerous at all"


def test_a_page_is_not_shown_again_from_memory_after_leaving(open_page: OpenPage) -> None:
    page = open_page("/cases/SJ-1001")
    page.context.clear_cookies()

    page.goto("/about")
    page.go_back()

    expect(page.locator("body")).not_to_contain_text("Who travels")


def _plans(site: Site) -> int:
    answer = site.world.client.get("/api/v1/cases/SJ-1002/plans").json
    assert answer is not None
    return len(answer["plans"])
