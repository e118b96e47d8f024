"""The catalogue's ingredient files, read once and checked: carriers, hubs, airports, prices."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from logistics.errors import CatalogueUnreadable
from logistics.places import find_airport

_Code = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
_Permille = Annotated[int, Field(ge=0, le=9999)]
_Cents = Annotated[int, Field(ge=0, le=100_000_00)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Carrier(_Strict):
    """An airline: IATA code, ISO country, alliance, main bases; what it takes on board."""

    code: Annotated[str, Field(pattern=r"^[A-Z0-9]{2}$")]
    name: str
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    alliance: str | None
    hubs: Annotated[tuple[_Code, ...], Field(min_length=1)]
    long_haul: bool
    low_cost: bool
    oxygen_notice_hours: int | None
    price_permille: _Permille


class Hub(_Strict):
    """Where one changes flights: tier 3 intercontinental, 2 regional; least minutes needed."""

    iata: _Code
    tier: Annotated[int, Field(ge=2, le=3)]
    domestic_minutes: Annotated[int, Field(ge=15, le=240)]
    international_minutes: Annotated[int, Field(ge=15, le=240)]


class Size(IntEnum):
    """How big an airport is; airports the files do not list are UNLISTED."""

    UNLISTED = 0
    SMALL = 1
    MEDIUM = 2
    MAJOR = 3
    INTERCONTINENTAL = 4


class SizeClass(_Strict):
    """Airports of one size, 4 intercontinental to 1 small; codes separated by spaces."""

    size: Annotated[int, Field(ge=Size.SMALL, le=Size.INTERCONTINENTAL)]
    codes: Annotated[str, Field(pattern=r"^[A-Z]{3}( [A-Z]{3})*$")]


class GroundLevel(_Strict):
    """Ground prices of a country in US cents; ``"*"`` stands for every other country."""

    country: Annotated[str, Field(pattern=r"^([A-Z]{2}|\*)$")]
    taxi_base_cents: _Cents
    taxi_km_cents: _Cents
    public_base_cents: _Cents
    public_km_cents: _Cents
    van_base_cents: _Cents
    public_is_step_free: bool


class Water(_Strict):
    """A sector seen from the facility, clockwise from north, with no hotels beyond a distance."""

    from_degrees: Annotated[int, Field(ge=0, le=360)]
    to_degrees: Annotated[int, Field(ge=0, le=360)]
    beyond_metres: Annotated[int, Field(ge=0)]


class CityLevel(_Strict):
    """Lodging prices and taxes of a city in US cents; ``"*"`` stands for every other city."""

    city: str
    level_cents: _Cents
    tax_permille: _Permille
    tax_night_cents: _Cents
    weekend_permille: _Permille
    water: tuple[Water, ...]


class Season(_Strict):
    """Days of every year (``MM-DD``, both included) on which everybody travels."""

    first: Annotated[str, Field(pattern=r"^\d\d-\d\d$")]
    last: Annotated[str, Field(pattern=r"^\d\d-\d\d$")]
    permille: _Permille
    what: str


class _File(_Strict):
    about: str
    source: str


class _Carriers(_File):
    carriers: tuple[Carrier, ...]


class _Hubs(_File):
    hubs: tuple[Hub, ...]


class _Airports(_File):
    airports: tuple[SizeClass, ...]


class _Countries(_File):
    countries: tuple[GroundLevel, ...]


class _Cities(_File):
    cities: tuple[CityLevel, ...]


class _Seasons(_File):
    seasons: tuple[Season, ...]


_F = TypeVar("_F", bound=_File)


@dataclass(frozen=True, slots=True)
class Ingredients:
    """Everything the catalogue is cooked from; look-ups by code, country or city."""

    carriers: tuple[Carrier, ...]
    hubs: dict[str, Hub]
    sizes: dict[str, Size]
    ground: dict[str, GroundLevel]
    cities: dict[str, CityLevel]
    seasons: tuple[Season, ...]


def read_ingredients(folder: Traversable | None = None) -> Ingredients:
    """Return the ingredients below ``folder`` (default: those in ``seed_data/catalogue``).

    Raises CatalogueUnreadable naming the file and the place in it.
    """
    folder = folder or files("seed_data") / "catalogue"
    carriers = _read(folder, "carriers.json", _Carriers).carriers
    hubs = {hub.iata: hub for hub in _read(folder, "hubs.json", _Hubs).hubs}
    sizes = {
        code: Size(row.size)
        for row in _read(folder, "airports.json", _Airports).airports
        for code in row.codes.split()
    }
    countries = _read(folder, "ground.json", _Countries).countries
    cities = _read(folder, "lodging.json", _Cities).cities
    seasons = _read(folder, "seasons.json", _Seasons).seasons
    _require_known_places(carriers, hubs, sizes)
    return Ingredients(
        carriers=carriers,
        hubs=hubs,
        sizes=sizes,
        ground=_with_default("ground.json", {row.country: row for row in countries}),
        cities=_with_default("lodging.json", {row.city: row for row in cities}),
        seasons=seasons,
    )


def _read(folder: Traversable, name: str, shape: type[_F]) -> _F:
    try:
        return shape.model_validate_json((folder / name).read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise CatalogueUnreadable(name, f"{path}: {first['msg']}") from error
    except OSError as error:
        raise CatalogueUnreadable(name, "cannot be read; install the service again") from error


def _require_known_places(
    carriers: tuple[Carrier, ...], hubs: dict[str, Hub], sizes: dict[str, Size]
) -> None:
    for place, carrier in enumerate(carriers):
        for code in carrier.hubs:
            if code not in hubs:
                raise CatalogueUnreadable(
                    "carriers.json", f"carriers.{place}.hubs: {code} is missing in hubs.json"
                )
    for code in (*hubs, *sizes):
        if find_airport(code) is None:
            raise CatalogueUnreadable("airports.json", f"{code} is not an airport")
    for code in hubs:
        if code not in sizes:
            raise CatalogueUnreadable("hubs.json", f"{code} has no size in airports.json")


_R = TypeVar("_R")


def _with_default(file: str, rows: dict[str, _R]) -> dict[str, _R]:
    if "*" not in rows:
        raise CatalogueUnreadable(file, 'there must be a row "*" for every other place')
    return rows
