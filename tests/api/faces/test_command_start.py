"""A command starts at once, loads only what it needs, and ends at once when it is told to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from api.commands.group import load_command, main
from tests.scheduling.optimizer.small_problems import small_document

HEAVY = {
    "alembic", "flask", "geopy", "gunicorn", "icalendar", "numpy", "ortools", "pandas", "pydantic",
    "sqlalchemy", "sqlmodel", "typst",
}  # fmt: skip
SOLVING = {"numpy", "pydantic"}

# Prints, after the command, which of the named packages it loaded.
TELLING = """
import sys
from api.commands.group import main
try:
    main()
finally:
    print(*(set({heavy!r}) & set(sys.modules)), file=sys.stderr)
"""
# A search that never ends, deaf to Ctrl-C as the solver's machine code is; says when it began.
ENDLESS = """
import signal, sys, threading
import api.commands.here as here
from api.commands.group import main

def endless(*document, **wishes):
    print("begun", file=sys.stderr, flush=True)
    threading.Event().wait()

signal.signal(signal.SIGINT, signal.default_int_handler)
here.solve_document = endless
here.GRACE_SECONDS = 0.1
main()
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small problem document in a file."""
    file = tmp_path / "small.json"
    file.write_text(json.dumps(small_document(1)))
    return file


def loaded_by(*arguments: str) -> set[str]:
    """Return the heavy packages that this command loads."""
    ended = subprocess.run(
        [sys.executable, "-c", TELLING.format(heavy=sorted(HEAVY)), *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(ended.stderr.split())


@contextmanager
def endless_solve(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a solve that never ends; yield it when it has begun."""
    with subprocess.Popen(
        [sys.executable, "-c", ENDLESS, "solve", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            assert process.stderr.readline() == "begun\n"
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("name", sorted(main.commands))
def test_the_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    listed, loaded = main.commands[name], load_command(name)

    assert loaded.name == name
    assert listed.help == loaded.help


def test_every_command_has_a_first_sentence_to_show() -> None:
    assert all(command.get_short_help_str(200) for command in main.commands.values())


def test_a_command_called_is_the_whole_command() -> None:
    name, command, rest = main.resolve_command(click.Context(main), ["solve", "--schema"])

    assert (name, rest) == ("solve", ["--schema"])
    assert command is load_command("solve")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["solve", "--schema"], ["solve", "--help"]], ids=str
)
def test_what_only_prints_loads_nothing(arguments: list[str]) -> None:
    assert loaded_by(*arguments) == set()


def test_solving_a_file_loads_neither_the_web_nor_the_database(small: Path) -> None:
    assert loaded_by("solve", str(small), "--json") == SOLVING


def test_explaining_a_file_loads_neither_the_web_nor_the_database(small: Path) -> None:
    option = small_document(1)["slots"][0]["id"]

    assert loaded_by("why", str(small), f"slots/{option}", "--json") == SOLVING


def test_the_process_that_solves_has_loaded_everything_before_the_first_solve() -> None:
    code = "import sys, scheduling.optimizer.worker; print('ortools' in sys.modules)"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout == "True\n"


def test_an_interrupted_solve_ends_at_once_and_says_so(small: Path) -> None:
    with endless_solve(str(small), "--json") as process:
        process.send_signal(signal.SIGINT)
        output, words = process.communicate(timeout=20)

    assert process.returncode == 130
    assert output == ""
    assert words == "\nsojourn: interrupted, solve did not finish\n"


def test_a_solve_far_over_its_time_is_given_up(small: Path) -> None:
    with endless_solve(str(small), "--seconds", "0.1", "--json") as process:
        output, words = process.communicate(timeout=20)

    assert process.returncode == 1
    assert json.loads(output)["title"] == "The search ended early"
    assert words.startswith("sojourn: the solve ran far over its time limit")
