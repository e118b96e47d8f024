"""Arithmetic that is alike for several days, told once for all of them.

A stay of a hundred days at one rate is one sentence, not a hundred that differ in their dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from pricing.coverage.documents.policy_document import Benefit
from pricing.coverage.grants import Grant
from pricing.coverage.kinds import Kind
from pricing.coverage.pieces import Piece
from pricing.coverage.scene import Scene
from pricing.coverage.wording import times


def arithmetic_of(scene: Scene, grants: Iterable[Grant]) -> str:
    """Return the arithmetic of the groups, those counted that differ in their day alone."""
    groups: dict[int, Grant] = {}
    for one in grants:
        groups.setdefault(one.group, one)
    told = {one.arithmetic for one in groups.values()}
    alike: dict[str, list[Grant]] = {}
    for one in groups.values():
        shape = one.arithmetic if len(told) == 1 else _shape(scene, one)
        alike.setdefault(shape, []).append(one)
    return "; ".join(_told(together) for together in alike.values())


def _shape(scene: Scene, grant: Grant) -> str:
    """Return the words without what tells the day alone: its date, and its number if asked for."""
    words = grant.arithmetic.replace(str(grant.piece.day), "…")
    if _asks_for_number(grant.benefit):
        own = rf"(?<![\d.,]){_number_of(scene, grant.piece)}(?![\d.,])"
        words = re.sub(own, "…", words)
    return words


def _asks_for_number(benefit: Benefit) -> bool:
    written = (benefit.amount, benefit.up_to, benefit.quantity, benefit.share)
    parts = (one.values() if isinstance(one, dict) else (one,) for one in written)
    return any(one is not None and ".number" in one.text for part in parts for one in part)


def _number_of(scene: Scene, piece: Piece) -> int:
    """Return the number of a piece: of the night or leg in its expense, of the day in the trip."""
    match piece.kind:
        case Kind.LODGING:
            return piece.night_number
        case Kind.MEALS:
            return (piece.day - scene.start).days + 1
        case _:
            return piece.leg_number


def _told(together: Sequence[Grant]) -> str:
    first = together[0]
    words = times(len(together), first.arithmetic)
    if all(one.arithmetic == first.arithmetic for one in together):
        return words
    return f"{words}, {_days({one.piece.day for one in together})}"


def _days(days: Iterable[date]) -> str:
    """Return days as people say them: the first and the last of those that follow each other."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(
        f"{run[0]} to {run[-1]}" if len(run) > 1 else run[0].isoformat() for run in runs
    )
