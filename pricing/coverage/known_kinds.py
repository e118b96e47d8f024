"""Kinds named among other things: in lists that also hold ids of benefits or expenses."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pricing.coverage.errors import UnknownKind
from pricing.coverage.kinds import Kind, expand


def expand_known(names: Iterable[str]) -> frozenset[Kind]:
    """Return the kinds that the names stand for; names of anything else stand for none."""
    return frozenset(kind for name in names for kind in _kinds_of(name))


@lru_cache(maxsize=1024)
def _kinds_of(name: str) -> frozenset[Kind]:
    try:
        return expand([name])
    except UnknownKind:
        return frozenset()
