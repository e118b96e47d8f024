"""Ground transfers: airport to lodging or facility, and from the lodging to the facility."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from logistics.places import Coordinates
from pricing.money import Money


class TransferMode(StrEnum):
    """How the ground is covered."""

    WALK = "walk"
    PUBLIC = "public transport"
    TAXI = "taxi"
    ACCESSIBLE_VAN = "accessible van"


@dataclass(frozen=True, slots=True)
class TransferStop:
    """An end of a transfer: an airport's IATA code, a lodging id or a facility id."""

    id: str
    name: str
    coordinates: Coordinates


@dataclass(frozen=True, slots=True)
class TransferOffer:
    """One way between two stops, either direction; ``price`` is for **all** ``travellers`` asked.

    ``seats`` says how many one booking can carry.
    """

    id: str
    supplier: str
    mode: TransferMode
    origin: str
    destination: str
    metres: int
    minutes: int
    price: Money
    seats: int
    is_accessible: bool


@dataclass(frozen=True, slots=True)
class TransferQuery:
    """Transfers between every origin and every destination for one group of travellers."""

    origins: tuple[TransferStop, ...]
    destinations: tuple[TransferStop, ...]
    country: str
    travellers: int
    currency: str
    asked_at: datetime
