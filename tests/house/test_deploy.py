"""What `docs/deploy` holds fits the project: files that are copied exist, commands are ours."""

from __future__ import annotations

import configparser
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from api.commands.group import main
from tests.house.checkout import FLOORS, ROOT, tracked_files

DEPLOY: Final = ROOT / "docs" / "deploy"
UNITS: Final = tuple(sorted(DEPLOY.glob("*.service")))
GRACE_SECONDS: Final = 30
"""How long the server lets requests under way take, see `api/serve.py`."""


def _instructions() -> list[tuple[str, str]]:
    text = (DEPLOY / "Containerfile").read_text()
    lines = re.sub(r"\\\n", " ", text).splitlines()
    return [
        (line.split(maxsplit=1)[0], line.split(maxsplit=1)[1])
        for line in lines
        if line and not line.startswith("#")
    ]


def _copied() -> Iterator[str]:
    for name, rest in _instructions():
        if name == "COPY" and not rest.startswith("--from"):
            yield from rest.split()[:-1]


def _unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # — names keep their case
    parser.read_string(path.read_text())
    return parser


def test_what_the_image_copies_is_in_the_checkout() -> None:
    tracked = {str(file) for file in tracked_files()}
    tops = {Path(name).parts[0] for name in tracked}

    assert [name for name in _copied() if name not in tracked | tops] == []


def test_the_image_gets_every_floor_and_what_the_wheel_is_built_from() -> None:
    assert {*FLOORS, "seed_data", "pyproject.toml", "README.md"} <= set(_copied())


def test_the_image_installs_what_is_locked_and_nothing_else() -> None:
    installed = [
        step.strip()
        for name, rest in _instructions()
        if name == "RUN"
        for step in rest.split("&&")
        if " install " in step
    ]

    assert installed
    assert all(
        re.search(r"--require-hashes -r (requirements\S*\.lock)", step) or "--no-deps" in step
        for step in installed
    )


def test_the_image_runs_as_nobody_special_and_ends_orderly() -> None:
    instructions = dict(_instructions())

    assert instructions["USER"] == "sojourn"
    assert instructions["STOPSIGNAL"] == "SIGTERM"
    assert instructions["CMD"] == '["sojourn", "serve"]'
    assert "SOJOURN_ENVIRONMENT=production" in instructions["ENV"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_command_of_ours_and_waits_for_its_end(path: Path) -> None:
    service = _unit(path)["Service"]
    program, command = shlex.split(service["ExecStart"])

    assert program == "/opt/sojourn/bin/sojourn"
    assert command in main.commands
    assert int(service["TimeoutStopSec"]) > GRACE_SECONDS
    assert service["User"] == "sojourn"


def test_the_units_are_shut_in_alike() -> None:
    kept = ("ExecStart",)
    services = [
        {name: value for name, value in _unit(path)["Service"].items() if name not in kept}
        for path in UNITS
    ]

    assert len(services) == 2
    assert services[0] == services[1]
    assert services[0]["NoNewPrivileges"] == "yes"
    assert services[0]["CapabilityBoundingSet"] == ""
