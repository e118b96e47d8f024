"""Accept a proposal: take its slots and freeze the next revision of the case's itinerary.

Steps, in one transaction: answer a repeated request with what it made; refuse what is unfinished
or too old; release the slots of the revision before and take the new ones (a slot somebody else
took in the meantime raises SlotTaken and nothing is changed); freeze the revision.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta

from sqlmodel import Session

from logistics.case.model import Case
from logistics.facility import Facility
from logistics.places import get_airport
from logistics.repository.cases import get_case
from logistics.repository.facilities import get_facility
from logistics.repository.sessions import Sessions
from scheduling.errors import OfferExpired
from scheduling.itinerary import ItemKind, Itinerary
from scheduling.planning import Plan, Proposal
from scheduling.repository.appointments import release_slots, take_slot
from scheduling.repository.itineraries import (
    add_revision,
    find_by_request_key,
    find_itinerary_for_case,
)
from scheduling.repository.plans import get_plan
from scheduling.translation.option_ids import slot_ids_of
from scheduling.travel_notes import contacts_for, notices_for, what_to_bring

OFFER_LIFETIME = timedelta(hours=24)
"""How long the prices of a plan are trusted; after that the visit is planned again."""

_log = logging.getLogger(__name__)


def accept_plan(
    *,
    plan_id: str,
    proposal: str,
    sessions: Sessions,
    now: datetime,
    request_key: str | None = None,
) -> Itinerary:
    """Return the frozen revision made of the proposal called ``proposal`` (``"best"``, …).

    The same ``request_key`` returns the revision it made before.

    Raises:
        PlanNotFound, ProposalNotFound: there is no such thing.
        PlanNotReady: the plan is not finished, or found no way.
        OfferExpired: the plan is older than its offers live, or its first item has begun.
        SlotTaken: another case took a slot since.
    """
    with sessions.write() as session:
        repeated = find_by_request_key(session, request_key) if request_key else None
        if repeated is not None:
            return repeated
        plan = get_plan(session, plan_id)
        chosen = plan.get_proposal(proposal)
        _require_fresh(plan, chosen, now)
        itinerary = _freeze(session, plan, chosen, now)
        _hold_slots(session, chosen, itinerary, now)
        add_revision(session, itinerary, request_key=request_key)
    _log.info(
        "itinerary.accepted",
        extra={"itinerary": itinerary.id, "revision": itinerary.revision, "plan": plan_id},
    )
    return itinerary


def _require_fresh(plan: Plan, chosen: Proposal, now: datetime) -> None:
    made_at = plan.finished_at or plan.created_at
    if now - made_at > OFFER_LIFETIME:
        raise OfferExpired(plan.id, "its prices are more than 24 hours old")
    if chosen.items[0].starts.at <= now:
        raise OfferExpired(plan.id, "its first journey has already begun")


def _hold_slots(session: Session, chosen: Proposal, itinerary: Itinerary, now: datetime) -> None:
    """Take the slots in one fixed order, so that two who want the same do not block each other."""
    wanted = slot_ids_of(chosen.choices)
    reference = itinerary.case_reference
    release_slots(session, case_reference=reference, keep=frozenset(wanted), now=now)
    for slot_id in sorted(wanted):
        take_slot(
            session,
            slot_id=slot_id,
            case_reference=reference,
            itinerary_id=itinerary.id,
            now=now,
        )


def _freeze(session: Session, plan: Plan, chosen: Proposal, now: datetime) -> Itinerary:
    case = get_case(session, plan.case_reference)
    facilities = tuple(get_facility(session, one) for one in case.visit.facility_ids)
    before = find_itinerary_for_case(session, case.reference)
    seen = next(item for item in chosen.items if item.kind is ItemKind.APPOINTMENT)
    return Itinerary(
        id=before.id if before else f"IT-{case.reference}",
        revision=before.revision + 1 if before else 1,
        case_reference=case.reference,
        title=_title(case, seen.origin.name),
        patient=case.patient.name,
        companions=tuple(companion.person.name for companion in case.companions),
        facility_name=seen.origin.name,
        service_level=case.service_level,
        accepted_at=now,
        home_zone=get_airport(case.patient.home_airport).zone,
        clinic_zone=seen.starts.zone,
        plan_id=plan.id,
        proposal_name=chosen.name,
        items=chosen.items,
        coverage=chosen.coverage,
        bring=what_to_bring(case, chosen.items),
        contacts=contacts_for(chosen.items, _in_order(facilities)),
        notices=notices_for(case, chosen.items),
        is_sample=case.is_sample,
        digest=hashlib.sha256(plan.problem or b"").hexdigest(),
    )


def _title(case: Case, facility_name: str) -> str:
    return f"Visit of {case.patient.name} to {facility_name}"


def _in_order(facilities: tuple[Facility, ...]) -> tuple[Facility, ...]:
    return tuple(sorted(facilities, key=lambda facility: facility.name))
