"""What is due of a case: the draft's tasks, else those of what was issued; disputes while open."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from logistics.case_estimates import CaseBill, CaseEstimate
from logistics.deadlines import Deadline, DeadlineKind, in_order, list_deadlines
from pricing.estimate.status import EstimateStatus
from tests.pricing.estimate.estimates import bill_of, documented_estimate, line
from tests.storage.builders import NOW

_ISSUED: Final = date(2026, 12, 2)
_BILLED: Final = date(2027, 1, 11)


def _version(number: int = 1, status: str = "issued", **changes: Any) -> CaseEstimate:  # noqa: ANN401 — fields
    return CaseEstimate(
        case_reference="SJ-1",
        number=number,
        status=EstimateStatus(status),
        revision=1,
        estimate=documented_estimate().model_copy(update=changes),
        saved_at=NOW,
        saved_by="somebody",
    )


def _bill(amount: str) -> CaseBill:
    bill = bill_of(line("1", amount=amount)).model_copy(update={"date": _BILLED})
    return CaseBill(
        case_reference="SJ-1", number=7, revision=1, bill=bill, saved_at=NOW, saved_by="somebody"
    )


def test_what_is_done_is_not_due() -> None:
    assert list_deadlines([_version()], [], _ISSUED) == ()


def test_an_estimate_that_was_not_given_is_due_and_then_late() -> None:
    draft = _version(status="draft", issued_on=None)

    (found,) = list_deadlines([draft], [], _ISSUED)

    assert (found.kind, found.due_on) == (DeadlineKind.ISSUE, date(2026, 12, 3))
    assert not found.is_late_on(found.due_on)
    assert found.is_late_on(found.due_on + timedelta(days=1))


def test_a_draft_counts_before_what_was_issued() -> None:
    draft = _version(2, "draft", issued_on=None, first_issued_on=_ISSUED, changed_on=_ISSUED)

    (found,) = list_deadlines([_version(), draft], [], _ISSUED)

    assert (found.kind, found.number) == (DeadlineKind.REISSUE, 2)
    assert found.due_on == date(2026, 12, 11), "the business day before the service"


def test_a_withdrawn_version_has_no_deadline() -> None:
    assert list_deadlines([_version(status="withdrawn", issued_on=None)], [], _ISSUED) == ()


def test_a_dispute_is_due_on_its_last_day_and_gone_after_it() -> None:
    estimated = sum(
        (one.charge for one in documented_estimate().items if one.provider == "hospital"),
        Decimal(0),
    )
    over, under = _bill(str(estimated + 400)), _bill(str(estimated + Decimal("399.99")))
    last = _BILLED + timedelta(days=120)

    (found,) = list_deadlines([_version()], [over], last)

    assert (found.kind, found.number, found.due_on) == (DeadlineKind.DISPUTE, 7, last)
    assert list_deadlines([_version()], [over], last + timedelta(days=1)) == ()
    assert list_deadlines([_version()], [under], last) == ()


def test_a_bill_in_another_currency_is_no_dispute() -> None:
    dear = _bill("99999.00")
    foreign = CaseBill(
        case_reference=dear.case_reference,
        number=dear.number,
        revision=dear.revision,
        bill=dear.bill.model_copy(update={"currency": "EUR"}),
        saved_at=NOW,
        saved_by="somebody",
    )

    assert list_deadlines([_version()], [foreign], _BILLED) == ()
    assert list_deadlines([], [dear], _BILLED) == (), "nothing was issued"


def test_what_is_late_stands_first() -> None:
    days = (date(2026, 12, 3), date(2026, 11, 30), date(2026, 12, 2))
    found = in_order(
        Deadline(
            case_reference="SJ-1",
            kind=DeadlineKind.ASK,
            number=1,
            text="Ask",
            rule="a rule",
            due_on=day,
        )
        for day in days
    )

    assert [one.due_on for one in found] == sorted(days)
