"""Class of travel: the highest cabin that is paid, and what a dearer ticket gets."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from pricing.coverage.decision_errors import FactNotStated
from pricing.coverage.documents.cabin_rule import Cabin, CabinRule
from pricing.coverage.kinds import TICKETS
from pricing.coverage.pieces import Piece, to_minor
from pricing.coverage.place import Place
from pricing.coverage.scene import Scene
from pricing.coverage.travellers import holds

ORDER: Final[tuple[Cabin, ...]] = ("economy", "premium_economy", "business", "first")


def highest_cabin(rule: CabinRule, place: Place) -> Cabin:
    """Return the highest cabin paid for a piece; economy where no entry holds."""
    for entry in rule.highest:
        if holds(entry.when, place):
            return entry.cabin
    return "economy"


def cabin_cost(
    scene: Scene, rule: CabinRule, piece: Piece, place: Place, cost: Fraction
) -> Fraction:
    """Return what of the ticket's piece counts, in minor units.

    Raises FactNotStated where the ticket's cabin, or the fare it would be held against, is missing.
    """
    if piece.expense.kind not in TICKETS:
        return cost
    cabin = piece.expense.cabin
    field = f"expenses[{piece.expense.id}]"
    if cabin is None:
        raise FactNotStated("line.cabin", field=f"{field}.cabin", rule=place.rule)
    highest = highest_cabin(rule, place)
    if ORDER.index(cabin) <= ORDER.index(highest):
        return cost
    if rule.above == "nothing":
        return Fraction(0)
    fare = (piece.expense.fares or {}).get(highest)
    if fare is None:
        raise FactNotStated("line.fares", field=f"{field}.fares.{highest}", rule=place.rule)
    minor = to_minor(fare, piece.currency(scene.trip.currency))
    legs = len(piece.expense.legs or (1,))
    return minor * scene.price_of(piece).rate / legs
