"""Workers as they are run: beside the server or alone, and gone when they should be."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from api.jobs.beside import WorkerBeside
from api.jobs.queue_plan import queue_plan
from api.jobs.repository import list_jobs
from api.wiring import read_clock
from scheduling.planning import Phase
from scheduling.repository.plans import get_plan
from tests.api.faces.worlds import Template, World, open_world
from tests.journeys.test_serve import free_port

pytestmark = pytest.mark.sweep

_COMMAND: Final = (sys.executable, "-c", "from api.commands.group import main; main()")
_PATIENCE_SECONDS: Final = 60.0


@pytest.fixture
def desk(world_template: Template, tmp_path: Path) -> Iterator[World]:
    """A world of this test's own, nobody working in it."""
    opened = open_world(world_template, tmp_path)
    # The workers read the real one.
    yield replace(opened, services=replace(opened.services, clock=read_clock))
    opened.services.database.dispose()


@contextmanager
def _run(database: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [*_COMMAND, *arguments],
        env={**os.environ, "SOJOURN_DATABASE_URL": f"sqlite:///{database}"},
        stdin=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _wait_until(is_so: Callable[[], bool], words: str) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until, f"not within {_PATIENCE_SECONDS} s: {words}"
        time.sleep(0.05)


def _is_made(world: World, plan_id: str) -> bool:
    """Return whether the plan has its answer; today the samples may offer nothing."""
    with world.services.database.read() as session:
        return get_plan(session, plan_id).phase in {Phase.PLANNED, Phase.NO_PLAN}


def _are_timed_jobs_done(world: World) -> bool:
    with world.services.database.read() as session:
        timed = {job.kind: job.status.value for job in list_jobs(session)}
    return timed.get("job.forget") == "done"


def _beside(database: Path) -> set[int]:
    """Return the workers which a server over that database has started."""
    found = set()
    for folder in Path("/proc").iterdir():
        # A process may end while we look at it.
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes()
            if b"--until-closed" in words and bytes(database) in (folder / "environ").read_bytes():
                found.add(int(folder.name))
    return found


def test_a_worker_makes_the_plans_of_others_and_ends_in_order(desk: World, tmp_path: Path) -> None:
    plan, _ = queue_plan("SJ-1002", services=desk.services, request_key=None)

    with _run(tmp_path / "world.sqlite", "work", "--workers", "1") as worker:
        _wait_until(lambda: _is_made(desk, plan.id), "a plan")
        _wait_until(lambda: _are_timed_jobs_done(desk), "the timed jobs")
        worker.send_signal(signal.SIGTERM)

        assert worker.wait(timeout=_PATIENCE_SECONDS) == 0


def test_a_worker_ends_when_whoever_started_it_is_gone(desk: World, tmp_path: Path) -> None:
    with _run(tmp_path / "world.sqlite", "work", "--until-closed") as worker:
        _wait_until(lambda: _are_timed_jobs_done(desk), "the timed jobs")
        assert worker.stdin is not None
        worker.stdin.close()

        assert worker.wait(timeout=_PATIENCE_SECONDS) == 0


needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")


@needs_proc
def test_the_worker_beside_is_started_again_and_ends_with_its_owner(
    desk: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "world.sqlite"
    monkeypatch.setenv("SOJOURN_DATABASE_URL", f"sqlite:///{path}")
    beside = WorkerBeside(1)
    beside.start()
    try:
        _wait_until(lambda: len(_beside(path)) == 1, "a worker")
        (first,) = _beside(path)
        os.kill(first, signal.SIGKILL)
        _wait_until(lambda: len(_beside(path) - {first}) == 1, "another worker")
        plan, _ = queue_plan("SJ-1002", services=desk.services, request_key=None)
        _wait_until(lambda: _is_made(desk, plan.id), "a plan")
    finally:
        beside.stop()

    assert _beside(path) == set()


@needs_proc
def test_a_server_that_is_killed_leaves_no_worker_and_no_plan_behind(
    desk: World, tmp_path: Path
) -> None:
    path = tmp_path / "world.sqlite"
    with _run(path, "serve", "--port", str(free_port())) as server:
        _wait_until(lambda: len(_beside(path)) == 1, "a worker beside")
        _wait_until(lambda: _are_timed_jobs_done(desk), "the timed jobs")
        for child in _children(server.pid):
            os.kill(child, signal.SIGKILL)
        server.kill()
        _wait_until(lambda: not _beside(path), "the end of the worker")

    plan, _ = queue_plan("SJ-1002", services=desk.services, request_key=None)
    with _run(path, "serve", "--port", str(free_port())) as server:
        _wait_until(lambda: _is_made(desk, plan.id), "a plan")
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=_PATIENCE_SECONDS) == 0
    assert _beside(path) == set()


def _children(number: int) -> list[int]:
    """Return the server's own processes; the worker beside is a child of theirs."""
    return [int(one) for one in Path(f"/proc/{number}/task/{number}/children").read_text().split()]
