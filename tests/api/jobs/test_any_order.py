"""Jobs in any order of events: the database agrees with a model, and effects are once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Final

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import Session

from api.access.actions import Action
from api.access.principal import SYSTEM
from api.database import Database
from api.errors import IllegalStatusChange, LeaseLost
from api.jobs.control import cancel_job, hand_back, retry_job, take_over_expired
from api.jobs.job import Job, JobStatus, Lease
from api.jobs.repository import add_job, claim_due, end_lease, get_job, list_jobs, renew_lease
from api.jobs.run import FencedSessions, JobRun, JobSignals
from tests.api.jobs.builders import LEASE, NOW, services_over

pytestmark = pytest.mark.sweep

_MAX_ATTEMPTS: Final = 3
_EXAMPLES = count(1)
_ANY: Final = st.integers(0, 1_000)


@dataclass
class _Model:
    """What a job should be by now."""

    run_at: datetime
    status: str = "queued"
    attempts: int = 0
    claims: int = 0
    asked: bool = False
    until: datetime | None = None
    leases: list[Job] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Return whether the job may still be made without anybody asking."""
        return self.status in {"queued", "running"}

    def holds(self, lease: Lease) -> bool:
        """Return whether that is the lease of the present holder."""
        return self.status == "running" and lease.number == self.claims

    def leave(self, status: str, now: datetime) -> None:
        """Let go of the job."""
        event(f"{self.status} to {status}, asked to stop: {self.asked}")
        self.status = "cancelled" if status == "queued" and self.asked else status
        self.until = None
        if self.status == "queued":
            self.run_at = now


class _Jobs(RuleBasedStateMachine):
    """Jobs, workers that come late, an operator, and a clock."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.kind = f"test.example_{next(_EXAMPLES)}"
        self.now = NOW
        self.jobs: dict[str, _Model] = {}

    def _pick(self, number: int) -> tuple[str, _Model]:
        names = sorted(self.jobs)
        name = names[number % len(names)]
        return name, self.jobs[name]

    def _pick_lease(self, number: int) -> tuple[_Model, Job]:
        """Return one of the leases ever given: half of the time one that is still held."""
        given = [(model, job) for model in self.jobs.values() for job in model.leases]
        held = [(model, job) for model, job in given if model.holds(job.lease)]
        choice = held if held and number % 2 else given
        return choice[number // 2 % len(choice)]

    @initialize()
    def begin(self) -> None:
        """Somebody wants jobs."""
        self.store()

    @precondition(lambda self: not any(one.is_open for one in self.jobs.values()))
    @rule()
    def store(self) -> None:
        """Somebody wants two jobs, as those before have come to an end."""
        with self.database.write() as session:
            for number in range(len(self.jobs), len(self.jobs) + 2):
                name = f"{self.kind}-{number}"
                add_job(
                    session,
                    job_id=name,
                    kind=self.kind,
                    action=Action.UPKEEP,
                    arguments={},
                    actor=SYSTEM,
                    max_attempts=_MAX_ATTEMPTS,
                    now=self.now,
                )
                self.jobs[name] = _Model(self.now)

    @precondition(lambda self: any(one.status == "queued" for one in self.jobs.values()))
    @rule()
    def claim(self) -> None:
        """A worker takes what has been due for longest."""
        due = sorted(
            (model.run_at, name)
            for name, model in self.jobs.items()
            if model.status == "queued" and model.run_at <= self.now
        )
        with self.database.write() as session:
            job = claim_due(session, leases={self.kind: LEASE}, owner="any", now=self.now)

        assert (job.id if job else None) == (due[0][1] if due else None)
        if job is not None:
            model = self.jobs[job.id]
            model.status, model.until = "running", self.now + LEASE
            model.attempts += 1
            model.claims += 1
            model.leases.append(job)

    @precondition(lambda self: any(model.leases for model in self.jobs.values()))
    @rule(number=_ANY)
    def finish(self, number: int) -> None:
        """A worker records its effect, perhaps long after it was taken over."""
        model, job = self._pick_lease(number)
        run = JobRun(
            job,
            services_over(self.database, lambda: self.now),
            FencedSessions(self.database, job),
            JobSignals(),
        )
        held = model.holds(job.lease)
        event(f"finish, held: {held}")
        try:
            with run.finish() as session:
                self._store_effect(session, job)
        except LeaseLost:
            assert not held
        else:
            assert held
            model.leave("done", self.now)

    @precondition(lambda self: any(model.leases for model in self.jobs.values()))
    @rule(number=_ANY, is_retryable=st.booleans(), pause=st.integers(0, 40))
    def fail(self, number: int, *, is_retryable: bool, pause: int) -> None:
        """A worker gives up: for now, or for good."""
        model, job = self._pick_lease(number)
        status = JobStatus.QUEUED if is_retryable else JobStatus.FAILED
        held = model.holds(job.lease)
        wait = timedelta(seconds=pause)
        try:
            with self.database.write() as session:
                end_lease(session, job.lease, status, now=self.now, pause=wait, failure="no")
        except LeaseLost:
            assert not held
        else:
            assert held
            model.leave(status.value, self.now + wait)

    @precondition(lambda self: any(model.leases for model in self.jobs.values()))
    @rule(number=_ANY)
    def stop_worker(self, number: int) -> None:
        """A worker that must stop hands its job back."""
        model, job = self._pick_lease(number)
        held = model.holds(job.lease)
        try:
            with self.database.write() as session:
                hand_back(session, job.lease, now=self.now, kinds={})
        except LeaseLost:
            assert not held
        else:
            assert held
            model.leave("queued", self.now)
            if model.status == "queued":
                model.attempts -= 1

    @precondition(lambda self: any(model.leases for model in self.jobs.values()))
    @rule(number=_ANY)
    def beat(self, number: int) -> None:
        """A worker's heart beats."""
        model, job = self._pick_lease(number)
        held = model.holds(job.lease)
        try:
            with self.database.write() as session:
                asked = renew_lease(session, job.lease, until=self.now + LEASE)
        except LeaseLost:
            assert not held
        else:
            assert held
            assert asked is model.asked
            model.until = self.now + LEASE

    @precondition(lambda self: any(one.until for one in self.jobs.values()))
    @rule(number=_ANY)
    def ask_to_stop(self, number: int) -> None:
        """Somebody does not want the job any more."""
        name, model = self._pick(number)
        with self.database.write() as session:
            cancel_job(session, name, now=self.now, kinds={})

        if model.is_open:
            model.asked = True
        if model.status == "queued":
            model.leave("cancelled", self.now)

    @precondition(
        lambda self: any(one.status == "failed" or one.until for one in self.jobs.values())
    )
    @rule(number=_ANY)
    def ask_again(self, number: int) -> None:
        """Somebody wants the job tried again."""
        name, model = self._pick(number)
        try:
            with self.database.write() as session:
                retry_job(session, name, now=self.now, kinds={})
        except IllegalStatusChange:
            assert model.status in {"running", "done", "cancelled"}
        else:
            assert model.status in {"queued", "failed"}
            if model.status == "failed":
                model.asked, model.attempts = False, 0
            model.leave("queued", self.now)

    @rule(seconds=st.sampled_from([1, 10, 31, 100]))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.now += timedelta(seconds=seconds)

    @rule()
    def look_around(self) -> None:
        """Some worker looks after the dead."""
        take_over_expired(self.database, now=self.now, kinds={})

        for model in self.jobs.values():
            if model.status == "running" and model.until is not None and model.until < self.now:
                event("taken over")
                is_last = model.attempts >= _MAX_ATTEMPTS and not model.asked
                model.leave("failed" if is_last else "queued", self.now)

    def _store_effect(self, session: Session, job: Job) -> None:
        add_job(
            session,
            job_id=f"{job.id}-effect-{job.lease_number}",
            kind=f"{self.kind}.effect",
            action=Action.UPKEEP,
            arguments={"of": job.id},
            actor=SYSTEM,
            max_attempts=1,
            now=self.now,
        )

    @invariant()
    def agrees(self) -> None:
        """The rows are what the model says, and each done job has its effect once."""
        with self.database.read() as session:
            rows = {name: get_job(session, name) for name in self.jobs}
            effects = [
                one.arguments["of"] for one in list_jobs(session, kind=f"{self.kind}.effect")
            ]
        for name, model in self.jobs.items():
            row = rows[name]
            assert (row.status, row.attempts, row.lease_number, row.cancel_requested) == (
                model.status,
                model.attempts,
                model.claims,
                model.asked,
            )
            assert (row.lease_until, row.lease_owner is not None) == (
                model.until,
                model.status == "running",
            )
            assert (row.finished_at is not None) is (
                model.status in {"done", "failed", "cancelled"}
            )
            assert not (row.status is JobStatus.QUEUED and row.cancel_requested)
        assert sorted(effects) == sorted(
            name for name, model in self.jobs.items() if model.status == "done"
        )


def test_in_any_order_jobs_are_what_the_model_says(database: Database) -> None:
    run_state_machine_as_test(
        lambda: _Jobs(database),  # type: ignore[arg-type]  # — a factory serves as well as a class
        settings=settings(
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
