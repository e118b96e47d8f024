"""Claims for tests: a payer's policy in force, a member's claim of nights in a hotel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlmodel import Session

from logistics.claims.claim import Claim
from logistics.claims.claim_trip import TripSpan, claim_trip
from logistics.claims.coverage import CoverageDecision
from logistics.claims.ruling import Ruling
from logistics.decide_claim import Decider, decide_claim
from logistics.errors import ClaimUndecidable
from logistics.handle_claim import change_expenses, file_claim
from logistics.organisation import CasePart, OrganisationKind
from logistics.repository.cases import get_case
from logistics.repository.claims import add_claim
from logistics.repository.organisations import add_organisations, add_participants
from logistics.repository.sessions import Sessions
from pricing.coverage.documents.trip_document import Expense
from pricing.coverage.kinds import Kind
from pricing.coverage.record import Inputs, decide_recorded
from pricing.ecb_rates import EcbRates
from pricing.errors import PricingError
from pricing.policies import RevisionKey
from pricing.repository.policies import add_policy, put_in_force
from tests.pricing.coverage.deciding import policy_text
from tests.storage.builders import NOW, facility, organisation, store_people

POLICY: Final = policy_text(
    """
    conditions:
    - id: receipts
      text: Every night needs a receipt.
      at: claim
      requires: line.receipt
      needed_by: add_days(trip.end, 60)
      remedy: Send the hotel's bill.
      overridable: yes
    - id: window
      text: A claim is filed within 60 days.
      at: claim
      requires: claim.filed <= add_days(trip.end, 60)
      needed_by: add_days(trip.end, 60)
    benefits:
    - {id: hotel, text: The hotel is paid., covers: [lodging], pays: actual}
    limits:
    - {id: year, text: At most 500 a year., cap: 500, per: calendar_year}
    """,
    policy_id="sojourn-premium",
)
PATIENT: Final = "patient-user"
REVIEWER: Final = "reviewer-user"


def store_payer(
    session: Session, references: Iterable[str] = ("SJ-1001",), *, policy: str = POLICY
) -> None:
    """Store cases of one operator and one payer, and the payer's policy in force."""
    store_people(session, references)
    payer = organisation("payer", kind=OrganisationKind.PAYER)
    add_organisations(session, [organisation(), payer])
    for part, owner in ((CasePart.OPERATOR, "operator"), (CasePart.PAYER, "payer")):
        add_participants(session, dict.fromkeys(references, owner), part=part)
    keep_policy(session, policy)


def keep_policy(session: Session, text: str) -> None:
    """Put the first revision of the payer's policy in force."""
    add_policy(
        session,
        organisation_id="payer",
        policy_id="sojourn-premium",
        title="Test plan",
        text=text,
        saved_by=REVIEWER,
        now=NOW,
    )
    key = RevisionKey(organisation_id="payer", policy_id="sojourn-premium", revision=1)
    put_in_force(session, key, now=NOW)


def hotel(amount: int = 300, *, receipt: bool = True, expense_id: str = "hotel") -> Expense:
    """Return two nights in a hotel for that much in all."""
    return Expense(
        id=expense_id,
        kind=Kind.LODGING,
        check_in=date(2027, 2, 10),
        check_out=date(2027, 2, 12),
        amount=Decimal(amount),
        receipt=receipt,
    )


def open_draft(session: Session, reference: str, *expenses: Expense) -> Claim:
    """Return a new draft with these expenses."""
    span = TripSpan(date(2027, 2, 10), date(2027, 2, 12))
    trip = claim_trip(get_case(session, reference), facility(), span, "USD")
    claim = add_claim(session, reference, trip, by=PATIENT, now=NOW)
    return change_expenses(session, claim.id, claim.version, expenses)


def file_one(
    session: Session, reference: str = "SJ-1001", *expenses: Expense, now: datetime = NOW
) -> Claim:
    """Return a claim that the patient has filed."""
    claim = open_draft(session, reference, *(expenses or (hotel(),)))
    return file_claim(session, claim.id, claim.version, by=PATIENT, now=now)


def rule_here(inputs: Inputs, texts: Mapping[str, str]) -> Ruling:
    """Rule in this very process."""
    try:
        made = decide_recorded(inputs, texts.__getitem__, EcbRates())
    except PricingError as error:
        raise ClaimUndecidable(str(error)) from error
    return Ruling(answer=made.to_document(), inputs=made.inputs, balances_after=made.balances_after)


def decide_it(
    sessions: Sessions, claim: Claim, *, by: str = REVIEWER, now: datetime = NOW
) -> CoverageDecision:
    """Return the decision about a claim."""
    return decide_claim(
        claim.id,
        version=claim.version,
        sessions=sessions,
        rule=rule_here,
        by=Decider(by, now),
    )
