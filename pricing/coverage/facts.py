"""The vocabulary of policies: which facts exist, of what type, and which rules may read them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from pricing.coverage.kinds import SHARED, TRANSPORT, Kind
from pricing.expressions.errors import UnknownFact
from pricing.expressions.types import FactType


class Level(StrEnum):
    """How far down one has to go before a fact has one value."""

    TRIP = "trip"
    PERSON = "person"
    VISIT = "visit"
    LINE = "line"
    LEG = "leg"
    NIGHT = "night"
    DAY = "day"
    WEEK = "week"
    COVERED = "covered"
    BALANCE = "balance"


class Place(StrEnum):
    """Where an expression stands in a policy document."""

    COMPANIONS = "companions"
    """``when`` of an entry of ``companions``: only the trip is known."""
    WHO = "who"
    """``who``: the trip, and the companion that is looked at."""
    PIECE = "piece"
    """``when`` and ``requires`` of conditions and benefits, ``needed_by``, ``cabin``."""
    BENEFIT_AMOUNT = "benefit_amount"
    """``amount``, ``up_to``, ``share``, ``quantity``."""
    LIMIT = "limit"
    """Every expression of a limit."""
    TABLE_VALUE = "table_value"
    """``value`` of a table's row: read wherever the table is looked up."""


_NUMBER, _TEXT, _DATE = FactType.NUMBER, FactType.TEXT, FactType.DATE
_YES_NO, _TEXTS = FactType.YES_NO, FactType.TEXTS
_SITE: Final = MappingProxyType(
    {
        "name": _TEXT,
        "city": _TEXT,
        "region": _TEXT,
        "country": _TEXT,
        "network": _YES_NO,
        "designations": _TEXTS,
        "care_cost": _NUMBER,
        "travel_cost": _NUMBER,
    }
)
FACTS: Final[Mapping[str, Mapping[str, FactType]]] = MappingProxyType(
    {
        "trip": {
            "start": _DATE,
            "end": _DATE,
            "days": _NUMBER,
            "nights": _NUMBER,
            "hours": _NUMBER,
            "start_hour": _NUMBER,
            "end_hour": _NUMBER,
            "kinds": _TEXTS,
            "claimed": _NUMBER,
            "persons": _NUMBER,
            "visits": _NUMBER,
            "stage": _TEXT,
        },
        "patient": {
            "age": _NUMBER,
            "birth_date": _DATE,
            "id": _TEXT,
            "residence": _TEXT,
            "admitted": _DATE,
            "discharged": _DATE,
        },
        "person": {
            "id": _TEXT,
            "role": _TEXT,
            "relation": _TEXT,
            "age": _NUMBER,
            "birth_date": _DATE,
            "medically_required": _YES_NO,
            "ordered_in_writing": _YES_NO,
            "same_day": _YES_NO,
            "number": _NUMBER,
        },
        "site": _SITE,
        "nearest": _SITE,
        "care": {
            "procedure": _TEXT,
            "diagnosis": _TEXT,
            "setting": _TEXT,
            "purpose": _TEXT,
            "occurrence": _TEXT,
            "telehealth_tried": _YES_NO,
        },
        "referral": {"date": _DATE, "by": _TEXT},
        "claim": {"filed": _DATE},
        "decided": {"on": _DATE},
        "visit": {
            "id": _TEXT,
            "date": _DATE,
            "purpose": _TEXT,
            "scheduled": _YES_NO,
            "procedure": _TEXT,
            "diagnosis": _TEXT,
            "number": _NUMBER,
        },
        "line": {
            "kind": _TEXT,
            "item": _TEXT,
            "date": _DATE,
            "incurred": _DATE,
            "claimed": _NUMBER,
            "persons": _NUMBER,
            "legs": _NUMBER,
            "distance_mi": _NUMBER,
            "distance_km": _NUMBER,
            "nights": _NUMBER,
            "receipt": _YES_NO,
            "arranged_by": _TEXT,
            "booked_through": _TEXT,
            "approved": _YES_NO,
            "approved_in_advance": _YES_NO,
            "approval_code": _TEXT,
            "approval_date": _DATE,
            "cabin": _TEXT,
            "scheduled_hours": _NUMBER,
            "overnight": _YES_NO,
            "international": _YES_NO,
            "lodging_type": _TEXT,
            "location": _TEXT,
            "tax": _NUMBER,
            "cheapest_alternative": _NUMBER,
            "other_payments": _NUMBER,
        },
        "leg": {
            "number": _NUMBER,
            "direction": _TEXT,
            "date": _DATE,
            "distance_mi": _NUMBER,
            "distance_km": _NUMBER,
            "departure_hour": _NUMBER,
            "arrival_hour": _NUMBER,
            "scheduled_hours": _NUMBER,
            "overnight": _YES_NO,
            "international": _YES_NO,
            "origin": _TEXT,
            "destination": _TEXT,
        },
        "night": {
            "number": _NUMBER,
            "date": _DATE,
            "persons": _NUMBER,
            "rooms": _NUMBER,
            "room": _NUMBER,
            "inpatient": _YES_NO,
        },
        "day": {
            "number": _NUMBER,
            "date": _DATE,
            "first": _YES_NO,
            "last": _YES_NO,
            "location": _TEXT,
            "inpatient": _YES_NO,
        },
        "week": {
            "distance_mi": _NUMBER,
            "distance_km": _NUMBER,
            "legs": _NUMBER,
            "visits": _NUMBER,
        },
        "covered": {
            "persons": _NUMBER,
            "nights": _NUMBER,
            "days": _NUMBER,
            "legs": _NUMBER,
            "distance_mi": _NUMBER,
            "distance_km": _NUMBER,
            "rooms": _NUMBER,
            "claimed": _NUMBER,
            "tax": _NUMBER,
            "amount": _NUMBER,
        },
    }
)
"""What each owner has, in the order of the documentation; distances and balances are patterns."""
_LEVELS: Final = MappingProxyType(
    {
        "trip": Level.TRIP,
        "patient": Level.TRIP,
        "site": Level.TRIP,
        "nearest": Level.TRIP,
        "distances": Level.TRIP,
        "care": Level.TRIP,
        "referral": Level.TRIP,
        "claim": Level.TRIP,
        "decided": Level.TRIP,
        "person": Level.PERSON,
        "visit": Level.VISIT,
        "line": Level.LINE,
        "leg": Level.LEG,
        "night": Level.NIGHT,
        "day": Level.DAY,
        "week": Level.WEEK,
        "covered": Level.COVERED,
        "used": Level.BALANCE,
        "left": Level.BALANCE,
    }
)
OWNERS_OF_DECLARED: Final = frozenset(
    {
        *("trip", "patient", "person", "site", "nearest", "care", "visit"),
        *("line", "leg", "day", "night"),
    }
)
"""Whose facts a policy may declare for itself."""
_DISTANCE: Final = re.compile(
    r"distances\.[a-z0-9][a-z0-9_]*_to_[a-z0-9][a-z0-9_]*\.(?:road|straight)_(?:mi|km)"
)
_ONLY_IN_LIMITS: Final = "covered.amount"
_BALANCE: Final = re.compile(r"(?:used|left)\.(?P<id>[a-z0-9_-]+)")
_DECLARED: Final = re.compile(r"(?P<owner>[a-z]+)\.facts\.[a-z][a-z0-9_]*")

_PIECE_LEVELS: Final = frozenset(Level) - {Level.COVERED, Level.BALANCE}
_LEVELS_AT: Final = MappingProxyType(
    {
        Place.COMPANIONS: frozenset({Level.TRIP}),
        Place.WHO: frozenset({Level.TRIP, Level.PERSON}),
        Place.PIECE: _PIECE_LEVELS,
        Place.BENEFIT_AMOUNT: _PIECE_LEVELS | {Level.COVERED},
        Place.LIMIT: _PIECE_LEVELS | {Level.BALANCE, Level.COVERED},
        Place.TABLE_VALUE: _PIECE_LEVELS | {Level.COVERED},
    }
)
_ONLY_FOR: Final[Mapping[Level, tuple[frozenset[Kind], str]]] = MappingProxyType(
    {
        Level.PERSON: (
            frozenset(Kind) - SHARED,
            "what a person has alone, such as tickets and meals; a room or ride is shared",
        ),
        Level.LEG: (TRANSPORT, "transport; let the rule cover transport alone"),
        Level.NIGHT: (frozenset({Kind.LODGING}), "lodging; let the rule cover lodging alone"),
        Level.DAY: (frozenset({Kind.MEALS}), "meals; let the rule cover meals alone"),
    }
)

_FOR_EACH: Final[Mapping[Place, str]] = MappingProxyType(
    {
        Place.PIECE: "; whom a benefit is for is told by its travellers",
        **dict.fromkeys(
            (Place.BENEFIT_AMOUNT, Place.LIMIT),
            "; an amount per: person_night (without quantity), person or person_day is read for "
            "each of them",
        ),
    }
)
"""What to write instead where one of several who share something is asked for."""


def type_of(
    path: str, declared: Mapping[str, FactType], balances: Collection[str] | None = None
) -> FactType:
    """Return the type of a fact.

    ``declared`` holds the policy's own facts by their whole path; ``balances`` the ids that
    ``used`` and ``left`` may name, None while they are not known yet. Raises UnknownFact.
    """
    owner, _, name = path.partition(".")
    found = FACTS.get(owner, {}).get(name)
    if found is not None:
        return found
    if path in declared and is_declarable(path):
        return declared[path]
    if _DISTANCE.fullmatch(path):
        return _NUMBER
    balance = _BALANCE.fullmatch(path)
    if balance and (balances is None or balance["id"] in balances):
        return _NUMBER
    raise UnknownFact(path, _advice(path, declared, balances or ()))


def is_declarable(path: str) -> bool:
    """Return whether a policy may declare this fact for itself, such as ``trip.facts.income``."""
    match = _DECLARED.fullmatch(path)
    return match is not None and match["owner"] in OWNERS_OF_DECLARED


def level_of(path: str) -> Level:
    """Return how far down the fact has one value; raises UnknownFact for an unknown owner."""
    owner = path.partition(".")[0]
    if owner not in _LEVELS:
        raise UnknownFact(path, _advice(path, {}, ()))
    return _LEVELS[owner]


def is_available(path: str, kinds: Collection[Kind], place: Place) -> bool:
    """Return whether a rule for these kinds may read the fact at that place of the document."""
    return find_obstacle(path, kinds, place) is None


def find_obstacle(path: str, kinds: Collection[Kind], place: Place) -> str | None:
    """Return why a rule for these kinds may not read the fact there, or None when it may."""
    level = level_of(path)
    if level not in _LEVELS_AT[place]:
        return _misplaced(path, level)
    if path == _ONLY_IN_LIMITS and place is not Place.LIMIT:
        return f"{path} is known only in limits; a benefit's amounts have covered.claimed"
    if place in {Place.WHO, Place.TABLE_VALUE} or level not in _ONLY_FOR:
        return None
    allowed, advice = _ONLY_FOR[level]
    has_it = bool(set(kinds) - SHARED) if level is Level.PERSON else set(kinds) <= allowed
    if has_it:
        return None
    more = _FOR_EACH.get(place, "") if level is Level.PERSON else ""
    return f"{path} exists only for {advice}{more}"


def _misplaced(path: str, level: Level) -> str:
    match level:
        case Level.COVERED:
            return f"{path} is known only in a benefit's amounts and in limits"
        case Level.BALANCE:
            return f"{path} is known only in limits"
        case Level.PERSON:
            return f"{path} is not known here; it tells of the companion that who looks at"
        case _:
            return f"{path} is not known here, where only the trip and its people are"


def _advice(path: str, declared: Mapping[str, FactType], balances: Collection[str]) -> str:
    owner, _, name = path.partition(".")
    if owner in {"used", "left"} and balances:
        return f"the balances are {', '.join(sorted(balances))}"
    if owner in {"distances", "distance"}:
        return "a distance is written distances.home_to_site.road_mi (or road_km, straight_mi, …)"
    if name.startswith("facts.") and owner in OWNERS_OF_DECLARED:
        return _close(path, declared) or "declare it below facts"
    close = (
        _MEANT.get(f"{owner}.{name}", "")
        or _namesakes(name)
        or _close(path, [*_all_facts(), *declared])
    )
    known = FACTS.get(owner)
    if close:
        return close
    return f"{owner} has {', '.join(known)}" if known else f"the owners are {', '.join(_LEVELS)}"


_MEANT: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("line.mode", "line.type", "line.category", "expense.kind", "expense.type"),
            "did you mean line.kind?",
        ),
        **dict.fromkeys(
            ("line.amount", "line.cost", "line.price", "expense.amount"),
            "did you mean line.claimed?",
        ),
        **dict.fromkeys(("line.class", "leg.class", "leg.cabin"), "did you mean line.cabin?"),
        **dict.fromkeys(
            ("line.location_type", "line.hotel_type"), "did you mean line.lodging_type?"
        ),
        **dict.fromkeys(("companion.age", "companions.age"), "did you mean person.age?"),
        **dict.fromkeys(
            ("companion.relation", "companions.relation"), "did you mean person.relation?"
        ),
    }
)
"""Names that people give to facts, and what to write."""


def _namesakes(name: str) -> str:
    """Return the facts of other owners that have the name, as a question; "" for none."""
    found = [fact for fact in _all_facts() if fact.partition(".")[2] == name]
    return f"did you mean {' or '.join(found)}?" if found else ""


def _close(path: str, known: Collection[str]) -> str:
    close = get_close_matches(path.lower(), list(known), n=1, cutoff=0.75)
    return f"did you mean {close[0]}?" if close else ""


def _all_facts() -> Iterator[str]:
    for owner, names in FACTS.items():
        for name in names:
            yield f"{owner}.{name}"
