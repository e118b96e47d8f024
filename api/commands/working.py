"""The commands about background jobs: ``work``, and ``jobs`` with list, cancel and retry."""

from __future__ import annotations

import sys
from typing import Any

import click

from api.access.actions import Action
from api.commands.answers import as_json, print_json
from api.commands.wired import services
from api.jobs.beside import end_when_closed
from api.jobs.control import cancel_job, retry_job
from api.jobs.job import Job, JobStatus
from api.jobs.repository import list_jobs
from api.jobs.worker import GRACE_SECONDS
from api.jobs.worker import work as work_on
from api.observing.logs import configure_logs
from api.permanent import make_permanent
from api.presenters.console import table_text
from scheduling.optimizer.apart import warm_up


@click.command()
@click.option(
    "--workers",
    type=click.IntRange(1, 32),
    help="Jobs made at the same time, instead of SOJOURN_PLAN_WORKERS.",
)
@click.option(
    "--grace",
    type=click.FloatRange(0, 3600),
    default=GRACE_SECONDS,
    show_default=True,
    help="Seconds a job may go on after SIGTERM before it is handed back.",
)
@click.option("--until-closed", is_flag=True, help="Stop when standard input is closed.")
def work(*, workers: int | None, grace: float, until_closed: bool) -> None:
    """Make background jobs until stopped, on any machine that reaches the database."""
    wired = services(Action.UPKEEP)
    wired.database.migrate()
    threads = workers or max(1, wired.settings.plan_workers)
    if until_closed:
        end_when_closed(sys.stdin.fileno())
    else:
        click.echo(f"Making up to {threads} jobs at a time; Ctrl-C hands them back.", err=True)
    configure_logs(sys.stderr)
    warm_up()
    make_permanent()
    work_on(wired, threads=threads, grace_seconds=grace)


@click.group()
def jobs() -> None:
    """List background jobs, stop one, or try one again."""


@jobs.command("list")
@click.option("--status", type=click.Choice([status.value for status in JobStatus]))
@click.option("--kind", help="Only jobs of this kind, such as plan.make.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@as_json
def list_(*, status: str | None, kind: str | None, limit: int, as_json: bool) -> None:
    """List the newest jobs."""
    wanted = None if status is None else JobStatus(status)
    with services(Action.JOB_READ).sessions.read() as session:
        found = list_jobs(session, status=wanted, kind=kind, limit=limit)
    if as_json:
        print_json({"jobs": [_answer(job) for job in found]})
        return
    rows = [
        (job.id, job.kind, job.status.value, f"{job.attempts}/{job.max_attempts}", _remark(job))
        for job in found
    ]
    click.echo(table_text([("Job", "Kind", "Status", "Tries", "Remark"), *rows]))


@jobs.command()
@click.argument("job_id", metavar="JOB")
@as_json
def cancel(job_id: str, *, as_json: bool) -> None:
    """Stop JOB: a queued one at once, a running one soon; a finished one stays as it is."""
    wired = services(Action.JOB_CHANGE)
    with wired.sessions.write() as session:
        job = cancel_job(session, job_id, now=wired.now())
    _tell(job, as_json=as_json)


@jobs.command()
@click.argument("job_id", metavar="JOB")
@as_json
def retry(job_id: str, *, as_json: bool) -> None:
    """Try JOB again: a failed one from the start, one that waits for its next try at once."""
    wired = services(Action.JOB_CHANGE)
    with wired.sessions.write() as session:
        job = retry_job(session, job_id, now=wired.now())
    _tell(job, as_json=as_json)


def _tell(job: Job, *, as_json: bool) -> None:
    if as_json:
        print_json(_answer(job))
    else:
        told = (
            "is asked to stop" if job.cancel_requested and job.lease_owner else f"is {job.status}"
        )
        click.echo(f"Job {job.id} {told}.")


def _remark(job: Job) -> str:
    return job.failure or job.progress or " ".join(job.arguments.values())


def _answer(job: Job) -> dict[str, Any]:
    instants = {
        name: None if instant is None else instant.isoformat()
        for name, instant in (
            ("run_at", job.run_at),
            ("created_at", job.created_at),
            ("started_at", job.started_at),
            ("finished_at", job.finished_at),
            ("lease_until", job.lease_until),
        )
    }
    return {
        "id": job.id,
        "kind": job.kind,
        "action": job.action.value,
        "arguments": dict(job.arguments),
        "actor": {"kind": job.actor.kind.value, "user_id": job.actor.user_id},
        "status": job.status.value,
        "progress": job.progress,
        "attempts": job.attempts,
        "max_attempts": job.max_attempts,
        "lease_owner": job.lease_owner,
        "cancel_requested": job.cancel_requested,
        "failure": job.failure,
        **instants,
    }
