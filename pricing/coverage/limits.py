"""Limits in the order written: caps, deductibles, shares, other payments, minimums.

Each takes the amounts as the one before left them, pieces in order of service date, and only ever
lowers them. A limit per period draws on a running balance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from pricing.coverage.counted_limits import count_of, counted_cap, counted_deductible
from pricing.coverage.limit_run import (
    PERIODS,
    Run,
    amount_for,
    at_most_balances,
    balance_of,
    balances_of,
    grouped,
)
from pricing.coverage.rounding import CENTS
from pricing.coverage.wording import decimal, money
from pricing.expressions.explain import explain
from pricing.expressions.tree import Expression


def apply_limit(run: Run) -> None:
    """Apply one limit to the amounts of a run."""
    rule = run.rule
    if rule.pays_share is not None:
        _share(run, rule.pays_share)
    elif rule.other_payments is not None:
        _other_payments(run)
    elif rule.minimum is not None:
        _minimum(run, rule.minimum)
    elif rule.cap is not None:
        (_cap if rule.of == "money" else counted_cap)(run, rule.cap)
    elif rule.deductible is not None:
        (_deductible if rule.of == "money" else counted_deductible)(run, rule.deductible)


def _share(run: Run, share: Expression) -> None:
    """Pay a part of each line, and no less than ``at_most`` allows to be taken off."""
    by_line: dict[int, list[int]] = {}
    for place in run.applies_to():
        by_line.setdefault(run.granted[place].piece.line, []).append(place)
    for line, places in by_line.items():
        shares = [run.number(share, [place]) for place in places]
        exact = [run.current[place] * part for place, part in zip(places, shares, strict=True)]
        total = sum(run.current[place] for place in places)
        whole = run.round_kept(places, exact)
        words = f"{decimal(shares[0] * 100)} % of {money(run.scene, total)}"
        for place, kept in zip(places, whole, strict=True):
            wished = run.current[place] - kept
            taken = _taken_at_most(run, place, wished)
            run.lower(place, run.current[place] - taken, words)
            if taken < wished:
                run.kept.pop(line, None)  # what is left is no rounded share any more


def _taken_at_most(run: Run, place: int, wished: int, people: Sequence[str] | None = None) -> int:
    """Return how much may be taken off within ``at_most``, and remember it.

    Of several people's balances each bears an equal part; ``people``: the piece's if left out.
    """
    if run.rule.at_most is None:
        return wished
    covered = run.granted[place].covered
    of_whom = covered.people if people is None else people
    keys = at_most_balances(run.scene, run.rule, covered.piece, of_whom)
    most = CENTS.round(run.number(run.rule.at_most, [place]) * run.scene.minor_units)
    base, rest = divmod(wished, len(keys))
    total = 0
    for number, key in enumerate(keys):
        part = min(base + (number < rest), max(0, most - int(run.ledger.used(key))))
        run.ledger.draw(key, Fraction(part))
        total += part
    return total


def _other_payments(run: Run) -> None:
    """Take off what others paid of each line."""
    left: dict[int, int] = {}
    for place in run.applies_to():
        piece = run.granted[place].piece
        paid = piece.expense.other_payments
        if paid is None:
            continue
        line = piece.line
        if line not in left:
            exact = Fraction(paid) * run.scene.unit_rate(piece) * run.scene.minor_units
            left[line] = CENTS.round(exact)
            if run.rule.other_payments == "rest_of_cost":
                left[line] = max(0, left[line] - _unpaid(run, line))
        taken = min(left[line], run.current[place])
        left[line] -= taken
        words = f"others paid {decimal(Fraction(paid))}"
        run.lower(place, run.current[place] - taken, words)


def _unpaid(run: Run, line: int) -> int:
    """Return what of a line's cost the benefit leaves, which other payments fill first."""
    cost = sum(price.cost or 0 for price in run.scene.prices_of_line(line))
    granted = sum(
        amount
        for amount, one in zip(run.current, run.granted, strict=True)
        if one.piece.line == line
    )
    return max(0, cost - granted)


def _minimum(run: Run, minimum: Expression) -> None:
    """Pay nothing of a group that does not reach the minimum, in money or counted."""
    for places in grouped(run):
        least = run.number(minimum, places)
        if run.rule.of == "money":
            total = sum(run.current[place] for place in places)
            is_less = total < least * run.scene.minor_units
            words = f"{money(run.scene, total)} is less than {decimal(least)}"
        else:
            count = count_of(run, places)
            is_less = count < least
            words = f"{decimal(count)} {run.rule.of} are fewer than {decimal(least)}"
        for place in places if is_less else ():
            run.lower(place, 0, words)


def _cap(run: Run, cap: Expression) -> None:
    """Pay no more than the cap of each group or balance."""
    for places in grouped(run):
        limit = math.floor(amount_for(run, cap, places))
        if run.rule.per not in PERIODS:
            _cap_group(run, places, limit, explain(cap, run.view(places)))
            continue
        for place in places:
            _cap_piece(run, place, limit)


def _cap_group(run: Run, places: Sequence[int], limit: int, words: str) -> None:
    left = limit
    for place in places:
        paid = min(run.current[place], left)
        left -= paid
        run.lower(place, paid, f"at most {money(run.scene, limit)} ({words})")


def _cap_piece(run: Run, place: int, limit: int) -> None:
    """Draw a piece on its balance, or in equal parts on several people's."""
    granted = run.granted[place]
    keys = balances_of(run.scene, run.rule, granted.piece, granted.covered.people)
    base, rest = divmod(run.current[place], len(keys))
    paid, words = 0, []
    for number, key in enumerate(keys):
        left = max(Fraction(0), limit - run.ledger.used_by_others(key, granted.piece.place))
        part = min(base + (number < rest), int(left))
        run.ledger.draw_for(key, granted.piece.place, Fraction(part))
        paid += part
        before = run.ledger.used_before(key)
        words.append(
            f"{money(run.scene, limit)} less {money(run.scene, before)} used before"
            f" ({key.whose}, {key.period})"
        )
    run.lower(place, paid, "; ".join(words))


def _deductible(run: Run, deductible: Expression) -> None:
    """Let the patient pay the first part of each group or balance."""
    if run.rule.per in PERIODS and run.rule.whose == "person":
        for place in run.applies_to():
            _deduct_of_each(run, deductible, place)
        return
    for places in grouped(run):
        charge = run.round_taken(places, amount_for(run, deductible, places))
        if run.rule.per in PERIODS:
            charge = max(0, charge - int(run.ledger.used(balance_of(run, places[0]))))
        reachable = min(charge, sum(run.current[place] for place in places))
        taken = _deduct(run, places, _taken_at_most(run, places[0], reachable))
        if run.rule.per in PERIODS:
            run.ledger.draw(balance_of(run, places[0]), Fraction(taken))


def _deduct_of_each(run: Run, deductible: Expression, place: int) -> None:
    """Take each person's own deductible off their equal part of a piece."""
    granted = run.granted[place]
    keys = balances_of(run.scene, run.rule, granted.piece, granted.covered.people)
    charge = run.round_taken([place], amount_for(run, deductible, [place]))
    base, rest = divmod(run.current[place], len(keys))
    taken = 0
    for number, key in enumerate(keys):
        left = max(0, charge - int(run.ledger.used(key)))
        part = _taken_at_most(run, place, min(base + (number < rest), left), [key.whose])
        run.ledger.draw(key, Fraction(part))
        taken += part
    run.lower(place, run.current[place] - taken, f"{money(run.scene, taken)} is the patient's own")


def _deduct(run: Run, places: Sequence[int], charge: int) -> int:
    """Take the charge off the pieces in order; return how much could be taken."""
    left = charge
    for place in places:
        taken = min(left, run.current[place])
        left -= taken
        run.lower(
            place, run.current[place] - taken, f"{money(run.scene, charge)} is the patient's own"
        )
    return charge - left
