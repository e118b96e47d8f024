"""Which lines and claims a term is for, and in words why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Protocol

from pricing.contracts.documents.selector import Claims, ClaimSaid, Lines, LinesSaid
from pricing.contracts.patterns import DRG_DIGITS, REVENUE_DIGITS, Codes, codes_of, normal_code
from pricing.contracts.scene import Line, Scene
from pricing.expressions.tree import Expression


class _Scope(Protocol):
    """What choosing lines asks of whoever knows the facts."""

    @property
    def scene(self) -> Scene: ...

    def holds(self, expression: Expression | None) -> bool: ...

    def for_line(self, line: Line) -> _Scope: ...

    def phase_of(self, line: Line) -> str | None: ...

    def day_of(self, line: Line, lines: Sequence[Line]) -> date | None: ...


def choose_lines(said: Lines, lines: Iterable[Line], scope: _Scope) -> tuple[Line, ...]:
    """Return the lines that are meant, in order."""
    return tuple(line for line in lines if line_refusal(said, line, scope) is None)


def line_refusal(said: Lines, line: Line, scope: _Scope) -> str | None:
    """Return why a line is not meant, or None."""
    refusal = _line_refusal(said, line, scope)
    if refusal is None and said.same_day_as is not None:
        is_beside = _is_dated_as(said.same_day_as, line, scope)
        refusal = None if is_beside else "no line of its day is among those of same_day_as"
    if refusal is None and said.but_not is not None and _says_anything(said.but_not):
        is_excepted = _line_refusal(said.but_not, line, scope) is None
        refusal = "it is among those named by but_not" if is_excepted else None
    return refusal


def claim_refusal(said: Claims, scene: Scene, phases: Iterable[str | None]) -> str | None:
    """Return why a claim is not meant, or None; ``phases`` are those of its lines."""
    known = tuple(phases)
    refusal = _claim_refusal(said, scene, known)
    if refusal is None and said.but_not is not None and _says_anything(said.but_not):
        is_excepted = _claim_refusal(said.but_not, scene, known) is None
        refusal = "the claim is among those named by but_not" if is_excepted else None
    return refusal


def period_refusal(first: date | None, last: date | None, day: date | None) -> str | None:
    """Return why a rule is not in force on a day, or None; a rule without dates always is."""
    if first is None and last is None:
        return None
    if day is None:
        return "the claim states no day that tells whether it is in force"
    if first is not None and day < first:
        return f"it is in force from {first}, and the day that counts is {day}"
    if last is not None and last < day:
        return f"it was in force until {last}, and the day that counts is {day}"
    return None


def _is_dated_as(said: LinesSaid, line: Line, scope: _Scope) -> bool:
    """Tell whether a line of the claim that is meant is of the same day, the line itself too.

    Raises ClaimFactMissing for a line without a date that is, or that would be one of these.
    """
    lines = scope.scene.lines
    day = scope.day_of(line, lines)
    return any(
        _line_refusal(said, other, scope) is None and scope.day_of(other, lines) == day
        for other in lines
        if other.date is None or other.date == day
    )


def _says_anything(said: LinesSaid | ClaimSaid) -> bool:
    return any(getattr(said, name) is not None for name in type(said).model_fields)


def _line_refusal(said: LinesSaid, line: Line, scope: _Scope) -> str | None:
    for what, listed, digits, found in (
        ("revenue code", said.revenue_codes, REVENUE_DIGITS, line.revenue_code),
        ("code", said.codes, 0, line.code),
    ):
        if listed is not None and not _codes(listed, digits).has(found):
            return f"its {what} {found or '(none)'} is not among {', '.join(listed)}"
    for what, texts, own in (
        ("code type", said.code_types, line.code_type),
        ("setting", said.settings, line.setting),
        ("kind", said.kinds, line.kind),
        ("id", said.ids, line.id),
    ):
        if texts is not None and not _is_among(own, texts):
            return f"its {what} {own or '(none)'} is not among {', '.join(texts)}"
    return _line_rest_refusal(said, line, scope)


def _line_rest_refusal(said: LinesSaid, line: Line, scope: _Scope) -> str | None:
    if said.modifiers is not None and not _has_any(line.modifiers, said.modifiers):
        return f"it has none of the modifiers {', '.join(said.modifiers)}"
    if said.phases is not None and scope.phase_of(line) not in said.phases:
        found = scope.phase_of(line) or "(none)"
        return f"its phase {found} is not among {', '.join(said.phases)}"
    if said.when is not None and not scope.for_line(line).holds(said.when):
        return f"it does not meet {said.when.text}"
    return None


def _claim_refusal(said: ClaimSaid, scene: Scene, phases: tuple[str | None, ...]) -> str | None:
    claim = scene.claim
    for what, listed, digits, found in (
        ("DRG", said.drgs, DRG_DIGITS, scene.drg),
        ("principal diagnosis", said.principal_diagnoses, 0, scene.principal_diagnosis),
    ):
        if listed is not None and not _codes(listed, digits).has(found):
            return f"the claim's {what} {found or '(none)'} is not among {', '.join(listed)}"
    for what, texts, own in (
        ("setting", said.settings, claim.setting),
        ("type", said.types, claim.type),
    ):
        if texts is not None and not _is_among(own, texts):
            return f"the claim's {what} {own or '(none)'} is not among {', '.join(texts)}"
    return _claim_codes_refusal(said, scene, phases)


def _claim_codes_refusal(
    said: ClaimSaid, scene: Scene, phases: tuple[str | None, ...]
) -> str | None:
    lines = scene.lines
    for what, listed, digits, found in (
        ("diagnoses", said.diagnoses, 0, scene.diagnoses),
        ("procedures", said.procedures, 0, scene.procedures),
        ("codes", said.codes, 0, tuple(line.code for line in lines)),
        ("revenue codes", said.revenue_codes, REVENUE_DIGITS, tuple(x.revenue_code for x in lines)),
    ):
        if listed is not None and not any(_codes(listed, digits).has(code) for code in found):
            return f"the claim has none of the {what} {', '.join(listed)}"
    modifiers = tuple(code for line in lines for code in line.modifiers)
    for what, texts, own in (
        ("modifiers", said.modifiers, modifiers),
        ("kinds", said.kinds, tuple(line.kind for line in lines)),
        ("phases", said.phases, phases),
    ):
        if texts is not None and not _has_any(own, texts):
            return f"the claim has none of the {what} {', '.join(texts)}"
    return None


@lru_cache(maxsize=8192)
def _codes(listed: tuple[str, ...], digits: int) -> Codes:
    return codes_of(listed, digits)


def _is_among(own: str | None, texts: Iterable[str]) -> bool:
    return own is not None and own.casefold() in {text.casefold() for text in texts}


def _has_any(own: Iterable[str | None], texts: Iterable[str]) -> bool:
    wanted = {normal_code(text) for text in texts}
    return any(one is not None and normal_code(one) in wanted for one in own)
