"""The door to travel supply: what any supplier of flights, lodging and transfers must answer."""

from __future__ import annotations

from typing import Protocol

from logistics.offers.flights import FlightOffer, FlightQuery
from logistics.offers.lodging import LodgingOffer, LodgingQuery
from logistics.offers.transfers import TransferOffer, TransferQuery


class TravelSupplier(Protocol):
    """A source of offers. Each search raises SupplierError when it cannot answer.

    An empty tuple means the supplier has nothing to sell for the query, which is an answer.
    The order of the offers is stable: the same query on the same supply gives the same tuple.
    """

    @property
    def name(self) -> str:
        """Return the supplier's name as shown beside its offers."""

    def search_flights(self, query: FlightQuery) -> tuple[FlightOffer, ...]:
        """Return one-way journeys for the query."""

    def search_lodging(self, query: LodgingQuery) -> tuple[LodgingOffer, ...]:
        """Return rooms with their nights for the query."""

    def search_transfers(self, query: TransferQuery) -> tuple[TransferOffer, ...]:
        """Return ground transfers for the query."""
