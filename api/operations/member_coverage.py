"""What a member's policy says, and what is left of its caps, gathered for a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from api.operations.case_facts import version_on
from logistics.case.model import Case
from logistics.claims.claim import Claim
from logistics.repository.case_facts import get_case_facts
from logistics.repository.case_policies import CasePolicy, get_case_policy
from logistics.repository.cases import get_case
from logistics.repository.claim_questions import find_balances
from logistics.repository.claims import list_claims
from pricing.coverage.caps import CapLeft, list_caps
from pricing.coverage.prepared import PreparedVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCoverage:
    """The policy of a case, the version in force today, its caps and the case's claims."""

    case: Case
    policy: CasePolicy
    version: PreparedVersion
    caps: tuple[CapLeft, ...]
    claims: tuple[Claim, ...]


def open_member_coverage(session: Session, reference: str, today: date) -> MemberCoverage:
    """Return what a member may know; raises CaseNotFound, and as `get_case_policy` does."""
    case = get_case(session, reference)
    policy = get_case_policy(session, case)
    version = version_on(policy, today)
    facts = get_case_facts(session, reference).facts
    balances = find_balances(session, case, policy, facts)
    return MemberCoverage(
        case=case,
        policy=policy,
        version=version,
        caps=list_caps(policy.prepared, version, balances),
        claims=list_claims(session, reference),
    )
