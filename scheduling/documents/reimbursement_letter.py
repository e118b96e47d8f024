"""The letter about a decided claim, as a tagged PDF (PDF/UA-1).

It says what is paid and to whom, and of every expense that is not paid whole by which sentence of
the policy. The amounts are those of the decision, put into words here and nowhere computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pricing.money import Money
from scheduling.documents import wording
from scheduling.documents.press import FONTS, typeset

_NO_AMOUNT = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterHead:
    """Who writes to whom about what; ``decided_at`` is UTC, ``policy_digest`` a SHA-256."""

    payer: str
    plan: str
    claim: str
    case: str
    patient: str
    number: int
    decided_at: datetime
    policy_digest: str
    is_sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReimbursementLetter:
    """A letter, all of it in words; ``lines`` are expense, claimed, paid, left, taxable."""

    head: LetterHead
    opening: str
    lines: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...]
    reasons: tuple[tuple[str, str], ...]
    caps: tuple[str, ...]
    missing: tuple[str, ...]
    rates: tuple[str, ...]
    tax: str
    proof: str


def letter_of(
    answer: Mapping[str, Any],
    head: LetterHead,
    *,
    labels: Mapping[str, str],
    caps: Sequence[str],
) -> ReimbursementLetter:
    """Return the letter about a decision as ``sojourn cover --json`` prints it.

    ``labels`` are what expenses are called, by their ids; ``caps`` are sentences about what is
    left of each cap.
    """
    currency = answer["currency"]

    def money(cents: int) -> str:
        return wording.money(Money(cents, currency))

    lines = tuple(
        (
            wording.one_line(labels.get(line["id"], line["id"])),
            *(money(line[f"{key}_cents"]) for key in ("claimed", "payable", "patient", "taxable")),
        )
        for line in answer["lines"]
    )
    return ReimbursementLetter(
        head=head,
        opening=_opening(answer, head),
        lines=lines,
        totals=tuple(
            money(answer[f"{key}_cents"]) for key in ("claimed", "payable", "patient", "taxable")
        ),
        reasons=_reasons(answer, labels),
        caps=tuple(wording.one_line(text) for text in caps),
        missing=tuple(_missing(one, currency) for one in answer["would_change"]),
        rates=tuple(
            f"1 {one['from']} = {one['value']} {one['to']}, published {one['date']}"
            for one in answer["rates"]
        ),
        tax=_tax(answer),
        proof=(
            f"Decision {head.number} of the account, made on {answer['decided_on']} by policy "
            f"{answer['policy']['id']}, version {answer['policy']['version']} "
            f"({wording.one_line(answer['policy']['source'])}); text SHA-256 {head.policy_digest}. "
            "It can be made again from what was kept of it, to the same cent."
        ),
    )


def letter_to_pdf(letter: ReimbursementLetter) -> bytes:
    """Return the letter as PDF; raises DocumentFailed."""
    return typeset(
        to_sheet(letter),
        template="reimbursement_letter.typ",
        name=f"the letter about claim {letter.head.claim}",
        made_at=letter.head.decided_at,
    )


def to_sheet(letter: ReimbursementLetter) -> dict[str, Any]:
    """Return what the template shows, in words: one key for each part of the page."""
    head = letter.head
    return {
        "title": f"Reimbursement of claim {head.claim}",
        "payer": wording.one_line(head.payer),
        "plan": wording.one_line(head.plan),
        "patient": wording.one_line(head.patient),
        "reference": f"Case {head.case} · claim {head.claim}",
        "day": f"{head.decided_at:%Y-%m-%d}",
        "sample": "The people and amounts in this letter are invented. Nothing is paid."
        if head.is_sample
        else "",
        "fonts": FONTS,
        "opening": letter.opening,
        "lines": [list(line) for line in letter.lines],
        "totals": list(letter.totals),
        "reasons": [list(one) for one in letter.reasons],
        "caps": list(letter.caps),
        "missing": list(letter.missing),
        "rates": list(letter.rates),
        "tax": letter.tax,
        "review": (
            "If you think that this is wrong, write to your plan within the time that it sets for "
            "a review, and name the claim and the rule."
        ),
        "proof": letter.proof,
    }


def _opening(answer: Mapping[str, Any], head: LetterHead) -> str:
    paid = wording.money(Money(answer["payable_cents"], answer["currency"]))
    claimed = wording.money(Money(answer["claimed_cents"], answer["currency"]))
    patient = wording.one_line(head.patient)
    if answer["payable_cents"] == _NO_AMOUNT:
        return f"Of the {claimed} that were claimed for {patient}, nothing can be paid."
    if answer["payable_cents"] == answer["claimed_cents"]:
        return f"All of the {claimed} that were claimed for {patient} are paid."
    return f"Of the {claimed} that were claimed for {patient}, {paid} are paid."


def _reasons(answer: Mapping[str, Any], labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return why less was paid: for each rule its sentence, and the expenses that it lowered."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for line in answer["lines"]:
        if line["payable_cents"] == line["claimed_cents"]:
            continue
        label = wording.one_line(labels.get(line["id"], line["id"]))
        for step in line["trace"]:
            if step["after_cents"] < step["before_cents"] and step["stage"] != "tax":
                key = (str(step["rule"]), wording.one_line(step["text"] or step["sentence"]))
                found.setdefault(key, {})[label] = None
    return tuple((text, ", ".join(names)) for (_, text), names in found.items())


def _missing(change: Mapping[str, Any], currency: str) -> str:
    worth = wording.money(Money(change["payable_change_cents"], currency))
    until = f" until {date.fromisoformat(change['until']):%Y-%m-%d}" if change["until"] else ""
    remedy = change["remedy"] or change["text"]
    return f"{wording.one_line(remedy)} This could bring {worth} more{until}."


def _tax(answer: Mapping[str, Any]) -> str:
    taxable = answer["taxable_cents"]
    if taxable == _NO_AMOUNT:
        return ""
    amount = wording.money(Money(taxable, answer["currency"]))
    return f"Of what is paid, {amount} are above what is free of tax and may be taxable income."
