"""One world that everything hostile is sent to, and what it logs meanwhile."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Final

import pytest

from api.access.roles import Role
from api.observing.logs import make_formatter
from api.people.users import NewUser, add_user
from scheduling.optimizer.apart import cool_down
from tests.api.faces.worlds import NOW, Template, World, open_world, shared_template
from tests.api.injection.corpus import Breadth


@pytest.fixture(scope="session")
def breadth(pytestconfig: pytest.Config) -> Breadth:
    """How many strings are sent where: all of them with `--whole-corpus`."""
    return Breadth(is_whole=bool(pytestconfig.getoption("--whole-corpus")))


@pytest.fixture(scope="session")
def hostile_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """A seeded database with a plan, an impossible plan and an itinerary, to copy."""
    yield shared_template(tmp_path_factory.getbasetemp())
    cool_down()


TARGET: Final = "target"
"""A user whose account may be changed: nobody comes in as them."""


@pytest.fixture(scope="module")
def world(hostile_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The application over a database that the tests of a module share."""
    opened = open_world(hostile_template, tmp_path_factory.mktemp("world"))
    wanted = NewUser(
        id=TARGET, organisation_id="sojourn-sample", name="T", roles=frozenset({Role.AUDITOR})
    )
    with opened.services.database.write() as session:
        add_user(session, wanted, now=NOW)
    yield opened
    opened.services.database.dispose()


@pytest.fixture(scope="module")
def log() -> Iterator[io.StringIO]:
    """What is logged, as the service writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(make_formatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)
