"""What is asked about a claim, and what came out: the port to whoever runs the coverage engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from logistics.claims.claim import Claim
from logistics.claims.coverage import CoverageAccount
from pricing.coverage.record import Inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimQuestion:
    """A claim with everything its decision is made from; ``texts`` are policies by digest.

    ``account`` is None before the household's first claim under the policy is filed; ``household``
    names it. ``policy_revision`` is None for a policy that is not kept here.
    """

    claim: Claim
    account: CoverageAccount | None
    payer_id: str
    policy_id: str
    policy_revision: int | None
    household: str
    inputs: Inputs
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A decision: the answer document, the inputs with the rates used, the balances it leaves."""

    answer: Mapping[str, Any]
    inputs: Inputs
    balances_after: str


Ruler = Callable[[Inputs, Mapping[str, str]], Ruling]
"""From inputs and the policies' texts to the ruling; raises ClaimUndecidable."""
