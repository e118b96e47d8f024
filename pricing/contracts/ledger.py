"""What every line of a claim is allowed, by which term: the book that must always balance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from pricing.contracts.documents.terms_document import Term
from pricing.contracts.rounding import Rounder
from pricing.contracts.scene import Line
from pricing.contracts.tracing import Trace

_ZERO: Final = Fraction(0)


@dataclass(slots=True)
class Entry:
    """What one term allows on one line; without a term: a line that no term covers."""

    line: Line
    term: Term | None
    amount: Fraction
    how: str
    trace: tuple[Trace, ...] = ()
    reason: str | None = None

    @property
    def is_covered(self) -> bool:
        """Return whether it is paid, or included in what is; steps are about such lines alone."""
        return self.how not in {"unpriced", "nothing"}


@dataclass(slots=True)
class Ledger:
    """All entries, in the order booked; amounts are rounded as they are booked, or at the end."""

    rounder: Rounder
    is_each_line: bool
    entries: list[Entry] = field(default_factory=list)

    def book(self, entry: Entry) -> None:
        """Note what a term allows on a line."""
        entry.amount = self.settled(entry.amount)
        self.entries.append(entry)

    def settled(self, amount: Fraction) -> Fraction:
        """Return an amount as it is booked: rounded, unless the claim is rounded as a whole."""
        return self.rounder.round_units(amount) if self.is_each_line else amount

    def allowed(self) -> Mapping[str, Fraction]:
        """Return what each term allows so far, and all of them (``total``)."""
        found: dict[str, Fraction] = {"total": _ZERO}
        for entry in self.entries:
            found["total"] += entry.amount
            if entry.term is not None:
                found[entry.term.id] = found.get(entry.term.id, _ZERO) + entry.amount
        return found

    def share_out(self, entries: list[Entry], total: Fraction, weights: Iterable[Fraction]) -> None:
        """Replace what entries allow by a new total, in parts by weight."""
        if self.is_each_line:
            parts = self.rounder.spread(self.settled(total), weights)
        else:
            parts = _exact_parts(total, list(weights))
        for entry, part in zip(entries, parts, strict=True):
            entry.amount = part

    def close(self) -> None:
        """Round everything to money; the rounded total is shared out over the entries."""
        if self.is_each_line or not self.entries:
            return
        amounts = [entry.amount for entry in self.entries]
        total = self.rounder.round_units(sum(amounts, _ZERO))
        for entry, part in zip(self.entries, self.rounder.spread(total, amounts), strict=True):
            entry.amount = part


def _exact_parts(total: Fraction, weights: list[Fraction]) -> list[Fraction]:
    whole = sum(weights, _ZERO)
    if not whole:
        return [total if place == 0 else _ZERO for place in range(len(weights))]
    return [total * weight / whole for weight in weights]
