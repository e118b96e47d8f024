"""The reimbursement letter: what a patient is told, and an insurer files, of a decided claim.

Its words are found in ``answer_in_words``; ``letter_to_pdf`` sets them as a tagged PDF (PDF/UA-1),
laid out by ``reimbursement_letter.typ``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from pricing.money import Money
from scheduling.documents import wording
from scheduling.documents.open_points import OpenPoint
from scheduling.documents.press import FONTS, TIMEOUT_SECONDS, typeset
from scheduling.documents.unpaid_reasons import Reason

_SAMPLE: Final = "The people, bookings and amounts in this letter are invented. Nothing is paid."


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimNamed:
    """Whose claim was decided, by whom, and whom the letter is for.

    ``payer`` has a name, ``plan`` a title. ``addressed_to`` is a name and the lines of an address.
    ``decision`` is the decision's number in its account, ``written_on`` is the date where the
    letter is read. ``review_contact`` says where to write or call, ``policy_digest`` is the
    SHA-256 of the policy's text.
    """

    payer: str
    plan: str
    claim_id: str
    case_reference: str
    patient: str
    addressed_to: tuple[str, ...]
    paid_to: str
    decision: int
    written_on: date
    review_contact: str
    policy_digest: str
    is_sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Expense:
    """What an expense is called, when it was, and the currency it was spent in.

    ``spent_minor`` is the amount in minor units of that currency, where it is known.
    """

    label: str
    dates: str
    currency: str
    spent_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapInWords:
    """What is left of a limit: an amount, or a count in words, such as "3 nights".

    ``text`` is the limit's sentence, ``whose`` whose it is, ``period_words`` what it lasts for.
    """

    text: str
    whose: str
    period_words: str
    used: Money | str
    left: Money | str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidExpense:
    """One row of the letter; ``reasons`` are the numbers of those why less was paid."""

    label: str
    dates: str
    spent: str
    claimed: Money
    paid: Money
    taxable: Money
    reasons: tuple[int, ...]

    def __post_init__(self) -> None:
        """Refuse amounts that do not follow from each other, and less paid without a reason."""
        if not 0 <= self.taxable.minor <= self.paid.minor <= self.claimed.minor:
            raise ValueError(f"{self.label}: taxable, paid and claimed are not in this order")
        if self.left.minor and not self.reasons:
            raise ValueError(f"{self.label}: less is paid than was claimed, and no rule says why")

    @property
    def left(self) -> Money:
        """Return what is left to the patient."""
        return self.claimed - self.paid


@dataclass(frozen=True, slots=True, kw_only=True)
class ReimbursementLetter:
    """Everything the letter says; amounts are in one currency, the policy's."""

    claim: ClaimNamed
    currency: str
    decided_on: date
    policy: str
    opening: str
    expenses: tuple[PaidExpense, ...]
    reasons: tuple[Reason, ...]
    caps: tuple[CapInWords, ...]
    open_points: tuple[OpenPoint, ...]
    rates: tuple[str, ...]
    tax: str
    review: str
    proof: str

    @property
    def claimed(self) -> Money:
        """Return what all expenses cost."""
        return Money.total((one.claimed for one in self.expenses), self.currency)

    @property
    def paid(self) -> Money:
        """Return what the plan pays."""
        return Money.total((one.paid for one in self.expenses), self.currency)

    @property
    def left(self) -> Money:
        """Return what is left to the patient."""
        return self.claimed - self.paid

    @property
    def taxable(self) -> Money:
        """Return which part of what is paid may be taxable."""
        return Money.total((one.taxable for one in self.expenses), self.currency)


def letter_to_pdf(
    letter: ReimbursementLetter, *, timeout_seconds: float = TIMEOUT_SECONDS
) -> bytes:
    """Return the letter as PDF, the same bytes for the same letter, fonts and typesetter.

    Raises DocumentFailed when it cannot be typeset or takes longer than the limit.
    """
    return typeset(
        to_sheet(letter),
        name=f"the reimbursement letter of claim {letter.claim.claim_id}",
        template="reimbursement_letter.typ",
        made_at=datetime.combine(letter.claim.written_on, time(), UTC),
        timeout_seconds=timeout_seconds,
    )


def to_sheet(letter: ReimbursementLetter) -> dict[str, Any]:
    """Return what the template shows, in words: one key for each part of the page."""
    claim = letter.claim
    return {
        "title": f"Reimbursement of claim {wording.one_line(claim.claim_id)}",
        "claim": wording.one_line(claim.claim_id),
        "payer": wording.one_line(claim.payer),
        "to": [wording.one_line(text) for text in claim.addressed_to],
        "facts": _facts(letter),
        "stamp": (
            f"Claim {wording.one_line(claim.claim_id)} · decision {claim.decision}"
            f" of {wording.calendar_day(letter.decided_on)}"
        ),
        "sample": _SAMPLE if claim.is_sample else "",
        "fonts": FONTS,
        "opening": letter.opening,
        "taxed": bool(letter.taxable.minor),
        "expenses": [_expense_row(one) for one in letter.expenses],
        "totals": _amounts(letter),
        "reasons": [_reason_row(one) for one in letter.reasons],
        "open_points": [_open_row(one) for one in letter.open_points],
        "caps": [_cap_row(one) for one in letter.caps],
        "rates": letter.rates,
        "tax": letter.tax,
        "review": letter.review,
        "proof": letter.proof,
    }


def _facts(letter: ReimbursementLetter) -> list[tuple[str, str]]:
    claim = letter.claim
    decided = wording.calendar_day(letter.decided_on)
    return [
        ("Date", wording.calendar_day(claim.written_on)),
        ("Claim", wording.one_line(claim.claim_id)),
        ("Case", wording.one_line(claim.case_reference)),
        ("Patient", wording.one_line(claim.patient)),
        ("Plan", wording.one_line(claim.plan)),
        ("Policy", letter.policy),
        ("Decision", f"{claim.decision}, {decided}"),
    ]


def _amounts(row: PaidExpense | ReimbursementLetter) -> dict[str, str]:
    return {
        "claimed": wording.money(row.claimed),
        "paid": wording.money(row.paid),
        "left": wording.money(row.left),
        "taxable": wording.money(row.taxable),
    }


def _expense_row(one: PaidExpense) -> dict[str, str]:
    marks = ", ".join(str(number) for number in one.reasons) if one.left.minor else ""
    return {
        "label": one.label,
        "dates": one.dates,
        "spent": one.spent,
        "why": f"why:\N{NO-BREAK SPACE}{marks}" if marks else "",
        **_amounts(one),
    }


def _reason_row(one: Reason) -> dict[str, Any]:
    return {
        "number": str(one.number),
        "text": one.text,
        "rule": f"Rule {one.rule}" if one.rule else "",
        "effects": one.effects,
        "lowered": wording.money(one.lowered),
    }


def _open_row(one: OpenPoint) -> dict[str, str]:
    return {
        "concerns": one.concerns,
        "missing": one.missing,
        "rule": one.rule_text,
        "until": "no day is set" if one.until is None else wording.calendar_day(one.until),
        "worth": "not known" if one.worth is None else wording.money(one.worth),
    }


def _cap_row(one: CapInWords) -> dict[str, str]:
    return {
        "text": wording.one_line(one.text),
        "whose": wording.one_line(one.whose),
        "period": wording.one_line(one.period_words),
        "used": _amount_or_count(one.used),
        "left": _amount_or_count(one.left),
    }


def _amount_or_count(value: Money | str) -> str:
    return wording.money(value) if isinstance(value, Money) else wording.one_line(value)
