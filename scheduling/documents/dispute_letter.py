"""The letter about a bill that is above its estimate: what differs, and what is asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Final

from pricing.estimate.bill_check import BillCheck, ItemCheck, ProviderCheck
from scheduling.documents import wording
from scheduling.documents.press import TIMEOUT_SECONDS
from scheduling.documents.sectioned_paper import (
    PaperSection,
    PaperTable,
    SectionedPaper,
    paper_to_pdf,
)

_SAMPLE: Final = "The people, bills and amounts in this letter are invented. Nobody is billed."


def dispute_to_pdf(
    check: BillCheck,
    *,
    case_reference: str,
    written_on: date,
    is_sample: bool,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> bytes:
    """Return the letter as tagged PDF; raises DocumentFailed."""
    paper = dispute_letter(
        check, case_reference=case_reference, written_on=written_on, is_sample=is_sample
    )
    made_at = datetime.combine(written_on, time(), UTC)
    return paper_to_pdf(paper, made_at=made_at, timeout_seconds=timeout_seconds)


def dispute_letter(
    check: BillCheck, *, case_reference: str, written_on: date, is_sample: bool
) -> SectionedPaper:
    """Return what the letter says; of a bill that cannot be disputed it says that, and why."""
    estimate, issued = check.estimate, check.estimate.issued_on
    given = "" if issued is None else f", given on {wording.calendar_day(issued)}"
    return SectionedPaper(
        title="A bill above its good-faith estimate",
        author=estimate.patient.name,
        stamp=f"Bill {check.bill.id}, case {case_reference}",
        to=tuple(one.name for one in check.bill.providers),
        facts=(
            ("Date", wording.calendar_day(written_on)),
            ("Bill", f"{check.bill.id} of {wording.calendar_day(check.bill.date)}"),
            ("Estimate", f"{estimate.id}, version {estimate.version}{given}"),
            ("Patient", estimate.patient.name),
            ("Born", wording.calendar_day(estimate.patient.birth_date)),
            ("Service", f"{estimate.primary.description}"),
        ),
        opening=_opening(check),
        sections=(
            _providers(check),
            _items(check),
            *_unexpected(check),
            _asked(check),
        ),
        sample=_SAMPLE if is_sample else "",
    )


def _opening(check: BillCheck) -> str:
    over = [one for one in check.providers if one.is_over]
    if not over:
        return f"This bill was held against its estimate: {check.dispute.why}."
    told = "; ".join(_told(one) for one in over)
    return f"This bill is 400 US dollars or more above the good-faith estimate: {told}."


def _told(one: ProviderCheck) -> str:
    return (
        f"{one.provider.name} bills {wording.money(one.billed)} where "
        f"{wording.money(one.estimated)} was estimated, {wording.money(one.above)} more"
    )


def _providers(check: BillCheck) -> PaperSection:
    rows = tuple(
        (
            one.provider.name,
            wording.money(one.estimated),
            wording.money(one.billed),
            wording.money(one.above),
        )
        for one in check.providers
    )
    heads = ("Provider", "Estimated", "Billed", "More")
    return PaperSection("By provider", table=PaperTable(heads, rows, 3))


def _items(check: BillCheck) -> PaperSection:
    rows = tuple(
        (
            f"{one.item.description} ({one.item.code_type} {one.item.code})",
            _why(one),
            wording.money(one.estimated),
            wording.money(one.billed),
        )
        for one in check.items
    )
    heads = ("Item", "How it compares", "Estimated", "Billed")
    return PaperSection("Item by item", table=PaperTable(heads, rows, 2))


def _why(one: ItemCheck) -> str:
    return ", ".join(one.reasons) or "as estimated"


def _unexpected(check: BillCheck) -> tuple[PaperSection, ...]:
    points = tuple(
        f"{one.line.description or ''} {one.line.code_type} {one.line.code}, "
        f"{wording.money(one.amount)}: {', '.join(one.reasons)}".strip()
        for one in check.lines
        if one.item is None
    )
    return (
        (PaperSection("Billed, but in no item of the estimate", points=points),) if points else ()
    )


def _asked(check: BillCheck) -> PaperSection:
    dispute = check.dispute
    if not dispute.is_open:
        return PaperSection("What can be done", (f"This bill cannot be disputed: {dispute.why}.",))
    until = wording.calendar_day(dispute.until)
    please = "Please correct the bill to what was estimated, or explain each difference in writing."
    otherwise = (
        f"Otherwise the patient-provider dispute resolution process (45 CFR 149.620) can be "
        f"started until {until}, 120 calendar days after the date of the bill, for a fee of "
        f"{wording.money(dispute.fee)}. Until it is decided, please do not send the bill to "
        f"collection and add no late fees."
    )
    return PaperSection("What I ask", (please, otherwise))
