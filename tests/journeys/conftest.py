"""A server on this machine, and a browser to visit it with."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from api.jobs.worker import working
from scheduling.optimizer.apart import cool_down
from tests.api.faces.worlds import Template, World, open_world, shared_template
from tests.tools import require_tool

OpenPage = Callable[..., Page]


@dataclass(frozen=True, slots=True)
class Site:
    """A served world."""

    address: str
    world: World


@pytest.fixture(scope="session")
def world_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """A seeded database with a plan, an impossible plan and an itinerary, to copy."""
    yield shared_template(tmp_path_factory.getbasetemp())
    cool_down()


@pytest.fixture(scope="module")
def site(world_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application, served on a free port of this machine."""
    world = open_world(world_template, tmp_path_factory.mktemp("site"))
    with served(world) as opened, working(world.services, threads=2):
        yield opened
    world.services.database.dispose()


@contextmanager
def served(world: World) -> Iterator[Site]:
    """Serve a world on a free port until the block ends."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    # It looks this often whether to end.
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", world)
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium that is installed."""
    path: Path = require_tool("chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=str(path),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[OpenPage]:
    """Open pages in a fresh window; whatever the browser complains about fails the test."""
    contexts = []
    complaints: list[str] = []

    token = site.world.template.tokens["coordinator"]

    def open_(path: str = "/", **options: Any) -> Page:  # noqa: ANN401 — playwright's own options
        context = browser.new_context(base_url=site.address, **options)
        context.add_cookies([{"name": "sojourn", "value": token, "url": site.address}])
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda told: complaints.append(told.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_default_timeout(60_000)
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    # A refused form is an answer, though the browser notes it as a failure.
    assert not [told for told in complaints if "status of 4" not in told]
