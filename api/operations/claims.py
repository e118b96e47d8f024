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
from logistics.repository.claim_questions import ask_about
from logistics.repository.claims import get_claim, list_filed_earlier
from logistics.repository.receipts import list_receipts, list_same_elsewhere
from pricing.coverage.decide import version_in_force
from pricing.coverage.documents.policy_document import Condition
from pricing.coverage.documents.read import read_trip
from pricing.coverage.documents.trip_document import Claim as Filing
from pricing.coverage.documents.write import write_document
from pricing.coverage.edition import Replay, figures_of
from pricing.coverage.read_once import prepared_policy
from pricing.repository.policy_texts import get_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFile:
    """A claim with its receipts, its decisions so far, and what is asked about it now.

    Nothing is asked (None) about a claim that is decided or withdrawn: its page must not need a
    policy that is in force no more. ``texts`` are those of the latest decision, by digest;
    ``earlier`` are filed claims of the household about earlier services, which draw first.
    """

    claim: Claim
    question: ClaimQuestion | None
    receipts: tuple[Receipt, ...]
    same_elsewhere: tuple[Receipt, ...]
    decisions: tuple[CoverageDecision, ...]
    texts: Mapping[str, str]
    earlier: tuple[Claim, ...]

    @property
    def latest(self) -> CoverageDecision | None:
        """Return the decision made last."""
        return self.decisions[-1] if self.decisions else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What a claim would come to today: the answer document, or why there is none.

    ``overridable`` are the conditions that a supervisor may set aside.
    """

    answer: Mapping[str, Any] | None
    refusal: str = ""
    overridable: tuple[Condition, ...] = ()


def open_file(session: Session, claim_id: str, *, now: datetime) -> ClaimFile:
    """Return everything about a claim; raises ClaimNotFound, and as `ask_about` does."""
    claim = get_claim(session, claim_id)
    decisions = list_decisions(session, claim_id)
    digests = frozenset().union(*(one.inputs.texts for one in decisions[-1:]))
    return ClaimFile(
        claim=claim,
        question=_question(session, claim, now),
        receipts=list_receipts(session, claim_id),
        same_elsewhere=list_same_elsewhere(session, claim_id),
        decisions=decisions,
        texts={digest: get_text(session, digest) for digest in digests},
        earlier=list_filed_earlier(session, claim) if claim.status is ClaimStatus.FILED else (),
    )


def foresee(file: ClaimFile) -> Foreseen | None:
    """Return what the claim would come to if it were decided now; None where nothing is asked."""
    question = file.question
    if question is None:
        return None
    try:
        ruling = rule_apart(question.inputs, question.texts)
    except ClaimUndecidable as error:
        return Foreseen(answer=None, refusal=error.why)
    return Foreseen(answer=ruling.answer, overridable=_list_overridable(question))


def replay_latest(file: ClaimFile) -> Replay | None:
    """Return the latest decision beside one made again from what was kept; None without one."""
    latest = file.latest
    if latest is None:
        return None
    kept = figures_of(latest.answer)
    try:
        again = rule_apart(latest.inputs, file.texts)
    except ClaimUndecidable as error:
        return Replay(latest.inputs.edition, kept, None, error.why)
    return Replay(latest.inputs.edition, kept, figures_of(again.answer))


def days_left(until: date, today: date) -> int:
    """Return how many days there are until the end of that day; negative when it is over."""
    return (until - today).days


def _question(session: Session, claim: Claim, now: datetime) -> ClaimQuestion | None:
    """Return what is asked about an open claim; about a draft as if it were filed now."""
    if claim.status not in {ClaimStatus.DRAFT, ClaimStatus.FILED}:
        return None
    question = ask_about(session, claim, now)
    if claim.status is ClaimStatus.FILED:
        return question
    filed = Filing(filed=now.date())
    trip = read_trip(question.inputs.trip, "claim").model_copy(update={"claim": filed})
    return replace(question, inputs=replace(question.inputs, trip=write_document(trip)))


def _list_overridable(question: ClaimQuestion) -> tuple[Condition, ...]:
    inputs = question.inputs
    policy = prepared_policy(question.texts[inputs.policy], question.policy_id)
    version = version_in_force(policy, read_trip(inputs.trip, "claim"), inputs.decided_on)
    return tuple(one for one, _ in version.conditions if one.overridable)
