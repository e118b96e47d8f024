"""What a benefit grants each piece, put together again where people each had a part of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pricing.coverage.documents.policy_document import Benefit
from pricing.coverage.pieces import Piece
from pricing.coverage.wording import times


@dataclass(frozen=True, slots=True)
class Grant:
    """What one piece gets of its group's amount: exact minor units, and the group's arithmetic."""

    piece: Piece
    benefit: Benefit
    exact: Fraction
    group: int
    arithmetic: str


def put_together(grants: Sequence[Grant]) -> list[Grant]:
    """Return one grant for each piece, in order of their first parts.

    Groups that have parts of one piece become one, with the arithmetic of all: they are rounded
    together, so that the parts of a piece add up.
    """
    one_of = _united(grants)
    words: dict[int, dict[int, str]] = {}
    for one in grants:
        words.setdefault(one_of[one.group], {})[one.group] = one.arithmetic
    whole: dict[int, Grant] = {}
    for one in grants:
        group = one_of[one.group]
        before = whole.get(one.piece.place)
        exact = one.exact if before is None else before.exact + one.exact
        counted = Counter(words[group].values())
        said = "; ".join(times(many, told) for told, many in counted.items())
        whole[one.piece.place] = replace(one, exact=exact, group=group, arithmetic=said)
    return list(whole.values())


def _united(grants: Iterable[Grant]) -> dict[int, int]:
    """Return for each group the first of those that share a piece with it, however far around."""
    leader: dict[int, int] = {}

    def first(group: int) -> int:
        while leader.setdefault(group, group) != group:
            group = leader[group]
        return group

    of_piece: dict[int, int] = {}
    for one in grants:
        low, high = sorted(
            (first(one.group), first(of_piece.setdefault(one.piece.place, one.group)))
        )
        leader[high] = low
    return {group: first(group) for group in tuple(leader)}
