"""What a search for a case's travel asks, and what it found and set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from logistics.case.model import Case
from logistics.case.parties import TravelParty
from logistics.errors import InvalidField
from logistics.facility import Facility
from logistics.offers.flights import FlightOffer
from logistics.offers.lodging import LodgingOffer
from logistics.offers.transfers import TransferOffer
from logistics.timing import require_utc

SPAN_DAYS_MAX = 120
"""Longest span of days one search covers."""


@dataclass(frozen=True, slots=True)
class TravelSearch:
    """Travel for a case to any of the ``facilities`` on local dates ``earliest``..``latest``.

    Nobody leaves home before ``earliest`` and nobody leaves for home after ``latest``.
    """

    case: Case
    facilities: tuple[Facility, ...]
    earliest: date
    latest: date
    currency: str
    asked_at: datetime

    def __post_init__(self) -> None:
        """Refuse a search without a place, with dates in the wrong order or far too many days."""
        require_utc(self.asked_at, "asked_at")
        if not self.facilities:
            raise InvalidField("facilities", "name at least one facility")
        if self.latest < self.earliest:
            raise InvalidField("latest", "must not be before the earliest date")
        if (self.latest - self.earliest).days >= SPAN_DAYS_MAX:
            raise InvalidField("latest", f"a search covers at most {SPAN_DAYS_MAX} days")


@dataclass(frozen=True, slots=True)
class SetAside:
    """Offers found but not kept: how many of what, and why, as a sentence for the reader."""

    count: int
    sentence: str


@dataclass(frozen=True, slots=True)
class FoundTravel:
    """The offers found, keyed by what they serve; each tuple in the supplier's order.

    * ``outbound``, ``returns``: by (party id, gateway IATA code)
    * ``lodgings``: by facility id
    * ``transfers``: by party id; between a gateway and a lodging or facility, either direction
    * ``commutes``: by facility id; between lodgings of that city and the facility, everybody

    ``set_aside`` says what was found and not kept: a plan is the best among the offers here.
    """

    parties: tuple[TravelParty, ...]
    outbound: Mapping[tuple[str, str], tuple[FlightOffer, ...]]
    returns: Mapping[tuple[str, str], tuple[FlightOffer, ...]]
    lodgings: Mapping[str, tuple[LodgingOffer, ...]]
    transfers: Mapping[str, tuple[TransferOffer, ...]]
    commutes: Mapping[str, tuple[TransferOffer, ...]]
    set_aside: tuple[SetAside, ...]

    @property
    def flights_count(self) -> int:
        """Return how many flight offers were kept."""
        return sum(
            len(offers) for kept in (self.outbound, self.returns) for offers in kept.values()
        )

    @property
    def lodgings_count(self) -> int:
        """Return how many lodging offers were kept."""
        return sum(len(offers) for offers in self.lodgings.values())
