"""The sample catalogue as a travel supplier: works with the network off, sells nothing real."""

from __future__ import annotations

from datetime import datetime
from importlib.resources.abc import Traversable

from logistics.errors import InvalidField, SupplierError
from logistics.offers.flights import FlightOffer, FlightQuery
from logistics.offers.lodging import LodgingOffer, LodgingQuery
from logistics.offers.transfers import TransferOffer, TransferQuery
from logistics.suppliers.catalogue.flights import FlightShelf
from logistics.suppliers.catalogue.ingredients import read_ingredients
from logistics.suppliers.catalogue.lodging import LodgingShelf
from logistics.suppliers.catalogue.transfers import TransferShelf
from logistics.timing import require_utc

NAME = "Sojourn sample catalogue"

_CURRENCY = "USD"


class SampleCatalogue:
    """Fills the TravelSupplier port out of a seed and the ingredient files.

    The same seed and query give the same offers in every process. Raises CatalogueUnreadable
    when an ingredient file is missing, cut short or malformed.
    """

    def __init__(self, seed: int = 2026, ingredients: Traversable | None = None) -> None:
        """Read the ingredients (default: ``seed_data/catalogue``) and fill the shelves."""
        read = read_ingredients(ingredients)
        self._flights = FlightShelf(seed=seed, supplier=NAME, ingredients=read)
        self._lodging = LodgingShelf(seed=seed, supplier=NAME, ingredients=read)
        self._transfers = TransferShelf(supplier=NAME, ingredients=read)

    @property
    def name(self) -> str:
        """Return the name shown beside every offer."""
        return NAME

    def search_flights(self, query: FlightQuery) -> tuple[FlightOffer, ...]:
        """Return one-way journeys; raises UnknownAirport, SupplierError, InvalidField."""
        _require(currency=query.currency, asked_at=query.asked_at, people=query.travellers)
        return self._flights.search(query)

    def search_lodging(self, query: LodgingQuery) -> tuple[LodgingOffer, ...]:
        """Return rooms near the facility; raises SupplierError, InvalidField."""
        _require(currency=query.currency, asked_at=query.asked_at, people=query.guests)
        if query.rooms < 1:
            raise InvalidField("rooms", "must be at least 1")
        return self._lodging.search(query)

    def search_transfers(self, query: TransferQuery) -> tuple[TransferOffer, ...]:
        """Return ground transfers; raises SupplierError, InvalidField."""
        _require(currency=query.currency, asked_at=query.asked_at, people=query.travellers)
        return self._transfers.search(query)


def _require(*, currency: str, asked_at: datetime, people: int) -> None:
    if currency != _CURRENCY:
        problem = f"sells in {_CURRENCY} only, not in {currency}; ask in {_CURRENCY}"
        raise SupplierError(NAME, problem, retryable=False)
    if people < 1:
        raise InvalidField("travellers", "must be at least 1")
    require_utc(asked_at, "asked_at")
