"""Plans made in the background: queued by a request, made by a few threads, looked up by anybody.

A plan lives in the database from the first moment; this room only decides when it is made. The
search itself runs in a process of its own, so these threads mostly wait.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from threading import Lock
from typing import Final, cast
from uuid import uuid4

from flask import current_app

from api.wiring import Services
from logistics.repository.cases import get_case
from logistics.repository.errors import DatabaseUnavailable
from scheduling.plan_visit import plan_visit
from scheduling.planning import Phase, Plan, is_finished
from scheduling.repository.plans import (
    create_plan,
    fail_interrupted,
    get_plan,
    record_outcome,
    request_cancel,
)

_LOG: Final = logging.getLogger(__name__)


def queue_plan(reference: str, *, services: Services, request_key: str | None) -> tuple[Plan, bool]:
    """Return a plan of the case that waits for its turn, and whether it is new.

    The same key returns the plan it made before.

    Raises:
        CaseNotFound: no case has that reference.
        RequestKeyReused: the key made a plan of another case.
    """
    plan_id = f"PL-{uuid4().hex[:16]}"
    with services.sessions.write() as session:
        get_case(session, reference)
        plan = create_plan(
            session,
            plan_id=plan_id,
            case_reference=reference,
            now=services.now(),
            request_key=request_key,
        )
    return plan, plan.id == plan_id


def make_plan(plan_id: str, services: Services) -> None:
    """Run one queued plan to its end; whatever happens is recorded in the plan, not raised."""
    try:
        plan_visit(
            plan_id,
            sessions=services.sessions,
            travel=services.travel,
            solver=services.solver,
            clock=services.clock,
            seconds=services.settings.solve_seconds,
        )
    except Exception:  # noqa: BLE001 — the last place to see it: nobody waits for this work
        _LOG.exception("plan.broken", extra={"plan": plan_id})
        _record_failure(plan_id, services)


def _record_failure(plan_id: str, services: Services) -> None:
    """End a plan that broke on the way, so that nobody waits for it."""
    try:
        with services.sessions.write() as session:
            plan = get_plan(session, plan_id)
            if not is_finished(plan.phase):
                failed = replace(
                    plan,
                    phase=Phase.FAILED,
                    progress="Failed",
                    failure="Something went wrong on our side. Please plan again.",
                    finished_at=services.now(),
                )
                record_outcome(session, failed)
    except DatabaseUnavailable:
        # The next start fails what this one left unfinished.
        _LOG.exception("plan.unrecorded", extra={"plan": plan_id})


def get_plan_runner() -> PlanRunner:
    """Return the runner of the application that answers the present request."""
    return cast("PlanRunner", current_app.extensions["plan_runner"])


class PlanRunner:
    """Makes queued plans, a few at a time, each once."""

    def __init__(self, services: Services) -> None:
        """Take what the plans are made with; nothing runs yet."""
        self._services = services
        self._pool = ThreadPoolExecutor(services.settings.plan_workers, thread_name_prefix="plan")
        self._futures: dict[str, Future[None]] = {}
        self._guard = Lock()

    def start(self, plan: Plan) -> None:
        """Let the plan be made; a plan that was started before is left alone."""
        with self._guard:
            if plan.phase is Phase.QUEUED and plan.id not in self._futures:
                self._futures[plan.id] = self._pool.submit(self._make, plan.id)

    def cancel(self, plan_id: str) -> bool:
        """Ask the plan to stop; return whether it was still running. Raises PlanNotFound."""
        with self._services.sessions.write() as session:
            return request_cancel(session, plan_id)

    def fail_interrupted(self) -> None:
        """Fail the plans that a server before this one left unfinished."""
        with self._services.sessions.write() as session:
            interrupted = fail_interrupted(session, self._services.now())
        if interrupted:
            _LOG.info("plans.interrupted", extra={"count": len(interrupted)})

    def stop(self) -> None:
        """Begin no further plan and wait for those being made."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _make(self, plan_id: str) -> None:
        try:
            make_plan(plan_id, self._services)
        finally:
            with self._guard:
                self._futures.pop(plan_id, None)
