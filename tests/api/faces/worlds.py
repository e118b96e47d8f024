"""A small world for the faces: a seeded database with one plan, one impossible plan, one itinerary.

It is made once a run, with the real supplier and the real solver, and copied for every test.
Time stands still at `NOW`.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Map, RuleFactory
from werkzeug.test import TestResponse

from api.app import create_app
from api.audit.writer import AuditWriter
from api.database import open_database
from api.guard.once import FIELD as KEY_FIELD
from api.jobs.queue_plan import make_plan, queue_plan
from api.people.sessions import Method, Stage, begin_session
from api.security.forms import FIELD, token_of
from api.seeding import seed
from api.settings import Settings
from api.wiring import Services
from logistics import samples
from logistics.suppliers.catalogue.supplier import SampleCatalogue
from scheduling.accept_plan import accept_plan
from scheduling.optimizer.apart import explain_apart, solve_apart
from tests.keys import RING

NOW: Final = datetime(2027, 3, 1, 10, 30, tzinfo=UTC)
PLANNED: Final = "SJ-1001"
IMPOSSIBLE: Final = "SJ-1015"
_TRAVEL: Final = SampleCatalogue()


PEOPLE: Final = {
    "coordinator": "demo-coordinator",
    "case_manager": "demo-case-manager",
    "insurer_reviewer": "demo-reviewer",
    "facility_contact": "demo-facility-contact",
    "auditor": "demo-auditor",
    "administrator": "demo-administrator",
    "patient": "demo-patient",
    "companion": "demo-companion",
    "stranger": "demo-other-coordinator",
    "strange_reviewer": "demo-other-reviewer",
    "strange_administrator": "demo-other-administrator",
}
"""Short names of the sample users; strangers are of other organisations."""


def log_in(services: Services, name: str) -> str:
    """Return the token of a new session of one of `PEOPLE`."""
    with services.database.write() as session:
        begun = begin_session(
            session,
            user_id=PEOPLE[name],
            method=Method.DEMO,
            stage=Stage.FULL,
            device="a test",
            now=services.now(),
        )
    return begun.token


@dataclass(frozen=True, slots=True)
class Template:
    """A seeded database file, and what was made in it."""

    path: Path
    plan_id: str
    impossible_id: str
    itinerary_id: str
    tokens: Mapping[str, str]


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
        return client_with(self.app, self.template.tokens[name] if name else "")


class Browser(FlaskClient):
    """A client that sends as a browser does: from our own page, forms with what stood in them."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:  # noqa: ANN401 — as werkzeug's own
        """Send a request; a form gets the token of the session and a key, unless it has them."""
        if kwargs.get("method") not in {"POST", "PUT"}:
            return super().open(*args, **kwargs)
        headers = dict(kwargs.get("headers") or {})
        if not {"Sec-Fetch-Site", "Origin"} & headers.keys():
            headers["Sec-Fetch-Site"] = "same-origin"
        cookie = self.get_cookie("sojourn")
        if not str(args[0]).startswith("/api/") and cookie is not None:
            form = kwargs.get("data") or {}
            kwargs["data"] = {FIELD: token_of(cookie.value), KEY_FIELD: uuid4().hex, **form}
        return super().open(*args, **{**kwargs, "headers": headers})


def client_with(app: Flask, token: str) -> FlaskClient:
    """Return a client that sends the token of a session; empty: nobody's."""
    app.test_client_class = Browser
    client = app.test_client()
    if token:
        client.set_cookie("sojourn", token)
    return client


class _Compiled(BytecodeCache):
    """The templates that were compiled in this process: every application would do it again."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket of a template, if it was compiled before."""
        if bucket.key in self._codes:
            bucket.bytecode_from_string(self._codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._codes[bucket.key] = bucket.bytecode_to_string()


_TEMPLATES: Final = _Compiled()


class _NoRoutes(Map):
    """Takes no route: they are those of the first application."""

    def add(self, rulefactory: RuleFactory) -> None:
        """Do nothing; preparing two hundred addresses takes most of the time of an application."""


@cache
def _routes() -> Map:
    return create_app(Settings(database_url="sqlite:////nowhere/none.sqlite")).url_map


def app_of(services: Services) -> Flask:
    """Return the application over these services; all of a process share their routes."""
    routes = _routes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "url_map_class", _NoRoutes)
        app = create_app(services.settings, services)
    app.url_map = routes
    app.jinja_env.bytecode_cache = _TEMPLATES
    return app


def services_at(path: Path, now: datetime = NOW, *, database_url: str = "") -> Services:
    """Return the real services over the database file, with the clock standing still."""
    url = database_url or f"sqlite:///{path}"
    database = open_database(url, keys=RING)
    return Services(
        settings=Settings(
            database_url=url,
            solve_seconds=60,
            rate_limit=1_000_000,
            price_files=path.parent / "price-files",
            benchmarks=path.parent / "benchmarks",
        ),
        database=database,
        sessions=database,
        trail=AuditWriter(database),
        travel=_TRAVEL,
        solver=solve_apart,
        explainer=_explain_once,
        clock=lambda: now,
    )


_EXPLAINED: Final[dict[tuple[bytes, tuple[str, ...]], str]] = {}


def _explain_once(
    document: bytes,
    *,
    options: Sequence[str] | None,
    **wishes: Any,  # noqa: ANN401 — as the explainer's own
) -> dict[str, Any]:
    """Search for the answer to a question once a session: many pages of tests ask the same."""
    if options is None:
        return explain_apart(document, options=None, **wishes)
    asked = (document, tuple(options))
    if asked not in _EXPLAINED:
        _EXPLAINED[asked] = json.dumps(explain_apart(document, options=options, **wishes))
    found: dict[str, Any] = json.loads(_EXPLAINED[asked])
    return found


@cache
def shared_template(folder: Path) -> Template:
    """Return the template of all tests of this run; ``folder`` is for what this process makes.

    Where several processes share the tests, their folders lie beside each other: the first process
    makes the template there, and the others wait for it.
    """
    place = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    told = place / "template.json"
    with (place / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            made = make_template(place / "template.sqlite")
            told.write_text(json.dumps(asdict(made), default=str))
    found = json.loads(told.read_text())
    return Template(**{**found, "path": Path(found["path"])})


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
    tokens = {name: log_in(services, name) for name in PEOPLE}
    services.database.dispose()
    return Template(path, planned.id, impossible.id, itinerary.id, tokens)


def open_world(template: Template, folder: Path) -> World:
    """Return the application over a copy of the template in the folder."""
    path = folder / "world.sqlite"
    shutil.copyfile(template.path, path)
    services = services_at(path)
    return World(app_of(services), services, template)
