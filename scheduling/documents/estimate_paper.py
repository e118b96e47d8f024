"""A good-faith estimate on paper: what 45 CFR 149.610 has it say, in words a patient can read."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pricing.estimate.disclaimers import disclaimers_of
from pricing.estimate.estimate_document import Estimate, Provider
from pricing.estimate.status import EstimateStatus
from pricing.estimate.totals import charge_of, provider_total, shares_of, total_of
from scheduling.documents import wording
from scheduling.documents.press import TIMEOUT_SECONDS
from scheduling.documents.sectioned_paper import (
    PaperSection,
    PaperTable,
    SectionedPaper,
    paper_to_pdf,
)

_SAMPLE: Final = "The people, codes and amounts in this estimate are invented. Nobody is billed."
_STANDING: Final = {
    EstimateStatus.DRAFT: "Draft: not given to the patient",
    EstimateStatus.ISSUED: "In force",
    EstimateStatus.SUPERSEDED: "Replaced by a later version",
    EstimateStatus.EXPIRED: "No longer valid",
    EstimateStatus.WITHDRAWN: "Withdrawn",
}


def estimate_to_pdf(
    estimate: Estimate,
    *,
    status: EstimateStatus,
    made_at: datetime,
    is_sample: bool,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> bytes:
    """Return a version as tagged PDF; raises DocumentFailed."""
    paper = estimate_paper(estimate, status=status, is_sample=is_sample)
    return paper_to_pdf(paper, made_at=made_at, timeout_seconds=timeout_seconds)


def estimate_paper(
    estimate: Estimate, *, status: EstimateStatus, is_sample: bool
) -> SectionedPaper:
    """Return what the paper says."""
    convening = next(one for one in estimate.providers if one.convening)
    return SectionedPaper(
        title="Good-faith estimate",
        author=convening.name,
        stamp=f"Estimate {estimate.id}, version {estimate.version}",
        to=(estimate.patient.name,),
        facts=_facts(estimate, status),
        opening=_opening(estimate),
        sections=(
            *(_provider(estimate, one) for one in estimate.providers),
            _payers(estimate),
            *_separate(estimate),
            PaperSection("Good to know", points=disclaimers_of(estimate)),
        ),
        sample=_SAMPLE if is_sample else "",
    )


def _facts(estimate: Estimate, status: EstimateStatus) -> tuple[tuple[str, str], ...]:
    primary, issued = estimate.primary, estimate.issued_on
    code = f" ({primary.code_type} {primary.code})" if primary.code else ""
    codes = (f"{one.code} {one.description or ''}".strip() for one in estimate.diagnoses)
    return (
        ("Patient", estimate.patient.name),
        ("Born", wording.calendar_day(estimate.patient.birth_date)),
        ("Service", f"{primary.description}{code}"),
        ("Day", wording.calendar_day(primary.date)),
        ("Diagnoses", ", ".join(codes)),
        ("Version", f"{estimate.version}. {_STANDING[status]}"),
        ("Given on", "" if issued is None else wording.calendar_day(issued)),
        ("Valid until", wording.calendar_day(estimate.valid_until)),
    )


def _opening(estimate: Estimate) -> str:
    shares = shares_of(estimate)
    return (
        f"The care described here is expected to cost {wording.money(total_of(estimate))}. Of this "
        f"you are expected to pay {wording.money(shares.patient + shares.self_pay)}."
    )


def _provider(estimate: Estimate, provider: Provider) -> PaperSection:
    stated = (
        ("NPI", provider.npi),
        ("TIN", provider.tin),
        ("State", provider.state),
        ("Address", provider.location),
    )
    about = ", ".join(f"{label} {text}" for label, text in stated if text)
    rows = tuple(
        (
            one.description,
            f"{one.code_type} {one.code}",
            wording.calendar_day(one.date),
            str(one.quantity),
            wording.money(charge_of(estimate, one)),
        )
        for one in estimate.items
        if one.provider == provider.id
    )
    total = ("In all", "", "", "", wording.money(provider_total(estimate, provider.id)))
    table = PaperTable(
        ("Item or service", "Code", "Date", "Quantity", "Expected charge"), rows, 2, total
    )
    return PaperSection(provider.name, (about,) if about else (), table if rows else None)


def _payers(estimate: Estimate) -> PaperSection:
    shares = shares_of(estimate)
    rows = tuple(
        (label, wording.money(amount))
        for label, amount in (
            ("The plan", shares.plan),
            ("You, beside the plan", shares.patient),
            ("You, without a plan", shares.self_pay),
        )
    )
    total = ("In all", wording.money(total_of(estimate)))
    return PaperSection("Who pays", table=PaperTable(("Who", "Expected"), rows, 1, total))


def _separate(estimate: Estimate) -> tuple[PaperSection, ...]:
    if not estimate.separate:
        return ()
    points = tuple(
        one.description + (f" ({one.provider})" if one.provider else "")
        for one in estimate.separate
    )
    text = "These are expected, too, but need a date and an estimate of their own:"
    return (PaperSection("Scheduled separately", (text,), points=points),)
