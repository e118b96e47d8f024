"""The JSON Schemas of documents, as published in ``seed_data/schemas``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from pricing.coverage.documents.balances_document import BalancesDocument
from pricing.coverage.documents.policy_document import Policy
from pricing.coverage.documents.trip_document import Trip
from pricing.documents.scalars import Part

MODELS: Final[Mapping[str, type[Part]]] = MappingProxyType(
    {"policy": Policy, "trip": Trip, "balances": BalancesDocument}
)
"""The shapes of documents by the name of their schema."""


def document_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of policy, trip or balances documents."""
    described = MODELS[name].model_json_schema(by_alias=True, mode="validation")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:sojourn:{name}:1",
        "title": f"Sojourn {name} document, format 1",
    }
    return head | {key: value for key, value in described.items() if key != "title"}
