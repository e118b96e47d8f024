"""Background jobs for the operator's page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from api.formatting import format_instant
from api.jobs.job import Job, JobStatus

_STATUS: Final = {
    JobStatus.QUEUED: ("wait", "waits"),
    JobStatus.RUNNING: ("wait", "runs"),
    JobStatus.DONE: ("good", "done"),
    JobStatus.FAILED: ("bad", "failed"),
    JobStatus.CANCELLED: ("plain", "cancelled"),
}
_KINDS: Final = {"plan.make": "Plan a visit"}


def present_jobs(jobs: Iterable[Job], names: Mapping[str, str], *, may: bool) -> dict[str, Any]:
    """Return the jobs; ``may`` says whether who looks may stop and retry them."""
    shown = [_present(job, names, may=may) for job in jobs]
    return {"jobs": shown, "is_under_way": any(one["is_under_way"] for one in shown)}


def status_options(chosen: str) -> list[dict[str, Any]]:
    """Return the choices of the filter by status."""
    choices = [("", "All"), *((one.value, _STATUS[one][1].capitalize()) for one in JobStatus)]
    return [
        {"value": value, "label": label, "is_chosen": value == chosen} for value, label in choices
    ]


def _present(job: Job, names: Mapping[str, str], *, may: bool) -> dict[str, Any]:
    kind, words = _STATUS[job.status]
    is_under_way = job.status in {JobStatus.QUEUED, JobStatus.RUNNING}
    return {
        "id": job.id,
        "what": _KINDS.get(job.kind, job.kind),
        "plan": job.arguments.get("plan_id", ""),
        "who": names.get(job.actor.user_id, job.actor.user_id),
        "created": format_instant(job.created_at, "UTC"),
        "status": {"kind": kind, "words": words},
        "progress": job.progress or job.failure or "",
        "tries": f"{job.attempts} of {job.max_attempts}",
        "next": ""
        if job.status is not JobStatus.QUEUED or not job.attempts
        else format_instant(job.run_at, "UTC"),
        "worker": job.lease_owner or "",
        "is_under_way": is_under_way,
        "can_cancel": may and is_under_way and not job.cancel_requested,
        "can_retry": may and job.status is JobStatus.FAILED,
    }
