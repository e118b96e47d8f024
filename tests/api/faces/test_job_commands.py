"""``sojourn jobs`` and ``sojourn work``: what waits is listed, stopped and tried again."""

from __future__ import annotations

import json

import pytest

from api.jobs.job import JobStatus
from api.jobs.plan_job import find_plan_job
from api.jobs.queue_plan import claim_new_plan, queue_plan
from api.jobs.repository import end_lease
from scheduling.planning import Phase
from scheduling.repository.plans import get_plan
from tests.api.faces.test_commands import at_world, run  # noqa: F401 — a fixture, found by name
from tests.api.faces.worlds import NOW, World


@pytest.fixture
def waiting(at_world: World) -> tuple[World, str, str]:  # noqa: F811 — pytest hands fixtures over by name
    """Return the world with a plan that waits, and the ids of plan and job."""
    plan, _ = queue_plan("SJ-1002", services=at_world.services, request_key=None)
    with at_world.services.database.read() as session:
        job = find_plan_job(session, plan.id)
    assert job is not None
    return at_world, plan.id, job.id


def _status(world: World, plan_id: str) -> tuple[JobStatus, Phase]:
    with world.services.database.read() as session:
        job = find_plan_job(session, plan_id)
        assert job is not None
        return job.status, get_plan(session, plan_id).phase


def test_jobs_are_listed(waiting: tuple[World, str, str]) -> None:
    _, plan_id, job_id = waiting

    words = run("jobs", "list", "--status", "queued").stdout

    assert job_id in words
    assert plan_id in words
    assert "0/3" in words


def test_jobs_are_listed_for_programs(waiting: tuple[World, str, str]) -> None:
    _, plan_id, job_id = waiting

    (told,) = json.loads(run("jobs", "list", "--status", "queued", "--json").stdout)["jobs"]

    assert told["id"] == job_id
    assert (told["kind"], told["action"], told["status"]) == ("plan.make", "plan.make", "queued")
    assert told["arguments"] == {"plan_id": plan_id}
    assert told["created_at"] == NOW.isoformat()


@pytest.mark.parametrize("chosen", [("--kind", "another"), ("--status", "failed")])
def test_only_what_was_asked_for_is_listed(
    waiting: tuple[World, str, str], chosen: tuple[str, str]
) -> None:
    del waiting

    assert json.loads(run("jobs", "list", *chosen, "--json").stdout) == {"jobs": []}


def test_no_more_are_listed_than_asked_for(waiting: tuple[World, str, str]) -> None:
    del waiting

    assert len(json.loads(run("jobs", "list", "--limit", "1", "--json").stdout)["jobs"]) == 1


def test_a_waiting_job_is_stopped_with_its_plan(waiting: tuple[World, str, str]) -> None:
    world, plan_id, job_id = waiting

    result = run("jobs", "cancel", job_id)

    assert result.exit_code == 0
    assert result.stdout == f"Job {job_id} is cancelled.\n"
    assert _status(world, plan_id) == (JobStatus.CANCELLED, Phase.CANCELLED)


def test_a_running_job_is_asked_to_stop(waiting: tuple[World, str, str]) -> None:
    world, _, _ = waiting
    _, job = claim_new_plan("SJ-1003", services=world.services)

    assert run("jobs", "cancel", job.id).stdout == f"Job {job.id} is asked to stop.\n"


def test_a_failed_job_is_tried_again_with_its_plan(waiting: tuple[World, str, str]) -> None:
    world, _, _ = waiting
    plan, job = claim_new_plan("SJ-1003", services=world.services)
    with world.services.database.write() as session:
        end_lease(session, job.lease, JobStatus.FAILED, now=NOW, failure="no answer")

    assert "no answer" in run("jobs", "list", "--status", "failed").stdout
    result = run("jobs", "retry", job.id, "--json")

    assert json.loads(result.stdout)["status"] == "queued"
    assert _status(world, plan.id) == (JobStatus.QUEUED, Phase.QUEUED)


@pytest.mark.parametrize("command", ["cancel", "retry"])
def test_a_job_unknown_is_a_no(waiting: tuple[World, str, str], command: str) -> None:
    del waiting

    result = run("jobs", command, "JB-none")

    assert result.exit_code == 1
    assert "there is no job 'JB-none'" in result.stderr


def test_a_cancelled_job_is_not_tried_again(waiting: tuple[World, str, str]) -> None:
    _, _, job_id = waiting
    run("jobs", "cancel", job_id)

    result = run("jobs", "retry", job_id)

    assert result.exit_code == 1
    assert "cancelled cannot become queued" in result.stderr


@pytest.mark.parametrize("option", [("--workers", "0"), ("--workers", "33"), ("--grace", "-1")])
def test_a_worker_with_an_impossible_option_does_not_start(option: tuple[str, str]) -> None:
    assert run("work", *option).exit_code == 2
