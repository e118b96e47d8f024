"""A small world for the faces: a seeded database with one plan, one impossible plan, one itinerary.

It is made once a session, with the real supplier and the real solver, and copied for every test.
Time stands still at `NOW`.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from api.database import open_database
from api.jobs import make_plan, queue_plan
from api.seeding import seed
from api.settings import Settings
from api.wiring import Services
from logistics import samples
from logistics.suppliers.catalogue.supplier import SampleCatalogue
from scheduling.accept_plan import accept_plan
from scheduling.optimizer.apart import explain_apart, solve_apart

NOW: Final = datetime(2027, 3, 1, 10, 30, tzinfo=UTC)
PLANNED: Final = "SJ-1001"
IMPOSSIBLE: Final = "SJ-1015"
_TRAVEL: Final = SampleCatalogue()


@dataclass(frozen=True, slots=True)
class Template:
    """A seeded database file, and what was made in it."""

    path: Path
    plan_id: str
    impossible_id: str
    itinerary_id: str


@dataclass(frozen=True, slots=True)
class World:
    """The application over a copy of the template."""

    app: Flask
    services: Services
    template: Template

    @property
    def client(self) -> FlaskClient:
        """Return a client of its own, without cookies."""
        return self.app.test_client()


def services_at(path: Path, now: datetime = NOW, *, database_url: str = "") -> Services:
    """Return the real services over the database file, with the clock standing still."""
    url = database_url or f"sqlite:///{path}"
    return Services(
        settings=Settings(database_url=url, solve_seconds=60),
        sessions=open_database(url),
        travel=_TRAVEL,
        solver=solve_apart,
        explainer=explain_apart,
        clock=lambda: now,
    )


def make_template(path: Path) -> Template:
    """Return a database in which one visit is planned and accepted and another is impossible."""
    services = services_at(path)
    services.sessions.migrate()
    seed(services.sessions, today=NOW.date(), samples=samples)
    planned, _ = queue_plan(PLANNED, services=services, request_key=None)
    impossible, _ = queue_plan(IMPOSSIBLE, services=services, request_key=None)
    make_plan(planned.id, services)
    make_plan(impossible.id, services)
    itinerary = accept_plan(
        plan_id=planned.id, proposal="best", sessions=services.sessions, now=NOW
    )
    services.sessions.dispose()
    return Template(path, planned.id, impossible.id, itinerary.id)


def open_world(template: Template, folder: Path) -> World:
    """Return the application over a copy of the template in the folder."""
    path = folder / "world.sqlite"
    shutil.copyfile(template.path, path)
    services = services_at(path)
    app = create_app(services.settings, services)
    return World(app, services, template)
