"""Facts of the terms' own: declared there with a type, stated below ``facts`` in the claim."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from pricing.contracts.documents.claim_document import Claim
from pricing.contracts.errors import InvalidClaimFact, UndeclaredClaimFact
from pricing.contracts.facts import of_line
from pricing.expressions.types import FactType
from pricing.expressions.values import Value

_YES_NO: Final = MappingProxyType({"yes": True, "true": True, "no": False, "false": False})
_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
_SHOULD_BE: Final = MappingProxyType(
    {
        FactType.YES_NO: "yes or no",
        FactType.NUMBER: "a number such as 12 or 0.5",
        FactType.DATE: "a date like 2026-01-31",
        FactType.TEXT: "one text",
        FactType.TEXTS: "a list of texts",
    }
)


def to_value(written: str | tuple[str, ...], kind: FactType, field: str) -> Value:
    """Return what a claim says as the declared type; raises InvalidClaimFact."""
    try:
        return _convert(written, kind)
    except (KeyError, ValueError) as error:
        raise InvalidClaimFact(field, _SHOULD_BE[kind]) from error


def refuse_misspelt(claim: Claim, declared: Mapping[str, FactType]) -> None:
    """Raise UndeclaredClaimFact for a fact that is nearly one of those declared."""
    for name, meant in _misspelt(claim.facts, "claim", declared):
        raise UndeclaredClaimFact(f"claim.facts.{name}", f"claim.facts.{meant}")
    for place, line in enumerate(claim.lines, 1):
        for name, meant in _misspelt(line.facts, "line", declared):
            where = of_line(f"facts.{name}", line.id or str(place))
            raise UndeclaredClaimFact(where, f"line.facts.{meant}")


def _misspelt(
    stated: Mapping[str, object], owner: str, declared: Mapping[str, FactType]
) -> Iterator[tuple[str, str]]:
    """Yield each fact stated that is nearly a declared one, and which."""
    prefix = f"{owner}.facts."
    known = [path.removeprefix(prefix) for path in declared if path.startswith(prefix)]
    for name in stated:
        close = [] if name in known else get_close_matches(name, known, n=1, cutoff=0.8)
        if close and close[0] not in stated:
            yield name, close[0]


def _convert(written: str | tuple[str, ...], kind: FactType) -> Value:
    if kind is FactType.TEXTS:
        return (written,) if isinstance(written, str) else written
    if not isinstance(written, str):
        raise ValueError("a list")  # noqa: TRY004 — becomes InvalidClaimFact
    match kind:
        case FactType.YES_NO:
            return _YES_NO[written.lower()]
        case FactType.NUMBER if _NUMBER.fullmatch(written):
            return Fraction(written)
        case FactType.NUMBER:
            raise ValueError(written)
        case FactType.DATE:
            return date.fromisoformat(written)
        case FactType.TEXT:
            return written
