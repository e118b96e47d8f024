"""A decision as a document: what ``sojourn cover --json`` prints."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from pricing.coverage.decision import (
    BalanceChange,
    BalanceKey,
    Change,
    CoveredLine,
    Deadline,
    Decision,
    Doubt,
    RateUsed,
    Step,
)
from pricing.coverage.decision_errors import UnknownBalance
from pricing.coverage.documents.balances_document import FORMAT as BALANCES_FORMAT
from pricing.coverage.documents.balances_document import BalancesDocument
from pricing.coverage.documents.check_money import is_finer
from pricing.money import Money

Document = Mapping[str, object]


def to_document(decision: Decision) -> dict[str, object]:
    """Return the decision as JSON knows it; amounts are whole minor units."""
    return {
        "payable_cents": decision.payable,
        "patient_cents": decision.patient,
        "taxable_cents": decision.taxable,
        "claimed_cents": decision.claimed,
        "currency": decision.currency,
        "trip": decision.trip,
        "decided_on": decision.decided_on.isoformat(),
        "policy": {
            "id": decision.policy,
            "version": decision.version,
            "source": decision.source,
            "tax_rule": decision.tax_rule,
        },
        "lines": [_line(line) for line in decision.lines],
        "balances": {
            "before": _balances(decision, decision.balances, "before"),
            "after": _balances(decision, decision.balances, "after"),
        },
        "deadlines": [_deadline(one) for one in decision.deadlines],
        "would_change": [_change(one) for one in decision.changes],
        "would_change_together_cents": decision.changes_together,
        "rates": [_rate(one) for one in decision.rates],
        "warnings": [_warning(one) for one in decision.doubts],
    }


def _line(line: CoveredLine) -> dict[str, object]:
    return {
        "id": line.id,
        "kind": line.kind,
        "claimed_cents": line.claimed,
        "eligible_cents": line.eligible,
        "capped_cents": line.capped,
        "payable_cents": line.payable,
        "taxable_cents": line.taxable,
        "patient_cents": line.patient,
        "trace": [_step(step) for step in line.trace],
    }


def _deadline(deadline: Deadline) -> dict[str, object]:
    return {
        "rule": deadline.rule,
        "text": deadline.text,
        "until": deadline.until.isoformat(),
        "lines": list(deadline.lines),
    }


def _change(change: Change) -> dict[str, object]:
    return {
        "rule": change.rule,
        "text": change.text,
        "remedy": change.remedy,
        "until": None if change.until is None else change.until.isoformat(),
        "payable_change_cents": change.payable_change,
        "lines": list(change.lines),
    }


def _rate(rate: RateUsed) -> dict[str, object]:
    return {
        "from": rate.source,
        "to": rate.target,
        "asked_for": rate.asked_for.isoformat(),
        "date": rate.day.isoformat(),
        "value": decimal_text(rate.rate),
    }


def _warning(doubt: Doubt) -> dict[str, object]:
    return {
        "file": doubt.file,
        "line": doubt.line,
        "field": doubt.field,
        "message": doubt.message,
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "stage": step.stage,
        "rule": step.rule,
        "text": step.text,
        "policy": step.policy,
        "version": step.version,
        "source": step.source,
        "arithmetic": step.arithmetic,
        "before_cents": step.before,
        "after_cents": step.after,
        "sentence": step.sentence,
    }


def _balances(
    decision: Decision, balances: Iterable[BalanceChange], moment: str
) -> dict[str, object]:
    """Return a balances document, which the next decision takes as it is."""
    used = {one.key: getattr(one, moment) for one in balances}
    return _document(decision.policy, decision.currency, used)


def balances_document(policy: str, currency: str, used: Mapping[BalanceKey, Fraction]) -> str:
    """Return the text of a balances document."""
    return json.dumps(_document(policy, currency, used), ensure_ascii=False)


def _document(policy: str, currency: str, used: Mapping[BalanceKey, Fraction]) -> dict[str, object]:
    return {
        "format": BALANCES_FORMAT,
        "policy": policy,
        "used": [_used(currency, key, amount) for key, amount in used.items()],
    }


def _used(currency: str, key: BalanceKey, used: Fraction) -> dict[str, object]:
    owner = {"balance": key.balance, "whose": key.whose, "period": key.period}
    if key.is_money:
        return {**owner, "amount": Money(int(used), currency).to_decimal_text()}
    return {**owner, "count": decimal_text(used)}


def balances_from(document: BalancesDocument, currency: str) -> dict[BalanceKey, Fraction]:
    """Return the balances that a document states: money in minor units, counts as they are."""
    minor_units = 10 ** Money.zero(currency).decimals
    found: dict[BalanceKey, Fraction] = {}
    for one in document.used:
        is_money = one.amount is not None
        key = BalanceKey(one.balance, one.whose, one.period, is_money)
        exact = one.count or 0 if one.amount is None else one.amount * minor_units
        amount = Fraction(exact)
        if one.amount is not None and is_finer(one.amount, currency):
            example = Money.zero(currency).example
            fault = f"amount {one.amount} has more decimals than {currency}, like {example}"
            raise UnknownBalance(
                one.balance, fault, whose=one.whose, period=one.period, part="amount"
            )
        found[key] = found.get(key, Fraction(0)) + amount
    return found


def decimal_text(number: Fraction) -> str:
    """Return a number as plain decimal text, with at most twelve decimals."""
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return format(round(exact, 12).normalize(), "f")
