"""The JSON Schemas of terms, claims and expected stays, as published in ``seed_data/schemas``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from pricing.contracts.documents.claim_document import Claim
from pricing.contracts.documents.stay_document import Stay
from pricing.contracts.documents.terms_document import Terms
from pricing.documents.scalars import Part

MODELS: Final[Mapping[str, type[Part]]] = MappingProxyType(
    {"contract": Terms, "claim": Claim, "stay": Stay}
)
"""The shapes of documents by the name of their schema."""


def document_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of contract, claim or stay documents."""
    described = MODELS[name].model_json_schema(by_alias=True, mode="validation")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:sojourn:{name}:1",
        "title": f"Sojourn {name} document, format 1",
    }
    return head | {key: value for key, value in described.items() if key != "title"}
