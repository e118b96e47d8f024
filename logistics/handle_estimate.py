"""Write the estimate of a case, price its items, issue or withdraw a version, write down a bill.

Each is one transaction, under what somebody has looked at. What is issued is never changed: the
next draft takes it over, and issuing that one supersedes it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlmodel import Session

from logistics.case.model import Case
from logistics.case_estimates import (
    CaseBill,
    CaseEstimate,
    find_draft,
    find_last_issued,
)
from logistics.errors import EstimateChanged, EstimateItemNotFound
from logistics.repository.cases import get_case
from logistics.repository.estimates import (
    add_bill,
    add_estimate,
    get_bill,
    get_estimate,
    list_estimates,
    save_bill,
    save_estimate,
)
from pricing.estimate.bill_document import Bill
from pricing.estimate.estimate_document import Estimate, EstimatePatient
from pricing.estimate.figures import Figure
from pricing.estimate.status import EstimateMove, EstimateStatus, next_status
from pricing.estimate.versions import issued_version, with_figures

_LOG: Final = logging.getLogger(__name__)


def save_draft(
    session: Session, reference: str, estimate: Estimate, revision: int, *, by: str, now: datetime
) -> CaseEstimate:
    """Store what somebody writes as the draft of a case; ``revision`` 0: there was none yet.

    Whose it is, its number and the days of issuing are those of the case, whatever it says.
    Raises CaseNotFound, EstimateChanged, InvalidDocument.
    """
    versions = list_estimates(session, reference)
    case, draft = get_case(session, reference), find_draft(versions)
    issued = find_last_issued(versions)
    number = max((one.number for one in versions), default=0) + 1 if draft is None else draft.number
    first = None if issued is None else issued.estimate
    own = _of_case(case, estimate, number, first)
    if revision != (0 if draft is None else draft.revision):
        raise EstimateChanged(reference)
    if draft is None:
        saved = add_estimate(session, reference, own, by=by, now=now)
    else:
        saved = save_estimate(session, replace(draft, estimate=own), by=by, now=now)
    _LOG.info("estimate.saved", extra={"case": reference})
    return saved


def price_items(
    session: Session,
    reference: str,
    figures: Mapping[str, Figure],
    revision: int,
    *,
    by: str,
    now: datetime,
) -> CaseEstimate:
    """Store other charges of the draft's items, each with where it is from.

    Raises CaseNotFound, EstimateChanged, EstimateItemNotFound, InvalidDocument where who pays what
    no longer sums to the total.
    """
    draft = find_draft(list_estimates(session, reference))
    known = () if draft is None else [one.id for one in draft.estimate.items]
    for item in figures:
        if item not in known:
            raise EstimateItemNotFound(reference, item)
    assert draft is not None  # noqa: S101 — it has items
    return save_draft(
        session, reference, with_figures(draft.estimate, figures), revision, by=by, now=now
    )


def issue_estimate(
    session: Session,
    reference: str,
    number: int,
    revision: int,
    *,
    by: str,
    now: datetime,
    today: date,
) -> CaseEstimate:
    """Issue a draft; the version issued before is superseded, or has expired.

    Raises EstimateNotFound, EstimateChanged, EstimateMoveRefused, EstimateIncomplete.
    """
    draft = _at(session, reference, number, revision)
    status = next_status(draft.status, EstimateMove.ISSUE)
    estimate = issued_version(draft.estimate, today)
    for one in list_estimates(session, reference):
        if one.status is EstimateStatus.ISSUED:
            has_expired = one.status_on(today) is EstimateStatus.EXPIRED
            move = EstimateMove.EXPIRE if has_expired else EstimateMove.SUPERSEDE
            ended = replace(one, status=next_status(one.status, move))
            save_estimate(session, ended, by=by, now=now)
    saved = save_estimate(session, replace(draft, status=status, estimate=estimate), by=by, now=now)
    _LOG.info("estimate.issued", extra={"case": reference})
    return saved


def withdraw_estimate(
    session: Session, reference: str, number: int, revision: int, *, by: str, now: datetime
) -> CaseEstimate:
    """Withdraw a draft or an issued version; raises as `issue_estimate` does."""
    version = _at(session, reference, number, revision)
    status = next_status(version.status, EstimateMove.WITHDRAW)
    saved = save_estimate(session, replace(version, status=status), by=by, now=now)
    _LOG.info("estimate.withdrawn", extra={"case": reference})
    return saved


def write_bill(session: Session, reference: str, bill: Bill, *, by: str, now: datetime) -> CaseBill:
    """Store a bill that came for a case; raises CaseNotFound, InvalidDocument."""
    saved = add_bill(session, reference, bill, by=by, now=now)
    _LOG.info("bill.saved", extra={"case": reference})
    return saved


def change_bill(
    session: Session,
    reference: str,
    number: int,
    bill: Bill,
    revision: int,
    *,
    by: str,
    now: datetime,
) -> CaseBill:
    """Store a bill anew; raises BillNotFound, EstimateChanged, InvalidDocument."""
    before = replace(get_bill(session, reference, number), bill=bill, revision=revision)
    saved = save_bill(session, before, by=by, now=now)
    _LOG.info("bill.saved", extra={"case": reference})
    return saved


def _at(session: Session, reference: str, number: int, revision: int) -> CaseEstimate:
    """Return a version as it was looked at; raises EstimateNotFound, EstimateChanged."""
    found = get_estimate(session, reference, number)
    if found.revision != revision:
        raise EstimateChanged(reference)
    return found


def _of_case(case: Case, estimate: Estimate, number: int, issued: Estimate | None) -> Estimate:
    first = None if issued is None else issued.first_issued_on or issued.issued_on
    patient = EstimatePatient(name=case.patient.name, birth_date=case.patient.birth_date)
    return estimate.model_copy(
        update={
            "id": case.reference,
            "version": number,
            "patient": patient,
            "first_issued_on": first,
            "issued_on": None,
        }
    )
