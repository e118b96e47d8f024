"""Jobs that make trouble: each ends by itself, and is in nobody's way."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from sqlmodel import Session, col, update

from api.access.actions import Action
from api.access.roles import Role
from api.database import Database
from api.errors import JobDenied
from api.jobs import heartbeat as heart
from api.jobs.control import cancel_job, hand_back, queue_timed, retry_job, take_over_expired
from api.jobs.desk import Desk
from api.jobs.job import Job, JobStatus
from api.jobs.repository import (
    UnreadableJob,
    claim_due,
    claim_job,
    end_lease,
    get_job,
    list_jobs,
    request_cancel,
)
from api.jobs.run import JobRun
from api.jobs.run_job import run_job, sessions_for
from api.tables.jobs import JobRow
from logistics.repository.cases import list_cases
from logistics.repository.errors import DatabaseUnavailable
from tests.api.jobs.builders import KIND, LEASE, NOW, add, kind, services_over
from tests.api.scoped.worlds import principal, store_world

_LATER = NOW + 2 * LEASE


def _claimed(database: Database, job_id: str = "JB-1") -> Job:
    with database.write() as session:
        add(session, job_id)
        job = claim_job(session, job_id, owner="left", now=NOW, lease=LEASE)
    assert job is not None
    return job


def _get(database: Database, job_id: str = "JB-1") -> Job:
    with database.read() as session:
        return get_job(session, job_id)


def _store_from_the_future(database: Database, job_id: str) -> None:
    with database.write() as session:
        add(session, job_id, now=NOW - LEASE)
        session.exec(
            update(JobRow).where(col(JobRow.id) == job_id).values(actor='{"a field to come": 1}')
        )


def _break(_session: Session, _before: JobStatus, job: Job, _now: datetime) -> None:
    if job.id == "JB-1":
        raise KeyError("what it works for is gone")


def test_a_job_asked_to_stop_is_not_queued_again(database: Database) -> None:
    job = _claimed(database)
    with database.write() as session:
        cancel_job(session, "JB-1", now=NOW, kinds={})
        after = hand_back(session, job.lease, now=NOW, kinds={})

    assert (after.status, after.finished_at) == (JobStatus.CANCELLED, NOW)


def test_what_follows_a_job_handed_back_hears_that_it_was_cancelled(database: Database) -> None:
    told: list[JobStatus] = []
    kinds = kind(lambda _: None, follow=lambda _s, _b, job, _n: told.append(job.status))
    job = _claimed(database)

    with database.write() as session:
        request_cancel(session, "JB-1", now=NOW)
        hand_back(session, job.lease, now=NOW, kinds=kinds)

    assert told == [JobStatus.CANCELLED]


def test_one_job_that_cannot_be_followed_does_not_keep_others(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    _claimed(database, "JB-1")
    _claimed(database, "JB-2")

    with caplog.at_level(logging.ERROR):
        freed = take_over_expired(database, now=_LATER, kinds=kind(lambda _: None, follow=_break))

    assert freed == 2
    assert _get(database, "JB-1").status is JobStatus.FAILED
    assert "the log says why" in str(_get(database, "JB-1").failure)
    assert _get(database, "JB-2").status is JobStatus.QUEUED
    assert "job.unfollowed" in caplog.text


def test_nothing_is_raised_where_the_end_cannot_be_followed(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def handler(_: JobRun) -> None:
        raise RuntimeError("broken")

    run_job(
        _claimed(database), services=services_over(database), kinds=kind(handler, follow=_break)
    )

    assert _get(database).status is JobStatus.RUNNING, "whoever takes it over sees to it"
    assert "job.unrecorded" in caplog.text


def test_what_breaks_after_the_effect_leaves_the_job_done(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def handler(run: JobRun) -> None:
        with run.finish():
            pass
        raise RuntimeError("too late to matter")

    run_job(_claimed(database), services=services_over(database), kinds=kind(handler))

    assert _get(database).status is JobStatus.DONE
    assert "too late to matter" in caplog.text


def test_a_job_of_a_later_version_says_that_it_cannot_be_read(database: Database) -> None:
    _store_from_the_future(database, "JB-1")

    with database.read() as session, pytest.raises(UnreadableJob, match="'JB-1'"):
        get_job(session, "JB-1")


def test_an_action_of_a_later_version_cannot_be_read_either(database: Database) -> None:
    with database.write() as session:
        add(session)
        session.exec(update(JobRow).values(action="thing.to_come"))

    with database.read() as session, pytest.raises(UnreadableJob):
        get_job(session, "JB-1")


def test_an_action_comes_back_as_the_action_it_was(database: Database) -> None:
    with database.write() as session:
        add(session)

    assert _get(database).action is Action.UPKEEP


def test_a_job_of_a_later_version_is_left_to_it(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    _store_from_the_future(database, "JB-0")
    with database.write() as session:
        add(session, "JB-1")
    desk = Desk(services_over(database), owner="left", kinds=kind(lambda _: None))

    claimed = [desk.claim() for _ in range(3)]

    assert [job.id for job in claimed if job] == ["JB-1"]
    assert caplog.text.count("job.unreadable") == 1
    with database.read() as session:
        statuses = session.exec(JobRow.__table__.select().with_only_columns(JobRow.status))  # type: ignore[attr-defined]  # — a table class has its table
        assert sorted(row[0] for row in statuses) == ["queued", "running"]


def test_a_dead_workers_job_of_a_later_version_keeps_no_other(database: Database) -> None:
    _claimed(database, "JB-0")
    with database.write() as session:
        session.exec(update(JobRow).values(action="thing.to_come"))
    _claimed(database, "JB-1")

    assert take_over_expired(database, now=_LATER, kinds=kind(lambda _: None)) == 1
    assert _get(database, "JB-1").status is JobStatus.QUEUED


def test_jobs_of_a_kind_unknown_here_are_not_claimed(database: Database) -> None:
    with database.write() as session:
        add(session)
    desk = Desk(services_over(database), owner="left", kinds={})

    assert desk.claim() is None


def test_a_failed_job_asked_for_again_is_followed_from_its_failure(database: Database) -> None:
    told: list[tuple[JobStatus, JobStatus]] = []
    kinds = kind(
        lambda _: None, follow=lambda _s, before, job, _n: told.append((before, job.status))
    )
    job = _claimed(database)
    with database.write() as session:
        end_lease(session, job.lease, JobStatus.FAILED, now=NOW)
        retry_job(session, "JB-1", now=NOW, kinds=kinds)

    assert told == [(JobStatus.FAILED, JobStatus.QUEUED)]


def test_a_waiting_job_can_be_tried_at_once(database: Database) -> None:
    job = _claimed(database)
    with database.write() as session:
        end_lease(session, job.lease, JobStatus.QUEUED, now=NOW, pause=timedelta(hours=1))
        assert claim_due(session, leases={KIND: LEASE}, owner="left", now=NOW) is None
        retry_job(session, "JB-1", now=NOW, kinds={})

    with database.write() as session:
        assert claim_due(session, leases={KIND: LEASE}, owner="left", now=NOW) is not None


def test_a_finished_job_stays_as_it_is_when_asked_to_stop(database: Database) -> None:
    told: list[JobStatus] = []
    kinds = kind(lambda _: None, follow=lambda _s, _b, job, _n: told.append(job.status))
    job = _claimed(database)
    with database.write() as session:
        done = end_lease(session, job.lease, JobStatus.DONE, now=NOW)
        assert cancel_job(session, "JB-1", now=_LATER, kinds=kinds) == done

    assert told == []


def test_an_error_that_may_pass_is_tried_until_no_try_is_left(database: Database) -> None:
    clock = [NOW]
    tried: list[datetime] = []

    def handler(run: JobRun) -> None:
        tried.append(run.services.now())
        raise DatabaseUnavailable("away", retryable=True)

    services = services_over(database, lambda: clock[0])
    desk = Desk(services, owner="left", kinds=kind(handler))
    with database.write() as session:
        add(session)
    while _get(database).status is JobStatus.QUEUED:
        job = desk.claim()
        if job is not None:
            desk.make(job.id)
        clock[0] += timedelta(seconds=1)

    assert [later - tried[0] for later in tried] == [
        timedelta(seconds=seconds) for seconds in (0, 2, 10)
    ]
    assert _get(database).status is JobStatus.FAILED


class _Away:
    """A database that is away for a while."""

    def __init__(self, database: Database) -> None:
        """Take the database there is; it is away at first."""
        self.database = database
        self.is_away = True

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Read, unless it is away."""
        if self.is_away:
            raise DatabaseUnavailable("away", retryable=True)
        with self.database.read() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Write, unless it is away."""
        if self.is_away:
            raise DatabaseUnavailable("away", retryable=True)
        with self.database.write() as session:
            yield session


def test_a_worker_waits_for_a_database_that_is_away(
    sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with sqlite_database.write() as session:
        add(session)
    away = _Away(sqlite_database)
    services = replace(services_over(sqlite_database), database=cast("Any", away))
    desk = Desk(services, owner="left", kinds=kind(lambda _: None))

    assert [desk.claim() for _ in range(5)] == [None] * 5
    desk.look_around()
    away.is_away = False

    assert desk.claim() is not None
    assert caplog.text.count("jobs.unreachable") == 1


def test_a_heart_that_breaks_tells_the_job_to_leave(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> Any:  # noqa: ANN401 — never returns
        raise KeyError("a heart")

    def handler(run: JobRun) -> None:
        assert run.signals.leave.wait(10)
        run.check()

    monkeypatch.setattr(heart, "renew_lease", broken)
    lease = timedelta(seconds=0.2)

    run_job(
        _claimed(sqlite_database),
        services=services_over(sqlite_database),
        kinds=kind(handler, lease=lease),
    )

    assert _get(sqlite_database).status is JobStatus.RUNNING
    assert "job.heart_broken" in caplog.text


def test_no_heart_beats_after_the_job(sqlite_database: Database) -> None:
    run_job(
        _claimed(sqlite_database),
        services=services_over(sqlite_database),
        kinds=kind(lambda _: time.sleep(0.1), lease=timedelta(seconds=0.05)),
    )

    assert not [one for one in threading.enumerate() if one.name.startswith("lease")]


def test_two_workers_queue_a_timed_job_once_a_period(database: Database) -> None:
    kinds = kind(lambda _: None, every=timedelta(minutes=10))
    start = threading.Barrier(4)

    def look() -> None:
        start.wait(10)
        queue_timed(database, now=NOW, kinds=kinds)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    with database.read() as session:
        assert len(list_jobs(session, kind=KIND)) == 1


def test_the_service_itself_sees_the_cases_of_all(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        store_world(session)
        everybodys = list_cases(session)

    sessions = sessions_for(_claimed(sqlite_database), services_over(sqlite_database))

    with sessions.read() as session:
        assert list_cases(session) == everybodys


def test_somebody_unknown_by_now_gets_no_sessions(sqlite_database: Database) -> None:
    job = replace(
        _claimed(sqlite_database), actor=principal(Role.COORDINATOR), action=Action.PLAN_MAKE
    )

    with pytest.raises(JobDenied, match=r"plan\.make"):
        sessions_for(job, services_over(sqlite_database))
