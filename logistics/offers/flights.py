"""Flight offers as IATA and Amadeus describe them: segments, cabin, fare, seats, conditions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from logistics.people import Assistance
from logistics.timing import require_utc
from pricing.money import Money


@dataclass(frozen=True, slots=True)
class FlightSegment:
    """One flight between two airports; instants in UTC, airports by IATA code."""

    carrier: str
    number: str
    origin: str
    destination: str
    departs_at: datetime
    arrives_at: datetime

    def __post_init__(self) -> None:
        """Refuse naive instants and an arrival before the departure."""
        require_utc(self.departs_at, "departs_at")
        require_utc(self.arrives_at, "arrives_at")
        if self.arrives_at <= self.departs_at:
            raise ValueError(f"{self.designator} arrives before it departs")

    @property
    def designator(self) -> str:
        """Return carrier and number, such as ``"LX 014"``."""
        return f"{self.carrier} {self.number}"

    @property
    def minutes(self) -> int:
        """Return the block time in whole minutes."""
        return int((self.arrives_at - self.departs_at) / timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class FareConditions:
    """What happens when plans change: fees per ticket; None means not allowed at all."""

    refund_fee: Money | None
    change_fee: Money | None
    checked_bags: int


@dataclass(frozen=True, slots=True)
class FlightOffer:
    """A one-way journey at a fare **per traveller**, taxes included.

    ``segments`` are in order of travel; ``seats_left`` at this fare; ``assistance`` is what
    every carrier of the journey accepts.
    """

    id: str
    supplier: str
    segments: tuple[FlightSegment, ...]
    cabin: str
    fare_brand: str
    fare: Money
    seats_left: int
    assistance: frozenset[Assistance]
    conditions: FareConditions

    def __post_init__(self) -> None:
        """Refuse journeys that do not connect."""
        if not self.segments:
            raise ValueError(f"flight offer {self.id} has no segment")
        for before, after in zip(self.segments, self.segments[1:], strict=False):
            if before.destination != after.origin or after.departs_at < before.arrives_at:
                raise ValueError(f"flight offer {self.id}: {after.designator} does not connect")

    @property
    def departs_at(self) -> datetime:
        """Return when the first segment departs (UTC)."""
        return self.segments[0].departs_at

    @property
    def arrives_at(self) -> datetime:
        """Return when the last segment arrives (UTC)."""
        return self.segments[-1].arrives_at

    @property
    def minutes(self) -> int:
        """Return the travel time from departure to arrival in whole minutes."""
        return int((self.arrives_at - self.departs_at) / timedelta(minutes=1))

    @property
    def connection_minutes(self) -> tuple[int, ...]:
        """Return the time at each change of flight, in order; empty when nonstop."""
        return tuple(
            int((after.departs_at - before.arrives_at) / timedelta(minutes=1))
            for before, after in zip(self.segments, self.segments[1:], strict=False)
        )


@dataclass(frozen=True, slots=True)
class FlightQuery:
    """One-way flights departing on local dates ``first_date``..``last_date`` (inclusive)."""

    origin: str
    destination: str
    first_date: date
    last_date: date
    travellers: int
    cabins: tuple[str, ...]
    currency: str
    asked_at: datetime
