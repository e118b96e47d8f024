"""Reading terms, claims and expected stays: a text in, a document or all its faults out."""

from __future__ import annotations

from pricing.contracts.documents.check_claim import check_claim, check_stay
from pricing.contracts.documents.check_terms import check_terms
from pricing.contracts.documents.claim_document import Claim
from pricing.contracts.documents.stay_document import Stay
from pricing.contracts.documents.terms_document import Terms
from pricing.documents.located import Step
from pricing.documents.read import read_document


def read_terms(text: str | bytes, name: str) -> Terms:
    """Return the terms that a document says; raises InvalidDocument with all its faults.

    ``name`` is the document's name in error texts.
    """
    return read_document(text, name, Terms, _never, check_terms)


def read_claim(text: str | bytes, name: str) -> Claim:
    """Return the claim that a document, YAML or JSON, says; raises as `read_terms` does."""
    return read_document(text, name, Claim, _in_mappings, check_claim)


def read_stay(text: str | bytes, name: str) -> Stay:
    """Return the expected stay that a document says; raises as `read_terms` does."""
    return read_document(text, name, Stay, _in_mappings, check_stay)


def _never(path: tuple[Step, ...]) -> bool:
    return path[-1:] == ("valid_to",)


def _in_mappings(path: tuple[Step, ...]) -> bool:
    """Tell whether null says that something is not stated: anywhere but in a list."""
    return bool(path) and isinstance(path[-1], str)
