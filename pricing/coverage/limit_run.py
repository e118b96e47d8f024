"""One limit being applied: what it looks at, the amounts it lowers, the words it leaves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final, get_args

from pricing.coverage.benefits import Written, place_of, written_in
from pricing.coverage.decision import BalanceKey
from pricing.coverage.documents.policy_document import ROLLING, Limit, Maximum, Period
from pricing.coverage.groups import (
    COUNTED,
    Covered,
    LimitGroup,
    PieceGroup,
    group_by,
    is_read_for_each,
    multiplier,
)
from pricing.coverage.ledger import Ledger, period_key
from pricing.coverage.pieces import Piece
from pricing.coverage.place import Place, value_of
from pricing.coverage.prepared import PreparedLimit
from pricing.coverage.rounding import RoundedOff, Rounder
from pricing.coverage.scene import Scene
from pricing.coverage.travellers import holds
from pricing.coverage.wording import decimal
from pricing.expressions.explain import explain
from pricing.expressions.tree import Constant, Expression

PERIODS: Final = frozenset({*get_args(Period), ROLLING})


@dataclass(frozen=True, slots=True)
class Granted:
    """A piece that a benefit pays, and for whom."""

    covered: Covered
    benefit: str

    @property
    def piece(self) -> Piece:
        """Return the piece."""
        return self.covered.piece


@dataclass(slots=True)
class Run:
    """One limit being applied: what it looks at, the amounts it lowers, the words it leaves.

    ``kept`` and ``taken`` remember, by line, what was rounded of that which the limit leaves, and
    of that which it takes off.
    """

    scene: Scene
    prepared: PreparedLimit
    granted: Sequence[Granted]
    current: list[int]
    ledger: Ledger
    rounder: Rounder
    limits: Mapping[str, PreparedLimit]
    words: dict[int, dict[object, str]]
    kept: dict[int, list[RoundedOff]] = field(default_factory=dict)
    taken: dict[int, list[RoundedOff]] = field(default_factory=dict)

    @property
    def rule(self) -> Limit:
        """Return the limit itself."""
        return self.prepared.rule

    def lower(self, place: int, to: int, words: str) -> None:
        """Set a piece's amount and say why; ``place`` counts the granted pieces."""
        if to == self.current[place]:
            return
        self.current[place] = to
        if words:
            self.say(self.granted[place].piece.line, words, words)

    def say(self, line: int, about: object, words: str) -> None:
        """Tell the arithmetic of a line; what was said before about the same is replaced."""
        self.words.setdefault(line, {})[about] = words

    def round_kept(self, places: Sequence[int], exact: Sequence[Fraction]) -> list[int]:
        """Return what one line's pieces keep, rounded as the policy says, and remember it.

        Rounding never gives a piece more than it has.
        """
        rounded = self.rounder.spread(exact)
        whole = [
            min(self.current[place], max(0, amount))
            for place, amount in zip(places, rounded, strict=True)
        ]
        self._remember(self.kept, places[:1], RoundedOff(sum(exact, Fraction(0)), sum(whole)))
        return whole

    def round_taken(self, places: Sequence[int], exact: Fraction) -> int:
        """Return what is taken off these pieces, rounded as the policy says, and remember it."""
        whole = self.rounder.round(exact)
        self._remember(self.taken, places, RoundedOff(exact, whole))
        return whole

    def _remember(
        self, where: dict[int, list[RoundedOff]], places: Sequence[int], rounded: RoundedOff
    ) -> None:
        if rounded.is_changed:
            for line in dict.fromkeys(self.granted[place].piece.line for place in places):
                where.setdefault(line, []).append(rounded)

    def number(
        self, expression: Expression, places: Sequence[int], owner: str | None = None
    ) -> Fraction:
        """Return an expression's value for a group, as its first piece sees it."""
        value = value_of(expression, self.view(places, owner))
        assert isinstance(value, Fraction)  # noqa: S101 — checked when the policy was read
        return value

    def view(self, places: Sequence[int], owner: str | None = None) -> Place:
        """Return the view of a group's first piece, with the balances before the trip.

        ``owner`` is the person whose own amount is read, be the first piece theirs or shared.
        """
        group = LimitGroup(
            self.scene,
            self.rule.id,
            tuple(self.granted[place].covered for place in places),
            amount=sum(self.current[place] for place in places),
        )
        view = place_of(self.scene, group.first.piece, self.rule.id)
        person = view.person if owner is None else self.scene.people[owner]
        return replace(view, person=person, group=group, balance=_Before(self, places))

    def applies_to(self) -> list[int]:
        """Return the granted pieces it looks at, in order of service date."""
        looked_at = [
            place
            for place, granted in enumerate(self.granted)
            if self.current[place] > 0
            and (
                granted.piece.kind in self.prepared.kinds
                or granted.benefit in self.prepared.benefits
            )
            and (self.rule.when is None or holds(self.rule.when, self.view([place])))
        ]
        return sorted(looked_at, key=lambda place: (self.granted[place].piece.day, place))


@dataclass(frozen=True, slots=True)
class _Before:
    """Balances before the trip, for ``used.ID`` and ``left.ID``."""

    run: Run
    places: Sequence[int]

    def used(self, limit_id: str) -> Fraction:
        rule = self._rule(limit_id)
        covered = self.run.granted[self.places[0]].covered
        most = _maximum_meant(rule, limit_id)
        if most is None:
            keys = balances_of(self.run.scene, rule, covered.piece, covered.people)
        else:
            keys = maximum_balances(self.run.scene, most, covered.piece, covered.people)
        used = sum((self.run.ledger.used_before(key) for key in keys), Fraction(0))
        return used / self.run.scene.minor_units if rule.of == "money" else used

    def left(self, limit_id: str) -> Fraction:
        rule = self._rule(limit_id)
        amount = rule.cap or rule.at_most or rule.deductible
        assert amount is not None  # noqa: S101 — checked when the policy was read
        expression, rate, _ = in_currency(self.run, amount, self.places)
        value = value_of(expression, self.run.view(self.places))
        assert isinstance(value, Fraction)  # noqa: S101 — checked when the policy was read
        return max(Fraction(0), value * rate - self.used(limit_id))

    def _rule(self, name: str) -> Limit:
        """Return the limit of that id, or one that draws on the balance of that name."""
        if name in self.run.limits:
            return self.run.limits[name].rule
        rules = (limit.rule for limit in self.run.limits.values())
        named = list(rules)
        own = (rule for rule in named if rule.balance_name == name)
        return next(own, None) or next(
            rule for rule in named if any(one.balance == name for one in rule.maxima)
        )


def _maximum_meant(rule: Limit, name: str) -> Maximum | None:
    """Return the maximum of which a name reads what was taken off towards it, or None.

    The id of a limit that keeps nothing else beyond a trip reads its ``at_most``.
    """
    for most in rule.maxima:
        if most.balance == name:
            return most
    keeps_nothing_else = rule.pays_share is not None or rule.is_of_groups
    return rule.maxima[0] if rule.maxima and keeps_nothing_else else None


def balances_of(scene: Scene, rule: Limit, piece: Piece, people: Sequence[str]) -> list[BalanceKey]:
    """Return the balances a piece draws on: one, or one for each of several people."""
    period = period_key(scene, rule.per, piece)
    is_money = rule.of == "money"
    return [
        BalanceKey(rule.balance_name, owner, period, is_money)
        for owner in owners_of(scene, rule.whose, people)
    ]


def reader_of(whose: str, owner: str) -> str | None:
    """Return through whose eyes an owner's amount is read: a person's own, theirs; else nobody's.

    So ``person.…`` is known for what several share, too.
    """
    return owner if whose == "person" else None


def owners_of(scene: Scene, whose: str, people: Sequence[str]) -> list[str]:
    """Return whose balances are meant: the patient's, the household's, or each person's."""
    patient = next(iter(scene.people))
    if whose == "person" and people:
        return list(people)
    return [(scene.trip.household or patient) if whose == "household" else patient]


_AROUND: Final[Mapping[str, str]] = MappingProxyType({"person": "trip", "person_day": "day"})
"""Within what each person has an amount of their own."""


def grouped(run: Run) -> list[list[int]]:
    """Return the pieces that share one amount, each group in order of service date.

    Of amounts of each person's own a group holds everybody's pieces.
    """
    places = run.applies_to()
    if run.rule.per in PERIODS:
        by_key: dict[object, list[int]] = {}
        for place in places:
            by_key.setdefault(balance_of(run, place), []).append(place)
        return list(by_key.values())
    place_of_piece = {run.granted[place].piece.place: place for place in places}
    covered = [run.granted[place].covered for place in places]
    per = _AROUND.get(run.rule.per, run.rule.per)
    groups = group_by(run.scene, run.rule.id, per, covered)
    return [[place_of_piece[one.piece.place] for one in group.members] for group in groups]


def drawing_on(run: Run) -> dict[BalanceKey, list[int]]:
    """Return the pieces that draw on each balance, in order of service date.

    What several people share draws on everybody's, so a piece may be listed more than once.
    """
    drawing: dict[BalanceKey, list[int]] = {}
    for place in run.applies_to():
        covered = run.granted[place].covered
        for key in balances_of(run.scene, run.rule, covered.piece, covered.people):
            drawing.setdefault(key, []).append(place)
    return drawing


def in_currency(
    run: Run, written: Written, places: Sequence[int]
) -> tuple[Expression, Fraction, str]:
    """Return the expression that holds for a group, its rate into the policy's currency, its code.

    The rate is that of the group's first piece.
    """
    pieces = [run.granted[place].piece for place in places]
    expression, code = written_in(run.scene, written, pieces)
    return expression, run.scene.unit_rate(pieces[0]) if code else Fraction(1), code


def cap_for(
    run: Run, cap: Written, places: Sequence[int], owner: str | None = None
) -> tuple[int, str]:
    """Return a group's cap in whole minor units, and how it comes about, if that is to be told.

    ``owner``: it is one person's own, however many share the pieces.
    """
    expression, rate, code = in_currency(run, cap, places)
    limit = math.floor(amount_for(run, expression, places, owner) * rate)
    times = Fraction(1) if owner is not None else _times(run, places)
    parts = [amount_words(run, expression, places, owner) + (f" {code}" if code else "")]
    if times != 1 and not (owner is None and is_read_for_each(run.rule.per, expression)):
        parts.append(f"{decimal(times)} {COUNTED[run.rule.per]}")
    if code:
        parts.append(decimal(rate))
    is_plain = len(parts) == 1 and isinstance(expression.root, Constant)
    return limit, "" if is_plain else f" ({' × '.join(parts)})"


def amount_for(
    run: Run, amount: Expression, places: Sequence[int], owner: str | None = None
) -> Fraction:
    """Return an amount for a group in minor units, times what the limit's ``per`` counts.

    It is exact: the policy's rounding is for what is paid, not for what limits it.
    """
    readers = _readers(run, amount, places, owner)
    each = [max(Fraction(0), run.number(amount, places, reader)) for reader in readers]
    times = _times(run, places) if readers == (None,) else Fraction(1)
    return sum(each, Fraction(0)) * times * run.scene.minor_units


def amount_words(
    run: Run, amount: Expression, places: Sequence[int], owner: str | None = None
) -> str:
    """Return how an amount for a group comes about, as each for whom it is read sees it."""
    readers = _readers(run, amount, places, owner)
    return " + ".join(explain(amount, run.view(places, reader)) for reader in readers)


def _readers(
    run: Run, amount: Expression, places: Sequence[int], owner: str | None
) -> tuple[str | None, ...]:
    """Return for whom an amount is read: its owner, everybody in a room, or nobody."""
    if owner is None and is_read_for_each(run.rule.per, amount):
        return _group(run, places).people_in_order
    return (owner,)


def _times(run: Run, places: Sequence[int]) -> Fraction:
    """Return by how much an amount is multiplied for a group; of a period, by nothing."""
    if run.rule.per in PERIODS:
        return Fraction(1)
    return multiplier(run.rule.per, _group(run, places))


def _group(run: Run, places: Sequence[int]) -> PieceGroup:
    members = tuple(run.granted[place].covered for place in places)
    return PieceGroup(run.scene, run.rule.id, members)


def balance_of(run: Run, place: int) -> BalanceKey:
    """Return the balance a piece draws on; of several people's, the first one's."""
    granted = run.granted[place]
    return balances_of(run.scene, run.rule, granted.piece, granted.covered.people)[0]


def balance_for(run: Run, owner: str, place: int) -> BalanceKey:
    """Return an owner's balance in the period that a piece falls into."""
    period = period_key(run.scene, run.rule.per, run.granted[place].piece)
    return BalanceKey(run.rule.balance_name, owner, period, run.rule.of == "money")


def maximum_balances(
    scene: Scene, most: Maximum, piece: Piece, people: Sequence[str]
) -> list[BalanceKey]:
    """Return the balances of what may be taken off within a maximum: one, or one for each."""
    period = period_key(scene, most.per, piece)
    owners = owners_of(scene, most.whose, people)
    return [BalanceKey(most.balance, owner, period) for owner in owners]
