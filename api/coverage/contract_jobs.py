"""Questions about contracts as JSON, and their answers: a claim priced, two offers compared.

As in `answering`, whatever is wrong with a document or cannot be priced is an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from api.coverage.checking import list_faults, shortened
from pricing.contracts import compare as comparing
from pricing.contracts.answer import to_document
from pricing.contracts.documents.read import read_claim, read_stay, read_terms
from pricing.contracts.prepared import Prepared, prepare
from pricing.contracts.price import price_claim
from pricing.documents.faults import InvalidDocument
from pricing.ecb_rates import EcbRates
from pricing.errors import PricingError

Wish = Mapping[str, Any]
Told = dict[str, Any]
"""One of ``answer`` (as ``sojourn contract … --json`` prints it), ``faults`` with the ``document``
they are in, and ``refused`` (why it cannot be priced)."""


_RATES: Final = EcbRates()

DOCUMENT_MAX: Final = 200_000
"""Characters of one document; three of them fit into one request."""


def price(wish: Wish) -> Told:
    """Return the claim ``claim`` priced by the terms ``terms``."""
    return _told(
        lambda: to_document(
            price_claim(_terms(wish, "terms"), read_claim(wish["claim"], "claim"), _RATES)
        )
    )


def compare(wish: Wish) -> Told:
    """Return the offers ``a`` and ``b`` compared on the expected stay ``stay``."""

    def answer() -> dict[str, Any]:
        stay = read_stay(wish["stay"], "stay")
        return comparing.to_document(comparing.compare(_terms(wish, "a"), _terms(wish, "b"), stay))

    return _told(answer)


JOBS: Final[Mapping[str, Callable[[Wish], Told]]] = MappingProxyType(
    {"contract_price": price, "contract_compare": compare}
)


def _terms(wish: Wish, name: str) -> Prepared:
    """Return terms ready to price with; what is typed has no files beside it."""
    return prepare(read_terms(wish[name], name), lambda _: None)


def _told(answer: Callable[[], dict[str, Any]]) -> Told:
    try:
        return {"answer": answer()}
    except InvalidDocument as error:
        return shortened({"document": error.name, "faults": list_faults(error.faults)})
    except PricingError as error:
        return {"refused": str(error)}
