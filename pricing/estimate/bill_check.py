"""A facility's bill held against the estimate, and against what an agreement allows.

Every line of the bill is accounted for once: it is part of an item of the estimate, or of none.
What is billed above the estimate, item by item and line by line, sums to the difference of the
totals, to the cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pricing.errors import CurrencyMismatch
from pricing.estimate.agreement import AgreedLine, Agreement, agreement_of
from pricing.estimate.allowed_document import Allowed
from pricing.estimate.bill_document import Bill, BillLine
from pricing.estimate.dispute import Dispute, dispute_of, is_over
from pricing.estimate.estimate_document import Estimate, Item, Provider
from pricing.estimate.figures import money_of
from pricing.estimate.matching import Match, MatchedLine, match_lines
from pricing.estimate.totals import charge_of, provider_total, shares_of, total_of
from pricing.money import Money


class Reason(StrEnum):
    """Why a line or an item is not as estimated."""

    NOT_ESTIMATED = "not estimated"
    NOT_ON_ESTIMATE = "provider not on the estimate"
    MORE_UNITS = "more units"
    FEWER_UNITS = "fewer units"
    DEARER = "dearer"
    CHEAPER = "cheaper"
    OTHER_CODE = "another code"
    MISSING = "missing on the bill"
    ABOVE_AGREEMENT = "above what the agreement allows"
    INCLUDED = "included in what the agreement pays otherwise"
    NOT_COVERED = "no term of the agreement covers it"


@dataclass(frozen=True, slots=True)
class LineCheck:
    """A line of the bill; ``agreed`` is None where no agreement was asked about it."""

    line: BillLine
    amount: Money
    provider: str | None
    item: str | None
    match: Match
    reasons: tuple[Reason, ...]
    agreed: AgreedLine | None

    @property
    def allowed(self) -> Money | None:
        """Return what an agreement allows; None where no term covers the line."""
        return None if self.agreed is None else self.agreed.allowed


@dataclass(frozen=True, slots=True)
class ItemCheck:
    """An item of the estimate and what was billed of it; ``above`` is negative where less was."""

    item: Item
    estimated: Money
    billed: Money
    units: int
    lines: tuple[str, ...]
    reasons: tuple[Reason, ...]

    @property
    def above(self) -> Money:
        """Return how much more was billed than estimated."""
        return self.billed - self.estimated


@dataclass(frozen=True, slots=True)
class ProviderCheck:
    """A provider of the estimate with everything it billed; ``unexpected`` is of no item."""

    provider: Provider
    estimated: Money
    billed: Money
    unexpected: Money
    is_over: bool

    @property
    def above(self) -> Money:
        """Return how much more was billed than estimated."""
        return self.billed - self.estimated


@dataclass(frozen=True, slots=True)
class BillCheck:
    """Everything about a bill; ``strangers`` is what providers billed that the estimate lacks.

    ``agreement`` is None where none was held against it.
    """

    bill: Bill
    estimate: Estimate
    lines: tuple[LineCheck, ...]
    items: tuple[ItemCheck, ...]
    providers: tuple[ProviderCheck, ...]
    estimated: Money
    billed: Money
    strangers: Money
    agreement: Agreement | None
    dispute: Dispute

    @property
    def above(self) -> Money:
        """Return how much more was billed than estimated."""
        return self.billed - self.estimated


def check_bill(
    bill: Bill, estimate: Estimate, *, today: date, allowed: Allowed | None = None
) -> BillCheck:
    """Return how a bill stands against an estimate on a day; raises CurrencyMismatch."""
    for currency in (bill.currency, bill.currency if allowed is None else allowed.currency):
        if currency != estimate.currency:
            raise CurrencyMismatch(currency, estimate.currency)
    agreement = None if allowed is None else agreement_of(bill, allowed)
    agreed = {} if agreement is None else agreement.lines
    matched = match_lines(bill, estimate)
    lines = tuple(_line(one, bill, agreed.get(one.line.id)) for one in matched)
    items = tuple(_item(estimate, item, lines) for item in estimate.items)
    providers = tuple(_provider(estimate, one, lines) for one in estimate.providers)
    return BillCheck(
        bill=bill,
        estimate=estimate,
        lines=lines,
        items=items,
        providers=providers,
        estimated=total_of(estimate),
        billed=_sum(lines, bill.currency),
        strangers=_sum([one for one in lines if one.provider is None], bill.currency),
        agreement=agreement,
        dispute=dispute_of(
            billed_on=bill.date,
            over=tuple(one.provider.id for one in providers if one.is_over),
            is_self_pay=shares_of(estimate).plan == Money.zero(estimate.currency),
            is_issued=estimate.issued_on is not None and estimate.issued_on <= bill.date,
            today=today,
        ),
    )


def _line(matched: MatchedLine, bill: Bill, agreed: AgreedLine | None) -> LineCheck:
    line = matched.line
    amount = money_of(line.amount, bill.currency)
    reasons = []
    if matched.provider is None:
        reasons.append(Reason.NOT_ON_ESTIMATE)
    elif matched.item is None:
        reasons.append(Reason.NOT_ESTIMATED)
    if matched.match is Match.LEFT_OVER:
        reasons.append(Reason.OTHER_CODE)
    reasons += _against(agreed)
    item = None if matched.item is None else matched.item.id
    return LineCheck(line, amount, matched.provider, item, matched.match, tuple(reasons), agreed)


def _against(agreed: AgreedLine | None) -> tuple[Reason, ...]:
    """Return why a line is not as an agreement has it; one it was not asked about has no reason."""
    if agreed is None:
        return ()
    if agreed.allowed is None:
        return (Reason.NOT_COVERED,)
    if not agreed.is_above:
        return ()
    return (Reason.INCLUDED if agreed.is_included else Reason.ABOVE_AGREEMENT,)


def _item(estimate: Estimate, item: Item, lines: tuple[LineCheck, ...]) -> ItemCheck:
    of_item = [one for one in lines if one.item == item.id]
    estimated, billed = charge_of(estimate, item), _sum(of_item, estimate.currency)
    units = sum(one.line.units for one in of_item)
    return ItemCheck(
        item=item,
        estimated=estimated,
        billed=billed,
        units=units,
        lines=tuple(one.line.id for one in of_item),
        reasons=_reasons(item, estimated, billed, units),
    )


def _reasons(item: Item, estimated: Money, billed: Money, units: int) -> tuple[Reason, ...]:
    """Return why an item is not as estimated: its units, its price for one unit, or both."""
    if not units:
        return (Reason.MISSING,)
    found = []
    if units != item.quantity:
        found.append(Reason.MORE_UNITS if units > item.quantity else Reason.FEWER_UNITS)
    # The price of one unit may be no whole cent: the two are compared over the same count.
    now, was = billed * item.quantity, estimated * units
    if now != was:
        found.append(Reason.DEARER if now > was else Reason.CHEAPER)
    return tuple(found)


def _provider(
    estimate: Estimate, provider: Provider, lines: tuple[LineCheck, ...]
) -> ProviderCheck:
    own = [one for one in lines if one.provider == provider.id]
    estimated = provider_total(estimate, provider.id)
    billed = _sum(own, estimate.currency)
    unexpected = _sum([one for one in own if one.item is None], estimate.currency)
    return ProviderCheck(provider, estimated, billed, unexpected, is_over(estimated, billed))


def _sum(lines: list[LineCheck] | tuple[LineCheck, ...], currency: str) -> Money:
    return Money.total((one.amount for one in lines), currency)
