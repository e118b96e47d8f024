"""A browser shows pages full of hostile text: nothing runs, nothing complains."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Request

from tests.api.faces.worlds import Template, open_world
from tests.api.injection.corpus import TWO_OF_EACH
from tests.api.injection.planting import Planted, plant_accounts, plant_cases, plant_reasons
from tests.journeys.conftest import Site, served

pytestmark = pytest.mark.sweep


@pytest.fixture(scope="module")
def hostile_site(
    world_template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, tuple[Planted, ...]]]:
    """The application over a world in which everything is called by something hostile."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    world = open_world(world_template, folder)
    planted = plant_cases(world, TWO_OF_EACH)
    plant_reasons(world, planted[0].reference, TWO_OF_EACH)
    plant_accounts(world, TWO_OF_EACH)
    with served(world) as site:
        yield site, planted
    world.services.database.dispose()


@pytest.mark.parametrize("who", ["coordinator", "administrator", "auditor"])
def test_nothing_that_is_shown_runs(
    browser: Browser, hostile_site: tuple[Site, tuple[Planted, ...]], who: str
) -> None:
    site, planted = hostile_site
    noticed: list[str] = []
    context = browser.new_context(base_url=site.address)
    token = site.world.template.tokens[who]
    context.add_cookies([{"name": "sojourn", "value": token, "url": site.address}])
    page = context.new_page()

    def opened(dialog: Dialog) -> None:
        noticed.append(dialog.message)
        dialog.dismiss()

    def elsewhere(request: Request) -> None:
        if not request.url.startswith(site.address):
            noticed.append(request.url)

    page.on("dialog", opened)
    page.on("console", lambda told: noticed.append(told.text))
    page.on("pageerror", lambda error: noticed.append(str(error)))
    page.on("popup", lambda opened: noticed.append(opened.url))
    page.on("request", elsewhere)
    paths = {
        "coordinator": ["/", "/account", "/approvals", *_paths_of(planted)],
        "administrator": ["/users", "/emergency", "/approvals"],
        "auditor": ["/audit", "/audit?user=%22%3E%3Cscript%3Exqz()%3C/script%3E"],
    }[who]

    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.evaluate("typeof window.xqz") == "undefined", path
        assert page.evaluate("document.querySelectorAll('xqz, iframe, base').length") == 0, path

    context.close()
    assert noticed == []


def _paths_of(planted: tuple[Planted, ...]) -> Iterator[str]:
    for case in planted:
        yield f"/cases/{case.reference}"
        yield f"/itineraries/{case.itinerary_id}"
    for case in planted[::5]:
        yield f"/cases/{case.reference}/visit"
        yield f"/cases/{case.reference}/people"
        yield f"/cases/{case.reference}/access"
        yield f"/plans/{case.plan_id}"
        yield f"/plans/{case.plan_id}/why-not"
