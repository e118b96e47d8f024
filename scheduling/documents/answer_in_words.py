"""A decision's answer put into the words of a reimbursement letter."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from pricing.money import Money
from scheduling.documents import wording
from scheduling.documents.open_points import Deficiency, open_points_of
from scheduling.documents.reimbursement_letter import (
    CapInWords,
    ClaimNamed,
    Expense,
    PaidExpense,
    ReimbursementLetter,
)
from scheduling.documents.unpaid_reasons import Reason, reasons_of


def letter_of(
    answer: Mapping[str, Any],
    *,
    claim: ClaimNamed,
    expenses: Mapping[str, Expense],
    deficiencies: Sequence[Deficiency] = (),
    caps: Sequence[CapInWords] = (),
    people: Mapping[str, str] = MappingProxyType({}),
) -> ReimbursementLetter:
    """Return the letter of a decision, given as ``pricing.coverage.answer`` writes it.

    ``expenses`` says of each line's id what it is called, ``people`` of ids of people what they are
    called where a rule's arithmetic names them.

    Raises ValueError where a line has no name, is paid less for no stated reason, or the lines do
    not add up to the totals.
    """
    lines, currency = answer["lines"], answer["currency"]
    unnamed = [line["id"] for line in lines if line["id"] not in expenses]
    if unnamed:
        raise ValueError(f"nothing says what these lines are called: {', '.join(unnamed)}")
    labels = {line["id"]: wording.one_line(expenses[line["id"]].label) for line in lines}
    reasons, of_line = reasons_of(lines, labels, currency)
    letter = ReimbursementLetter(
        claim=claim,
        currency=currency,
        decided_on=date.fromisoformat(answer["decided_on"]),
        policy=_policy(answer["policy"]),
        opening=_opening(claim, Money(answer["claimed_cents"], currency), _payable(answer)),
        expenses=tuple(
            _paid(line, expenses[line["id"]], of_line[line["id"]], currency) for line in lines
        ),
        reasons=tuple(_with_names(reason, people) for reason in reasons),
        caps=tuple(caps),
        open_points=open_points_of(answer, deficiencies, labels),
        rates=_rates(answer["rates"]),
        tax=_tax(answer),
        review=_review(claim),
        proof=_proof(claim, answer["policy"]),
    )
    _check_totals(letter, answer)
    return letter


def _with_names(reason: Reason, people: Mapping[str, str]) -> Reason:
    """Return the reason with people called by their names."""
    if not people:
        return reason
    longest_first = sorted(people, key=len, reverse=True)
    ids = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    effects = (ids.sub(lambda found: people[found[0]], text) for text in reason.effects)
    return replace(reason, effects=tuple(wording.one_line(text) for text in effects))


def _check_totals(letter: ReimbursementLetter, answer: Mapping[str, Any]) -> None:
    sums = (letter.claimed, letter.paid, letter.left, letter.taxable)
    names = ("claimed", "payable", "patient", "taxable")
    for name, total in zip(names, sums, strict=True):
        if total.minor != answer[f"{name}_cents"]:
            raise ValueError(f"{name}_cents of the lines do not add up to that of the decision")


def _payable(answer: Mapping[str, Any]) -> Money:
    return Money(answer["payable_cents"], answer["currency"])


def _policy(policy: Mapping[str, str]) -> str:
    return f"{wording.one_line(policy['id'])}, version {wording.one_line(policy['version'])}"


def _opening(claim: ClaimNamed, claimed: Money, paid: Money) -> str:
    payer, person = wording.isolated(claim.payer), wording.isolated(claim.paid_to)
    if not claimed.minor:
        return f"No amount was claimed, so {payer} pays nothing."
    if not paid.minor:
        return (
            f"{payer} pays nothing of the {wording.money(claimed)} claimed;"
            " every reason is told below."
        )
    if paid == claimed:
        return f"{payer} pays the whole claim: {wording.money(paid)} to {person}."
    return (
        f"{payer} pays {wording.money(paid)} to {person};"
        f" {wording.money(claimed - paid)} of the {wording.money(claimed)} claimed is left to you."
    )


def _paid(
    line: Mapping[str, Any], expense: Expense, reasons: tuple[int, ...], currency: str
) -> PaidExpense:
    return PaidExpense(
        label=wording.one_line(expense.label),
        dates=wording.one_line(expense.dates),
        spent=_spent(expense, currency),
        claimed=Money(line["claimed_cents"], currency),
        paid=Money(line["payable_cents"], currency),
        taxable=Money(line["taxable_cents"], currency),
        reasons=reasons,
    )


def _spent(expense: Expense, currency: str) -> str:
    """Return the amount as it was spent, where that was in another currency."""
    if expense.currency == currency:
        return ""
    if expense.spent_minor is None:
        return f"spent in {expense.currency}"
    return f"{wording.money(Money(expense.spent_minor, expense.currency))} as spent"


def _rates(rates: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """Return the exchange rates, each with its day and the other days that it was used for."""
    days: dict[str, list[date]] = {}
    for rate in rates:
        published = wording.calendar_day(date.fromisoformat(rate["date"]))
        words = (
            f"{rate['from']} 1 = {rate['to']} {rate['value']}, rate of {published}"
            " (European Central Bank, or as the claim states)"
        )
        others = days.setdefault(words, [])
        if rate["asked_for"] != rate["date"]:
            others.append(date.fromisoformat(rate["asked_for"]))
    return tuple(
        words + (f", used for {wording.people(_in_order(others))} too." if others else ".")
        for words, others in days.items()
    )


def _in_order(days: Sequence[date]) -> list[str]:
    return [wording.calendar_day(day) for day in sorted(set(days))]


def _tax(answer: Mapping[str, Any]) -> str:
    if not answer["taxable_cents"]:
        return ""
    taxable = Money(answer["taxable_cents"], answer["currency"])
    return (
        f"{wording.money(taxable)} of the {wording.money(_payable(answer))} paid may be reported as"
        f" taxable income. {wording.one_line(answer['policy']['tax_rule'])}"
    )


def _review(claim: ClaimNamed) -> str:
    return (
        "You may ask for this decision to be reviewed. Name claim"
        f" {wording.one_line(claim.claim_id)}, decision {claim.decision}, and turn to"
        f" {wording.isolated(claim.review_contact).removesuffix('.')}."
    )


def _proof(claim: ClaimNamed, policy: Mapping[str, str]) -> str:
    return (
        f"These amounts can be computed again from the policy {_policy(policy)}"
        f" ({wording.isolated(policy['source']).removesuffix('.')}), text SHA-256"
        f" {wording.one_line(claim.policy_digest)}, and the record of decision"
        f" {claim.decision}."
    )
