"""Kinds of expense and their groups, and into whose hands the pieces of each kind fall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from pricing.coverage.errors import UnknownKind


class Kind(StrEnum):
    """What an expense is for, in the words of policy and trip documents."""

    CAR = "car"
    AIR = "air"
    RAIL = "rail"
    BUS = "bus"
    FERRY = "ferry"
    TAXI = "taxi"
    RIDE_HAIL = "ride_hail"
    TRANSIT = "transit"
    SHUTTLE = "shuttle"
    RENTAL_CAR = "rental_car"
    FUEL = "fuel"
    PARKING = "parking"
    TOLLS = "tolls"
    BAGGAGE = "baggage"
    AMBULANCE = "ambulance"
    AIR_AMBULANCE = "air_ambulance"
    LODGING = "lodging"
    MEALS = "meals"
    CONSULTATION = "consultation"
    TREATMENT = "treatment"
    INTERPRETER = "interpreter"
    VISA = "visa"
    PHONE = "phone"
    CHILDCARE = "childcare"
    WAGES = "wages"
    OTHER = "other"


TRANSPORT: Final = frozenset(
    {
        *(Kind.CAR, Kind.AIR, Kind.RAIL, Kind.BUS, Kind.FERRY, Kind.TAXI, Kind.RIDE_HAIL),
        *(Kind.TRANSIT, Kind.SHUTTLE, Kind.RENTAL_CAR, Kind.FUEL, Kind.PARKING, Kind.TOLLS),
        *(Kind.BAGGAGE, Kind.AMBULANCE, Kind.AIR_AMBULANCE),
    }
)
CARE: Final = frozenset({Kind.CONSULTATION, Kind.TREATMENT})
OTHER: Final = frozenset(
    {Kind.INTERPRETER, Kind.VISA, Kind.PHONE, Kind.CHILDCARE, Kind.WAGES, Kind.OTHER}
)
EVERYTHING: Final = frozenset(Kind)
GROUPS: Final[Mapping[str, frozenset[Kind]]] = MappingProxyType(
    {
        "everything": EVERYTHING,
        "transport": TRANSPORT,
        "lodging": frozenset({Kind.LODGING}),
        "meals": frozenset({Kind.MEALS}),
        "care": CARE,
        "other": OTHER,
    }
)
"""Groups by name. ``other`` is the group, which holds the kind of the same name."""

TICKETS: Final = frozenset({Kind.AIR, Kind.RAIL, Kind.BUS, Kind.FERRY, Kind.TRANSIT})
"""One ticket for each person: pieces are person × leg."""
RIDES: Final = frozenset(
    {
        *(Kind.CAR, Kind.TAXI, Kind.RIDE_HAIL, Kind.SHUTTLE, Kind.RENTAL_CAR),
        *(Kind.AMBULANCE, Kind.AIR_AMBULANCE),
    }
)
"""One vehicle for all who sit in it: pieces are legs."""
SHARED: Final = RIDES | {Kind.LODGING, Kind.FUEL, Kind.PARKING, Kind.TOLLS}
"""Kinds whose pieces belong to everybody who uses them, so that none has a person of its own."""


UNIT_KINDS: Final[Mapping[str, frozenset[Kind]]] = MappingProxyType(
    {
        **dict.fromkeys(("night", "room_night", "person_night", "nights"), GROUPS["lodging"]),
        **dict.fromkeys(("leg", "legs"), TRANSPORT),
        **dict.fromkeys(("mile", "km", "mi"), TICKETS | RIDES | {Kind.FUEL}),
    }
)
"""What only some kinds have: the units of ``per`` and ``of``, and the kinds that have them."""

KIND_MEANT: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("hotel", "motel", "room", "accommodation", "airbnb", "housing", "apartment"), "lodging"
        ),
        **dict.fromkeys(("plane", "flight", "airfare", "airplane", "airline", "fly"), "air"),
        **dict.fromkeys(("train", "railway", "railroad"), "rail"),
        **dict.fromkeys(("coach", "greyhound"), "bus"),
        **dict.fromkeys(("boat", "ship"), "ferry"),
        **dict.fromkeys(("uber", "lyft", "rideshare", "ride_share", "ridehail"), "ride_hail"),
        **dict.fromkeys(("cab", "taxicab"), "taxi"),
        **dict.fromkeys(("auto", "drive", "driving", "mileage", "vehicle", "private_car"), "car"),
        **dict.fromkeys(("rental", "car_rental", "hire_car"), "rental_car"),
        **dict.fromkeys(("gas", "gasoline", "petrol", "diesel"), "fuel"),
        **dict.fromkeys(("subway", "metro", "tram", "underground", "public_transport"), "transit"),
        **dict.fromkeys(("meal", "food", "dining", "per_diem", "subsistence"), "meals"),
        **dict.fromkeys(("luggage", "bag", "bags"), "baggage"),
        **dict.fromkeys(("doctor", "physician", "appointment"), "consultation"),
        **dict.fromkeys(("surgery", "procedure", "hospital"), "treatment"),
        **dict.fromkeys(("translator", "translation", "interpreting"), "interpreter"),
        **dict.fromkeys(("babysitter", "daycare"), "childcare"),
        **dict.fromkeys(("salary", "lost_wages", "earnings"), "wages"),
        **dict.fromkeys(("telephone", "sim", "internet"), "phone"),
    }
)
"""Everyday words for kinds, and the kind that each of them means."""


def find_kind_meant(written: str) -> str | None:
    """Return the kind that an everyday word means, in the plural too; None for any other."""
    word = written.strip().lower().replace("-", "_").replace(" ", "_")
    return KIND_MEANT.get(word) or KIND_MEANT.get(word.removesuffix("s"))


def expand_known(names: Iterable[str]) -> frozenset[Kind]:
    """Return the kinds that the names stand for; names of anything else stand for none."""
    return frozenset(kind for name in names for kind in _kinds_if_known(name))


def with_units(kinds: Iterable[Kind], *units: str) -> frozenset[Kind]:
    """Return those of the kinds that have every one of the units."""
    having = [UNIT_KINDS[unit] for unit in units if unit in UNIT_KINDS]
    return EVERYTHING.intersection(kinds, *having)


def is_kind(name: str) -> bool:
    """Return whether this is a kind of expense or a group of kinds."""
    return bool(_kinds_if_known(name))


@lru_cache(maxsize=1024)
def _kinds_if_known(name: str) -> frozenset[Kind]:
    try:
        return _kinds_named(name)
    except UnknownKind:
        return frozenset()


def expand(names: Iterable[str]) -> frozenset[Kind]:
    """Return the kinds that names of kinds and groups stand for; raises UnknownKind."""
    kinds: set[Kind] = set()
    for name in names:
        kinds |= _kinds_named(name)
    return frozenset(kinds)


def _kinds_named(name: str) -> frozenset[Kind]:
    if name in GROUPS:
        return GROUPS[name]
    try:
        return frozenset({Kind(name)})
    except ValueError as error:
        raise UnknownKind(name, _advice(name)) from error


def _advice(name: str) -> str:
    meant = find_kind_meant(name)
    close = [meant] if meant else get_close_matches(name, [*GROUPS, *Kind], n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"the groups are {', '.join(GROUPS)}; the kinds {', '.join(Kind)}"
