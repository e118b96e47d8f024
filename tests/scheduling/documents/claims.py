"""Decided claims for tests of the reimbursement letter: answers as the engine writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from pricing.money import Money
from scheduling.documents.answer_in_words import letter_of
from scheduling.documents.open_points import Deficiency
from scheduling.documents.reimbursement_letter import (
    CapInWords,
    ClaimNamed,
    Expense,
    ReimbursementLetter,
)

NIGHTS: Final = "Five nights at most, the night before and four more."
APPROVAL: Final = "An expense must be approved before it is incurred."
RECEIPTS: Final = "Fares and lodging are repaid against receipts."

CLAIM: Final = ClaimNamed(
    payer="Example Miners' Health Plan",
    plan="Travel to a centre of excellence",
    claim_id="SJ-1001-C1",
    case_reference="SJ-1001",
    patient="Mary Sample",
    addressed_to=("Mary Sample", "12 Example Road", "Houston, TX 77002", "United States"),
    paid_to="Mary Sample",
    decision=1,
    written_on=date(2026, 12, 21),
    review_contact="appeals@plan.example or +1 555 0100, Monday to Friday from 9 to 5",
    policy_digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    is_sample=True,
)


def step(stage: str, rule: str, text: str, **rest: Any) -> dict[str, Any]:  # noqa: ANN401 — JSON
    """Return a step of a trace."""
    return {
        "stage": stage,
        "rule": rule,
        "text": text,
        "policy": "miners-travel",
        "version": "2026",
        "source": "Example Miners' Health Plan, travel rider of 2026",
        "arithmetic": "",
        "before_cents": 0,
        "after_cents": 0,
        "sentence": "",
        **rest,
    }


def line(
    key: str, claimed: int, paid: int, *trace: Mapping[str, Any], taxable: int = 0
) -> dict[str, Any]:
    """Return a line of an answer."""
    return {
        "id": key,
        "kind": "lodging",
        "claimed_cents": claimed,
        "eligible_cents": claimed,
        "capped_cents": paid,
        "payable_cents": paid,
        "taxable_cents": taxable,
        "patient_cents": claimed - paid,
        "trace": list(trace),
    }


def refused(key: str, claimed: int) -> dict[str, Any]:
    """Return a line that nobody approved."""
    return line(
        key,
        claimed,
        0,
        step(
            "condition",
            "approval",
            APPROVAL,
            arithmetic="line.approved_in_advance: no",
            before_cents=claimed,
            sentence="This does not hold (line.approved_in_advance: no), so nothing is paid."
            " Ask care coordination to approve the trip.",
        ),
    )


def few_nights(key: str, claimed: int, paid: int, *, taxable: int = 0) -> dict[str, Any]:
    """Return a line of which some nights are not paid."""
    before, after = Money(claimed, "USD"), Money(paid, "USD")
    return line(
        key,
        claimed,
        paid,
        step("benefit", "lodging", "A room near the care.", before_cents=claimed,
             after_cents=claimed, sentence="Eligible in full.", arithmetic="6 × 160.00"),
        step("limit", "nights", NIGHTS, before_cents=claimed, after_cents=paid,
             arithmetic="at most 5 nights",
             sentence=f"USD {before.to_decimal_text()} becomes {after.to_decimal_text()}."),
        taxable=taxable,
    )  # fmt: skip


def answer(
    lines: Sequence[Mapping[str, Any]],
    *,
    currency: str = "USD",
    would_change: Sequence[Mapping[str, Any]] = (),
    deadlines: Sequence[Mapping[str, Any]] = (),
    rates: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return the answer over these lines."""
    names = ("claimed", "payable", "patient", "taxable")
    return {
        **{f"{name}_cents": sum(one[f"{name}_cents"] for one in lines) for name in names},
        "currency": currency,
        "trip": "SJ-1001",
        "decided_on": "2026-12-18",
        "policy": {
            "id": "miners-travel",
            "version": "2026",
            "source": "Example Miners' Health Plan, travel rider of 2026",
            "tax_rule": "What the IRS allows (2026) is tax-free, the rest taxable.",
        },
        "lines": list(lines),
        "balances": {"before": {"used": []}, "after": {"used": []}},
        "deadlines": list(deadlines),
        "would_change": list(would_change),
        "rates": list(rates),
    }


def expenses_of(document: Mapping[str, Any]) -> dict[str, Expense]:
    """Return a name for each line of an answer."""
    return {
        one["id"]: Expense(
            label=one["id"].replace("-", " ").capitalize(),
            dates="6 Dec 2026",
            currency=document["currency"],
        )
        for one in document["lines"]
    }


def usual_answer() -> dict[str, Any]:
    """Return the decision of a usual claim: most is paid, some is not, a little is taxable."""
    return answer(
        [
            line("flight", 842_00, 842_00),
            line("train", 48_20, 48_20),
            few_nights("hotel", 960_00, 800_00, taxable=300_00),
            refused("taxi", 54_00),
            refused("second-taxi", 36_00),
        ],
        would_change=[
            {"rule": "approval", "text": APPROVAL, "until": None, "payable_change_cents": 90_00,
             "remedy": "A supervisor may set this condition aside."},
        ],
        rates=[
            {"from": "CHF", "to": "USD", "asked_for": "2026-12-06", "date": "2026-12-04",
             "value": "1.1312"},
        ],
    )  # fmt: skip


def usual_expenses() -> dict[str, Expense]:
    """Return what the expenses of the usual claim are called."""
    return {
        "flight": Expense(label="Flights Houston to Zurich and back, economy",
                          dates="6 and 11 Dec 2026", currency="USD"),
        "train": Expense(label="Train Zurich airport to the clinic", dates="7 Dec 2026",
                         currency="CHF", spent_minor=42_61),
        "hotel": Expense(label="Hotel Limmatblick, 6 nights", dates="6–12 Dec 2026",
                         currency="USD"),
        "taxi": Expense(label="Taxi to the clinic", dates="8 Dec 2026", currency="USD"),
        "second-taxi": Expense(label="Taxi to the airport", dates="12 Dec 2026", currency="USD"),
    }  # fmt: skip


def usual_letter() -> ReimbursementLetter:
    """Return the letter of the usual claim."""
    return letter_of(
        usual_answer(),
        claim=CLAIM,
        expenses=usual_expenses(),
        deficiencies=(
            Deficiency(line_label="Train Zurich airport to the clinic",
                       missing="The ticket's receipt.", rule_text=RECEIPTS,
                       until=date(2027, 1, 15), worth_cents=None),
        ),
        caps=(
            CapInWords(text="$10,000 at most in a calendar year.", whose="Mary Sample",
                    period_words="the year 2026", used=Money(6_350_20, "USD"),
                    left=Money(3_649_80, "USD")),
            CapInWords(text=NIGHTS, whose="Mary Sample", period_words="this trip", used="5 nights",
                    left="none"),
        ),
    )  # fmt: skip


def letter_over(
    lines: Sequence[Mapping[str, Any]], *, currency: str = "USD", **named: str
) -> ReimbursementLetter:
    """Return a plain letter over these lines; ``named`` replaces what the claim is called."""
    document = answer(lines, currency=currency)
    claim = replace(CLAIM, **named)  # type: ignore[arg-type]  # — only fields of text are replaced
    return letter_of(document, claim=claim, expenses=expenses_of(document))
