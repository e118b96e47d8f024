"""The page of background jobs: what waits, runs, failed; stopping one, and trying one again."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug import Response

from api.access.actions import Action, acts
from api.guard.asking import get_principal, may_do
from api.guard.once import once
from api.jobs.control import cancel_job, retry_job
from api.jobs.job import JobStatus
from api.jobs.repository import list_jobs
from api.pages.requests import query_text
from api.people.users import list_users
from api.presenters.jobs import present_jobs, status_options
from api.wiring import get_services

pages = Blueprint("jobs", __name__)


@pages.get("/jobs")
@acts(Action.JOB_READ)
def list_page() -> str:
    """Show the newest jobs of the own organisation."""
    chosen = query_text("status")
    status = JobStatus(chosen) if chosen in set(JobStatus) else None
    with get_services().sessions.read() as session:
        jobs = list_jobs(session, status=status)
        names = {
            user.id: user.name for user in list_users(session, get_principal().organisation_id)
        }
    return render_template(
        "jobs.html",
        **present_jobs(jobs, names, may=may_do(Action.JOB_CHANGE)),
        statuses=status_options(chosen if status else ""),
    )


@pages.post("/jobs/<job_id>/cancel")
@acts(Action.JOB_CHANGE)
@once
def cancel(job_id: str) -> Response:
    """Ask a job to stop."""
    services = get_services()
    with services.sessions.write() as session:
        cancel_job(session, job_id, now=services.now())
    return redirect(url_for("jobs.list_page"), 303)


@pages.post("/jobs/<job_id>/retry")
@acts(Action.JOB_CHANGE)
@once
def retry(job_id: str) -> Response:
    """Let a failed job be tried again."""
    services = get_services()
    with services.sessions.write() as session:
        retry_job(session, job_id, now=services.now())
    return redirect(url_for("jobs.list_page"), 303)
