"""Kinds of expense and the groups they stand in."""

from __future__ import annotations

import pytest

from pricing.coverage.errors import UnknownKind
from pricing.coverage.kinds import (
    EVERYTHING,
    GROUPS,
    OTHER,
    RIDES,
    SHARED,
    TICKETS,
    TRANSPORT,
    Kind,
    expand,
)


def test_a_kind_stands_for_itself() -> None:
    assert expand(["car", "meals"]) == {Kind.CAR, Kind.MEALS}


def test_a_group_stands_for_its_kinds() -> None:
    assert expand(["care"]) == {Kind.CONSULTATION, Kind.TREATMENT}


def test_other_is_the_group_and_holds_the_kind() -> None:
    assert expand(["other"]) == OTHER
    assert Kind.OTHER in OTHER


def test_everything_is_every_kind() -> None:
    assert expand(["everything"]) == EVERYTHING == set(Kind)


def test_every_kind_stands_in_one_group() -> None:
    groups = [kinds for name, kinds in GROUPS.items() if name != "everything"]

    assert sorted(kind for kinds in groups for kind in kinds) == sorted(Kind)


def test_nothing_expands_to_nothing() -> None:
    assert expand([]) == frozenset()


def test_tickets_and_rides_are_parts_of_transport() -> None:
    assert TICKETS | RIDES <= TRANSPORT
    assert not TICKETS & (RIDES | SHARED)


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("zeppelin", "the groups are everything, transport"),
        ("lodgings", "did you mean lodging?"),
        ("ride-hail", "did you mean ride_hail?"),
        ("Car", "did you mean car?"),
        ("flights", "did you mean air?"),
        ("Public Transport", "did you mean transit?"),
    ],
)
def test_an_unknown_kind_is_told_with_the_one_that_was_meant(name: str, advice: str) -> None:
    with pytest.raises(UnknownKind) as caught:
        expand(["air", name])

    assert caught.value.name == name
    assert caught.value.advice.startswith(advice)
