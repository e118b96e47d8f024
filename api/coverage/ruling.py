"""Claims ruled upon in the process apart: the port of `logistics.claims.ruling`, kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from api.coverage.answering import read_inputs, write_inputs
from api.coverage.apart import ask_apart
from api.coverage.wishes import list_refusals
from logistics.claims.ruling import Ruling
from logistics.errors import ClaimUndecidable
from pricing.coverage.record import Inputs

_FAULTS_TOLD: Final = 3


def rule_apart(inputs: Inputs, texts: Mapping[str, str]) -> Ruling:
    """Return the ruling; raises ClaimUndecidable, TooLongToDecide and DecidingBusy."""
    told = ask_apart("rule", {"inputs": write_inputs(inputs), "texts": dict(texts)})
    if "answer" not in told:
        raise ClaimUndecidable(_why(told))
    return Ruling(
        answer=told["answer"],
        inputs=read_inputs(told["inputs"]),
        balances_after=told["balances_after"],
    )


def _why(told: Mapping[str, Any]) -> str:
    refusals = list_refusals(told)
    said = [f"{one.field}: {one.message}" if one.field else one.message for one in refusals]
    more = len(said) - _FAULTS_TOLD
    return "; ".join(said[:_FAULTS_TOLD]) + (f"; and {more} more" if more > 0 else "")
