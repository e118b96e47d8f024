"""Every key of the pages' examples renamed, retyped or left out: a fault on the right line.

Where keys and values stand is asked of another YAML reader than the one under test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
import yaml

from pricing.coverage.documents.read import read_balances, read_policy, read_trip
from tests.pricing.coverage.documents.examples import BALANCES, POLICY, TRIP, faults_of

READERS: Final[dict[str, tuple[Callable[[str, str], Any], str]]] = {
    "policy": (read_policy, POLICY),
    "trip": (read_trip, TRIP),
    "balances": (read_balances, BALANCES),
}
CHOSEN: Final = {"mileage", "pair", "home_to_site"}
"""Keys that whoever writes the document makes up."""

REQUIRED: Final = {
    "policy": {
        "format", "id", "title", "sponsor", "currency", "versions", "version", "valid_from",
        "source", "benefits", "text", "requires", "covers", "pays", "at_most", "value",
    },
    "trip": {
        "format", "id", "stage", "currency", "starts", "ends", "patient", "expenses", "kind",
        "admitted", "discharged", "filed", "date", "check_in", "check_out",
    },
    "balances": {"format", "policy", "balance", "whose", "period"},
}  # fmt: skip
OPTIONAL: Final = {"patient.id", "expenses.date"}


@dataclass(frozen=True)
class Place:
    """A key of an example: where it, its value and the next key stand; lines count from 1."""

    path: str
    key: yaml.ScalarNode
    value: yaml.Node
    rest: int
    """Index at which the key's entry ends."""
    owner_line: int
    """Line of the key, or of the list's entry, that the key belongs to."""


def places_of(text: str) -> list[Place]:
    """Return every key of a document."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    return list(_places(root, "", 1))


def _places(node: yaml.Node, path: str, owner_line: int) -> Iterator[Place]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _places(item, path, item.start_mark.line + 1)
    if not isinstance(node, yaml.MappingNode):
        return
    for place, (key, value) in enumerate(node.value):
        following = node.value[place + 1 :]
        rest = following[0][0].start_mark.index if following else value.end_mark.index
        own = f"{path}.{key.value}" if path else key.value
        yield Place(own, key, value, rest, owner_line)
        yield from _places(value, own, key.start_mark.line + 1)


CASES: Final = [
    pytest.param(name, place, id=f"{name}-{place.path}-{place.key.start_mark.line + 1}")
    for name, (_, text) in READERS.items()
    for place in places_of(text)
]


@pytest.mark.parametrize(("name", "place"), CASES)
def test_a_key_that_is_renamed_is_told_where_it_stands(name: str, place: Place) -> None:
    read, text = READERS[name]
    end = place.key.end_mark.index

    faults = faults_of(read, f"{text[:end]}x{text[end:]}")

    if place.key.value in CHOSEN:
        return
    line = place.key.start_mark.line + 1
    told = [fault for fault in faults if "is no key here" in fault.message]
    assert [fault.line for fault in told] == [line]
    assert told[0].path.endswith(f"{place.key.value}x")
    assert f"did you mean {place.key.value}?" in told[0].message


@pytest.mark.parametrize(("name", "place"), CASES)
def test_a_value_of_another_type_is_told_where_it_stands(name: str, place: Place) -> None:
    read, text = READERS[name]
    start, end = place.value.start_mark, place.value.end_mark
    if isinstance(place.value, yaml.ScalarNode):
        line, new = start.line + 1, "{a: {b: c}}"
    else:
        line, new = place.key.start_mark.line + 1, "a"
    is_block = isinstance(place.value, yaml.CollectionNode) and not place.value.flow_style
    before = text[: place.key.end_mark.index] + ": " if is_block else text[: start.index]
    after = "\n" + " " * end.column if is_block else ""

    faults = faults_of(read, f"{before}{new}{after}{text[end.index :]}")

    assert line in {fault.line for fault in faults}
    assert all(fault.line == line for fault in faults if place.key.value in fault.path)


@pytest.mark.parametrize(("name", "place"), CASES)
def test_a_key_that_is_left_out_is_missing_where_it_belongs(name: str, place: Place) -> None:
    read, text = READERS[name]

    faults = faults_of(read, text[: place.key.start_mark.index] + text[place.rest :])

    if place.key.value in REQUIRED[name] and place.path not in OPTIONAL:
        told = [fault for fault in faults if "is missing" in fault.message]
        assert [(fault.line, fault.path.rpartition(".")[2]) for fault in told] == [
            (place.owner_line, place.key.value)
        ]


@pytest.mark.parametrize(("name", "place"), CASES)
def test_a_value_that_is_left_out_is_told_where_its_key_stands(name: str, place: Place) -> None:
    read, text = READERS[name]
    if not isinstance(place.value, yaml.ScalarNode):
        return

    faults = faults_of(
        read, text[: place.value.start_mark.index] + text[place.value.end_mark.index :]
    )

    told = [fault for fault in faults if "has no value" in fault.message]
    assert [fault.line for fault in told] == [place.key.start_mark.line + 1]
