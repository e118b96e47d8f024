"""Open a case, or change the visit that an open case asks for.

Steps: let the case check itself against the calendar; require that its reference is the
operator's and that facilities and payer exist; store it with the parts of both.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date

from sqlmodel import Session

from logistics.case.model import Case
from logistics.case.visit_request import VisitRequest
from logistics.errors import FacilityNotFound, InvalidField, OrganisationNotFound
from logistics.organisation import CasePart, OrganisationKind
from logistics.repository.cases import add_case, get_case, replace_case
from logistics.repository.facilities import get_facility
from logistics.repository.organisations import add_participants, get_organisation
from logistics.repository.sessions import Sessions

_log = logging.getLogger(__name__)


def open_case(
    case: Case, *, operator_id: str, payer_id: str | None, sessions: Sessions, today: date
) -> Case:
    """Return the case as stored, run by the operator and paid for by the payer, if there is one.

    Raises:
        InvalidField: a date, person, facility, payer or reference of it cannot be right.
        DuplicateCase: its reference is taken.
        OrganisationNotFound: there is no such operator.
    """
    with sessions.write() as session:
        get_organisation(session, operator_id).require_own(case.reference)
        _require_plannable(session, case, today)
        if payer_id is not None:
            _require_payer(session, payer_id)
        add_case(session, case)
        _add_participants(session, case.reference, operator_id, payer_id)
    _log.info("case.opened", extra={"case": case.reference, "level": case.service_level})
    return case


def replace_visit(reference: str, visit: VisitRequest, *, sessions: Sessions, today: date) -> Case:
    """Return the case as stored, with this visit in place of the one it asked for before.

    Raises:
        CaseNotFound: no case has that reference.
        InvalidField: a date, person or facility of it cannot be right.
    """
    with sessions.write() as session:
        case = replace(get_case(session, reference, for_update=True), visit=visit)
        _require_plannable(session, case, today)
        replace_case(session, case)
    _log.info("case.changed", extra={"case": reference})
    return case


def _require_payer(session: Session, payer_id: str) -> None:
    try:
        kind = get_organisation(session, payer_id).kind
    except OrganisationNotFound as error:
        raise InvalidField("payer_id", str(error)) from error
    if kind is not OrganisationKind.PAYER:
        raise InvalidField("payer_id", "must be an insurer or sponsor")


def _add_participants(
    session: Session, reference: str, operator_id: str, payer_id: str | None
) -> None:
    add_participants(session, {reference: operator_id}, part=CasePart.OPERATOR)
    if payer_id is not None:
        add_participants(session, {reference: payer_id}, part=CasePart.PAYER)


def _require_plannable(session: Session, case: Case, today: date) -> None:
    case.require_plausible(today)
    latest = case.visit.latest_date
    if latest is not None and latest < today:
        raise InvalidField("visit.latest_date", "has passed; choose a date to come")
    for place, facility_id in enumerate(case.visit.facility_ids):
        try:
            get_facility(session, facility_id)
        except FacilityNotFound as error:
            raise InvalidField(f"visit.facility_ids.{place}", str(error)) from error
