"""Everything the decision about a claim is made from, gathered from the database."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from sqlmodel import Session

from logistics.case.model import Case
from logistics.claims.claim import Claim
from logistics.claims.claim_trip import with_receipts
from logistics.claims.coverage import CoverageAccount
from logistics.claims.ruling import ClaimQuestion
from logistics.organisation import CasePart
from logistics.repository.accounts import find_account, list_decisions
from logistics.repository.case_policies import CasePolicy, get_case_policy
from logistics.repository.cases import get_case
from logistics.repository.organisations import list_participants
from logistics.repository.receipts import list_receipts
from logistics.trip_parts import member_id
from pricing.coverage.admission import is_kept
from pricing.coverage.answer import balances_from
from pricing.coverage.decision import BalanceKey
from pricing.coverage.documents.read import read_balances
from pricing.coverage.documents.write import write_document
from pricing.coverage.record import Inputs, digest_of, give_back


def ask_about(session: Session, claim: Claim, now: datetime) -> ClaimQuestion:
    """Return the question about a claim as it stands now.

    What an earlier decision about the same claim drew on the balances is given back. Raises as
    `get_case_policy` does.
    """
    case = get_case(session, claim.case_reference)
    policy = get_case_policy(session, case)
    payer_id = keeper_of(session, case, policy)
    household = member_id(case.patient)
    account = find_account(
        session, payer_id=payer_id, policy_id=policy.policy_id, household=household
    )
    files = {one.expense_id for one in list_receipts(session, claim.id)}
    inputs = Inputs(
        policy=policy.digests.policy,
        ceilings=policy.digests.ceilings,
        trip=write_document(with_receipts(claim.trip, files)),
        balances=_balances(session, claim, account),
        decided_on=now.date(),
    )
    return ClaimQuestion(
        claim=claim,
        account=account,
        payer_id=payer_id,
        policy_id=policy.policy_id,
        policy_revision=policy.revision,
        household=household,
        inputs=inputs,
        texts={digest_of(text): text for text in policy.texts},
    )


def find_balances(session: Session, case: Case, policy: CasePolicy) -> dict[BalanceKey, Fraction]:
    """Return what the patient's household has used of what the policy limits."""
    account = find_account(
        session,
        payer_id=keeper_of(session, case, policy),
        policy_id=policy.policy_id,
        household=member_id(case.patient),
    )
    if account is None or not account.balances:
        return {}
    prepared = policy.prepared
    document = read_balances(account.balances, "balances")
    used = balances_from(document, prepared.policy.currency)
    return {key: amount for key, amount in used.items() if is_kept(key, prepared)}


def keeper_of(session: Session, case: Case, policy: CasePolicy) -> str:
    """Return who keeps the balances of a case: its payer, else the operator."""
    return policy.payer_id or list_participants(session, case.reference)[CasePart.OPERATOR]


def _balances(session: Session, claim: Claim, account: CoverageAccount | None) -> str:
    if account is None:
        return ""
    earlier = [one for one in list_decisions(session, claim.id) if one.account_id == account.id]
    if not earlier:
        return account.balances
    return give_back(account.balances, earlier[-1].answer)
