"""The letter about a decision: gathered from what was kept of it, never computed anew."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from sqlmodel import Session

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
from pricing.coverage.documents.trip_document import Expense
from pricing.coverage.prepared import PreparedPolicy
from pricing.coverage.read_once import prepared_policy
from pricing.coverage.wording import decimal
from pricing.money import Money
from pricing.repository.policy_texts import get_text
from scheduling.documents import wording
from scheduling.documents.reimbursement_letter import LetterHead, ReimbursementLetter, letter_of

_MEASURES: Final = {"mi": "miles", "km": "kilometres"}


def write_letter(session: Session, claim_id: str, number: int) -> ReimbursementLetter:
    """Return the letter about decision ``number``; raises ClaimNotFound, PolicyTextNotFound."""
    claim = get_claim(session, claim_id)
    decision = next(
        (one for one in list_decisions(session, claim_id) if one.number == number), None
    )
    if decision is None:
        raise ClaimNotFound(f"{claim_id}, decision {number}")
    answer, inputs = decision.answer, decision.inputs
    policy = prepared_policy(get_text(session, inputs.policy), "policy")
    payer = get_organisation(session, get_account(session, decision.account_id).payer_id)
    case = get_case(session, claim.case_reference)
    head = LetterHead(
        payer=payer.name,
        plan=policy.policy.title,
        claim=claim.id,
        case=claim.case_reference,
        patient=case.patient.name,
        number=number,
        decided_at=decision.decided_at,
        policy_digest=inputs.policy,
        is_sample=case.is_sample,
    )
    labels = {one.id: label_of(one) for one in read_trip(inputs.trip, "claim").expenses}
    return letter_of(answer, head, labels=labels, caps=_caps(policy, answer))


def label_of(expense: Expense) -> str:
    """Return what a letter calls an expense: its kind, what it was, and its first day."""
    words = expense.item or wording.KIND_WORDS[expense.kind]
    day = expense.date or expense.check_in or expense.first
    return words if day is None else f"{words}, {day}"


def cap_amount(cap: CapLeft, amount: Fraction, currency: str) -> str:
    """Return an amount of a cap in words: money, or a count of what it counts."""
    if cap.is_money:
        return wording.money(Money(int(amount), currency))
    return f"{decimal(amount)} {_MEASURES.get(cap.measure, cap.measure)}"


def _caps(policy: PreparedPolicy, answer: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each cap that the claim drew on."""
    currency = policy.policy.currency
    used = balances_from(BalancesDocument.model_validate(answer["balances"]["after"]), currency)
    version = next(
        one for one in policy.versions if one.version.version == answer["policy"]["version"]
    )
    return [_sentence(one, currency) for one in list_caps(policy, version, used) if one.whose]


def _sentence(cap: CapLeft, currency: str) -> str:
    left = "" if cap.left is None else f", {cap_amount(cap, cap.left, currency)} left"
    used = cap_amount(cap, cap.used, currency)
    return f"{cap.text} {name_of(cap.whose)}, {cap.period}: {used} used{left}."
