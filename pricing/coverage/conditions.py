"""Conditions: what must hold before anything is paid, and until when that can be brought about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pricing.coverage.benefits import place_of
from pricing.coverage.decision_errors import FactNotStated
from pricing.coverage.documents.policy_document import Condition
from pricing.coverage.documents.trip_document import Override
from pricing.coverage.pieces import Piece
from pricing.coverage.place import Place, value_of
from pricing.coverage.prepared import PreparedVersion
from pricing.coverage.scene import Scene
from pricing.coverage.travellers import holds
from pricing.documents.errors import NoTableRow
from pricing.expressions.errors import CannotCompute
from pricing.expressions.explain import explain


@dataclass(frozen=True, slots=True)
class Tested:
    """A condition as one piece meets it.

    ``is_met`` is None for one that is tested at another stage. ``share`` is what is still paid:
    1 where it is met, set aside or not tested. ``refused`` is an override that the policy does not
    allow and that therefore changes nothing.
    """

    condition: Condition
    piece: Piece
    is_met: bool | None
    share: Fraction
    override: Override | None
    refused: Override | None
    words: str
    until: date | None


def meet_conditions(
    scene: Scene,
    prepared: PreparedVersion,
    piece: Piece,
    *,
    assumed: Collection[tuple[str, int]] = (),
) -> list[Tested]:
    """Return every condition that applies to the piece.

    ``assumed`` are ids of conditions with places of pieces, for which they are taken as met.
    """
    found: list[Tested] = []
    for condition, kinds in prepared.conditions:
        if piece.kind not in kinds:
            continue
        place = place_of(scene, piece, condition.id)
        try:
            if holds(condition.when, place):
                is_assumed = (condition.id, piece.place) in assumed
                found.append(_tested(place, condition, piece, assumed=is_assumed))
        except (FactNotStated, NoTableRow, CannotCompute):
            # Nobody has to state what is asked about an expense that is refused already.
            if all(one.share for one in found):
                raise
    return found


def _tested(place: Place, condition: Condition, piece: Piece, *, assumed: bool) -> Tested:
    scene, until = place.scene, None
    if condition.needed_by is not None:
        value = value_of(condition.needed_by, place)
        until = value if isinstance(value, date) else None
    is_tested = condition.at in {"both", scene.trip.stage}
    if assumed or not is_tested:
        is_met = True if assumed else None
        return Tested(condition, piece, is_met, Fraction(1), None, None, "", until)
    is_met = holds(condition.requires, place)
    words = "" if is_met else explain(condition.requires, place)
    said = None if is_met else _find_override(scene, condition, piece)
    override = said if condition.overridable else None
    refused = None if condition.overridable else said
    share = Fraction(1) if is_met or override else _share(place, condition)
    return Tested(condition, piece, is_met, share, override, refused, words, until)


def _share(place: Place, condition: Condition) -> Fraction:
    if condition.otherwise is None:
        return Fraction(0)
    value = value_of(condition.otherwise, place)
    assert isinstance(value, Fraction)  # noqa: S101 — checked when the policy was read
    return min(Fraction(1), max(Fraction(0), value))


def _find_override(scene: Scene, condition: Condition, piece: Piece) -> Override | None:
    """Return the supervisor's word that sets the condition aside for the piece."""
    for override in scene.trip.overrides:
        names_line = override.lines is None or piece.expense.id in override.lines
        if override.rule == condition.id and names_line:
            return override
    return None
