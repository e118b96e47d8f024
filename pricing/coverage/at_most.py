"""The most that a deductible or a share takes off in a period, and how it came to bind.

A limit may have several maxima, such as a person's and a household's: what is taken off counts
towards all of them, and stops where the first is met.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from pricing.coverage.decision import BalanceKey
from pricing.coverage.documents.policy_document import Maximum
from pricing.coverage.ledger import period_key
from pricing.coverage.limit_run import Run, maximum_balances, reader_of
from pricing.coverage.rounding import CENTS
from pricing.coverage.wording import explained, money


@dataclass(slots=True)
class AtMost:
    """One amount being taken off, piece by piece, each in the period of its own day.

    ``is_one_amount``: a maximum is read once for each of its periods, as the first piece there sees
    it; else as each piece does. ``used`` is what each balance held when it was first looked at,
    ``bound`` says of those that cut something what bound them.
    """

    run: Run
    is_one_amount: bool = False
    used: dict[BalanceKey, int] = field(default_factory=dict)
    bound: dict[BalanceKey, str] = field(default_factory=dict)
    _firsts: dict[tuple[str, str], int] = field(default_factory=dict)

    def take(self, place: int, wished: int, *, people: Sequence[str] | None = None) -> int:
        """Return how much may be taken off a piece within every maximum, and remember it.

        Where a maximum is each person's own, each bears an equal part of what is wished;
        ``people``: the piece's if left out.
        """
        bounds = list(self._bounds(place, people))
        number_of_parts = max((len(one.keys) for one in bounds), default=1)
        base, rest = divmod(wished, number_of_parts)
        total = 0
        for number in range(number_of_parts):
            part = self._cut(bounds, number, base + (number < rest))
            for bound in bounds:
                self.run.ledger.draw(bound.key_of(number), Fraction(part))
            total += part
        return total

    def _cut(self, bounds: Sequence[_Bound], number: int, wished: int) -> int:
        """Return what every maximum leaves of one person's part."""
        part = wished
        for bound in bounds:
            key = bound.key_of(number)
            used = int(self.run.ledger.used(key))
            before = self.used.setdefault(key, used)
            reader = reader_of(bound.rule.whose, key.whose)
            amount = self.run.number(bound.rule.amount, [bound.read_at], reader)
            most = CENTS.round(amount * self.run.scene.minor_units)
            left = max(0, most - used)
            if left < part:
                part = left
                why = explained(bound.rule.amount, self.run.view([bound.read_at], reader))
                self.bound[key] = (
                    f"at most {money(self.run.scene, most)}{why}, of which"
                    f" {money(self.run.scene, before)} before ({key.whose}, {key.period})"
                )
        return part

    def _bounds(self, place: int, people: Sequence[str] | None) -> Iterator[_Bound]:
        scene, covered = self.run.scene, self.run.granted[place].covered
        of_whom = covered.people if people is None else people
        for rule in self.run.rule.maxima:
            period = period_key(scene, rule.per, covered.piece)
            first = self._firsts.setdefault((rule.balance, period), place)
            read_at = first if self.is_one_amount else place
            keys = maximum_balances(scene, rule, covered.piece, of_whom)
            yield _Bound(rule, keys, read_at)


@dataclass(frozen=True, slots=True)
class _Bound:
    """A maximum as it stands for a piece: the balances it is counted on, and where it is read."""

    rule: Maximum
    keys: list[BalanceKey]
    read_at: int

    def key_of(self, number: int) -> BalanceKey:
        """Return the balance of one of several people, or the one that they share."""
        return self.keys[number] if len(self.keys) > 1 else self.keys[0]
