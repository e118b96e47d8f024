"""A small application whose one job is to open a facility, over REST and by a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from flask import Flask, Response, g, redirect, request
from werkzeug.exceptions import HTTPException

from api.access.principal import Principal, PrincipalKind
from api.database import Database
from api.errors import find_problem_kind
from api.guard.once import once
from api.settings import Settings
from api.wiring import Services, get_services
from logistics.errors import InvalidField
from logistics.repository.facilities import add_facility, list_facilities
from tests.storage.builders import facility

NOW: Final = datetime(2027, 3, 1, 10, 30, tzinfo=UTC)
ADA: Final = Principal(kind=PrincipalKind.USER, user_id="ada", organisation_id="ours")
BOB: Final = Principal(kind=PrincipalKind.USER, user_id="bob", organisation_id="ours")
REST: Final = "/api/v1/facilities"
PAGE: Final = "/facilities"


def nothing() -> None:
    """Do nothing at this point."""


@dataclass
class World:
    """The database, and what happens while the view works; counts how often it does."""

    database: Database
    meanwhile: Callable[[], None] = nothing
    after: Callable[[], None] = nothing
    calls: int = 0

    def names(self) -> list[str]:
        """Return what has been opened."""
        with self.database.read() as session:
            return [one.id for one in list_facilities(session)]


def make_app(world: World, principal: Principal = ADA, now: datetime = NOW) -> Flask:
    """Return the application in which this principal asks."""
    app = Flask("once")
    services = Services(
        settings=Settings(),
        database=world.database,
        sessions=world.database,
        trail=cast("Any", None),
        travel=cast("Any", None),
        solver=cast("Any", None),
        explainer=cast("Any", None),
        clock=lambda: now,
    )

    def enter() -> None:
        g.principal, g.services = principal, services

    def end(response: Response) -> Response:
        world.after()
        return response

    app.before_request(enter)
    app.after_request(end)
    app.register_error_handler(Exception, _tell)
    app.add_url_rule(REST, "rest", _rest(world), methods=["POST"])
    app.add_url_rule(PAGE, "page", _page(world), methods=["POST"])
    return app


def _rest(world: World) -> Callable[[], Any]:
    @once
    def view() -> tuple[dict[str, Any], int, dict[str, str]]:
        name = request.get_json()["name"]
        _open(world, name)
        with get_services().sessions.read() as session:
            count = len(list_facilities(session))
        return {"name": name, "count": count}, 201, {"Location": f"{PAGE}/{name}"}

    return view


def _page(world: World) -> Callable[[], Any]:
    @once
    def view() -> Any:  # noqa: ANN401 — a page or a redirect
        try:
            _open(world, request.form["name"])
        except InvalidField as error:
            return str(error), 422
        return redirect(f"{PAGE}/{request.form['name']}", 303)

    return view


def _open(world: World, name: str) -> None:
    with get_services().sessions.write() as session:
        add_facility(session, facility(f"{name}-{world.calls}"))
        world.calls += 1
        world.meanwhile()
        if name == "wrong":
            raise InvalidField("name", "must be another")


def _tell(error: Exception) -> Any:  # noqa: ANN401 — as Flask's handlers
    if isinstance(error, HTTPException):
        return error
    kind = find_problem_kind(error)
    return ("broken", 500) if kind is None else (kind.title, kind.status)
