"""The estimates and bills of a case as somebody sees them, and reading what somebody writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from sqlmodel import Session

from api.errors import FieldError, InvalidRequest
from api.operations.begin_claim import find_unreadable
from logistics.case.model import Case
from logistics.case_estimates import (
    CaseBill,
    CaseEstimate,
    find_before,
    find_draft,
    find_last_issued,
)
from logistics.errors import EstimateNotFound
from logistics.facility import Facility
from logistics.repository.cases import get_case
from logistics.repository.estimates import list_bills, list_estimates
from logistics.repository.facilities import get_facility
from pricing.coverage.documents.write import to_plain, write_plain
from pricing.documents.faults import InvalidDocument
from pricing.documents.scalars import Part
from pricing.estimate.allowed_document import Allowed
from pricing.estimate.bill_check import BillCheck, check_bill
from pricing.estimate.bill_document import BILL_FORMAT, Bill
from pricing.estimate.differences import Differences, compare_versions
from pricing.estimate.estimate_document import FORMAT, Estimate
from pricing.estimate.read import read_bill, read_estimate
from pricing.estimate.status import EstimateStatus
from pricing.estimate.versions import draft_after

_P = TypeVar("_P", bound=Part)
_Reader = Callable[[str, str], _P]
_CURRENCY: Final = "USD"
_VALID: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateFile:
    """What somebody may see of a case's estimates and bills; ``facilities`` are where it may be."""

    case: Case
    facilities: tuple[Facility, ...]
    versions: tuple[CaseEstimate, ...]
    bills: tuple[CaseBill, ...]

    @property
    def draft(self) -> CaseEstimate | None:
        """Return the version that can be changed."""
        return find_draft(self.versions)

    @property
    def issued(self) -> CaseEstimate | None:
        """Return the version that was issued last and not withdrawn."""
        return find_last_issued(self.versions)

    def get_version(self, number: int | None) -> CaseEstimate:
        """Return that version, or the newest; raises EstimateNotFound."""
        found = [one for one in self.versions if number in {None, one.number}]
        if not found:
            raise EstimateNotFound(self.case.reference, number)
        return found[-1]

    def differences_of(self, version: CaseEstimate) -> Differences | None:
        """Return what differs from what was issued before; None where nothing was, or cannot be.

        Versions in different currencies have no difference.
        """
        before = find_before(self.versions, version.number)
        if before is None or before.estimate.currency != version.estimate.currency:
            return None
        return compare_versions(before.estimate, version.estimate)

    def check(self, bill: CaseBill, today: date, allowed: Allowed | None = None) -> BillCheck:
        """Return a bill held against the last issued version, and against what is allowed.

        Raises EstimateNotFound, CurrencyMismatch.
        """
        if self.issued is None:
            raise EstimateNotFound(self.case.reference)
        return check_bill(bill.bill, self.issued.estimate, today=today, allowed=allowed)


def open_estimates(session: Session, reference: str, *, with_drafts: bool) -> EstimateFile:
    """Return the estimates of a case; drafts are for those who write them. Raises CaseNotFound."""
    case = get_case(session, reference)
    versions = list_estimates(session, reference)
    return EstimateFile(
        case=case,
        facilities=tuple(get_facility(session, one) for one in case.visit.facility_ids),
        versions=tuple(
            one for one in versions if with_drafts or one.estimate.issued_on is not None
        ),
        bills=list_bills(session, reference),
    )


def first_draft(file: EstimateFile, today: date) -> dict[str, Any]:
    """Return what a new draft begins with: what was issued last, or what the case tells."""
    if file.issued is not None:
        return to_plain(draft_after(file.issued.estimate))
    facility = file.facilities[0]
    return {
        "currency": _CURRENCY,
        "primary": {"description": file.case.visit.needs[0].title},
        "providers": [
            {
                "id": "facility",
                "name": facility.name,
                "convening": "yes",
                "location": facility.address,
            }
        ],
        "valid_until": (today + _VALID).isoformat(),
    }


def read_written_estimate(file: EstimateFile, written: Mapping[str, Any]) -> Estimate:
    """Return an estimate that came as JSON; raises InvalidRequest with a fault for each place.

    Whose it is, its number and its days of issuing are those of the case, whatever it says.
    """
    patient = file.case.patient
    own = {
        "format": FORMAT,
        "id": file.case.reference,
        "patient": {"name": patient.name, "birth_date": patient.birth_date.isoformat()},
        "version": 1,
    }
    kept = {
        key: value for key, value in written.items() if key not in {"issued_on", "first_issued_on"}
    }
    return _read(kept | own, "estimate", read_estimate)


def read_written_bill(written: Mapping[str, Any]) -> Bill:
    """Return a bill that came as JSON; raises InvalidRequest with a fault for each place."""
    return _read({"format": BILL_FORMAT, **written}, "bill", read_bill)


def _read(written: Mapping[str, Any], name: str, read: _Reader[_P]) -> _P:
    words = find_unreadable(written)
    if words:
        raise InvalidRequest((FieldError(name, words),))
    try:
        return read(write_plain(written), name)
    except InvalidDocument as error:
        raise InvalidRequest(
            tuple(FieldError(one.path, one.message) for one in error.faults)
        ) from error


def is_withdrawable(version: CaseEstimate) -> bool:
    """Return whether a version can be withdrawn."""
    return version.status in {EstimateStatus.DRAFT, EstimateStatus.ISSUED}
