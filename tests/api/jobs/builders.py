"""Small jobs, kinds and services to test with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from api.access.actions import Action
from api.access.principal import SYSTEM, Principal
from api.audit.writer import AuditWriter
from api.database import Database
from api.jobs.job import Backoff, Job
from api.jobs.repository import add_job
from api.jobs.run import Follow, JobRun, Kind, follow_nothing
from api.settings import Settings
from api.wiring import Services

NOW: Final = datetime(2027, 3, 1, 10, 30, tzinfo=UTC)
LEASE: Final = timedelta(seconds=30)
KIND: Final = "test.work"


def add(
    session: Session,
    job_id: str = "JB-1",
    *,
    actor: Principal = SYSTEM,
    action: Action = Action.UPKEEP,
    now: datetime = NOW,
    key: str | None = None,
    max_attempts: int = 3,
) -> Job:
    """Store a job that is due at once."""
    return add_job(
        session,
        job_id=job_id,
        kind=KIND,
        action=action,
        arguments={"subject": "one"},
        actor=actor,
        max_attempts=max_attempts,
        now=now,
        dedup_key=key,
    )


def kind(
    handler: Callable[[JobRun], None],
    *,
    follow: Follow = follow_nothing,
    every: timedelta | None = None,
    lease: timedelta = LEASE,
) -> dict[str, Kind]:
    """Return the one kind of job there is, made by the handler."""
    return {
        KIND: Kind(
            action=Action.UPKEEP,
            handler=handler,
            max_attempts=3,
            backoff=Backoff(first_seconds=2, factor=4, longest_seconds=900),
            lease=lease,
            follow=follow,
            every=every,
        )
    }


def services_over(database: Database, clock: Callable[[], datetime] = lambda: NOW) -> Services:
    """Return services whose supplier and solver are never reached."""
    unreached: Any = None
    return Services(
        settings=Settings(),
        database=database,
        sessions=database,
        trail=AuditWriter(database),
        travel=unreached,
        solver=unreached,
        explainer=unreached,
        clock=clock,
    )
