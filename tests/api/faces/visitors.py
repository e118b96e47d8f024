"""Somebody at a browser: opens pages, fills in their forms, and keeps what cookies they get."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.access.roles import Role
from api.people.credentials import store_hash
from api.people.users import NewUser, User, add_user
from api.settings import Settings
from api.wiring import Services
from tests.api.faces.page import Page, checked
from tests.api.faces.worlds import NOW, World, app_of
from tests.api.people.worlds import HASHED, PASSWORD


class Visitor:
    """A browser; every page it gets is checked, redirects are followed."""

    def __init__(self, app: Flask) -> None:
        """Open an empty browser."""
        self.app = app
        self.client = FlaskClient(app, app.response_class)
        self.page: Page | None = None
        self.path = ""

    def open(self, path: str, *, status: int = 200) -> Page:
        """Open a page."""
        return self._take(self.client.get(path, follow_redirects=True), status)

    def send(self, action_end: str, *, status: int = 200, **fields: Any) -> Page:  # noqa: ANN401 — form fields
        """Fill in the form of the page whose action ends so, and send it."""
        return self._take(self.post(action_end, follow_redirects=True, **fields), status)

    def post(
        self,
        action_end: str,
        *,
        follow_redirects: bool = False,
        **fields: Any,  # noqa: ANN401 — form fields
    ) -> TestResponse:
        """Send a form of the page and return the bare answer."""
        assert self.page is not None
        form = {**self.page.form(action_end), **fields}
        action = next(
            str(one.get("action"))
            for one in self.page.all(".//form")
            if str(one.get("action")).endswith(action_end)
        )
        return self.client.post(action, data=form, follow_redirects=follow_redirects)

    def log_in(self, email: str, password: str = PASSWORD, *, status: int = 200) -> Page:
        """Log in with a password."""
        self.open("/login")
        return self.send("/login", email=email, password=password, status=status)

    def come_in_as(self, sample: str) -> Page:
        """Log in as a demonstration user."""
        page = self.open("/login")
        token = page.form("/login/demo")["form_token"]
        answer = self.client.post(
            "/login/demo", data={"user": sample, "form_token": token}, follow_redirects=True
        )
        return self._take(answer, 200)

    def _take(self, answer: TestResponse, status: int) -> Page:
        self.path = answer.request.path
        self.page = checked(self.app, answer, status=status)
        return self.page


def real_app(world: World, **changes: Any) -> Flask:  # noqa: ANN401 — fields of Settings
    """Return the application over the world that knows its own users; settings may be others."""
    settings: Settings = replace(world.services.settings, **changes)
    services: Services = replace(world.services, settings=settings)
    return app_of(services)


def store_user(
    world: World,
    email: str = "ines@clinic.example",
    *roles: Role,
    organisation_id: str = "sojourn-sample",
) -> User:
    """Store a user with the password of the tests; a coordinator unless roles are named."""
    wanted = NewUser(
        organisation_id=organisation_id,
        name="Ines Keller",
        email=email,
        roles=frozenset(roles or {Role.COORDINATOR}),
    )
    with world.services.database.write() as session:
        user = add_user(session, wanted, now=NOW)
        store_hash(session, user.id, HASHED, now=NOW)
    return user
