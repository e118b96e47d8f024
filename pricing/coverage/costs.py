"""What of a piece's cost a benefit looks at: its fare, without its tax, the covered part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import add

from pricing.coverage.cabins import cabin_cost
from pricing.coverage.decision_errors import FactNotStated
from pricing.coverage.documents.policy_document import Benefit
from pricing.coverage.groups import Covered
from pricing.coverage.pieces import Piece
from pricing.coverage.place import Place
from pricing.coverage.scene import Scene
from pricing.coverage.wording import money


@dataclass(frozen=True, slots=True)
class Cost:
    """A piece's cost on its way to what counts, in exact minor units.

    ``spent`` is the whole with its ``tax``; ``fare`` what of it the cabin rule lets count;
    ``tax_off`` the tax taken off the fare; ``counted`` the covered people's part of the rest. Of a
    divided piece each is one part.
    """

    spent: Fraction
    tax: Fraction
    fare: Fraction
    tax_off: Fraction
    counted: Fraction

    def __add__(self, other: Cost) -> Cost:
        """Return the cost of two pieces together."""
        return Cost(
            spent=self.spent + other.spent,
            tax=self.tax + other.tax,
            fare=self.fare + other.fare,
            tax_off=self.tax_off + other.tax_off,
            counted=self.counted + other.counted,
        )


def cost_of(scene: Scene, benefit: Benefit, member: Covered, place: Place) -> Cost:
    """Return the cost of a piece that the benefit looks at; ``place`` is where the rule stands.

    A fare that is compared holds its tax in the proportion in which the ticket bought does. Raises
    FactNotStated where the trip does not state what it takes.
    """
    price = scene.price_of(member.piece)
    if price.cost is None:
        raise FactNotStated("line.claimed", field=amount_field(member.piece), rule=benefit.id)
    spent = fare = Fraction(price.cost)
    if benefit.cabin is not None:
        fare = min(spent, cabin_cost(scene, benefit.cabin, member.piece, place, spent))
    tax_off = Fraction(0)
    if benefit.tax == "excluded" and spent:
        tax_off = price.tax * fare / spent
    whole = (spent, Fraction(price.tax), fare, tax_off, (fare - tax_off) * member.share)
    return Cost(*(whole if member.parts == 1 else (one / member.parts for one in whole)))


def cost_words(scene: Scene, costs: Sequence[Cost]) -> str:
    """Return how what counts of a group's costs came about: ``900.00 − tax 90.00 = 810.00``.

    A group has a piece at least.
    """
    whole = reduce(add, costs)
    rest = whole.fare - whole.tax_off
    words = _fare_words(scene, whole) + _tax_words(scene, whole)
    if whole.counted != rest:
        words = f"({words})" if " " in words else words
        words += f" × {whole.counted / rest} for the covered people"
    is_told = whole.counted in {whole.spent, whole.fare, Fraction(0)}
    return words if is_told else f"{words} = {money(scene, whole.counted)}"


def _fare_words(scene: Scene, whole: Cost) -> str:
    spent = money(scene, whole.spent)
    if whole.fare == whole.spent:
        return spent
    if not whole.fare:
        return f"nothing of {spent}, a cabin above the one that is paid"
    return f"{money(scene, whole.fare)} (the fare of the cabin that is paid, instead of {spent})"


def _tax_words(scene: Scene, whole: Cost) -> str:
    if not whole.tax_off:
        return ""
    words = f" − tax {money(scene, whole.tax_off)}"
    if whole.fare < whole.spent and whole.tax_off * whole.spent == whole.tax * whole.fare:
        parts = (money(scene, one) for one in (whole.tax, whole.fare, whole.spent))
        words += " ({} × {} / {})".format(*parts)
    return words


def amount_field(piece: Piece) -> str:
    """Return the field that would state what a piece cost."""
    expense = f"expenses[{piece.expense.id}]"
    if piece.expense.nights:
        return f"{expense}.nights (a night of {piece.day} with its amount)"
    return f"{expense}.amount"
