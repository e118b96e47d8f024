"""Everything the decision about a claim is made from, gathered from the database."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from sqlmodel import Session

from logistics.case.model import Case
from logistics.case_facts import CaseFacts, complete_trip
from logistics.claims.claim import Claim
from logistics.claims.claim_trip import with_receipts
from logistics.claims.coverage import CoverageAccount
from logistics.claims.ruling import ClaimQuestion
from logistics.organisation import CasePart
from logistics.repository.accounts import (
    find_account,
    is_linked,
    link_case,
    list_decisions,
    open_account,
)
from logistics.repository.case_facts import get_case_facts
from logistics.repository.case_policies import CasePolicy, get_case_policy, policy_id_of
from logistics.repository.cases import get_case
from logistics.repository.facilities import get_facility
from logistics.repository.organisations import find_payer, list_participants
from logistics.repository.receipts import list_receipts
from logistics.trip_parts import household_of, member_ids
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
    facts = get_case_facts(session, case.reference).facts
    household = household_of(case, facts)
    account = find_account(
        session, payer_id=payer_id, policy_id=policy.policy_id, household=household
    )
    trip = complete_trip(claim.trip, facts, _facility_id(session, case, claim))
    files = {one.expense_id for one in list_receipts(session, claim.id)}
    inputs = Inputs(
        policy=policy.digests.policy,
        ceilings=policy.digests.ceilings,
        trip=write_document(with_receipts(trip, files)),
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


def draw_on_account(session: Session, claim: Claim, *, by: str, now: datetime) -> None:
    """Have the case of a claim draw on its household's account, unless it draws on one.

    So the claims of a household find each other before anything is decided.
    """
    if is_linked(session, claim.case_reference):
        return
    case = get_case(session, claim.case_reference)
    account = open_account(
        session,
        payer_id=_keeper(session, case, find_payer(session, case.reference)),
        policy_id=policy_id_of(case),
        household=household_of(case, get_case_facts(session, case.reference).facts),
    )
    link_case(session, case.reference, account, by=by, now=now)


def find_balances(
    session: Session, case: Case, policy: CasePolicy, facts: CaseFacts
) -> dict[BalanceKey, Fraction]:
    """Return what the people of a case and their household have used of what the policy limits.

    What others of the household have used of their own is left out: it is theirs.
    """
    household = household_of(case, facts)
    account = find_account(
        session,
        payer_id=keeper_of(session, case, policy),
        policy_id=policy.policy_id,
        household=household,
    )
    if account is None or not account.balances:
        return {}
    prepared = policy.prepared
    document = read_balances(account.balances, "balances")
    used = balances_from(document, prepared.policy.currency)
    theirs = {household, *_members_of(case)}
    return {
        key: amount
        for key, amount in used.items()
        if key.whose in theirs and is_kept(key, prepared)
    }


def keeper_of(session: Session, case: Case, policy: CasePolicy) -> str:
    """Return who keeps the balances of a case: its payer, else the operator."""
    return _keeper(session, case, policy.payer_id)


def _keeper(session: Session, case: Case, payer_id: str | None) -> str:
    return payer_id or list_participants(session, case.reference)[CasePart.OPERATOR]


def _members_of(case: Case) -> tuple[str, ...]:
    people = (case.patient, *(one.person for one in case.companions))
    return member_ids((one.name, one.birth_date) for one in people)


def _facility_id(session: Session, case: Case, claim: Claim) -> str:
    """Return which of the case's facilities a claim is about; its trip keeps the name alone."""
    ids = case.visit.facility_ids
    named = (one for one in ids if get_facility(session, one).name == claim.trip.site.name)
    return next(named, ids[0])


def _balances(session: Session, claim: Claim, account: CoverageAccount | None) -> str:
    if account is None:
        return ""
    earlier = [one for one in list_decisions(session, claim.id) if one.account_id == account.id]
    if not earlier:
        return account.balances
    return give_back(account.balances, earlier[-1].answer)
