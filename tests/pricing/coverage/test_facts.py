"""The vocabulary of policies: which facts exist, of what type, and where they may be read."""

from __future__ import annotations

import re
from typing import Final

import pytest

from pricing.coverage.facts import (
    FACTS,
    OWNERS_OF_DECLARED,
    Level,
    Place,
    find_obstacle,
    is_available,
    is_declarable,
    level_of,
    type_of,
)
from pricing.coverage.kinds import EVERYTHING, TRANSPORT, Kind
from pricing.expressions.errors import UnknownFact
from pricing.expressions.types import FactType
from tests.house.checkout import ROOT

DECLARED: Final = {"patient.facts.medicare": FactType.YES_NO}
DOCUMENT: Final = ROOT / "docs/policy-documents.md"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("trip.start", FactType.DATE),
        ("patient.age", FactType.NUMBER),
        ("nearest.network", FactType.YES_NO),
        ("site.designations", FactType.TEXTS),
        ("line.kind", FactType.TEXT),
        ("distances.home_to_site.road_mi", FactType.NUMBER),
        ("distances.entry_point_to_site.straight_km", FactType.NUMBER),
        ("used.per-leg", FactType.NUMBER),
        ("left.2026-cap", FactType.NUMBER),
        ("patient.facts.medicare", FactType.YES_NO),
    ],
)
def test_a_fact_has_its_type(path: str, found: FactType) -> None:
    assert type_of(path, DECLARED) is found


@pytest.mark.parametrize(
    ("path", "advice"),
    [
        ("line.distance", "did you mean line.distance_"),
        ("lines.receipt", "did you mean line.receipt?"),
        ("Line.Receipt", "did you mean line.receipt?"),
        ("claim.x", "claim has filed"),
        ("weather.rain", "the owners are trip, patient"),
        ("distances.home.road_mi", "distances.home_to_site.road_mi"),
        ("distances.home_to_site.miles", "distances.home_to_site.road_mi"),
        ("patient.facts.medicar", "did you mean patient.facts.medicare?"),
        ("trip.facts.income", "declare it below facts"),
        ("claim.facts.late", "claim has filed"),
        ("used.a.b", "the owners are"),
    ],
)
def test_an_unknown_fact_is_told_with_what_to_write(path: str, advice: str) -> None:
    with pytest.raises(UnknownFact) as caught:
        type_of(path, DECLARED)

    assert advice in caught.value.advice


def test_a_balance_has_to_be_one_of_the_policys() -> None:
    assert type_of("left.year", {}, ["year", "lifetime"]) is FactType.NUMBER
    with pytest.raises(UnknownFact, match="the balances are lifetime, year"):
        type_of("left.month", {}, ["year", "lifetime"])


def test_a_declared_fact_stands_below_facts_of_a_known_owner() -> None:
    assert all(is_declarable(f"{owner}.facts.veteran") for owner in OWNERS_OF_DECLARED)
    assert not is_declarable("week.facts.veteran")
    assert not is_declarable("patient.veteran")
    assert not is_declarable("patient.facts.Veteran")


def test_a_fact_of_the_house_cannot_be_declared_anew() -> None:
    assert type_of("patient.age", {"patient.age": FactType.TEXT}) is FactType.NUMBER
    with pytest.raises(UnknownFact):
        type_of("patient.height", {"patient.height": FactType.NUMBER})


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("decided.on", Level.TRIP),
        ("distances.home_to_site.road_mi", Level.TRIP),
        ("site.facts.ranking", Level.TRIP),
        ("person.age", Level.PERSON),
        ("visit.purpose", Level.VISIT),
        ("line.facts.kept", Level.LINE),
        ("leg.number", Level.LEG),
        ("night.inpatient", Level.NIGHT),
        ("day.first", Level.DAY),
        ("week.legs", Level.WEEK),
        ("covered.nights", Level.COVERED),
        ("left.year", Level.BALANCE),
    ],
)
def test_a_fact_has_a_level(path: str, level: Level) -> None:
    assert level_of(path) is level


def test_an_unknown_owner_has_no_level() -> None:
    with pytest.raises(UnknownFact, match="the owners are"):
        level_of("weather.rain")


LODGING: Final = frozenset({Kind.LODGING})
MEALS: Final = frozenset({Kind.MEALS})
AIR: Final = frozenset({Kind.AIR})
CAR: Final = frozenset({Kind.CAR})


@pytest.mark.parametrize(
    ("path", "kinds", "place"),
    [
        ("trip.start", EVERYTHING, Place.COMPANIONS),
        ("patient.age", EVERYTHING, Place.COMPANIONS),
        ("person.age", LODGING, Place.WHO),
        ("line.date", EVERYTHING, Place.PIECE),
        ("visit.purpose", EVERYTHING, Place.PIECE),
        ("week.distance_km", EVERYTHING, Place.PIECE),
        ("leg.direction", TRANSPORT, Place.PIECE),
        ("night.number", LODGING, Place.BENEFIT_AMOUNT),
        ("day.first", MEALS, Place.BENEFIT_AMOUNT),
        ("person.age", MEALS, Place.PIECE),
        ("person.role", AIR, Place.LIMIT),
        ("person.role", EVERYTHING, Place.PIECE),
        ("covered.nights", LODGING, Place.BENEFIT_AMOUNT),
        ("covered.nights", EVERYTHING, Place.TABLE_VALUE),
        ("night.number", EVERYTHING, Place.TABLE_VALUE),
        ("left.year", EVERYTHING, Place.LIMIT),
        ("covered.amount", LODGING, Place.LIMIT),
    ],
)
def test_this_fact_may_be_read_there(path: str, kinds: frozenset[Kind], place: Place) -> None:
    assert is_available(path, kinds, place)
    assert find_obstacle(path, kinds, place) is None


@pytest.mark.parametrize(
    ("path", "kinds", "place", "obstacle"),
    [
        ("line.date", EVERYTHING, Place.COMPANIONS, "only the trip and its people"),
        ("person.age", EVERYTHING, Place.COMPANIONS, "the companion that who looks at"),
        ("visit.purpose", EVERYTHING, Place.WHO, "only the trip and its people"),
        ("leg.direction", EVERYTHING, Place.PIECE, "only for transport"),
        ("night.number", LODGING | MEALS, Place.PIECE, "only for lodging"),
        ("night.facts.quiet", MEALS, Place.PIECE, "only for lodging"),
        ("day.first", LODGING, Place.BENEFIT_AMOUNT, "only for meals"),
        ("person.age", LODGING, Place.PIECE, "a room or ride is shared"),
        ("person.age", CAR | LODGING, Place.LIMIT, "a room or ride is shared"),
        ("covered.nights", LODGING, Place.PIECE, "only in a benefit's amounts"),
        ("covered.amount", LODGING, Place.BENEFIT_AMOUNT, "only in limits"),
        ("used.year", EVERYTHING, Place.PIECE, "only in limits"),
        ("left.year", EVERYTHING, Place.BENEFIT_AMOUNT, "only in limits"),
        ("left.year", EVERYTHING, Place.TABLE_VALUE, "only in limits"),
    ],
)
def test_that_fact_may_not_be_read_there(
    path: str, kinds: frozenset[Kind], place: Place, obstacle: str
) -> None:
    assert not is_available(path, kinds, place)
    assert obstacle in (find_obstacle(path, kinds, place) or "")


def documented_facts() -> set[str]:
    """Return the facts that the Facts section of the documentation names, patterns left out."""
    section = DOCUMENT.read_text("utf-8").partition("## Facts")[2]
    found: set[str] = set()
    for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE):
        owners: list[str] = []
        for name in re.findall(r"`([^`]+)`", row):
            owner, dot, rest = name.partition(".")
            if dot and rest == "…":
                owners.append(owner)
            elif dot:
                owners = [owner]
                found.add(name)
            else:
                found |= {f"{each}.{name}" for each in owners}
    return {name for name in found if name.partition(".")[0] in FACTS}


def test_the_documentation_names_exactly_the_facts_there_are() -> None:
    existing = {f"{owner}.{name}" for owner, names in FACTS.items() for name in names}

    assert documented_facts() == existing
