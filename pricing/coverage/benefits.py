"""Benefits: which rule pays a piece, and how much its group gets.

A piece goes to the first benefit in the list that covers its kind, whose ``when`` holds and whose
travellers include somebody the piece is for. The pieces of one benefit are grouped by its ``per``
and each group gets one amount, which its pieces share in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from pricing.coverage.costs import Cost, cost_of, cost_words
from pricing.coverage.documents.policy_document import Benefit
from pricing.coverage.grants import Grant, put_together
from pricing.coverage.groups import (
    COUNTED,
    OF_EACH,
    Covered,
    PieceGroup,
    group_by,
    is_read_for_each,
    multiplier,
)
from pricing.coverage.legs import distance_of
from pricing.coverage.pieces import Piece
from pricing.coverage.place import Place, value_of
from pricing.coverage.prepared import PreparedVersion
from pricing.coverage.scene import Scene
from pricing.coverage.travellers import holds
from pricing.coverage.wording import decimal, money
from pricing.expressions.explain import explain
from pricing.expressions.tree import Expression

_PEOPLE: Final = ("person", "people")
_DISTANCE_UNITS: Final[Mapping[str, str]] = {"mile": "mi", "km": "km"}


@dataclass(frozen=True, slots=True)
class Missed:
    """A benefit that covers the kind and yet does not pay the piece, and why."""

    benefit: Benefit
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """Which benefit pays a piece, for whom; or None and every benefit that came close."""

    benefit: Benefit | None
    covered: Covered
    missed: tuple[Missed, ...]


def find_benefit(
    scene: Scene,
    prepared: PreparedVersion,
    piece: Piece,
    members: Mapping[str, frozenset[str]],
) -> Found:
    """Return the benefit that pays the piece; ``members`` holds the people of every set."""
    missed: list[Missed] = []
    for benefit, kinds in prepared.benefits:
        if piece.kind not in kinds:
            continue
        place = place_of(scene, piece, benefit.id)
        if not holds(benefit.when, place):
            assert benefit.when is not None  # noqa: S101 — one left out holds
            missed.append(Missed(benefit, explain(benefit.when, place)))
            continue
        people = tuple(person for person in piece.people if person in members[benefit.travellers])
        if not people:
            missed.append(Missed(benefit, _outside(scene, piece, benefit)))
            continue
        is_shared = benefit.shared == "by_person"
        share = Fraction(len(people), len(piece.people)) if is_shared else Fraction(1)
        return Found(benefit, Covered(piece, people, share), tuple(missed))
    return Found(None, Covered(piece, ()), tuple(missed))


def place_of(scene: Scene, piece: Piece, rule: str) -> Place:
    """Return the view of a piece; its person where it is one person's."""
    person = scene.people[piece.people[0]] if len(piece.people) == 1 else None
    return Place(scene=scene, rule=rule, piece=piece, person=person)


def grant(scene: Scene, benefit: Benefit, members: Sequence[Covered], first: int) -> list[Grant]:
    """Return what each piece of one benefit gets; groups are numbered from ``first``.

    Of an amount for each person, or each person and day, what several share is divided among them:
    one allowance of a day is for the meals and the ride.
    """
    grants: list[Grant] = []
    is_divided = benefit.per in OF_EACH
    looked_at = [part for one in members for part in one.divided()] if is_divided else members
    for number, group in enumerate(
        group_by(scene, benefit.id, benefit.per, looked_at), start=first
    ):
        pay = {"actual": _actual, "allowance": _allowance, "nothing": _nothing}[benefit.pays]
        exact, arithmetic = pay(scene, benefit, group)
        grants += (
            Grant(member.piece, benefit, amount, number, arithmetic)
            for member, amount in zip(group.members, exact, strict=True)
        )
    return put_together(grants) if is_divided else grants


_Paid = tuple[list[Fraction], str]
Written = Expression | dict[str, Expression]
"""An amount: one expression, or one for each of several currencies."""


def _nothing(_: Scene, __: Benefit, group: PieceGroup) -> _Paid:
    return [Fraction(0)] * len(group.members), "excluded"


def _actual(scene: Scene, benefit: Benefit, group: PieceGroup) -> _Paid:
    costs = _costs(scene, benefit, group)
    share = Fraction(1)
    words = cost_words(scene, costs)
    if benefit.share is not None:
        share = _number(benefit.share, _view(scene, benefit, group))
        share = min(Fraction(1), max(Fraction(0), share))
        whole = f"({words})" if " " in words else words
        words = f"{decimal(share * 100)} % of {whole}"
    wished = [cost.counted * share for cost in costs]
    limit, limit_words = _limit(scene, benefit, group)
    if limit is None:
        return wished, words
    return fill(wished, limit), f"the lesser of {words} and {limit_words}"


def _allowance(scene: Scene, benefit: Benefit, group: PieceGroup) -> _Paid:
    assert benefit.amount is not None  # noqa: S101 — an allowance has its amount
    exact, words = _amount_of(scene, benefit, group, benefit.amount)
    if benefit.at_most_cost or scene.never_above_cost:
        costs = _costs(scene, benefit, group)
        weights = _weights(scene, benefit, group)
        shares = _within([cost.counted for cost in costs], exact, weights)
        spent = cost_words(scene, costs)
        return shares, f"the lesser of {words} and what was spent, {spent}"
    return _by_weight(exact, _weights(scene, benefit, group)), words


def _costs(scene: Scene, benefit: Benefit, group: PieceGroup) -> list[Cost]:
    return [
        cost_of(scene, benefit, one, place_of(scene, one.piece, benefit.id))
        for one in group.members
    ]


def _limit(scene: Scene, benefit: Benefit, group: PieceGroup) -> tuple[Fraction | None, str]:
    """Return the most that the group gets, in minor units; None: no limit."""
    if benefit.up_to is None:
        return None, ""
    return _amount_of(scene, benefit, group, benefit.up_to)


def _amount_of(
    scene: Scene, benefit: Benefit, group: PieceGroup, written: Written
) -> tuple[Fraction, str]:
    """Return an amount for a group in minor units of the policy's currency, and in words.

    One in the currency of the expenses is reckoned in it, then converted as they are.
    """
    pieces = [member.piece for member in group.members]
    expression, code = written_in(scene, written, pieces)
    amount, words = _times(scene, benefit, group, expression, _view(scene, benefit, group))
    if not code:
        return amount, words
    rate = scene.trip_rates.rate_of(group.first.piece)
    return amount * rate, f"{words} {code} × {decimal(rate)}"


def written_in(scene: Scene, written: Written, pieces: Sequence[Piece]) -> tuple[Expression, str]:
    """Return the expression that holds for pieces, and the code of its currency; "": the policy's.

    That of the currency in which all of them were spent; of several currencies, or one that is not
    listed, the policy's own.
    """
    if isinstance(written, Expression):
        return written, ""
    spent = {piece.currency(scene.trip.currency) for piece in pieces}
    own = scene.policy.currency
    code = next(iter(spent)) if len(spent) == 1 else own
    return (written[own], "") if code == own or code not in written else (written[code], code)


def _times(
    scene: Scene, benefit: Benefit, group: PieceGroup, amount: Expression, place: Place
) -> tuple[Fraction, str]:
    """Return an amount times its quantity in minor units (neither below zero), and in words."""
    if benefit.per in _DISTANCE_UNITS and benefit.quantity is None:
        return _by_distance(scene, benefit, group, amount)
    if benefit.quantity is None and is_read_for_each(benefit.per, amount):
        return _by_sleeper(scene, group, amount, place)
    value = _number(amount, place)
    words = explain(amount, place)
    if benefit.quantity is None:
        quantity = multiplier(benefit.per, group)
        quantity_words = f"{decimal(quantity)} {COUNTED.get(benefit.per, '')}".rstrip()
    else:
        quantity = _number(benefit.quantity, place)
        quantity_words = f"({explain(benefit.quantity, place)})"
    product = max(Fraction(0), value) * max(Fraction(0), quantity)
    if quantity != 1 or benefit.quantity is not None:
        words = f"{words} × {quantity_words} = {money(scene, product * scene.minor_units)}"
    return product * scene.minor_units, words


def _by_distance(
    scene: Scene, benefit: Benefit, group: PieceGroup, amount: Expression
) -> tuple[Fraction, str]:
    """Return the sum over the legs of each leg's own rate times its length, and in words.

    A rate may differ by leg: with its direction, or with its date at the turn of a year.
    """
    unit = _DISTANCE_UNITS[benefit.per]
    total, parts = Fraction(0), dict[str, Fraction]()
    for member in group.legs():
        place = _view_of(scene, benefit, group, member)
        length = group.leg_distance(member, unit)
        total += max(Fraction(0), _number(amount, place)) * length
        words = explain(amount, place)
        parts[words] = parts.get(words, Fraction(0)) + length
    minor = total * scene.minor_units
    sums = " + ".join(f"{rate} × {decimal(length)} {unit}" for rate, length in parts.items())
    return minor, f"{sums} = {money(scene, minor)}"


def _by_sleeper(
    scene: Scene, group: PieceGroup, amount: Expression, place: Place
) -> tuple[Fraction, str]:
    """Return the sum of what the amount is for each who sleeps there, and in words."""
    total, parts = Fraction(0), dict[str, int]()
    for person in group.people_in_order:
        own = replace(place, person=scene.people[person])
        total += max(Fraction(0), _number(amount, own))
        words = explain(amount, own)
        parts[words] = parts.get(words, 0) + 1
    minor = total * scene.minor_units
    sums = " + ".join(
        f"{f'({words})' if ' ' in words else words} × {count} {_PEOPLE[count > 1]}"
        for words, count in parts.items()
    )
    return minor, f"{sums} = {money(scene, minor)}"


def _weights(scene: Scene, benefit: Benefit, group: PieceGroup) -> list[Fraction]:
    """Return in which proportion the pieces of an allowance share it.

    By distance where it is paid by distance, else by what the covered people's part cost; equally
    where one of them states no length, or no cost.
    """
    equally = [Fraction(1)] * len(group.members)
    if benefit.per in _DISTANCE_UNITS:
        weights = _distance_weights(scene, benefit, group)
    else:
        costs = [(scene.price_of(one.piece).cost, one.portion) for one in group.members]
        weights = [cost * portion for cost, portion in costs if cost is not None]
    is_known = len(weights) == len(equally) and sum(weights) > 0
    return weights if is_known else equally


def _distance_weights(scene: Scene, benefit: Benefit, group: PieceGroup) -> list[Fraction]:
    """Return each leg's own amount; fewer than there are pieces where a length is not stated."""
    assert benefit.amount is not None  # noqa: S101 — an allowance has its amount
    amount, _ = written_in(scene, benefit.amount, [one.piece for one in group.members])
    weights = []
    for member in group.members:
        length = distance_of(member.piece, _DISTANCE_UNITS[benefit.per])
        if length is not None:
            rate = _number(amount, _view_of(scene, benefit, group, member))
            weights.append(max(Fraction(0), rate) * length)
    return weights


def _by_weight(whole: Fraction, weights: Sequence[Fraction]) -> list[Fraction]:
    total = sum(weights, Fraction(0))
    return [whole * weight / total for weight in weights]


def _within(
    costs: Sequence[Fraction], whole: Fraction, weights: Sequence[Fraction]
) -> list[Fraction]:
    """Return what each piece gets of an allowance that is never more than what was spent.

    Its share by weight up to its cost; what a share exceeds a cost by goes to the others in order.
    """
    given = [
        min(cost, share) for cost, share in zip(costs, _by_weight(whole, weights), strict=True)
    ]
    room = [cost - gift for cost, gift in zip(costs, given, strict=True)]
    rest = fill(room, max(Fraction(0), whole - sum(given)))
    return [gift + more for gift, more in zip(given, rest, strict=True)]


def fill(wished: Iterable[Fraction], limit: Fraction) -> list[Fraction]:
    """Return what each gets of a limit that is used up in order."""
    given, left = [], limit
    for wish in wished:
        amount = min(wish, left)
        given.append(amount)
        left -= amount
    return given


def _view(scene: Scene, benefit: Benefit, group: PieceGroup) -> Place:
    return _view_of(scene, benefit, group, group.first)


def _view_of(scene: Scene, benefit: Benefit, group: PieceGroup, member: Covered) -> Place:
    person = scene.people[member.people[0]] if len(member.people) == 1 else None
    return Place(scene=scene, rule=benefit.id, piece=member.piece, person=person, group=group)


def _number(expression: Expression, place: Place) -> Fraction:
    value = value_of(expression, place)
    assert isinstance(value, Fraction)  # noqa: S101 — checked when the policy was read
    return value


def _outside(scene: Scene, piece: Piece, benefit: Benefit) -> str:
    if not piece.people:
        return "nobody on the trip uses it: the patient is in hospital"
    described = scene.version.travellers.get(benefit.travellers)
    text = "the patient only" if described is None else described.text
    return f"{', '.join(piece.people)} is not among those it is for ({text.rstrip('.')})"
