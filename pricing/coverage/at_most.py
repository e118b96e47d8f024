"""The most that a deductible or a share takes off in a period, and how it came to bind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from pricing.coverage.decision import BalanceKey
from pricing.coverage.ledger import period_key
from pricing.coverage.limit_run import Run, at_most_balances
from pricing.coverage.rounding import CENTS
from pricing.coverage.wording import explained, money


@dataclass(slots=True)
class AtMost:
    """One amount being taken off, piece by piece, each in the period of its own day.

    ``used`` is what each balance held when it was first looked at, ``bound`` says of those that
    cut something what bound them.
    """

    run: Run
    used: dict[BalanceKey, int] = field(default_factory=dict)
    bound: dict[BalanceKey, str] = field(default_factory=dict)
    _firsts: dict[str, int] = field(default_factory=dict)

    def first_of_period(self, place: int) -> int:
        """Return the first piece that was asked about in the period of this one."""
        piece = self.run.granted[place].piece
        period = period_key(self.run.scene, self.run.rule.at_most_per or "", piece)
        return self._firsts.setdefault(period, place)

    def take(
        self, place: int, wished: int, *, read_at: int, people: Sequence[str] | None = None
    ) -> int:
        """Return how much may be taken off a piece, and remember it.

        Of several people's balances each bears an equal part; ``people``: the piece's if left out.
        The amount is read as the piece ``read_at`` sees it.
        """
        rule, run = self.run.rule, self.run
        if rule.at_most is None:
            return wished
        covered = run.granted[place].covered
        of_whom = covered.people if people is None else people
        keys = at_most_balances(run.scene, rule, covered.piece, of_whom)
        most = CENTS.round(run.number(rule.at_most, [read_at]) * run.scene.minor_units)
        base, rest = divmod(wished, len(keys))
        total = 0
        for number, key in enumerate(keys):
            used = int(run.ledger.used(key))
            before = self.used.setdefault(key, used)
            wish = base + (number < rest)
            part = min(wish, max(0, most - used))
            if part < wish:
                why = explained(rule.at_most, run.view([read_at]))
                self.bound[key] = (
                    f"at most {money(run.scene, most)}{why}, of which"
                    f" {money(run.scene, before)} before ({key.whose}, {key.period})"
                )
            run.ledger.draw(key, Fraction(part))
            total += part
        return total
