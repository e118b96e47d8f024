"""The world the faces are tested in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from scheduling.optimizer.apart import cool_down
from tests.api.faces.page import Page, fetch
from tests.api.faces.worlds import Template, World, open_world, shared_template

GetPage = Callable[..., Page]


@pytest.fixture(scope="session")
def world_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """A seeded database with a plan, an impossible plan and an itinerary, to copy."""
    yield shared_template(tmp_path_factory.getbasetemp())
    cool_down()


@pytest.fixture
def world(world_template: Template, tmp_path: Path) -> Iterator[World]:
    """The application over a database of this test's own."""
    opened = open_world(world_template, tmp_path)
    yield opened
    opened.services.database.dispose()


@pytest.fixture
def client(world: World) -> FlaskClient:
    """A client of the application."""
    return world.client


@pytest.fixture
def get_page(world: World, client: FlaskClient) -> GetPage:
    """Fetch a page and check what every page must be."""

    def get(path: str, *, status: int = 200) -> Page:
        return fetch(world.app, client, path, status=status)

    return get
