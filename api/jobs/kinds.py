"""Which kinds of job there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from api.access.actions import Action
from api.jobs import plan_job, upkeep
from api.jobs.job import Backoff
from api.jobs.run import PATIENT, Kind, Kinds

KINDS: Final[Kinds] = {
    plan_job.PLAN: Kind(
        action=Action.PLAN_MAKE,
        handler=plan_job.make_plan,
        max_attempts=plan_job.MAX_ATTEMPTS,
        # Somebody sits before the page and waits.
        backoff=Backoff(first_seconds=1, factor=4, longest_seconds=30),
        lease=timedelta(seconds=15),
        follow=plan_job.follow_plan_job,
    ),
    "plan.adopt": Kind(
        action=Action.UPKEEP,
        handler=plan_job.adopt_plans,
        max_attempts=3,
        backoff=PATIENT,
        lease=timedelta(seconds=60),
        every=timedelta(minutes=10),
    ),
    "audit.keep": Kind(
        action=Action.UPKEEP,
        handler=upkeep.keep_the_head,
        # The file may lie on another machine that is away for an hour.
        max_attempts=12,
        backoff=PATIENT,
        lease=timedelta(seconds=60),
        every=timedelta(days=1),
    ),
    "service.forget": Kind(
        action=Action.UPKEEP,
        handler=upkeep.forget_what_is_old,
        max_attempts=3,
        backoff=PATIENT,
        lease=timedelta(seconds=60),
        every=timedelta(days=1),
    ),
    "job.forget": Kind(
        action=Action.UPKEEP,
        handler=upkeep.forget_old_jobs,
        max_attempts=3,
        backoff=PATIENT,
        lease=timedelta(seconds=60),
        every=timedelta(days=1),
    ),
}
