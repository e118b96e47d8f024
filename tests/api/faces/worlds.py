"""A small world for the faces: a seeded database with one plan, one impossible plan, one itinerary.

It is made once a session, with the real supplier and the real solver, and copied for every test.
Time stands still at `NOW`.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session
from werkzeug.test import TestResponse

from api.access.principal import Principal, PrincipalKind
from api.access.roles import Role
from api.app import create_app
from api.database import open_database
from api.jobs.queue_plan import make_plan, queue_plan
from api.security.forms import FIELD, token_of
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


def _person(role: Role, organisation_id: str, facility_id: str = "") -> Principal:
    return Principal(
        kind=PrincipalKind.USER,
        user_id=f"{role.value}-of-{organisation_id}",
        organisation_id=organisation_id,
        facility_id=facility_id,
        roles=frozenset({role}),
    )


_OPERATOR: Final = "sojourn-sample"
_FACILITY: Final = "mayo-clinic-rochester"
PEOPLE: Final = {
    "coordinator": _person(Role.COORDINATOR, _OPERATOR),
    "case_manager": _person(Role.CASE_MANAGER, _OPERATOR),
    "insurer_reviewer": _person(Role.INSURER_REVIEWER, "payer-sample"),
    "facility_contact": _person(Role.FACILITY_CONTACT, _FACILITY, _FACILITY),
    "auditor": _person(Role.AUDITOR, _OPERATOR),
    "administrator": _person(Role.ADMINISTRATOR, _OPERATOR),
    "stranger": _person(Role.COORDINATOR, "other-sample"),
}


def identify(
    _session: Session, *, session_token: str | None, api_token: str | None, now: datetime
) -> Principal | None:
    """Say who a name stands for, in place of a token."""
    del now
    return PEOPLE.get(session_token or api_token or "")


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
        """Return a client in which a coordinator of the sample operator is logged in."""
        return self.client_of("coordinator")

    def client_of(self, name: str) -> FlaskClient:
        """Return a client of its own in which one of `PEOPLE` is logged in; empty: nobody."""
        return client_of(self.app, name)


class Browser(FlaskClient):
    """A client that sends forms as a browser does: with the token of the page they stood on."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:  # noqa: ANN401 — as werkzeug's own
        """Send a request; a form without its token gets the one of the session."""
        path = str(args[0]) if args else ""
        cookie = self.get_cookie("sojourn")
        if kwargs.get("method") == "POST" and not path.startswith("/api/") and cookie is not None:
            form = kwargs.get("data") or {}
            kwargs["data"] = {FIELD: token_of(cookie.value), **form}
        return super().open(*args, **kwargs)


def client_of(app: Flask, name: str = "coordinator") -> FlaskClient:
    """Return a client in which one of `PEOPLE` is logged in; empty: nobody."""
    app.test_client_class = Browser
    client = app.test_client()
    if name:
        client.set_cookie("sojourn", name)
    return client


def app_of(services: Services) -> Flask:
    """Return the application that knows `PEOPLE`."""
    return create_app(services.settings, services, identify)


def services_at(path: Path, now: datetime = NOW, *, database_url: str = "") -> Services:
    """Return the real services over the database file, with the clock standing still."""
    url = database_url or f"sqlite:///{path}"
    database = open_database(url)
    return Services(
        settings=Settings(database_url=url, solve_seconds=60),
        database=database,
        sessions=database,
        travel=_TRAVEL,
        solver=solve_apart,
        explainer=explain_apart,
        clock=lambda: now,
    )


def make_template(path: Path) -> Template:
    """Return a database in which one visit is planned and accepted and another is impossible."""
    services = services_at(path)
    services.database.migrate()
    seed(services.sessions, today=NOW.date(), samples=samples)
    planned, _ = queue_plan(PLANNED, services=services, request_key=None)
    impossible, _ = queue_plan(IMPOSSIBLE, services=services, request_key=None)
    make_plan(planned.id, services)
    make_plan(impossible.id, services)
    itinerary = accept_plan(
        plan_id=planned.id, proposal="best", sessions=services.sessions, now=NOW
    )
    services.database.dispose()
    return Template(path, planned.id, impossible.id, itinerary.id)


def open_world(template: Template, folder: Path) -> World:
    """Return the application over a copy of the template in the folder."""
    path = folder / "world.sqlite"
    shutil.copyfile(template.path, path)
    services = services_at(path)
    return World(app_of(services), services, template)
