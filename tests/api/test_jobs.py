"""Plans in the background: each made once, whatever happens to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event
from typing import Any

import pytest

from api import jobs
from api.database import Database
from api.jobs import PlanRunner, make_plan, queue_plan
from api.settings import Settings
from api.wiring import Services
from logistics.errors import CaseNotFound
from logistics.repository.cases import add_case
from scheduling.planning import Phase, Plan
from scheduling.repository.plans import get_plan
from tests.storage.builders import case, store_people

NOW = datetime(2027, 3, 1, 10, 30, tzinfo=UTC)


@pytest.fixture
def services(database: Database) -> Services:
    """Services whose supplier and solver are never reached."""
    with database.write() as session:
        store_people(session)
        add_case(session, case())
    unreached: Any = None
    return Services(
        settings=Settings(plan_workers=2),
        database=database,
        sessions=database,
        travel=unreached,
        solver=unreached,
        explainer=unreached,
        clock=lambda: NOW,
    )


def _queue(services: Services, key: str | None = None) -> tuple[Plan, bool]:
    return queue_plan(case().reference, services=services, request_key=key)


def test_a_plan_of_no_case_is_refused(services: Services) -> None:
    with pytest.raises(CaseNotFound):
        queue_plan("SJ-NONE", services=services, request_key=None)


def test_one_key_sent_by_many_at_once_makes_one_plan(services: Services) -> None:
    with ThreadPoolExecutor(8) as pool:
        queued = list(pool.map(lambda _: _queue(services, "key"), range(16)))

    assert len({plan.id for plan, _ in queued}) == 1
    assert [is_new for _, is_new in queued].count(True) == 1


def test_without_a_key_every_request_is_a_plan_of_its_own(services: Services) -> None:
    assert _queue(services)[0].id != _queue(services)[0].id


def test_a_plan_started_twice_is_made_once_at_a_time(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    begun, may_end = Event(), Event()

    def make(plan_id: str, _: Services) -> None:
        made.append(plan_id)
        begun.set()
        may_end.wait()

    monkeypatch.setattr(jobs, "make_plan", make)
    runner = PlanRunner(services)
    plan, _ = _queue(services)

    runner.start(plan)
    begun.wait()
    runner.start(plan)
    may_end.set()
    runner.stop()

    assert made == [plan.id]


def test_a_finished_plan_is_not_made_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(jobs, "make_plan", lambda plan_id, _: made.append(plan_id))
    runner = PlanRunner(services)
    plan, _ = _queue(services)

    runner.start(replace(plan, phase=Phase.PLANNED))
    runner.stop()

    assert made == []


def test_a_plan_that_breaks_is_recorded_as_failed(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> Plan:
        raise RuntimeError("secret inner words")

    monkeypatch.setattr(jobs, "plan_visit", broken)
    plan, _ = _queue(services)

    make_plan(plan.id, services)

    with services.sessions.read() as session:
        left = get_plan(session, plan.id)
    assert left.phase is Phase.FAILED
    assert "secret" not in str(left.failure)
    assert "plan again" in str(left.failure)
    assert "plan.broken" in caplog.text
