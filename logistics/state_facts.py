"""State facts about a case for its coverage: one document, in place of the one that was read.

Plans made and claims decided from then on count them; what was decided before keeps what it was
decided from.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlmodel import Session

from logistics.case.model import Case
from logistics.case_facts import CaseFacts
from logistics.errors import HouseholdFixed, InvalidField
from logistics.repository.accounts import list_decisions
from logistics.repository.case_facts import StoredFacts, get_case_facts, save_case_facts
from logistics.repository.cases import get_case
from logistics.repository.claims import list_claims
from logistics.trip_parts import household_of, member_ids

_LOG: Final = logging.getLogger(__name__)


def state_facts(
    session: Session, reference: str, facts: CaseFacts, version: int, *, by: str, now: datetime
) -> StoredFacts:
    """Store what somebody states about a case, who has looked at that version (0: none yet).

    Raises:
        CaseNotFound: there is no such case within reach.
        InvalidField: it tells of a person, facility or visit that the case does not have.
        HouseholdFixed: another household, after a claim was decided.
        CaseFactsChanged: it is another version by now.
    """
    case = get_case(session, reference)
    _require_known(case, facts)
    earlier = get_case_facts(session, reference).facts
    if household_of(case, facts) != household_of(case, earlier) and _has_drawn(session, reference):
        raise HouseholdFixed(reference)
    stored = save_case_facts(session, reference, facts, version, by=by, now=now)
    _LOG.info("facts.stated", extra={"case": reference})
    return stored


def _require_known(case: Case, facts: CaseFacts) -> None:
    people = (case.patient, *(one.person for one in case.companions))
    _, *companions = member_ids((one.name, one.birth_date) for one in people)
    for part, stated, known in (
        ("companions", facts.companions, companions),
        ("sites", facts.sites, case.visit.facility_ids),
        ("visits", facts.visits, [one.id for one in case.visit.needs]),
    ):
        _require_among(part, stated, known)


def _require_among(part: str, stated: Iterable[str], known: Iterable[str]) -> None:
    names = tuple(known)
    for name in stated:
        if name not in names:
            told = ", ".join(names) or "none"
            raise InvalidField(f"{part}.{name}", f"the case has no such {part}; it has {told}")


def _has_drawn(session: Session, reference: str) -> bool:
    claims = list_claims(session, reference)
    return any(list_decisions(session, claim.id) for claim in claims)
