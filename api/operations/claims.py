"""What is known of a claim before and after its decision, and what is missing in it.

The engine answers in the process apart: ask with no transaction open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from api.coverage.ruling import rule_apart
from logistics.claims.claim import Claim, ClaimStatus
from logistics.claims.coverage import CoverageDecision
from logistics.claims.receipt import Receipt
from logistics.claims.ruling import ClaimQuestion
from logistics.errors import ClaimUndecidable
from logistics.repository.accounts import list_decisions
from logistics.repository.claim_questions import ask_about, read_answer, read_inputs
from logistics.repository.claims import get_claim
from logistics.repository.receipts import list_receipts, list_same_elsewhere
from pricing.coverage.decide import version_in_force
from pricing.coverage.documents.policy_document import Condition
from pricing.coverage.documents.read import read_trip
from pricing.coverage.documents.trip_document import Claim as Filing
from pricing.coverage.documents.write import write_document
from pricing.coverage.read_once import prepared_policy
from pricing.repository.policy_texts import get_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFile:
    """A claim with its receipts, its decisions so far, and what is asked about it now."""

    claim: Claim
    question: ClaimQuestion
    receipts: tuple[Receipt, ...]
    same_elsewhere: tuple[Receipt, ...]
    decisions: tuple[CoverageDecision, ...]
    texts: Mapping[str, str]

    @property
    def latest(self) -> CoverageDecision | None:
        """Return the decision made last."""
        return self.decisions[-1] if self.decisions else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What a claim would come to today: the answer document, or why there is none."""

    answer: Mapping[str, Any] | None
    refusal: str = ""


def open_file(session: Session, claim_id: str, *, now: datetime) -> ClaimFile:
    """Return everything about a claim; raises ClaimNotFound, and as `ask_about` does.

    A draft is asked about as if it were filed now.
    """
    claim = get_claim(session, claim_id)
    decisions = list_decisions(session, claim_id)
    question = ask_about(session, claim, now)
    if claim.status is ClaimStatus.DRAFT:
        filed = Filing(filed=now.date())
        trip = read_trip(question.inputs.trip, "claim").model_copy(update={"claim": filed})
        question = replace(question, inputs=replace(question.inputs, trip=write_document(trip)))
    digests = {
        digest
        for one in decisions[-1:]
        for inputs in (read_inputs(one),)
        for digest in (inputs.policy, *(text for _, text in inputs.ceilings))
    }
    return ClaimFile(
        claim=claim,
        question=question,
        receipts=list_receipts(session, claim_id),
        same_elsewhere=list_same_elsewhere(session, claim_id),
        decisions=decisions,
        texts={digest: get_text(session, digest) for digest in digests},
    )


def foresee(file: ClaimFile) -> Foreseen:
    """Return what the claim would come to if it were decided now."""
    try:
        return Foreseen(answer=rule_apart(file.question.inputs, file.question.texts).answer)
    except ClaimUndecidable as error:
        return Foreseen(answer=None, refusal=error.why)


def comes_back(file: ClaimFile) -> bool:
    """Return whether the latest decision, made again from what was kept, is the same."""
    latest = file.latest
    if latest is None:
        return True
    try:
        again = rule_apart(read_inputs(latest), file.texts)
    except ClaimUndecidable:
        return False
    return dict(again.answer) == read_answer(latest)


def list_overridable(file: ClaimFile) -> tuple[Condition, ...]:
    """Return the conditions that a supervisor may set aside; none where no version is in force."""
    inputs = file.question.inputs
    policy = prepared_policy(file.question.texts[inputs.policy], file.question.policy_id)
    version = version_in_force(policy, read_trip(inputs.trip, "claim"), inputs.decided_on)
    return tuple(one for one, _ in version.conditions if one.overridable)


def days_left(until: date, today: date) -> int:
    """Return how many days there are until the end of that day; negative when it is over."""
    return (until - today).days
