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
from pricing.contracts.documents.doubt import list_doubts
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

    def answer() -> dict[str, Any]:
        terms, claim = _terms(wish, "terms"), read_claim(wish["claim"], "claim")
        priced = to_document(price_claim(terms, claim, _RATES))
        return _warned(priced, wish, {"terms": terms.terms, "claim": claim})

    return _told(answer)


def compare(wish: Wish) -> Told:
    """Return the offers ``a`` and ``b`` compared on the expected stay ``stay``."""

    def answer() -> dict[str, Any]:
        a, b = _terms(wish, "a"), _terms(wish, "b")
        compared = comparing.compare(a, b, read_stay(wish["stay"], "stay"))
        return _warned(comparing.to_document(compared), wish, {"a": a.terms, "b": b.terms})

    return _told(answer)


JOBS: Final[Mapping[str, Callable[[Wish], Told]]] = MappingProxyType(
    {"contract_price": price, "contract_compare": compare}
)


def _terms(wish: Wish, name: str) -> Prepared:
    """Return terms ready to price with; what is typed has no files beside it."""
    return prepare(read_terms(wish[name], name), lambda _: None)


def _warned(answer: dict[str, Any], wish: Wish, read: Mapping[str, object]) -> dict[str, Any]:
    """Return an answer with what looks wrong in the documents, each under its name in the wish."""
    told = [
        {"file": name, **one}
        for name, document in read.items()
        for one in list_faults(list_doubts(document, wish[name]))
    ]
    return {**answer, "warnings": told}


def _told(answer: Callable[[], dict[str, Any]]) -> Told:
    try:
        return {"answer": answer()}
    except InvalidDocument as error:
        return shortened({"document": error.name, "faults": list_faults(error.faults)})
    except PricingError as error:
        return {"refused": str(error)}
