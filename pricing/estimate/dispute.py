"""When a bill can be disputed: 45 CFR 149.620, patient-provider dispute resolution.

For people who are uninsured or pay themselves: what one provider or facility of the estimate bills
is 400 US dollars or more above what the estimate says for that one. It is begun within 120 calendar
days of the bill, for a fee of 25 dollars (set each year by CMS; the fee since 2022).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pricing.money import Money

CURRENCY: Final = "USD"
THRESHOLD: Final = Money(400_00, CURRENCY)
FEE: Final = Money(25_00, CURRENCY)
_DAYS: Final = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Dispute:
    """Whether a bill can be disputed, until when, and about whom (ids of the estimate).

    ``why`` says in a sentence why it can, or why not.
    """

    is_open: bool
    until: date
    about: tuple[str, ...]
    why: str
    fee: Money = FEE


def is_over(estimated: Money, billed: Money) -> bool:
    """Return whether a provider's bill is so far above its estimate that it can be disputed."""
    return billed.currency == CURRENCY and billed - estimated >= THRESHOLD


def last_day(billed_on: date) -> date:
    """Return the last day on which a bill of that date can be disputed."""
    return billed_on + _DAYS


def dispute_of(
    *, billed_on: date, over: tuple[str, ...], is_self_pay: bool, is_issued: bool, today: date
) -> Dispute:
    """Return whether a bill can be disputed today, about the providers that are over."""
    until = last_day(billed_on)
    refusals = (
        (not is_issued, "the estimate was not issued when the bill was written"),
        (
            not is_self_pay,
            "a plan pays a part of the estimate, and this is for people who pay themselves",
        ),
        (not over, "no provider of the estimate bills 400.00 USD or more above it"),
        (today > until, f"the last day to dispute was {until}"),
    )
    for holds, why in refusals:
        if holds:
            return Dispute(is_open=False, until=until, about=over, why=why)
    why = f"400.00 USD or more above the estimate; it can be disputed until {until}"
    return Dispute(is_open=True, until=until, about=over, why=why)
