"""A claim in another currency: its amounts in the contract's, each by the rate of one day.

The contract says which day's rate counts. An amount is rounded once it is converted, half up to
the smallest coin. Without a rate nothing is priced: nothing is ever taken as 1 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from pricing.contracts.documents.claim_document import Claim, ClaimLine
from pricing.contracts.documents.terms_document import Terms
from pricing.contracts.errors import ClaimFactMissing, OtherCurrency
from pricing.contracts.facts import of_line
from pricing.contracts.rounding import round_half_up
from pricing.contracts.tracing import Trace, shown
from pricing.errors import NoRate
from pricing.exchange import ExchangeRates, Rate
from pricing.money import Money

_RULE: Final = "exchange"
_OF_LINE: Final = ("charge", "invoice", "medicare")
_OF_CLAIM: Final = ("medicare", "patient_share")


@dataclass(frozen=True, slots=True)
class Converted:
    """A claim in the contract's currency, and by number of line how its amounts came about."""

    claim: Claim
    traces: dict[int, tuple[Trace, ...]] = field(default_factory=dict)
    of_claim: tuple[Trace, ...] = ()


def convert(claim: Claim, terms: Terms, rates: ExchangeRates) -> Converted:
    """Return the claim in the currency of the terms.

    Raises OtherCurrency where the terms have no `exchange`, ClaimFactMissing where the day that
    counts is not stated, NoRate where there is none.
    """
    if claim.currency == terms.currency:
        return Converted(claim)
    if terms.exchange is None:
        raise OtherCurrency(terms.currency, claim.currency)
    traces: dict[int, tuple[Trace, ...]] = {}
    lines = []
    for number, line in enumerate(claim.lines, start=1):
        stated = {key: getattr(line, key) for key in _OF_LINE}
        day = _day_of_line(claim, terms, line, number) if any(stated.values()) else None
        changed, traces[number] = _in_terms(stated, day, claim, terms, rates)
        lines.append(line.model_copy(update=changed))
    stated = {key: getattr(claim, key) for key in _OF_CLAIM}
    day = _day_of_claim(claim, terms) if any(stated.values()) else None
    changed, of_claim = _in_terms(stated, day, claim, terms, rates)
    update = {**changed, "lines": tuple(lines), "currency": terms.currency}
    return Converted(claim.model_copy(update=update), traces, of_claim)


def _in_terms(
    stated: dict[str, Decimal | None],
    day: date | None,
    claim: Claim,
    terms: Terms,
    rates: ExchangeRates,
) -> tuple[dict[str, Decimal], tuple[Trace, ...]]:
    """Return amounts in the currency of the terms, and how they came about."""
    changed, traces = dict[str, Decimal](), list[Trace]()
    for key, amount in stated.items():
        if not amount or day is None:
            continue  # nothing, or 0, which is so in every currency
        rate = _rate(claim.currency, terms.currency, day, rates)
        places = Money.zero(terms.currency).decimals
        exact = Fraction(amount) * rate.value
        after = round_half_up(exact, Fraction(1, 10**places))
        changed[key] = Decimal(int(after * 10**places)).scaleb(-places)
        words = (
            f"{key} {shown(Fraction(amount))} {claim.currency} × {shown(rate.value)} "
            f"(ECB, {rate.day}) = {shown(after)} {terms.currency}"
        )
        traces.append(Trace(_RULE, words, after))
    return changed, tuple(traces)


def _rate(source: str, target: str, day: date, rates: ExchangeRates) -> Rate:
    try:
        return rates.rate(source, target, day)
    except NoRate as error:
        why = f"{error.why.partition(';')[0]}; state the claim in {target}"
        raise NoRate(source, target, day, why) from error


def _day_of_line(claim: Claim, terms: Terms, line: ClaimLine, number: int) -> date:
    assert terms.exchange is not None  # noqa: S101 — looked at before
    if terms.exchange.date != "service":
        return _day_of_claim(claim, terms)
    day = line.date or claim.admitted
    if day is None:
        where = of_line("date", line.id or str(number))
        raise ClaimFactMissing("line.date", field=where, rule=_RULE)
    return day


def _day_of_claim(claim: Claim, terms: Terms) -> date:
    """Return the day of what the claim states as a whole; by service: its first day."""
    assert terms.exchange is not None  # noqa: S101 — looked at before
    by = terms.exchange.date
    if by == "service":
        days = [line.date for line in claim.lines if line.date is not None]
        day, name = min(days, default=claim.admitted), "admitted"
    else:
        name = {"admission": "admitted", "discharge": "discharged"}.get(by, by)
        day = getattr(claim, name)
    if day is None:
        raise ClaimFactMissing(f"claim.{name}", field=f"claim.{name}", rule=_RULE)
    return day
