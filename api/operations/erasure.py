"""Erasing a case and everything about its people, once two have agreed to it.

What stays: that somebody did something at some time (the entries of the trail, whose chain stays
whole), and the reference, so that no other case ever gets it.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists
from sqlmodel import Session, col, delete, insert, select

from api.access.principal import Principal, PrincipalKind
from api.audit.erasing import Erasure, erase_details_of_case
from api.override_errors import EstimateKept, VisitAhead
from api.overrides.approvals import Approval
from api.people.erasing import erase_members
from api.tables.access import BrokenGlassRow
from logistics.repository.cases import require_case
from logistics.repository.estimates import find_kept_until
from logistics.tables import (
    CaseBillRow,
    CaseCoverageRow,
    CaseEstimateRow,
    CaseFactsRow,
    CaseParticipantRow,
    CaseRow,
    ClaimRow,
    CoverageAccountRow,
    CoverageDecisionRow,
    ErasedCaseRow,
    ReceiptRow,
)
from pricing.column_types import Row
from scheduling.tables import (
    AppointmentRow,
    ItineraryRevisionRow,
    ItineraryRow,
    PlanProblemRow,
    PlanRow,
    SlotRow,
)

_LOG: Final = logging.getLogger(__name__)


def erase_case(session: Session, approval: Approval, now: datetime) -> None:
    """Erase the case an approval is about, in its transaction.

    Raises CaseNotFound, VisitAhead while an appointment is still to come, and EstimateKept while an
    issued estimate must be kept.
    """
    reference = approval.subject
    require_case(session, reference)
    _require_no_visit_ahead(session, reference, now)
    _require_no_estimate_kept(session, reference, now)
    erase_members(session, reference)
    _delete_rows(session, reference)
    session.exec(insert(ErasedCaseRow).values(reference=reference, erased_at=now))
    erase_details_of_case(
        session,
        reference,
        Erasure(principal=_decider(approval), at=now, reason=f"approval {approval.id}"),
    )
    _LOG.info("case.erased", extra={"case": reference, "approval": approval.id})


def _require_no_visit_ahead(session: Session, reference: str, now: datetime) -> None:
    ahead = (
        select(SlotRow.id)
        .join(AppointmentRow, col(AppointmentRow.slot_id) == col(SlotRow.id))
        .where(
            col(AppointmentRow.case_reference) == reference,
            col(AppointmentRow.status) == "booked",
            col(SlotRow.ends_at) > now,
        )
        .limit(1)
    )
    if session.exec(ahead).first() is not None:
        raise VisitAhead(reference)


def _require_no_estimate_kept(session: Session, reference: str, now: datetime) -> None:
    until = find_kept_until(session, reference)
    if until is not None and now.date() <= until:
        raise EstimateKept(reference, until)


def _delete_rows(session: Session, reference: str) -> None:
    """Delete every row of the case, what refers to others first."""
    plans = select(PlanRow.id).where(col(PlanRow.case_reference) == reference)
    itineraries = select(ItineraryRow.id).where(col(ItineraryRow.case_reference) == reference)
    claims = select(ClaimRow.id).where(col(ClaimRow.case_reference) == reference)
    accounts = tuple(
        session.exec(
            select(CaseCoverageRow.account_id).where(
                col(CaseCoverageRow.case_reference) == reference
            )
        )
    )
    for row, condition in (
        (ReceiptRow, col(ReceiptRow.claim_id).in_(claims)),
        (CoverageDecisionRow, col(CoverageDecisionRow.claim_id).in_(claims)),
        (ClaimRow, col(ClaimRow.case_reference) == reference),
        (CaseFactsRow, col(CaseFactsRow.case_reference) == reference),
        (CaseEstimateRow, col(CaseEstimateRow.case_reference) == reference),
        (CaseBillRow, col(CaseBillRow.case_reference) == reference),
        (CaseCoverageRow, col(CaseCoverageRow.case_reference) == reference),
        (CoverageAccountRow, _is_nobodys(accounts)),
        (AppointmentRow, col(AppointmentRow.case_reference) == reference),
        (ItineraryRevisionRow, col(ItineraryRevisionRow.itinerary_id).in_(itineraries)),
        (ItineraryRow, col(ItineraryRow.case_reference) == reference),
        (PlanProblemRow, col(PlanProblemRow.plan_id).in_(plans)),
        (PlanRow, col(PlanRow.case_reference) == reference),
        (BrokenGlassRow, col(BrokenGlassRow.case_reference) == reference),
        (CaseRow, col(CaseRow.reference) == reference),
        (CaseParticipantRow, col(CaseParticipantRow.case_reference) == reference),
    ):
        session.exec(delete(row).where(condition), execution_options={"synchronize_session": False})


def _is_nobodys(accounts: tuple[str, ...]) -> ColumnElement[bool]:
    """Return the condition for one of these accounts that no other case draws on any more.

    Where one does, the balances stay: what a household has used is used. Cases beyond the reach of
    whoever erases count, so the bare table is asked.
    """
    draws = Row.metadata.tables[str(CaseCoverageRow.__tablename__)].c
    return and_(
        col(CoverageAccountRow.id).in_(accounts),
        ~exists().where(draws.account_id == col(CoverageAccountRow.id)),
    )


def _decider(approval: Approval) -> Principal:
    return Principal(
        kind=PrincipalKind.USER,
        user_id=approval.decided_by or "",
        organisation_id=approval.organisation_id,
    )
