"""The phases of a plan in words: its status in a list, and the steps of a plan being made."""

from __future__ import annotations

from typing import Any, Final

from scheduling.planning import Phase

_STATUSES: Final = {
    Phase.QUEUED: ("wait", "Waiting to start"),
    Phase.SEARCHING: ("wait", "Searching offers"),
    Phase.SOLVING: ("wait", "Comparing every combination"),
    Phase.CHECKING: ("wait", "Checking the result"),
    Phase.PLANNED: ("good", "Proven best"),
    Phase.NO_PLAN: ("warn", "No visit is possible"),
    Phase.FAILED: ("bad", "Failed"),
    Phase.CANCELLED: ("plain", "Cancelled"),
}
_STEPS: Final = (
    (Phase.QUEUED, "Waiting", "for a free place among the plans being made"),
    (Phase.SEARCHING, "Searching", "slots, flights, lodging and transfers"),
    (Phase.SOLVING, "Comparing", "every combination, until one is proven best"),
    (Phase.CHECKING, "Checking", "the result a second way, and who pays each cent"),
)


def phase_status(phase: Phase, status: str | None) -> dict[str, str]:
    """Return the badge of a plan: its kind (good, warn, bad, wait, plain) and its words."""
    kind, words = _STATUSES[phase]
    if phase is Phase.PLANNED and status != "OPTIMAL":
        kind, words = "warn", "Planned, not proven best"
    return {"kind": kind, "words": words}


def phase_steps(phase: Phase) -> list[dict[str, Any]]:
    """Return the steps of a plan being made; ``state`` is done, now or later."""
    order = [step for step, _, _ in _STEPS]
    place = order.index(phase) if phase in order else len(order)
    return [
        {
            "name": name,
            "meaning": meaning,
            "state": "done" if number < place else "now" if number == place else "later",
        }
        for number, (_, name, meaning) in enumerate(_STEPS)
    ]
