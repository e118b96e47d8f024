"""Which facts of a claim exist, of what type, and where they can be read."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from pricing.expressions.errors import UnknownFact
from pricing.expressions.types import FactType

_N, _T, _D, _L = FactType.NUMBER, FactType.TEXT, FactType.DATE, FactType.TEXTS

STATED: Final[Mapping[str, FactType]] = MappingProxyType(
    {
        "setting": _T, "type": _T, "drg": _T, "drg_weight": _N, "mean_days": _N,
        "principal_diagnosis": _T, "diagnoses": _L, "procedures": _L, "place": _T, "network": _T,
        "admission_type": _T, "discharge_status": _T, "patient_age": _N, "cost_to_charge": _N,
        "wage_index": _N, "patient_share": _N, "phase": _T, "admitted": _D, "discharged": _D,
        "received": _D, "paid": _D, "days": _N, "covered_days": _N, "hours": _N,
    }
)  # fmt: skip
"""What a claim states of itself."""
_OF_LINES: Final = {
    "charges": _N, "medicare": _N, "invoice": _N, "units": _N, "lines": _N, "codes": _L,
    "revenue_codes": _L, "modifiers": _L, "kinds": _L, "first_date": _D, "last_date": _D,
    "service_days": _N,
}  # fmt: skip
"""What several lines are together: those of a claim, of a term's group."""
FACTS: Final[Mapping[str, FactType]] = MappingProxyType(
    {
        **{f"claim.{name}": kind for name, kind in {**STATED, **_OF_LINES}.items()},
        "claim.rate_date": _D,
        "stay.days": _N, "stay.covered_days": _N, "stay.nights": _N, "stay.hours": _N,
        **{f"group.{name}": kind for name, kind in _OF_LINES.items()},
        "group.rate_date": _D,
        "line.id": _T, "line.number": _N, "line.code": _T, "line.code_type": _T,
        "line.revenue_code": _T, "line.modifiers": _L, "line.units": _N, "line.charge": _N,
        "line.date": _D, "line.setting": _T, "line.kind": _T, "line.phase": _T,
        "line.invoice": _N, "line.medicare": _N, "line.weight": _N, "line.rate_date": _D,
        "day.date": _D, "day.number": _N,
        "this.amount": _N, "this.units": _N, "raise.on": _D,
    }
)  # fmt: skip
OWNERS_OF_OWN: Final = ("claim.facts.", "line.facts.")
AMOUNT: Final = "amount."
"""How the facts begin that the document has formulas for."""
CLAIM: Final = frozenset({"claim", "stay", "measure", "amount", "test"})
"""Owners of facts that can be read anywhere."""


def of_line(name: str, line: str) -> str:
    """Return how a fact of one line is named to people: ``line.invoice of line 2``."""
    return f"line.{name} of line {line}"


def type_of(path: str, own: Mapping[str, FactType], named: Mapping[str, FactType]) -> FactType:
    """Return the type of a fact; ``named`` are those that the document itself names, by path.

    Raises UnknownFact with what was probably meant.
    """
    found = own.get(path) or named.get(path) or FACTS.get(path)
    if found is None:
        raise UnknownFact(path, _advice(path, [*FACTS, *own, *named]))
    return found


def _advice(path: str, known: list[str]) -> str:
    if path.startswith(OWNERS_OF_OWN):
        return "declare it below facts"
    close = get_close_matches(path, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    owners = sorted({one.partition(".")[0] for one in known})
    return f"a fact begins with {', '.join(owners)}"
