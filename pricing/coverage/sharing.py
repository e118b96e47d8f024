"""What several share and a benefit pays by person: the others' part, offered to other benefits.

A ticket falls through to the benefits below because it is one person's. A room is everybody's:
where the first benefit that is for some of them pays ``by_person``, it is parted into two pieces,
theirs and the others', wherever another benefit would pay the others' part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from pricing.coverage.benefits import find_benefit
from pricing.coverage.pieces import Piece
from pricing.coverage.prepared import PreparedVersion
from pricing.coverage.scene import Price, Scene
from pricing.coverage.travellers import members_of

_Part = tuple[Piece, Price]
_Sets = Mapping[str, frozenset[str]]

_BY_DISTANCE: Final = frozenset({"mile", "km"})
"""A drive is as long for one as for all; it is not parted."""


def part_shared(scene: Scene, prepared: PreparedVersion) -> Scene:
    """Return the scene with the pieces parted that benefits pay by person.

    Costs and taxes are divided by heads to the minor unit. Raises as `find_benefit` does.
    """
    if not any(benefit.shared == "by_person" for benefit, _ in prepared.benefits):
        return scene
    names = {benefit.travellers for benefit, _ in prepared.benefits}
    members = {name: members_of(scene, name) for name in sorted(names)}
    parts = [
        part
        for piece, price in zip(scene.pieces, scene.prices, strict=True)
        for part in _parts(scene, prepared, (piece, price), members)
    ]
    return replace(
        scene,
        pieces=tuple(replace(piece, place=place) for place, (piece, _) in enumerate(parts)),
        prices=tuple(price for _, price in parts),
    )


def _parts(
    scene: Scene, prepared: PreparedVersion, whole: _Part, members: _Sets
) -> Iterator[_Part]:
    """Yield the part of those whom the piece's benefit is for, then those of the others."""
    piece, _ = whole
    if not piece.is_shared or len(piece.people) < 2:  # noqa: PLR2004 — nobody to share with
        yield whole
        return
    found = find_benefit(scene, prepared, piece, members)
    benefit, people = found.benefit, found.covered.people
    others = tuple(one for one in piece.people if one not in people)
    is_parted = benefit is not None and benefit.shared == "by_person" and others
    if not is_parted or benefit is None or benefit.per in _BY_DISTANCE:
        yield whole
        return
    theirs, rest = _part(whole, people), _rest(whole, others, len(people))
    if find_benefit(scene, prepared, rest[0], members).benefit is None:
        yield whole
        return
    yield theirs
    yield from _parts(scene, prepared, rest, members)


def _part(whole: _Part, people: tuple[str, ...]) -> _Part:
    piece, price = whole
    heads, of = len(people), len(piece.people)
    amount = None if piece.amount is None else _share(piece.amount, heads, of)
    cost = None if price.cost is None else _share(price.cost, heads, of)
    return (
        replace(
            piece,
            people=people,
            sharing=piece.sharing or piece.people,
            amount=amount,
            tax=_share(piece.tax, heads, of),
        ),
        replace(price, cost=cost, tax=_share(price.tax, heads, of)),
    )


def _rest(whole: _Part, others: tuple[str, ...], heads: int) -> _Part:
    """Return what is left where so many heads have had theirs."""
    piece, price = whole
    of = len(piece.people)
    amount = None if piece.amount is None else piece.amount - _share(piece.amount, heads, of)
    cost = None if price.cost is None else price.cost - _share(price.cost, heads, of)
    return (
        replace(
            piece,
            people=others,
            sharing=piece.sharing or piece.people,
            amount=amount,
            tax=piece.tax - _share(piece.tax, heads, of),
        ),
        replace(price, cost=cost, tax=price.tax - _share(price.tax, heads, of)),
    )


def _share(whole: int, heads: int, of: int) -> int:
    """Return an equal part for so many of all heads, half up."""
    return (2 * whole * heads + of) // (2 * of)
