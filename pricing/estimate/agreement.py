"""What an agreement allows for the lines of a bill, and which of them are above it.

Lines that a term prices together are held against its amount together: what the agreement shows on
one of them is for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pricing.estimate.allowed_document import Allowed, AllowedLine
from pricing.estimate.bill_document import Bill
from pricing.estimate.figures import money_of
from pricing.money import Money

UNPRICED: Final = "unpriced"
_INCLUDED: Final = "included"


@dataclass(frozen=True, slots=True)
class AgreedLine:
    """A line of the bill as an agreement has it; ``words`` is its clause, or why there is none.

    ``allowed`` is None where no term covers the line. ``is_included``: billed apart, while the
    agreement pays for it in something else.
    """

    words: str | None
    allowed: Money | None = None
    is_above: bool = False
    is_included: bool = False


@dataclass(frozen=True, slots=True)
class Agreement:
    """A bill against an agreement, by the id of the line; sums are of the lines it covers."""

    terms: str
    lines: Mapping[str, AgreedLine]
    allowed: Money
    above: Money


def agreement_of(bill: Bill, allowed: Allowed) -> Agreement:
    """Return what an agreement says of each line of a bill that it was asked about."""
    billed = {one.id: money_of(one.amount, bill.currency) for one in bill.lines}
    asked = {one.id: one for one in allowed.lines if one.id in billed}
    priced = {one.id: one for one in asked.values() if one.how != UNPRICED}
    lines = {one.id: AgreedLine(one.reason) for one in asked.values()}
    above = Money.zero(bill.currency)
    for group in _groups(allowed, priced):
        amounts = [Money(priced[one].allowed_cents, allowed.currency) for one in group]
        more = Money.total((billed[one] for one in group), bill.currency) - Money.total(
            amounts, bill.currency
        )
        above += max(more, Money.zero(bill.currency))
        for name, amount in zip(group, amounts, strict=True):
            line = priced[name]
            is_apart = line.how == _INCLUDED and len(group) == 1
            lines[name] = AgreedLine(
                words=line.text or line.reason,
                allowed=amount,
                is_above=more.minor > 0,
                is_included=is_apart,
            )
    total = Money.total(
        (one.allowed for one in lines.values() if one.allowed is not None), bill.currency
    )
    return Agreement(allowed.terms.id, lines, total, above)


def _groups(allowed: Allowed, priced: Mapping[str, AllowedLine]) -> Iterable[tuple[str, ...]]:
    """Yield the lines that are priced together; each line once, whatever was added to it."""
    left = dict.fromkeys(priced)
    for group in allowed.groups:
        own = tuple(one for one in group.lines if one in left and priced[one].term == group.term)
        if own:
            yield own
        for one in own:
            del left[one]
    for one in left:
        yield (one,)
