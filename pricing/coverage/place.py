"""Where a rule looks from: the facts as one piece, one person, one group sees them.

A fact is read by its path. What the trip document states is read from it and named by its place
there when it is missing; everything else is computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from pricing.coverage.decision_errors import FactNotStated
from pricing.coverage.own_facts import read_own_fact
from pricing.coverage.piece_facts import PIECE_FACTS
from pricing.coverage.trip_facts import TRIP_FACTS
from pricing.coverage.view import Found, Unstated, View
from pricing.documents.errors import NoTableRow
from pricing.expressions.errors import CannotCompute
from pricing.expressions.evaluate import evaluate
from pricing.expressions.tree import Expression
from pricing.expressions.values import Value

_READERS = {**TRIP_FACTS, **PIECE_FACTS}


@dataclass(frozen=True, slots=True)
class Place(View):
    """A view as expressions read it."""

    def get(self, path: str) -> Value:
        """Return a fact; raises FactNotStated naming the field that would state it."""
        found = self._read(path)
        if isinstance(found, Unstated):
            raise FactNotStated(path, field=found.field, rule=self.rule)
        return found

    def is_stated(self, path: str) -> bool:
        """Return whether the trip states the fact."""
        return not isinstance(self._read(path), Unstated)

    def look_up(self, table: str, arguments: tuple[Value, ...]) -> Fraction:
        """Return a table's value for the arguments; raises NoTableRow."""
        try:
            row = self.scene.tables[table].find(arguments)
        except NoTableRow as error:
            field = "" if self.piece is None else self.piece.field
            asking = f", which rule {self.rule} looks up{f' for {field}' if field else ''}"
            raise NoTableRow(
                error.table, error.asked, error.nearby, asking=asking, field=field
            ) from None
        value = value_of(row, self)
        assert isinstance(value, Fraction)  # noqa: S101 — checked when the document was read
        return value

    def _read(self, path: str) -> Found:
        owner, _, name = path.partition(".")
        if name.startswith("facts."):
            return read_own_fact(self, path, owner, name.removeprefix("facts."))
        return _READERS[owner](self, name)


def value_of(expression: Expression, place: Place) -> Value:
    """Return an expression's value; raises as `evaluate` does, naming the rule and the expense."""
    try:
        return evaluate(expression, place)
    except CannotCompute as error:
        field = "" if place.piece is None else place.piece.field
        of_field = f" for {field}" if field else ""
        asking = f"rule {place.rule}{of_field}: " if place.rule else ""
        if error.fault.startswith("rule "):
            raise
        raise CannotCompute(error.text, f"{asking}{error.fault}", field=field) from None
