"""Jobs in the database: claimed once, renewed and ended by whoever holds the lease."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from api.database import Database
from api.errors import IllegalStatusChange, JobNotFound, LeaseLost
from api.jobs.job import Job, JobStatus
from api.jobs.repository import (
    claim_due,
    claim_job,
    delete_finished,
    end_lease,
    find_due,
    get_job,
    list_expired,
    list_jobs,
    lock_expired,
    note_progress,
    renew_lease,
    request_cancel,
    require_lease,
    retry_now,
)
from tests.api.jobs.builders import KIND, LEASE, NOW, add

_LEASES = {KIND: LEASE}


def _claimed(database: Database, *, owner: str = "left") -> Job:
    with database.write() as session:
        job = claim_due(session, leases=_LEASES, owner=owner, now=NOW)
    assert job is not None
    return job


@pytest.fixture
def with_job(database: Database) -> Database:
    """Return the database with one job that is due."""
    with database.write() as session:
        add(session)
    return database


def test_a_job_comes_back_as_it_was_stored(with_job: Database) -> None:
    with with_job.read() as session:
        job = get_job(session, "JB-1")

    assert (job.status, job.attempts, job.arguments) == (JobStatus.QUEUED, 0, {"subject": "one"})
    assert job.actor.organisation_id == ""


def test_a_job_is_stored_with_what_asks_for_it_or_not_at_all(database: Database) -> None:
    def ask_and_break() -> None:
        with database.write() as session:
            add(session)
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError):
        ask_and_break()

    with database.read() as session, pytest.raises(JobNotFound):
        get_job(session, "JB-1")


def test_one_key_makes_one_job(database: Database) -> None:
    with database.write() as session:
        first = add(session, "JB-1", key="once")
        assert add(session, "JB-2", key="once") == first


def test_many_who_claim_at_once_get_each_job_once(database: Database) -> None:
    with database.write() as session:
        for number in range(20):
            add(session, f"JB-{number}")

    def claim_all(owner: str) -> list[str]:
        found: list[str] = []
        while True:
            with database.write() as session:
                job = claim_due(session, leases=_LEASES, owner=owner, now=NOW)
            if job is None:
                return found
            found.append(job.id)

    with ThreadPoolExecutor(4) as pool:
        claimed = [one for some in pool.map(claim_all, ("a", "b", "c", "d")) for one in some]

    assert sorted(claimed) == sorted(f"JB-{number}" for number in range(20))


def test_what_is_not_due_yet_waits(with_job: Database) -> None:
    with with_job.read() as session:
        assert find_due(session, kinds=[KIND], now=NOW - timedelta(seconds=1)) is None
        assert find_due(session, kinds=["another"], now=NOW) is None
        assert find_due(session, kinds=[KIND], now=NOW) == "JB-1"


def test_the_longest_due_goes_first(database: Database) -> None:
    with database.write() as session:
        add(session, "JB-late")
        add(session, "JB-early", now=NOW - timedelta(hours=1))

    assert _claimed(database).id == "JB-early"


def test_whoever_was_taken_over_records_nothing(with_job: Database) -> None:
    old = _claimed(with_job)
    with with_job.write() as session:
        end_lease(session, old.lease, JobStatus.QUEUED, now=NOW)
        claim_job(session, "JB-1", owner="right", now=NOW, lease=LEASE)

    for late in (
        lambda session: require_lease(session, old.lease),
        lambda session: renew_lease(session, old.lease, until=NOW + LEASE),
        lambda session: note_progress(session, old.lease, "half"),
        lambda session: end_lease(session, old.lease, JobStatus.DONE, now=NOW),
    ):
        with pytest.raises(LeaseLost), with_job.write() as session:
            late(session)


def test_a_lease_that_is_renewed_does_not_end(with_job: Database) -> None:
    job = _claimed(with_job)
    with with_job.write() as session:
        renew_lease(session, job.lease, until=NOW + 3 * LEASE)

    with with_job.write() as session:
        assert list_expired(session, now=NOW + 2 * LEASE) == ()
        assert lock_expired(session, "JB-1", now=NOW + 2 * LEASE) is None
        assert list_expired(session, now=NOW + 4 * LEASE) == ("JB-1",)


def test_a_running_job_hears_that_it_shall_stop(with_job: Database) -> None:
    job = _claimed(with_job)
    with with_job.write() as session:
        assert request_cancel(session, "JB-1", now=NOW).status is JobStatus.RUNNING
    with with_job.write() as session:
        assert renew_lease(session, job.lease, until=NOW + LEASE) is True


def test_a_waiting_job_stops_at_once(with_job: Database) -> None:
    with with_job.write() as session:
        assert request_cancel(session, "JB-1", now=NOW).status is JobStatus.CANCELLED
        assert find_due(session, kinds=[KIND], now=NOW) is None


def test_a_try_that_was_handed_back_does_not_count(with_job: Database) -> None:
    job = _claimed(with_job)
    with with_job.write() as session:
        back = end_lease(session, job.lease, JobStatus.QUEUED, now=NOW, is_handed_back=True)

    assert (back.attempts, back.lease_number) == (0, 1)


def test_a_failed_job_can_be_tried_again_from_the_start(with_job: Database) -> None:
    job = _claimed(with_job)
    with with_job.write() as session:
        end_lease(session, job.lease, JobStatus.FAILED, now=NOW, failure="no answer")
        again = retry_now(session, "JB-1", now=NOW + LEASE)

    assert (again.status, again.attempts, again.finished_at) == (JobStatus.QUEUED, 0, None)


def test_a_job_that_is_done_is_not_tried_again(with_job: Database) -> None:
    job = _claimed(with_job)
    with with_job.write() as session:
        end_lease(session, job.lease, JobStatus.DONE, now=NOW)

    with pytest.raises(IllegalStatusChange), with_job.write() as session:
        retry_now(session, "JB-1", now=NOW)


def test_only_what_ended_long_ago_is_forgotten(database: Database) -> None:
    with database.write() as session:
        add(session, "JB-old")
        add(session, "JB-waiting")
        request_cancel(session, "JB-old", now=NOW)

        assert delete_finished(session, before=NOW) == 0
        assert delete_finished(session, before=NOW + timedelta(seconds=1)) == 1
        assert [one.id for one in list_jobs(session)] == ["JB-waiting"]
