"""The account in which balances are kept, and the numbered decisions that drew on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pricing.coverage.record import Inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageAccount:
    """The running balances of one household under one policy.

    ``number`` counts the decisions that have drawn on them; ``balances`` is a balances document,
    empty before the first.
    """

    id: str
    payer_id: str
    policy_id: str
    household: str
    number: int
    balances: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageDecision:
    """A decision about a claim; ``answer`` is the document that ``sojourn cover`` would print.

    ``policy_revision`` is None for a policy that came with Sojourn and was never kept here.
    """

    account_id: str
    number: int
    claim_id: str
    claim_version: int
    policy_revision: int | None
    inputs: Inputs
    answer: Mapping[str, Any]
    decided_at: datetime
    decided_by: str
