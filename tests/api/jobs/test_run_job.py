"""One try of a job: what its handler records and what is recorded of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

import pytest

from api.access.actions import Action
from api.access.principal import SYSTEM, Principal
from api.access.roles import Role
from api.database import Database
from api.jobs.control import cancel_job, hand_back, queue_timed, retry_job, take_over_expired
from api.jobs.desk import Desk
from api.jobs.job import Job, JobStatus
from api.jobs.repository import claim_job, end_lease, get_job, list_jobs
from api.jobs.run import JobCancelled, JobRun
from api.jobs.run_job import run_job
from api.people.users import (
    NewUser,
    UserStatus,
    add_user,
    change_status,
    get_user,
)
from logistics.errors import SupplierError
from logistics.repository.cases import list_cases
from tests.api.jobs.builders import KIND, LEASE, NOW, add, kind, services_over
from tests.api.scoped.worlds import OURS, principal, store_world


def _run(
    database: Database,
    handler: Callable[[JobRun], None],
    *,
    actor: Principal = SYSTEM,
    action: Action = Action.UPKEEP,
    follow: list[tuple[str, str]] | None = None,
    max_attempts: int = 3,
) -> Job:
    with database.write() as session:
        if not list_jobs(session):
            add(session, action=action, max_attempts=max_attempts, actor=actor)
        job = claim_job(session, "JB-1", owner="left", now=NOW, lease=LEASE)
    assert job is not None
    told = [] if follow is None else follow
    kinds = kind(handler, follow=lambda _s, before, after, _n: told.append((before, after.status)))
    run_job(job, services=services_over(database), kinds=kinds)
    with database.read() as session:
        return get_job(session, "JB-1")


def _stored(database: Database, role: Role) -> Principal:
    """Store a user with the role, and return them as the one who asks."""
    with database.write() as session:
        wanted = NewUser(
            id="user", organisation_id="operator", name="Sample", roles=frozenset({role})
        )
        add_user(session, wanted, now=NOW)
    return principal(role)


def _refuse(error: Exception) -> Callable[[JobRun], None]:
    def handler(_: JobRun) -> None:
        raise error

    return handler


def test_a_handler_that_returns_is_done(database: Database) -> None:
    assert _run(database, lambda _: None).status is JobStatus.DONE


def test_an_effect_and_its_end_are_one_transaction(database: Database) -> None:
    def handler(run: JobRun) -> None:
        with run.finish() as session:
            add(session, "JB-effect")
            raise RuntimeError("before the end")

    job = _run(database, handler)

    assert job.status is JobStatus.FAILED
    with database.read() as session:
        assert [one.id for one in list_jobs(session)] == ["JB-1"]


def test_what_may_pass_is_tried_again_later(database: Database) -> None:
    job = _run(database, _refuse(SupplierError("air", "no answer", retryable=True)))

    assert (job.status, job.attempts) == (JobStatus.QUEUED, 1)
    assert job.run_at == NOW + timedelta(seconds=2)
    assert "no answer" in str(job.failure)


def test_the_last_try_fails(database: Database) -> None:
    told: list[tuple[str, str]] = []
    error = SupplierError("air", "no answer", retryable=True)

    job = _run(database, _refuse(error), follow=told, max_attempts=1)

    assert job.status is JobStatus.FAILED
    assert told == [(JobStatus.RUNNING, JobStatus.FAILED)]


def test_an_error_nobody_foresaw_shows_only_its_name(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        job = _run(database, _refuse(RuntimeError("Mara Sample, aortic stenosis")))

    assert (job.status, job.failure) == (JobStatus.FAILED, "RuntimeError")


def test_a_handler_that_stops_is_cancelled(database: Database) -> None:
    assert _run(database, _refuse(JobCancelled())).status is JobStatus.CANCELLED


def test_a_worker_that_was_taken_over_records_nothing(database: Database) -> None:
    def handler(run: JobRun) -> None:
        with database.write() as session:
            end_lease(session, run.job.lease, JobStatus.QUEUED, now=NOW)
            claim_job(session, "JB-1", owner="right", now=NOW, lease=LEASE)
        with run.finish() as session:
            add(session, "JB-effect")

    job = _run(database, handler)

    assert (job.status, job.lease_owner) == (JobStatus.RUNNING, "right")
    with database.read() as session:
        assert [one.id for one in list_jobs(session)] == ["JB-1"]


def test_a_job_sees_what_its_actor_may_see(database: Database) -> None:
    with database.write() as session:
        store_world(session)
    seen: list[str] = []

    def handler(run: JobRun) -> None:
        with run.sessions.read() as session:
            seen.extend(case.reference for case in list_cases(session))

    actor = _stored(database, Role.COORDINATOR)
    job = _run(database, handler, actor=actor, action=Action.PLAN_MAKE)

    assert job.status is JobStatus.DONE
    assert seen == list(OURS)


def test_a_job_of_somebody_who_may_not_fails(database: Database) -> None:
    with database.write() as session:
        store_world(session)
    done: list[str] = []

    job = _run(
        database,
        lambda _: done.append("!"),
        actor=_stored(database, Role.AUDITOR),
        action=Action.PLAN_MAKE,
    )

    assert (job.status, done) == (JobStatus.FAILED, [])
    assert "may not do plan.make" in str(job.failure)


def test_a_job_of_somebody_who_was_suspended_since_fails(database: Database) -> None:
    with database.write() as session:
        store_world(session)
    done: list[str] = []
    actor = _stored(database, Role.COORDINATOR)
    with database.write() as session:
        change_status(session, get_user(session, "user"), UserStatus.SUSPENDED, by=SYSTEM)

    job = _run(database, lambda _: done.append("!"), actor=actor, action=Action.PLAN_MAKE)

    assert (job.status, done) == (JobStatus.FAILED, [])


def test_a_silent_worker_is_taken_over(database: Database) -> None:
    with database.write() as session:
        add(session)
        claim_job(session, "JB-1", owner="left", now=NOW, lease=LEASE)
    kinds = kind(lambda _: None)

    assert take_over_expired(database, now=NOW + LEASE, kinds=kinds) == 0
    assert take_over_expired(database, now=NOW + 2 * LEASE, kinds=kinds) == 1
    assert take_over_expired(database, now=NOW + 2 * LEASE, kinds=kinds) == 0

    with database.read() as session:
        assert get_job(session, "JB-1").status is JobStatus.QUEUED


def test_what_kills_every_worker_is_not_tried_for_ever(database: Database) -> None:
    kinds = kind(lambda _: None)
    with database.write() as session:
        add(session, max_attempts=2)
    for _death in range(2):
        with database.write() as session:
            claim_job(session, "JB-1", owner="left", now=NOW, lease=LEASE)
        take_over_expired(database, now=NOW + 2 * LEASE, kinds=kinds)

    with database.read() as session:
        job = get_job(session, "JB-1")
    assert job.status is JobStatus.FAILED
    assert "went away" in str(job.failure)


def test_a_timed_job_is_queued_once_in_its_period(database: Database) -> None:
    kinds = kind(lambda _: None, every=timedelta(minutes=10))

    for seconds in (0, 1, 2, 599, 601):
        queue_timed(database, now=NOW + timedelta(seconds=seconds), kinds=kinds)

    with database.read() as session:
        assert len(list_jobs(session, kind=KIND)) == 2


def test_a_running_job_can_be_stopped_and_a_failed_one_retried(database: Database) -> None:
    kinds = kind(lambda _: None)
    with database.write() as session:
        add(session)
        job = claim_job(session, "JB-1", owner="left", now=NOW, lease=LEASE)
        assert job is not None
        assert cancel_job(session, "JB-1", now=NOW, kinds=kinds).cancel_requested
        end_lease(session, job.lease, JobStatus.FAILED, now=NOW)
        assert retry_job(session, "JB-1", now=NOW, kinds=kinds).status is JobStatus.QUEUED


def test_a_desk_that_closes_hands_its_jobs_back(database: Database) -> None:
    with database.write() as session:
        add(session)
    begun, left = Event(), Event()

    def handler(run: JobRun) -> None:
        begun.set()
        run.signals.leave.wait(10)
        left.set()
        run.check()

    desk = Desk(services_over(database), owner="left", kinds=kind(handler))
    job = desk.claim()
    assert job is not None
    thread = Thread(target=desk.make, args=(job.id,))
    thread.start()
    begun.wait(10)

    desk.close()
    thread.join(10)

    assert left.is_set()
    assert desk.claim() is None
    with database.read() as session:
        after = get_job(session, "JB-1")
    assert (after.status, after.attempts) == (JobStatus.QUEUED, 0)


def test_a_heartbeat_keeps_the_lease_and_hears_the_wish_to_stop(database: Database) -> None:
    lease = timedelta(seconds=0.3)
    with database.write() as session:
        add(session)
        job = claim_job(session, "JB-1", owner="left", now=NOW, lease=lease)
    assert job is not None

    def handler(run: JobRun) -> None:
        with database.write() as session:
            cancel_job(session, "JB-1", now=NOW, kinds={})
        until = time.monotonic() + 10
        while time.monotonic() < until:
            run.check()
            time.sleep(0.01)

    run_job(job, services=services_over(database), kinds=kind(handler, lease=lease))

    with database.read() as session:
        assert get_job(session, "JB-1").status is JobStatus.CANCELLED


def test_a_job_handed_back_is_due_at_once(database: Database) -> None:
    with database.write() as session:
        add(session)
        job = claim_job(session, "JB-1", owner="left", now=NOW, lease=LEASE)
        assert job is not None
        assert hand_back(session, job.lease, now=NOW, kinds={}).run_at == NOW
