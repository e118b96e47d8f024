"""Nouns know, verbs do: every room is a noun held to purity, or named here as a job or a door."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.house.checkout import FLOORS, python_files, rooms_of, text_of, tracked_files, tree_of

# The list of verbs is the list of what the service can do.
JOBS: Final = {
    "logistics.decide_claim",
    "logistics.find_travel",
    "logistics.handle_claim",
    "logistics.handle_estimate",
    "logistics.state_facts",
    "logistics.open_case",
    "logistics.rotate_keys",
    "pricing.import_benchmarks",
    "pricing.import_price_file",
    "scheduling.accept_plan",
    "scheduling.offer_slots",
    "scheduling.plan_visit",
    "scheduling.replay_plan",
}
READ_THE_ENVIRONMENT: Final = {Path("api/settings.py"), Path("api/commands/wired.py")}
# What stands between nouns and verbs, named for what is outside.
DOORS: Final = {
    "logistics.repository",
    "logistics.tables",
    "pricing.column_types",
    "pricing.ecb_rates",
    "pricing.repository",
    "pricing.tables",
    "scheduling.repository",
    "scheduling.tables",
}


# The contracts that keep nouns pure; the optimizer has a stricter one of its own.
PURE: Final = ("purity", "island")


def contracts() -> dict[str, dict[str, Any]]:
    """Return the import contracts of pyproject.toml by their id."""
    (pyproject,) = (file for file in tracked_files() if str(file) == "pyproject.toml")
    configured = tomllib.loads(text_of(pyproject))["tool"]["importlinter"]["contracts"]
    return {contract["id"]: contract for contract in configured}


def test_every_room_is_a_pure_noun_or_a_named_job_or_door() -> None:
    rooms = {f"{floor}.{room}" for floor in FLOORS[:-1] for room in rooms_of(floor)}
    pure = {room for name in PURE for room in contracts()[name]["source_modules"]}

    assert rooms - JOBS - DOORS - pure == set(), (
        "add these to the purity contract, or name them here"
    )


def test_no_job_or_door_is_called_pure() -> None:
    assert not (JOBS | DOORS) & set(contracts()["purity"]["source_modules"])


@pytest.mark.parametrize("floor", FLOORS)
def test_every_floor_has_an_exhaustive_contract(floor: str) -> None:
    contract = contracts()[floor]

    assert contract["type"] == "layers"
    assert contract["exhaustive"] is True
    assert "exhaustive_ignores" not in contract


def test_no_contract_makes_an_exception() -> None:
    assert not [name for name, contract in contracts().items() if "ignore_imports" in contract]


def attributes_of_modules(file: Path) -> Iterator[tuple[str, int]]:
    """Yield each `name.attribute` of a file that may be a clock or the environment."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}", node.lineno


def test_only_the_api_reads_the_clock() -> None:
    clocks = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
    found = [
        f"{file}:{line}: {name}"
        for file in python_files()
        if file.parts[0] in FLOORS[:-1]
        for name, line in attributes_of_modules(file)
        if name in clocks
    ]

    assert not found


def test_only_the_settings_read_the_environment() -> None:
    found = [
        f"{file}:{line}: {name}"
        for file in python_files()
        if file.parts[0] in FLOORS and file not in READ_THE_ENVIRONMENT
        for name, line in attributes_of_modules(file)
        if name in {"os.environ", "os.getenv"}
    ]

    assert not found
