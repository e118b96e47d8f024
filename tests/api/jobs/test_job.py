"""The machine of a job: every arrow that is drawn, and none other."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import IllegalStatusChange
from api.jobs.job import Backoff, JobStatus, is_finished, next_status, period_key

_DRAWN = {
    ("queued", "running"),
    ("queued", "cancelled"),
    ("running", "done"),
    ("running", "queued"),
    ("running", "failed"),
    ("running", "cancelled"),
    ("failed", "queued"),
}


@pytest.mark.parametrize("before", JobStatus)
@pytest.mark.parametrize("after", JobStatus)
def test_only_the_arrows_that_are_drawn_can_be_gone(before: JobStatus, after: JobStatus) -> None:
    if (before.value, after.value) in _DRAWN:
        assert next_status(before, after) is after
    else:
        with pytest.raises(IllegalStatusChange):
            next_status(before, after)


@pytest.mark.parametrize("status", JobStatus)
def test_a_finished_job_has_its_end(status: JobStatus) -> None:
    assert is_finished(status) is (status.value in {"done", "failed", "cancelled"})


def test_pauses_grow_up_to_a_limit() -> None:
    backoff = Backoff(first_seconds=2, factor=4, longest_seconds=100)

    assert [backoff.after(tries).total_seconds() for tries in (1, 2, 3, 4, 5)] == [
        2,
        8,
        32,
        100,
        100,
    ]


@given(st.integers(1, 10_000))
def test_no_pause_is_longer_than_the_limit(tries: int) -> None:
    pause = Backoff(first_seconds=0.5, factor=3, longest_seconds=60).after(tries)

    assert timedelta(0) < pause <= timedelta(seconds=60)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 — made aware below
    st.integers(1, 3600),
)
def test_all_who_compute_a_period_compute_the_same(begin: datetime, seconds: int) -> None:
    now = begin.replace(tzinfo=UTC)
    every = timedelta(seconds=seconds)
    keys = [period_key("k", every=every, now=now + part * every / 4) for part in range(9)]

    assert len(set(keys)) in {2, 3}, "two periods, or three where the first is cut"
    assert keys == sorted(keys, key=lambda key: int(key.partition("@")[2]))
