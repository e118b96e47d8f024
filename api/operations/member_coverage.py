"""What a member's policy says, and what is left of its caps, gathered for a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from logistics.case.model import Case
from logistics.claims.claim import Claim
from logistics.repository.case_policies import CasePolicy, get_case_policy
from logistics.repository.cases import get_case
from logistics.repository.claim_questions import find_balances
from logistics.repository.claims import list_claims
from pricing.coverage.caps import CapLeft, list_caps
from pricing.coverage.prepared import PreparedVersion
from pricing.errors import NoPolicyInForce


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
    version = _version_on(policy, today)
    return MemberCoverage(
        case=case,
        policy=policy,
        version=version,
        caps=list_caps(policy.prepared, version, find_balances(session, case, policy)),
        claims=list_claims(session, reference),
    )


def _version_on(policy: CasePolicy, day: date) -> PreparedVersion:
    for one in policy.prepared.versions:
        last = one.version.valid_to
        if one.version.valid_from <= day and (last is None or day <= last):
            return one
    raise NoPolicyInForce(policy.policy_id, f"no version of it covers {day}")
