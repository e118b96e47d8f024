"""The clock of a good-faith estimate: its deadlines in business days, as tasks (45 CFR 149.610(b)).

Days are those of the convening provider's place. Where both a scheduling and a request set a
deadline, the earlier one counts.
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from pricing.estimate.business_days import (
    add_business_days,
    business_day_before,
    business_days_between,
)
from pricing.estimate.estimate_document import Estimate, Provider

_SOON: Final = 3
_FAR: Final = 10
_KEEP_YEARS: Final = 6


class TaskKind(StrEnum):
    """What is to be done."""

    ISSUE = "issue"
    ASK = "ask"
    ANSWER = "answer"
    REISSUE = "reissue"


class TaskState(StrEnum):
    """How a task stands on a day."""

    DUE = "due"
    DONE = "done"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class ClockTask:
    """One thing to do by a day; ``rule`` says why that day, ``provider`` whom it is about."""

    kind: TaskKind
    text: str
    rule: str
    due_on: date
    done_on: date | None = None
    provider: str | None = None

    def state_on(self, today: date) -> TaskState:
        """Return how the task stands; done too late is done, see `was_late`."""
        if self.done_on is not None:
            return TaskState.DONE
        return TaskState.LATE if today > self.due_on else TaskState.DUE

    @property
    def was_late(self) -> bool:
        """Return whether it was done after it was due."""
        return self.done_on is not None and self.done_on > self.due_on


def list_tasks(estimate: Estimate) -> tuple[ClockTask, ...]:
    """Return what the rules ask of an estimate, in order of when it is due."""
    tasks = [
        *_issue(estimate),
        *(task for one in _co_providers(estimate) for task in _ask(estimate, one)),
        *_reissue(estimate),
    ]
    return tuple(sorted(tasks, key=lambda task: (task.due_on, task.kind, task.provider or "")))


def keep_until(estimate: Estimate) -> date | None:
    """Return the day until which an issued estimate is kept, six years on; None for a draft."""
    issued = estimate.issued_on
    return None if issued is None else kept_through(issued)


def kept_through(begun: date) -> date:
    """Return the last day of six years; of a leap day, the end of February."""
    year = begun.year + _KEEP_YEARS
    day = min(begun.day, 28) if begun.month == 2 and not isleap(year) else begun.day  # noqa: PLR2004 — February
    return begun.replace(year=year, day=day)


def _issue(estimate: Estimate) -> list[ClockTask]:
    found = [*_from_scheduling(estimate), *_from_request(estimate)]
    if not found:
        return []
    due_on, rule = min(found)
    done = estimate.first_issued_on or estimate.issued_on
    return [ClockTask(TaskKind.ISSUE, "Give the patient the estimate", rule, due_on, done)]


def _from_scheduling(estimate: Estimate) -> list[tuple[date, str]]:
    scheduled = estimate.scheduled_on
    if scheduled is None:
        return []
    ahead = business_days_between(scheduled, estimate.primary.date)
    if ahead >= _FAR:
        rule = "scheduled 10 business days ahead or more: within 3 of scheduling"
        return [(add_business_days(scheduled, 3), rule)]
    if ahead >= _SOON:
        rule = "scheduled 3 to 9 business days ahead: within 1 of scheduling"
        return [(add_business_days(scheduled, 1), rule)]
    return []


def _from_request(estimate: Estimate) -> list[tuple[date, str]]:
    asked = estimate.requested_on
    if asked is None:
        return []
    return [(add_business_days(asked, 3), "asked for: within 3 business days")]


def _co_providers(estimate: Estimate) -> list[Provider]:
    return [one for one in estimate.providers if not one.convening]


def _ask(estimate: Estimate, provider: Provider) -> list[ClockTask]:
    """Return asking a co-provider, and its answer once it was asked."""
    begun = [day for day in (estimate.scheduled_on, estimate.requested_on) if day is not None]
    tasks = []
    if begun:
        rule = "co-providers are asked within 1 business day"
        due_on = add_business_days(min(begun), 1)
        text = f"Ask {provider.name} what it expects to charge"
        asked = provider.asked_on
        tasks.append(ClockTask(TaskKind.ASK, text, rule, due_on, asked, provider.id))
    if provider.asked_on is not None:
        rule = "a co-provider answers within 1 business day of being asked"
        due_on = add_business_days(provider.asked_on, 1)
        text = f"Have the answer of {provider.name}"
        answered = provider.answered_on
        tasks.append(ClockTask(TaskKind.ANSWER, text, rule, due_on, answered, provider.id))
    return tasks


def _reissue(estimate: Estimate) -> list[ClockTask]:
    """Return the new estimate after a change of scope, where there is still time for one.

    Whoever stands in for a provider later than that takes the expected charges as they are.
    """
    changed = estimate.changed_on
    due_on = business_day_before(estimate.primary.date)
    if changed is None or changed > due_on:
        return []
    issued = estimate.issued_on
    done = issued if issued is not None and issued >= changed else None
    rule = "a change of scope: at least 1 business day before the service"
    return [ClockTask(TaskKind.REISSUE, "Give the patient the new estimate", rule, due_on, done)]
