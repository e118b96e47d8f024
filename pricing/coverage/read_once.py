"""A policy's text made ready to decide with, once for as many decisions as come."""

from __future__ import annotations

from functools import lru_cache

from pricing.coverage.documents.read import read_policy
from pricing.coverage.prepared import PreparedPolicy, prepare


@lru_cache(maxsize=64)
def prepared_policy(text: str, name: str) -> PreparedPolicy:
    """Return the policy; ``name`` is what faults call the document. Raises InvalidDocument."""
    return prepare(read_policy(text, name))
