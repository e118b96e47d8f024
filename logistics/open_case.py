"""Open a case, or change what an open case asks for.

Steps: let the case check itself against the calendar; require that its facilities exist; store it.
"""

from __future__ import annotations

import logging
from datetime import date

from sqlmodel import Session

from logistics.case.model import Case
from logistics.errors import FacilityNotFound, InvalidField
from logistics.repository.cases import add_case, replace_case
from logistics.repository.facilities import get_facility
from logistics.repository.sessions import Sessions

_log = logging.getLogger(__name__)


def open_case(case: Case, *, sessions: Sessions, today: date) -> Case:
    """Return the case as stored.

    Raises:
        InvalidField: a date, person or facility of it cannot be right.
        DuplicateCase: its reference is taken.
    """
    with sessions.write() as session:
        _require_plannable(session, case, today)
        add_case(session, case)
    _log.info("case.opened", extra={"case": case.reference, "level": case.service_level})
    return case


def change_case(case: Case, *, sessions: Sessions, today: date) -> Case:
    """Return the case stored in place of the one with its reference.

    Raises:
        CaseNotFound: no case has that reference.
        InvalidField: a date, person or facility of it cannot be right.
    """
    with sessions.write() as session:
        _require_plannable(session, case, today)
        replace_case(session, case)
    _log.info("case.changed", extra={"case": case.reference})
    return case


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
