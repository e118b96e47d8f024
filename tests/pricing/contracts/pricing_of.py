"""Terms and claims in a few lines, priced: builders of the tests of contracts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import yaml

from pricing.contracts.answer import to_document
from pricing.contracts.documents.read import read_claim, read_terms
from pricing.contracts.prepared import nothing_beside, prepare
from pricing.contracts.price import price_claim

TERMS_HEAD: Final = {
    "format": "sojourn-contract/1",
    "id": "test",
    "title": "Test",
    "currency": "USD",
}
CLAIM_HEAD: Final = {"format": "sojourn-claim/1", "id": "C-1", "currency": "USD"}


def with_head(text: str, head: dict[str, str]) -> str:
    """Return a part of a document with the head it lacks."""
    lacking = {key: value for key, value in head.items() if f"{key}:" not in _top_keys(text)}
    return "".join(f"{key}: {value}\n" for key, value in lacking.items()) + text


def price(
    terms: str, claim: str, beside: Callable[[str], str | None] = nothing_beside
) -> dict[str, Any]:
    """Return the answer to terms and a claim whose heads may be left out."""
    prepared = prepare(read_terms(with_head(terms, TERMS_HEAD), "terms"), beside)
    return to_document(price_claim(prepared, read_claim(with_head(claim, CLAIM_HEAD), "claim")))


def paid(terms: str, claim: str) -> str:
    """Return what is allowed, as text in whole units: ``"17000.00"``."""
    cents = price(terms, claim)["allowed_cents"]
    return f"{cents // 100}.{cents % 100:02}"


def paid_by(pays: str, claim: str, group: str = "claim") -> str:
    """Return what one term with this rate (flow YAML) allows for a claim."""
    return paid(f"terms: [{{id: t, text: T., for: {group}, pays: {pays}}}]", claim)


def _top_keys(text: str) -> set[str]:
    return {f"{key}:" for key in yaml.load(text, Loader=yaml.CBaseLoader)}
