"""What is due about the estimates and bills of all cases that somebody sees."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from logistics.case_estimates import CaseBill, CaseEstimate
from logistics.deadlines import Deadline, in_order, list_deadlines
from logistics.repository.cases import list_titles
from logistics.repository.estimates import list_every_bill, list_every_estimate


@dataclass(frozen=True, slots=True)
class CaseDeadline:
    """A deadline, and the title of the case it is about."""

    deadline: Deadline
    title: str


def open_deadlines(session: Session, today: date) -> tuple[CaseDeadline, ...]:
    """Return everything not done yet, what is late first, then as it comes due."""
    versions: defaultdict[str, list[CaseEstimate]] = defaultdict(list)
    bills: defaultdict[str, list[CaseBill]] = defaultdict(list)
    for version in list_every_estimate(session):
        versions[version.case_reference].append(version)
    for bill in list_every_bill(session):
        bills[bill.case_reference].append(bill)
    found = in_order(
        deadline
        for reference, known in versions.items()
        for deadline in list_deadlines(known, bills[reference], today)
    )
    titles = list_titles(session, {one.case_reference for one in found})
    return tuple(CaseDeadline(one, titles[one.case_reference]) for one in found)
