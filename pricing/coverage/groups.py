"""Pieces that one amount is for: grouped by ``per``, and what a group holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Final

from pricing.coverage.decision_errors import FactNotStated
from pricing.coverage.legs import distance_of
from pricing.coverage.pieces import Piece
from pricing.coverage.scene import Scene
from pricing.expressions.tree import Expression, list_facts, list_tables

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """A piece and those of its people whom the benefit is for, or one equal part of it.

    ``share`` is the part of the piece's cost and tax that is theirs: less than 1 where a room or
    ride is paid ``by_person``. ``parts`` is in how many parts that was divided: 1 for a whole
    piece; for a part, whose ``people`` are one person, as many as the benefit is for.
    """

    piece: Piece
    people: tuple[str, ...]
    share: Fraction = Fraction(1)
    parts: int = 1

    @property
    def portion(self) -> Fraction:
        """Return the part of the piece's cost and tax that counts here."""
        return self.share / self.parts

    def divided(self) -> tuple[Covered, ...]:
        """Return what each of the people bears of a shared piece, or the piece itself."""
        if not self.piece.is_shared:
            return (self,)
        parts = len(self.people)
        return tuple(replace(self, people=(one,), parts=parts) for one in self.people)


@dataclass(frozen=True, slots=True)
class PieceGroup:
    """Pieces that share one amount, in the document's order; at least one."""

    scene: Scene
    rule: str
    members: tuple[Covered, ...]

    @property
    def first(self) -> Covered:
        """Return the first of them, through whose eyes the amount's facts are read."""
        return self.members[0]

    @property
    def people_in_order(self) -> tuple[str, ...]:
        """Return everybody covered, in the order of the trip."""
        people = self.people
        return tuple(one for one in self.scene.people if one in people)

    @property
    def people(self) -> frozenset[str]:
        """Return everybody covered."""
        return frozenset(person for member in self.members for person in member.people)

    def fact(self, name: str) -> Fraction:
        """Return the ``covered`` fact of that name."""
        if name.startswith("distance_"):
            return self.distance(name.removeprefix("distance_"))
        return Fraction(_FACTS[name](self))

    def distance(self, unit: str) -> Fraction:
        """Return how far the legs go; raises FactNotStated where one does not say.

        A ticket's leg counts once, however many travel on it.
        """
        return sum((self.leg_distance(leg, unit) for leg in self.legs()), Fraction(0))

    def legs(self) -> list[Covered]:
        """Return one member for each leg."""
        legs = {(member.piece.line, member.piece.leg_number): member for member in self.members}
        return list(legs.values())

    def leg_distance(self, leg: Covered, unit: str) -> Fraction:
        """Return how far one leg goes; raises FactNotStated where it does not say."""
        length = distance_of(leg.piece, unit)
        if length is None:
            field = f"{leg.piece.field}.distance_{unit}"
            raise FactNotStated(f"covered.distance_{unit}", field=field, rule=self.rule)
        return length

    def count(self, key: Callable[[Piece], object]) -> int:
        """Return how many different things of that kind the pieces are of."""
        return len({key(member.piece) for member in self.members})

    def cost(self) -> Fraction:
        """Return what the covered people's part cost in minor units; unknown costs are nothing."""
        costs = ((self.scene.price_of(one.piece).cost or 0) * one.portion for one in self.members)
        return sum(costs, Fraction(0))

    def tax(self) -> Fraction:
        """Return how much of that is tax, in minor units."""
        taxes = (self.scene.price_of(one.piece).tax * one.portion for one in self.members)
        return sum(taxes, Fraction(0))


@dataclass(frozen=True, slots=True)
class LimitGroup(PieceGroup):
    """A group that a limit looks at; ``amount`` is what it has left by then, in minor units."""

    amount: int

    def fact(self, name: str) -> Fraction:
        """Return the ``covered`` fact of that name."""
        if name == "amount":
            return Fraction(self.amount, self.scene.minor_units)
        return PieceGroup.fact(self, name)


_FACTS: Final[Mapping[str, Callable[[PieceGroup], int | Fraction]]] = {
    "persons": lambda group: len(group.people),
    "nights": lambda group: group.count(lambda piece: piece.day),
    "days": lambda group: group.count(lambda piece: piece.day),
    "legs": lambda group: group.count(lambda piece: (piece.line, piece.leg_number)),
    "rooms": lambda group: group.count(lambda piece: (piece.line, piece.room)),
    "tax": lambda group: group.tax() / group.scene.minor_units,
    "claimed": lambda group: group.cost() / group.scene.minor_units,
}

_OWNED_BY: Final[Mapping[str, Callable[[Scene, Piece], Key]]] = {
    "line": lambda _, piece: (piece.line,),
    "ticket": lambda _, piece: (piece.line, *piece.people),
    "leg": lambda _, piece: (piece.line, piece.leg_number),
    "mile": lambda _, piece: (piece.line,),
    "km": lambda _, piece: (piece.line,),
    "night": lambda _, piece: (piece.line, piece.day),
    "room_night": lambda _, piece: (piece.line, piece.day, piece.room),
    "person_night": lambda _, piece: (piece.line, piece.day),
    "day": lambda _, piece: (piece.day,),
    "person_day": lambda _, piece: (piece.day,),
    "person": lambda _, __: (),
    "week": lambda scene, piece: ((piece.day - scene.start).days // 7,),
    "visit": lambda _, piece: (piece.visit,),
    "trip": lambda _, __: (),
}


OF_EACH: Final = frozenset({"person", "person_day"})
"""Amounts of each person's own: what several share is divided among them."""

COUNTED: Final[Mapping[str, str]] = {
    "person_night": "people",
    "mile": "mi",
    "km": "km",
}
"""What an amount "per …" is multiplied by, where it is multiplied."""


def group_by(scene: Scene, rule: str, per: str, members: Iterable[Covered]) -> list[PieceGroup]:
    """Return the groups of a rule's pieces in order of their first piece.

    For amounts of each person's own the members are what each of the people bears.
    """
    groups: dict[Key, list[Covered]] = {}
    for member in members:
        owner = member.people if per in OF_EACH else ()
        groups.setdefault((*_OWNED_BY[per](scene, member.piece), *owner), []).append(member)
    return [PieceGroup(scene, rule, tuple(group)) for group in groups.values()]


@lru_cache(maxsize=4096)
def is_read_for_each(per: str, amount: Expression) -> bool:
    """Return whether an amount may be another for each of those who share a room for a night.

    A table may ask for a person in its rows.
    """
    asks = any(fact.path.startswith("person.") for fact in list_facts(amount))
    return per == "person_night" and (asks or bool(list_tables(amount)))


def multiplier(per: str, group: PieceGroup) -> Fraction:
    """Return by how many an amount "per …" is multiplied for the group."""
    if per == "mile":
        return group.distance("mi")
    if per == "km":
        return group.distance("km")
    if per == "person_night":
        return Fraction(len(group.people))
    return Fraction(1)
