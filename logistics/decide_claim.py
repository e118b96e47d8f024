"""Decide a filed claim: once, whatever else draws on the same balances at that moment.

Steps: gather the claim, the policy in force and the balances; let the engine rule, with no
transaction open; store the decision under the next number of the household's account. Where
another decision took that number meanwhile, the balances are others: all is done again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlmodel import Session

from logistics.claims.claim import ClaimMove, next_status
from logistics.claims.coverage import CoverageDecision
from logistics.claims.ruling import ClaimQuestion, Ruler, Ruling
from logistics.errors import BalanceMoved, ClaimChanged, DecidedByFiler
from logistics.repository.accounts import link_case, open_account, record_decision
from logistics.repository.claim_questions import ask_about
from logistics.repository.claims import get_claim, save_claim
from logistics.repository.sessions import Sessions
from pricing.repository.policy_texts import keep_texts

TRIES: Final = 20
"""How often a decision is made anew because others drew on its balances."""

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, and when."""

    user_id: str
    now: datetime


def decide_claim(
    claim_id: str,
    *,
    version: int,
    sessions: Sessions,
    rule: Ruler,
    by: Decider,
) -> CoverageDecision:
    """Return the decision about the version of a claim that somebody has looked at.

    Raises:
        ClaimNotFound: there is no such claim within reach.
        ClaimChanged: it is another version by now.
        ClaimMoveRefused: it does not wait for a decision.
        DecidedByFiler: whoever filed it would decide it.
        ClaimUndecidable: the policy asks for what the claim does not say.
        NoPolicyInForce: the payer has none in force for the case.
        BalanceMoved: others drew on the same balances each time.
    """
    for _ in range(TRIES):
        with sessions.read() as session:
            question = _gather(session, claim_id, version, by)
        ruling = rule(question.inputs, question.texts)
        with sessions.write() as session:
            decision = _record(session, question, ruling, by)
        if decision is not None:
            _LOG.info("claim.decided", extra={"claim": claim_id, "decision": decision.number})
            return decision
    raise BalanceMoved(claim_id)


def _gather(session: Session, claim_id: str, version: int, by: Decider) -> ClaimQuestion:
    claim = get_claim(session, claim_id)
    if claim.version != version:
        raise ClaimChanged(claim_id)
    next_status(claim, ClaimMove.DECIDE)
    if claim.filed_by == by.user_id:
        raise DecidedByFiler(claim_id)
    return ask_about(session, claim, by.now)


def _record(
    session: Session, question: ClaimQuestion, ruling: Ruling, by: Decider
) -> CoverageDecision | None:
    """Return the stored decision, or None where the balances moved."""
    claim = question.claim
    account = question.account or open_account(
        session,
        payer_id=question.payer_id,
        policy_id=question.policy_id,
        household=question.household,
    )
    if question.account is None and account.number > 0:
        return None
    decision = CoverageDecision(
        account_id=account.id,
        number=account.number + 1,
        claim_id=claim.id,
        claim_version=claim.version,
        policy_revision=question.policy_revision,
        inputs=ruling.inputs,
        answer=ruling.answer,
        decided_at=by.now,
        decided_by=by.user_id,
    )
    if not record_decision(session, account, decision, balances=ruling.balances_after):
        return None
    link_case(session, claim.case_reference, account, by=by.user_id, now=by.now)
    keep_texts(session, question.texts.values(), now=by.now)
    save_claim(session, replace(claim, status=next_status(claim, ClaimMove.DECIDE)))
    return decision
