"""The letter about a decision: gathered from what was kept of it, never computed anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from logistics.claims.coverage import CoverageDecision
from logistics.errors import ClaimNotFound
from logistics.repository.accounts import get_account, list_decisions
from logistics.repository.cases import get_case
from logistics.repository.claims import get_claim
from logistics.repository.organisations import get_organisation
from logistics.trip_parts import name_of
from pricing.coverage.answer import balances_from
from pricing.coverage.caps import CapLeft, list_caps
from pricing.coverage.documents.balances_document import BalancesDocument
from pricing.coverage.documents.read import read_trip
from pricing.coverage.documents.trip_document import Expense, Trip
from pricing.coverage.prepared import PreparedPolicy
from pricing.coverage.read_once import prepared_policy
from pricing.money import Money
from pricing.repository.policy_texts import get_text
from scheduling.documents import wording
from scheduling.documents.answer_in_words import letter_of
from scheduling.documents.reimbursement_letter import (
    CapInWords,
    ClaimNamed,
    ReimbursementLetter,
)
from scheduling.documents.reimbursement_letter import Expense as NamedExpense


def write_letter(session: Session, claim_id: str, number: int) -> ReimbursementLetter:
    """Return the letter about decision ``number``; raises ClaimNotFound, PolicyTextNotFound."""
    decision = _decision(session, claim_id, number)
    answer, inputs = decision.answer, decision.inputs
    policy = prepared_policy(get_text(session, inputs.policy), "policy")
    trip = read_trip(inputs.trip, "claim")
    return letter_of(
        answer,
        claim=_named(session, decision, policy, inputs.policy),
        expenses={one.id: expense_of(trip, one) for one in trip.expenses},
        caps=_caps(policy, answer),
        people={one: name_of(one) for one in _ids_of_people(trip)},
    )


def expense_of(trip: Trip, expense: Expense) -> NamedExpense:
    """Return what a letter calls an expense, when it was, and what was spent where it is stated."""
    currency = expense.currency or trip.currency
    return NamedExpense(
        label=_words(expense),
        dates=_dates(expense),
        currency=currency,
        spent_minor=_minor(expense.amount, currency),
    )


def _minor(amount: Decimal | None, currency: str) -> int | None:
    """Return the amount in minor units; None where it is not stated, or not in whole ones."""
    minor = (amount or Decimal(0)).scaleb(Money.zero(currency).decimals)
    return None if amount is None or minor != int(minor) else int(minor)


def _ids_of_people(trip: Trip) -> list[str]:
    return [trip.patient.id, *(one.id for one in trip.companions)]


def _words(expense: Expense) -> str:
    return expense.item or wording.KIND_WORDS[expense.kind]


def _dates(expense: Expense) -> str:
    first, last = _days(expense)
    return "" if first is None else wording.day_span(first, last or first)


def _days(expense: Expense) -> tuple[date | None, date | None]:
    """Return the first and the last day of an expense, as far as it states them."""
    return expense.day or expense.check_in or expense.first, expense.check_out or expense.last


def _decision(session: Session, claim_id: str, number: int) -> CoverageDecision:
    for one in list_decisions(session, claim_id):
        if one.number == number:
            return one
    raise ClaimNotFound(f"{claim_id}, decision {number}")


def _named(
    session: Session, decision: CoverageDecision, policy: PreparedPolicy, policy_digest: str
) -> ClaimNamed:
    claim = get_claim(session, decision.claim_id)
    case = get_case(session, claim.case_reference)
    payer = get_organisation(session, get_account(session, decision.account_id).payer_id)
    return ClaimNamed(
        payer=payer.name,
        plan=policy.policy.title,
        claim_id=claim.id,
        case_reference=claim.case_reference,
        patient=case.patient.name,
        addressed_to=(case.patient.name,),
        paid_to=case.patient.name,
        decision=decision.number,
        written_on=decision.decided_at.date(),
        review_contact=f"{payer.name}, within the time that your plan sets for a review",
        policy_digest=policy_digest,
        is_sample=case.is_sample,
    )


def label_of(expense: Expense) -> str:
    """Return what a list calls an expense: what it was or else its kind, and its days."""
    dates = _dates(expense)
    return f"{_words(expense)}, {dates}" if dates else _words(expense)


def _caps(policy: PreparedPolicy, answer: Mapping[str, Any]) -> list[CapInWords]:
    """Return each cap that the claim drew on."""
    currency = policy.policy.currency
    used = balances_from(BalancesDocument.model_validate(answer["balances"]["after"]), currency)
    version = next(
        one for one in policy.versions if one.version.version == answer["policy"]["version"]
    )
    return [_cap(one, currency) for one in list_caps(policy, version, used) if one.whose]


def _cap(cap: CapLeft, currency: str) -> CapInWords:
    return CapInWords(
        text=cap.text,
        whose=name_of(cap.whose),
        period_words=cap.period,
        used=wording.cap_amount(cap, cap.used, currency),
        left="depends on the trip"
        if cap.left is None
        else wording.cap_amount(cap, cap.left, currency),
    )
