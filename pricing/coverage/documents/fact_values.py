"""Values of a policy's own facts: what is written becomes what the policy declares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from fractions import Fraction

from pricing.coverage.decision_errors import InvalidFact
from pricing.coverage.documents.policy_document import FactDeclaration
from pricing.expressions.values import Value

_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def declared_value(declared: FactDeclaration, written: str | tuple[str, ...], field: str) -> Value:
    """Return a fact as it is declared; raises InvalidFact, naming the field, where it is not so."""
    value = to_value(written, declared.type, field)
    if declared.values is not None:
        _check_words(value, declared.values, field)
    return value


def _check_words(value: Value, words: Sequence[str], field: str) -> None:
    for one in value if isinstance(value, tuple) else (value,):
        if one not in words:
            close = get_close_matches(str(one), words, n=1)
            advice = f" (did you mean {close[0]}?)" if close else ""
            raise InvalidFact(field, f"one of {', '.join(words)}{advice}")


def to_value(written: str | tuple[str, ...], kind: str, field: str) -> Value:
    """Return what was written as the declared type; raises InvalidFact."""
    try:
        return _convert(written, kind)
    except (KeyError, ValueError, ZeroDivisionError) as error:
        raise InvalidFact(field, _SHOULD_BE[kind]) from error


_SHOULD_BE = {
    "yes_no": "yes or no",
    "number": "a number such as 12 or 0.5",
    "date": "a date like 2026-01-31",
    "text": "one text",
    "texts": "a list of texts",
}


def _convert(written: str | tuple[str, ...], kind: str) -> Value:
    if kind == "texts":
        return (written,) if isinstance(written, str) else written
    if not isinstance(written, str):
        raise ValueError("a list")  # noqa: TRY004 — becomes InvalidFact
    match kind:
        case "yes_no":
            return _YES_NO[written.lower()]
        case "number":
            return Fraction(written)
        case "date":
            return date.fromisoformat(written)
        case _:
            return written
