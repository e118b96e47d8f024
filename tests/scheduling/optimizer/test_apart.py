"""A solve in its own process: the same answer, and a clear end when it is cancelled or killed."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from bench.generate import SIZES, generate
from scheduling.optimizer import apart, frames
from scheduling.optimizer.answer import Answer, Status, answer_to_document, parse_answer
from scheduling.optimizer.apart import cool_down, explain_apart, solve_apart, warm_up
from scheduling.optimizer.errors import SolveCancelled, SolveKilled
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.solve import solve, solve_document
from tests.scheduling.optimizer.small_problems import small_document

pytestmark = pytest.mark.sweep

SMALL = json.dumps(small_document(1)).encode()
LARGE = json.dumps(generate(SIZES["M"], 1)).encode()


@pytest.fixture(autouse=True, scope="module")
def _nursery() -> Iterator[None]:
    warm_up()
    yield
    cool_down()


def timeless(answer: Answer) -> Answer:
    return replace(answer, seconds=0.0, statistics={})


def test_a_solve_apart_gives_the_same_answer() -> None:
    answer = solve_apart(LARGE, seconds=60, alternatives=5)

    assert timeless(answer) == timeless(solve_document(LARGE, alternatives=5))
    assert int(answer.statistics["peak_memory_bytes"]) > 10_000_000


def test_the_same_document_gives_the_same_answer_after_a_restart() -> None:
    first = solve_apart(LARGE, seconds=60, alternatives=5)
    cool_down()

    again = solve_apart(LARGE, seconds=60, alternatives=5)

    assert timeless(again) == timeless(first)


def test_the_order_of_keys_makes_no_difference() -> None:
    def reversed_keys(value: Any) -> Any:  # noqa: ANN401 — any JSON value
        if isinstance(value, dict):
            return {key: reversed_keys(value[key]) for key in reversed(value)}
        return [reversed_keys(entry) for entry in value] if isinstance(value, list) else value

    document = generate(SIZES["S"], 2)

    answer = solve(parse_problem(reversed_keys(document)), alternatives=5)

    assert timeless(answer) == timeless(solve(parse_problem(document), alternatives=5))


def test_an_answer_survives_being_written_and_read() -> None:
    for seed in range(10):
        answer = solve(parse_problem(small_document(seed)), alternatives=5)

        written = json.dumps(answer_to_document(answer))

        assert parse_answer(json.loads(written)) == answer


def test_an_invalid_document_is_answered_not_raised() -> None:
    answer = solve_apart(b'{"format": 1}', seconds=10)

    assert answer.status is Status.INVALID
    assert answer.faults


def test_progress_is_told_stage_by_stage() -> None:
    heard: list[tuple[str, int, int]] = []

    def hear(stage: str, done: int, of: int) -> None:
        heard.append((stage, done, of))

    solve_apart(SMALL, seconds=30, alternatives=2, on_progress=hear)

    assert [done for _, done, _ in heard] == [0, 1, 2, 3]
    assert {of for _, _, of in heard} == {4}


def test_a_cancelled_solve_raises_and_leaves_no_process() -> None:
    children: list[int] = []

    def cancelled() -> bool:
        return bool(children)

    with pytest.raises(SolveCancelled), watched(children):
        explain_apart(LARGE, options=None, seconds=60, cancelled=cancelled)

    assert is_gone(children[0])


def test_a_killed_solve_raises() -> None:
    children: list[int] = []

    def kill(stage: str, done: int, of: int) -> None:
        del stage, done, of
        os.kill(children[0], signal.SIGKILL)

    with pytest.raises(SolveKilled, match="ended without an answer"), watched(children):
        solve_apart(LARGE, seconds=60, on_progress=kill)


def test_a_solve_that_overruns_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "GRACE_SECONDS", 0.0)
    children: list[int] = []

    with pytest.raises(SolveKilled), watched(children):
        explain_apart(LARGE, options=None, seconds=0.05)

    assert all(is_gone(child) for child in children)


def test_a_nursery_that_died_is_replaced() -> None:
    process = apart._nursery.process
    assert process is not None
    process.kill()
    process.wait()

    assert solve_apart(SMALL, seconds=30).status is solve_document(SMALL).status


def test_threads_may_solve_at_the_same_time() -> None:
    expected = timeless(solve_document(SMALL))

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: solve_apart(SMALL, seconds=60), range(12)))

    assert all(timeless(answer) == expected for answer in answers)


def test_an_explained_document_says_why_not() -> None:
    answer = solve_document(LARGE)
    assert answer.choice is not None
    chosen = next(iter(answer.choice.slots.values()))

    found = explain_apart(LARGE, options=[chosen, "return/R3"], seconds=60)

    assert found["cost"] == answer.cost
    assert [entry["option"] for entry in found["options"]] == [chosen, "R3"]
    assert found["options"][0]["verdict"] == "chosen"


def test_an_unknown_option_is_told() -> None:
    found = explain_apart(SMALL, options=["nowhere"], seconds=10)

    assert found["status"] == "UNKNOWN_OPTION"


class watched:  # noqa: N801 — reads as a verb at its only use
    """Collects the process ids of the children started meanwhile."""

    def __init__(self, children: list[int]) -> None:
        self.children = children

    def __enter__(self) -> None:
        self.patch = pytest.MonkeyPatch()
        children = self.children

        def listen(connection: Any) -> tuple[bytes, bytes] | None:  # noqa: ANN401 — a socket
            frame = frames.receive(connection)
            if frame is not None and frame[0] == frames.STARTED:
                children.append(json.loads(frame[1])["process_id"])
            return frame

        self.patch.setattr("scheduling.optimizer.apart.receive", listen)

    def __exit__(self, *_: object) -> None:
        self.patch.undo()


def is_gone(process_id: int) -> bool:
    """Answer whether a process ends within a moment."""
    ended = threading.Event()
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            os.kill(process_id, 0)
        except ProcessLookupError:
            return True
        ended.wait(0.01)
    return False
