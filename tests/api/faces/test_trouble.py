"""When something is broken: a clear answer, nothing half written, nothing revealed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest
from flask.testing import FlaskClient

from api.database import open_database
from api.jobs.control import retry_job
from api.jobs.job import JobStatus
from api.jobs.plan_job import find_plan_job
from api.jobs.queue_plan import make_plan, queue_plan
from api.wiring import Services
from logistics.errors import CatalogueUnreadable, SupplierError
from logistics.repository.errors import DatabaseUnavailable
from scheduling.optimizer.answer import Answer
from scheduling.optimizer.errors import SolveKilled
from scheduling.planning import Phase
from scheduling.repository.plans import get_plan, list_plans, request_cancel
from tests.api.faces.page import checked, fetch
from tests.api.faces.test_rest import CASE
from tests.api.faces.worlds import World, app_of, client_with
from tests.keys import RING


class _Silent:
    """A supplier with nothing to sell, or with an error for every question."""

    name = "silent"

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    def search_flights(self, _: object) -> tuple[()]:
        return self._answer()

    search_lodging = search_flights
    search_transfers = search_flights

    def _answer(self) -> tuple[()]:
        if self._error is not None:
            raise self._error
        return ()


class _Broken:
    """A database that cannot serve."""

    def __init__(self, *, retryable: bool) -> None:
        self._retryable = retryable

    def read(self) -> NoReturn:
        raise DatabaseUnavailable("the disk is full; free some space", retryable=self._retryable)

    write = look = read

    def describe(self) -> NoReturn:
        raise DatabaseUnavailable("the disk is full; free some space", retryable=self._retryable)


def _killed(*_: object, **__: object) -> Answer:
    raise SolveKilled("the solving process ended without an answer: it was killed")


def _planned_with(world: World, **changes: Any) -> str:  # noqa: ANN401 — fields of Services
    services = replace(world.services, **changes)
    plan, _ = queue_plan("SJ-1002", services=services, request_key=None)
    make_plan(plan.id, services)
    while _is_waiting_again(services, plan.id):
        make_plan(plan.id, services)
    return plan.id


def _is_waiting_again(services: Services, plan_id: str) -> bool:
    """Return whether the plan is to be tried again; then do not wait for it."""
    with services.sessions.write() as session:
        job = find_plan_job(session, plan_id)
        if job is None or job.status is not JobStatus.QUEUED:
            return False
        retry_job(session, job.id, now=services.now())
    return True


@pytest.mark.parametrize(
    ("changes", "phase", "words"),
    [
        ({"solver": _killed}, Phase.FAILED, "it was killed"),
        ({"travel": _Silent()}, Phase.NO_PLAN, ""),
        (
            {"travel": _Silent(SupplierError("air", "no answer in 5 s", retryable=True))},
            Phase.FAILED,
            "no answer in 5 s",
        ),
        (
            {"travel": _Silent(CatalogueUnreadable("hubs.json", "cut short at byte 512"))},
            Phase.FAILED,
            "hubs.json: cut short at byte 512",
        ),
    ],
)
def test_a_plan_that_cannot_be_made_says_why(
    world: World, changes: dict[str, Any], phase: Phase, words: str
) -> None:
    plan_id = _planned_with(world, **changes)

    with world.services.sessions.read() as session:
        assert get_plan(session, plan_id).phase is phase
    page = fetch(world.app, world.client, f"/plans/{plan_id}")
    assert words in page.text
    assert "Plan again" in page.text


def test_a_locked_database_asks_to_try_again(world: World, tmp_path: Path) -> None:
    impatient = open_database(
        f"sqlite:///{tmp_path / 'world.sqlite'}", wait_seconds=0.05, keys=RING
    )
    app = app_of(replace(world.services, database=impatient, sessions=impatient))
    token = world.template.tokens["coordinator"]
    with world.services.sessions.write():
        answer = client_with(app, token).post("/api/v1/cases", json=CASE)
        page = client_with(app, token).post("/cases/SJ-1001/plans", data={"request_key": "0" * 32})

    assert (answer.status_code, page.status_code) == (503, 503)
    assert answer.headers["Retry-After"]
    assert "try again" in str(answer.json).lower()
    checked(app, page, status=503)
    assert world.client.get("/api/v1/cases/SJ-4000").status_code == 404
    impatient.dispose()


@pytest.mark.parametrize("path", ["/", "/cases/SJ-1001", "/facilities", "/cases/new"])
def test_a_full_disk_is_told_on_a_page(world: World, path: str) -> None:
    broken = replace(world.services, database=_Broken(retryable=False))  # type: ignore[arg-type]  # — a fake of the port
    app = app_of(broken)

    page = fetch(app, client_with(app, "any"), path, status=503)

    assert "free some space" in page.text


def test_health_says_that_the_database_is_away(world: World) -> None:
    broken = replace(world.services, database=_Broken(retryable=True))  # type: ignore[arg-type]  # — a fake of the port
    app = app_of(broken)

    answer = app.test_client().get("/readyz")

    assert answer.status_code == 503
    assert answer.content_type == "application/problem+json"


def test_our_own_mistakes_reveal_nothing(world: World, client: FlaskClient) -> None:
    def broken() -> NoReturn:
        raise RuntimeError("secret inner words")

    world.app.view_functions["cases.list_page"] = broken
    world.app.view_functions["cases_rest.list_all_cases"] = broken

    page = checked(world.app, client.get("/"), status=500)
    answer = client.get("/api/v1/cases")

    assert "secret" not in page.text + answer.text
    assert answer.json is not None
    assert answer.json["status"] == 500


def test_the_same_form_sent_twice_makes_one_plan(world: World, client: FlaskClient) -> None:
    form = fetch(world.app, client, "/cases/SJ-1002").form("/plans")

    first = client.post("/cases/SJ-1002/plans", data=form)
    again = client.post("/cases/SJ-1002/plans", data=form)

    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    with world.services.sessions.read() as session:
        assert len(list_plans(session, "SJ-1002")) == 1


def test_a_plan_can_be_cancelled_while_it_is_made(world: World) -> None:
    def solve(*_: object, cancelled: Callable[[], bool], **__: object) -> Answer:
        with services.sessions.write() as session:
            assert request_cancel(session, plan.id)
        assert cancelled()
        raise SolveKilled("the fake stops here")

    services: Services = replace(world.services, solver=solve)
    plan, _ = queue_plan("SJ-1002", services=services, request_key=None)

    make_plan(plan.id, services)

    with world.services.sessions.read() as session:
        assert get_plan(session, plan.id).phase in {Phase.CANCELLED, Phase.FAILED}


def test_a_queued_plan_shows_its_steps_and_can_be_cancelled(
    world: World, client: FlaskClient
) -> None:
    plan, _ = queue_plan("SJ-1002", services=world.services, request_key=None)

    page = fetch(world.app, client, f"/plans/{plan.id}")
    client.post(f"/plans/{plan.id}/cancel")
    make_plan(plan.id, world.services)
    after = fetch(world.app, client, f"/plans/{plan.id}")

    assert page.heading == "Planning the visit"
    assert "refresh" in page.response.text
    assert after.heading == "The plan was cancelled. Nothing was booked."
