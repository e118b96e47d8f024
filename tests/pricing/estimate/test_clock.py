"""Deadlines of an estimate: which apply, when they are due, whether they are kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pricing.estimate.clock import ClockTask, TaskKind, TaskState, keep_until, list_tasks
from tests.pricing.estimate.estimates import documented_estimate, estimate_of, estimate_plain

ALONE = estimate_plain()["providers"][:1]


def tasks_of(kind: TaskKind, **stated: Any) -> list[ClockTask]:  # noqa: ANN401 — JSON
    """Return the tasks of one kind of an estimate for Monday 14 December 2026."""
    return [one for one in list_tasks(estimate_of(**stated)) if one.kind is kind]


@pytest.mark.parametrize(
    ("scheduled", "due"),
    [
        ("2026-11-30", "2026-12-03"),  # 10 business days ahead: within 3
        ("2026-12-01", "2026-12-02"),  # 9 ahead: within 1
        ("2026-12-09", "2026-12-10"),  # 3 ahead: within 1
        ("2026-11-25", "2026-12-01"),  # over Thanksgiving
        ("2026-12-05", "2026-12-07"),  # on a Saturday: the next Monday
    ],
)
def test_scheduling_sets_the_day_to_give_the_estimate(scheduled: str, due: str) -> None:
    (task,) = tasks_of(TaskKind.ISSUE, scheduled_on=scheduled)

    assert task.due_on == date.fromisoformat(due)


def test_two_business_days_ahead_there_is_no_deadline() -> None:
    assert tasks_of(TaskKind.ISSUE, scheduled_on="2026-12-10") == []


def test_a_request_gives_three_days_even_then() -> None:
    (task,) = tasks_of(TaskKind.ISSUE, scheduled_on="2026-12-10", requested_on="2026-12-10")

    assert task.due_on == date(2026, 12, 15)


def test_the_earlier_of_scheduling_and_request_counts() -> None:
    (task,) = tasks_of(TaskKind.ISSUE, scheduled_on="2026-12-01", requested_on="2026-12-01")

    assert (task.due_on, task.rule) == (
        date(2026, 12, 2),
        "scheduled 3 to 9 business days ahead: within 1 of scheduling",
    )


@pytest.mark.parametrize(
    ("issued", "today", "state", "was_late"),
    [
        (None, date(2026, 12, 3), TaskState.DUE, False),
        (None, date(2026, 12, 4), TaskState.LATE, False),
        ("2026-12-03", date(2026, 12, 9), TaskState.DONE, False),
        ("2026-12-04", date(2026, 12, 9), TaskState.DONE, True),
    ],
)
def test_a_task_is_due_done_or_late(
    issued: str | None, today: date, state: TaskState, *, was_late: bool
) -> None:
    (task,) = tasks_of(TaskKind.ISSUE, scheduled_on="2026-11-30", issued_on=issued)

    assert (task.state_on(today), task.was_late) == (state, was_late)


def test_a_later_version_was_in_time_if_the_first_was() -> None:
    later = {"version": 2, "first_issued_on": "2026-12-01", "issued_on": "2026-12-11"}

    (task,) = tasks_of(TaskKind.ISSUE, scheduled_on="2026-11-30", **later)

    assert not task.was_late


def test_each_co_provider_is_asked_within_a_day_and_answers_within_another() -> None:
    asked = [*ALONE, {"id": "surgeon", "name": "Surgeon", "asked_on": "2026-12-02"}]

    (ask,) = tasks_of(TaskKind.ASK, scheduled_on="2026-11-30", providers=asked)
    (answer,) = tasks_of(TaskKind.ANSWER, scheduled_on="2026-11-30", providers=asked)

    assert (ask.due_on, ask.was_late, ask.provider) == (date(2026, 12, 1), True, "surgeon")
    assert (answer.due_on, answer.done_on) == (date(2026, 12, 3), None)


def test_the_convening_provider_asks_nobody_else() -> None:
    assert tasks_of(TaskKind.ASK, scheduled_on="2026-11-30", providers=ALONE) == []


def test_a_change_of_scope_wants_a_new_estimate_a_business_day_before() -> None:
    (task,) = tasks_of(TaskKind.REISSUE, changed_on="2026-12-08", issued_on="2026-12-07")

    assert (task.due_on, task.done_on) == (date(2026, 12, 11), None)


def test_the_version_after_the_change_is_the_new_estimate() -> None:
    (task,) = tasks_of(TaskKind.REISSUE, changed_on="2026-12-08", issued_on="2026-12-08")

    assert task.done_on == date(2026, 12, 8)


def test_a_change_that_comes_too_late_asks_for_nothing() -> None:
    assert tasks_of(TaskKind.REISSUE, changed_on="2026-12-12") == []


def test_tasks_come_in_order_of_their_days() -> None:
    tasks = list_tasks(documented_estimate())

    assert [one.kind for one in tasks] == [TaskKind.ASK, TaskKind.ANSWER, TaskKind.ISSUE]


def test_an_issued_estimate_is_kept_six_years() -> None:
    assert keep_until(estimate_of()) is None
    assert keep_until(estimate_of(issued_on="2026-12-02")) == date(2032, 12, 2)


def test_a_leap_day_is_kept_until_the_28th() -> None:
    leap = estimate_of(issued_on="2024-02-29")

    assert keep_until(leap) == date(2030, 2, 28)
