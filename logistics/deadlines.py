"""What is still due about estimates and bills: tasks of the clock, and last days to dispute."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from logistics.case_estimates import CaseBill, CaseEstimate, find_draft, find_last_issued
from pricing.estimate.bill_check import check_bill
from pricing.estimate.clock import TaskKind, list_tasks


class DeadlineKind(StrEnum):
    """What is to be done."""

    ISSUE = "issue"
    ASK = "ask"
    ANSWER = "answer"
    REISSUE = "reissue"
    DISPUTE = "dispute"


_KINDS: Final = {
    TaskKind.ISSUE: DeadlineKind.ISSUE,
    TaskKind.ASK: DeadlineKind.ASK,
    TaskKind.ANSWER: DeadlineKind.ANSWER,
    TaskKind.REISSUE: DeadlineKind.REISSUE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One thing not done yet about a case; ``rule`` says why it is due on that day.

    ``number`` is that of the version of the estimate; of a dispute, that of the bill.
    """

    case_reference: str
    kind: DeadlineKind
    number: int
    text: str
    rule: str
    due_on: date

    def is_late_on(self, today: date) -> bool:
        """Return whether the day has passed."""
        return today > self.due_on


def list_deadlines(
    versions: Sequence[CaseEstimate], bills: Sequence[CaseBill], today: date
) -> tuple[Deadline, ...]:
    """Return what is not done yet of one case: of its draft, else of what was issued last.

    A dispute is there as long as it can be begun.
    """
    current = find_draft(versions) or find_last_issued(versions)
    tasks = () if current is None else tuple(_of_clock(current))
    return in_order((*tasks, *_disputes(find_last_issued(versions), bills, today)))


def in_order(deadlines: Iterable[Deadline]) -> tuple[Deadline, ...]:
    """Return deadlines as they come due, so that what is late stands first, the latest foremost."""
    return tuple(
        sorted(deadlines, key=lambda one: (one.due_on, one.case_reference, one.kind, one.text))
    )


def _of_clock(version: CaseEstimate) -> Iterable[Deadline]:
    for task in list_tasks(version.estimate):
        if task.done_on is None:
            yield Deadline(
                case_reference=version.case_reference,
                kind=_KINDS[task.kind],
                number=version.number,
                text=task.text,
                rule=task.rule,
                due_on=task.due_on,
            )


def _disputes(
    issued: CaseEstimate | None, bills: Sequence[CaseBill], today: date
) -> Iterable[Deadline]:
    for one in bills:
        # Bills in another currency than the estimate are held against nothing.
        if issued is None or one.bill.currency != issued.estimate.currency:
            continue
        dispute = check_bill(one.bill, issued.estimate, today=today).dispute
        if dispute.is_open:
            yield Deadline(
                case_reference=one.case_reference,
                kind=DeadlineKind.DISPUTE,
                number=one.number,
                text=f"Decide with the patient whether to dispute bill {one.bill.id}",
                rule="400.00 USD or more above the estimate: within 120 days of the bill",
                due_on=dispute.until,
            )
