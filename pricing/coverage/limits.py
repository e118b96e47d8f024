"""Limits in the order written: caps, deductibles, shares, other payments, minimums.

Each takes the amounts as the one before left them, pieces in order of service date, and only ever
lowers them. A limit per period draws on a running balance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pricing.coverage.at_most import AtMost
from pricing.coverage.benefits import Written
from pricing.coverage.counted_limits import counted_cap, counted_deductible
from pricing.coverage.decision import BalanceKey
from pricing.coverage.each_person import cap_each, deduct_each, own_words, patients_own
from pricing.coverage.groups import OF_EACH
from pricing.coverage.limit_run import (
    PERIODS,
    Run,
    amount_for,
    amount_words,
    balance_of,
    balances_of,
    cap_for,
    drawing_on,
    grouped,
    reader_of,
)
from pricing.coverage.minimums import apply_minimum
from pricing.coverage.pieces import Piece
from pricing.coverage.rounding import CENTS
from pricing.coverage.wording import decimal, explained, money
from pricing.expressions.tree import Constant, Expression


def apply_limit(run: Run) -> None:
    """Apply one limit to the amounts of a run."""
    rule = run.rule
    if rule.pays_share is not None:
        _share(run, rule.pays_share)
    elif rule.other_payments is not None:
        _other_payments(run)
    elif rule.minimum is not None:
        apply_minimum(run, rule.minimum)
    elif rule.cap is not None:
        if isinstance(rule.cap, Expression) and rule.of != "money":
            counted_cap(run, rule.cap)
        else:
            _cap(run, rule.cap)
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
        at_most = AtMost(run)
        wished = [run.current[place] - kept for place, kept in zip(places, whole, strict=True)]
        taken = [at_most.take(place, wish) for place, wish in zip(places, wished, strict=True)]
        if taken != wished:
            run.kept.pop(line, None)  # what is left is no rounded share any more
            own = money(run.scene, sum(wished))
            words += f"; of the other {own} {'; '.join(at_most.bound.values())}"
        for place, part in zip(places, taken, strict=True):
            run.lower(place, run.current[place] - part, words)


def _other_payments(run: Run) -> None:
    """Take off what others paid of each line."""
    by_line: dict[int, list[int]] = {}
    for place in run.applies_to():
        piece = run.granted[place].piece
        if piece.expense.other_payments is not None:
            by_line.setdefault(piece.line, []).append(place)
    for places in by_line.values():
        _take_paid(run, places)


def _take_paid(run: Run, places: Sequence[int]) -> None:
    """Take what others paid of one line off its pieces, in proportion to what is left of each.

    They paid a part of the bill, not its first night: what they left of three nights of 130 by
    paying 90 is 100 of each, and a limit of 100 a night that follows takes nothing more.
    """
    piece = run.granted[places[0]].piece
    paid = Fraction(piece.expense.other_payments or 0)
    whole = CENTS.round(paid * run.scene.unit_rate(piece) * run.scene.minor_units)
    first = 0
    if run.rule.other_payments == "rest_of_cost":
        first = min(whole, _unpaid(run, piece.line))
    words = _paid_words(run, piece, paid, whole, first)
    total = sum(run.current[place] for place in places)
    taken = min(whole - first, total)
    parts = CENTS.spread([Fraction(taken * run.current[place], total) for place in places])
    for place, part in zip(places, parts, strict=True):
        run.lower(place, run.current[place] - part, words)


def _paid_words(run: Run, piece: Piece, paid: Fraction, whole: int, first: int) -> str:
    """Return what others paid, in the policy's currency too, and what of it filled other gaps."""
    currency = piece.currency(run.scene.trip.currency)
    own = run.scene.policy.currency
    words = f"others paid {money(run.scene, whole)} {own}"
    if currency != own:
        rate = decimal(run.scene.unit_rate(piece))
        words = f"others paid {decimal(paid)} {currency} × {rate} = {money(run.scene, whole)} {own}"
    return words + (f", {money(run.scene, first)} of it what is not granted" if first else "")


def _unpaid(run: Run, line: int) -> int:
    """Return what of a line's cost the benefit leaves, which other payments fill first."""
    cost = sum(price.cost or 0 for price in run.scene.prices_of_line(line))
    granted = sum(
        amount
        for amount, one in zip(run.current, run.granted, strict=True)
        if one.piece.line == line
    )
    return max(0, cost - granted)


def _cap(run: Run, cap: Written) -> None:
    """Pay no more than the cap of each group or balance."""
    if run.rule.per in PERIODS:
        _cap_balances(run, cap)
        return
    if run.rule.per in OF_EACH:
        cap_each(run, cap)
        return
    for places in grouped(run):
        limit, why = cap_for(run, cap, places)
        _cap_group(run, places, limit, f"at most {money(run.scene, limit)}{why}")


def _cap_balances(run: Run, cap: Written) -> None:
    """Draw piece by piece in order of service date, whoever's balances a piece concerns.

    Balance by balance would not do: a shared room draws on several, and its late nights would take
    from the second person's what an earlier ticket of theirs should have had.
    """
    limits = {
        key: cap_for(run, cap, places, reader_of(run.rule.whose, key.whose))
        for key, places in drawing_on(run).items()
    }
    for place in run.applies_to():
        _cap_piece(run, place, limits)


def _cap_group(run: Run, places: Sequence[int], limit: int, words: str) -> None:
    left = limit
    for place in places:
        paid = min(run.current[place], left)
        left -= paid
        run.lower(place, paid, words)


def _cap_piece(run: Run, place: int, limits: Mapping[BalanceKey, tuple[int, str]]) -> None:
    """Draw a piece on its balance, or in equal parts on several people's."""
    granted = run.granted[place]
    keys = balances_of(run.scene, run.rule, granted.piece, granted.covered.people)
    base, rest = divmod(run.current[place], len(keys))
    paid = 0
    for number, key in enumerate(keys):
        limit, _ = limits[key]
        left = max(Fraction(0), limit - run.ledger.used_by_others(key, granted.piece.place))
        part = min(base + (number < rest), int(left))
        run.ledger.draw_for(key, granted.piece.place, Fraction(part))
        paid += part
    if paid < run.current[place]:
        for key in keys:
            run.say(granted.piece.line, key, _cap_words(run, granted.piece, key, *limits[key]))
    run.lower(place, paid, "")


def _cap_words(run: Run, piece: Piece, key: BalanceKey, limit: int, why: str) -> str:
    """Return a cap, what was used of it before, and what the trip's other expenses had of it."""
    before = run.ledger.used_before(key)
    amount = f"{money(run.scene, limit)}{why}"
    if run.rule.window is not None:
        others = run.ledger.used_by_others(key, piece.place) - before
        less = f" and {money(run.scene, others)} on this trip" if others > 0 else ""
        return (
            f"{amount} in any {run.rule.window} with {key.period}"
            f" less {money(run.scene, before)} used before{less} ({key.whose})"
        )
    own = {one.piece.place for one in run.granted if one.piece.line == piece.line}
    others = run.ledger.used(key) - before - run.ledger.drawn_for(key, own)
    less = f" and {money(run.scene, others)} by other expenses" if others > 0 else ""
    if run.rule.per == "trip" and not before:
        whose = f" ({key.whose})" if run.rule.whose == "person" else ""
        return f"at most {amount}{less.replace(' and ', ', of which ')}{whose}"
    return f"{amount} less {money(run.scene, before)} used before{less} ({key.whose}, {key.period})"


def _deductible(run: Run, deductible: Expression) -> None:
    """Let the patient pay the first part of each group or balance.

    What is taken off a piece counts in the ``at_most`` of the piece's own day: a trip over New Year
    draws on two years, and what the old one has no room for is taken off the new one.
    """
    if run.rule.per in PERIODS and run.rule.whose == "person":
        _deduct_of_each(run, deductible)
        return
    if run.rule.per in OF_EACH:
        deduct_each(run, deductible)
        return
    for places in grouped(run):
        whole = charge = run.round_taken(places, amount_for(run, deductible, places))
        if run.rule.per in PERIODS:
            charge = max(0, charge - int(run.ledger.used(balance_of(run, places[0]))))
        is_plain = isinstance(deductible.root, Constant)
        why = "" if is_plain else f" ({amount_words(run, deductible, places)})"
        told = own_words(run, why, whole, whole - charge)
        taken = _deduct(run, places, charge, told)
        if run.rule.per in PERIODS:
            run.ledger.draw(balance_of(run, places[0]), Fraction(taken))


def _deduct(run: Run, places: Sequence[int], charge: int, told: Sequence[str]) -> int:
    """Take the charge off the pieces in order; return how much could be taken."""
    at_most, left = AtMost(run, is_one_amount=True), charge
    taken = [0] * len(places)
    for number, place in enumerate(places):
        if left or not number:
            wished = min(left, run.current[place])
            taken[number] = at_most.take(place, wished)
            left -= taken[number]
    of_line: dict[int, int] = {}
    for place, part in zip(places, taken, strict=True):
        line = run.granted[place].piece.line
        of_line[line] = of_line.get(line, 0) + part
    for place, part in zip(places, taken, strict=True):
        here = of_line[run.granted[place].piece.line]
        words = patients_own(run, sum(taken), [*told, *at_most.bound.values()], here)
        run.lower(place, run.current[place] - part, words)
    return sum(taken)


def _deduct_of_each(run: Run, deductible: Expression) -> None:
    """Take each person's own deductible off their equal parts of the pieces."""
    charges = {
        key: _Charge(
            run.round_taken(places, amount_for(run, deductible, places, key.whose)),
            explained(deductible, run.view(places, key.whose)),
        )
        for key, places in drawing_on(run).items()
    }
    for place in run.applies_to():
        _deduct_of_piece(run, place, charges)


@dataclass(frozen=True, slots=True)
class _Charge:
    """A person's deductible in minor units, and how it was reckoned."""

    whole: int
    why: str


def _deduct_of_piece(run: Run, place: int, charges: Mapping[BalanceKey, _Charge]) -> None:
    granted = run.granted[place]
    keys = balances_of(run.scene, run.rule, granted.piece, granted.covered.people)
    base, rest = divmod(run.current[place], len(keys))
    at_most, taken = AtMost(run), 0
    told: list[str] = []
    for number, key in enumerate(keys):
        charge = charges[key]
        used = min(charge.whole, int(run.ledger.used(key)))
        part = min(base + (number < rest), charge.whole - used)
        part = at_most.take(place, part, people=[key.whose])
        run.ledger.draw(key, Fraction(part))
        taken += part
        said = own_words(run, charge.why, charge.whole, used)
        told += [f"{one} ({key.whose})" for one in said if used and one not in told]
    words = patients_own(run, taken, [*told, *at_most.bound.values()])
    run.lower(place, run.current[place] - taken, words)
