"""What a fee schedule says of the lines in scope."""

from __future__ import annotations

from pricing.contracts.errors import ClaimFactMissing
from pricing.contracts.facts import of_line
from pricing.contracts.scene import Line
from pricing.contracts.schedules import Asked
from pricing.contracts.scope import Scope
from pricing.expressions.tree import Expression

Found = tuple[Expression, str]


def find_rows(schedule: str, scope: Scope) -> list[tuple[Line, Found]]:
    """Return each line in scope that the schedule lists, with its row.

    Raises ClaimFactMissing where it depends on a day that the claim does not state.
    """
    rows = scope.scene.prepared.schedules[schedule]
    found = []
    for line in scope.group or ():
        asked = _asked(line, scope)
        if asked.day is None and rows.needs_day(asked):
            path = "line.rate_date"
            raise ClaimFactMissing(path, field=of_line("date", line.id), rule=scope.rule)
        row = rows.find(asked)
        if row is not None:
            found.append((line, row))
    return found


def is_listed(schedule: str, scope: Scope) -> bool:
    """Return whether the schedule lists any line in scope."""
    return bool(find_rows(schedule, scope))


def asked_of(scope: Scope) -> str:
    """Return what was asked of a schedule, in words."""
    words = []
    for line in scope.group or ():
        parts = [
            f"{name} {value}"
            for name, value in (("code", line.code), ("revenue code", line.revenue_code))
            if value is not None
        ]
        words.append(f"line {line.id} ({', '.join(parts) or 'no code'})")
    return "; ".join(words)


def _asked(line: Line, scope: Scope) -> Asked:
    claim = scope.scene.claim
    return Asked(
        code=line.code,
        code_type=line.code_type,
        modifiers=line.modifiers,
        revenue_code=line.revenue_code,
        drg=scope.scene.drg,
        setting=line.setting,
        place=claim.place,
        day=scope.scene.rate_date(line),
    )
