"""The life of a plan, and what it holds when it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from scheduling.cost_split import CoverageDecision
from scheduling.errors import IllegalPhaseChange, PlanNotReady, ProposalNotFound
from scheduling.itinerary import ItineraryItem


class Phase(StrEnum):
    """Where a plan stands."""

    QUEUED = "queued"
    SEARCHING = "searching"
    SOLVING = "solving"
    CHECKING = "checking"
    PLANNED = "planned"
    NO_PLAN = "no_plan"
    FAILED = "failed"
    CANCELLED = "cancelled"


_NEXT: dict[Phase, frozenset[Phase]] = {
    Phase.QUEUED: frozenset({Phase.SEARCHING, Phase.FAILED, Phase.CANCELLED}),
    Phase.SEARCHING: frozenset(
        {Phase.SOLVING, Phase.NO_PLAN, Phase.FAILED, Phase.CANCELLED, Phase.QUEUED}
    ),
    Phase.SOLVING: frozenset(
        {Phase.CHECKING, Phase.NO_PLAN, Phase.FAILED, Phase.CANCELLED, Phase.QUEUED}
    ),
    Phase.CHECKING: frozenset({Phase.PLANNED, Phase.FAILED, Phase.CANCELLED, Phase.QUEUED}),
    Phase.PLANNED: frozenset(),
    Phase.NO_PLAN: frozenset(),
    Phase.FAILED: frozenset({Phase.QUEUED}),
    Phase.CANCELLED: frozenset(),
}
_FINISHED = frozenset({Phase.PLANNED, Phase.NO_PLAN, Phase.FAILED, Phase.CANCELLED})


def next_phase(before: Phase, after: Phase) -> Phase:
    """Return ``after`` when the arrow is drawn, else raise IllegalPhaseChange.

    ::

        queued → searching → solving → checking → planned
           ↑         │          │         │
           │         └──────────┴─────────│──→ no_plan
           └─────────┴──────────┴─────────┘    whoever made it went away: from the start again
        queued, searching, solving, checking → failed | cancelled
        failed → queued                        somebody asks for it again
    """
    if after not in _NEXT[before]:
        raise IllegalPhaseChange(before, after)
    return after


def is_finished(phase: Phase) -> bool:
    """Return whether a plan in that phase stays as it is, unless somebody asks for it again."""
    return phase in _FINISHED


@dataclass(frozen=True, slots=True)
class Proposal:
    """One complete visit of a plan: the best, or an alternative under its own preference.

    ``choices`` and ``parts`` are the optimizer's, keyed as in ``docs/problem-documents.md``;
    ``measure`` and ``measure_bound`` prove the proposal for its own preference (units there).
    ``coverage`` splits the same cents line by line, ``items`` is the timeline.
    """

    name: str
    status: str
    cost: int
    bound: int
    measure: int
    measure_bound: int
    same_as_best: bool
    choices: dict[str, Any]
    parts: dict[str, Any]
    coverage: CoverageDecision
    items: tuple[ItineraryItem, ...]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A rule in the way of any plan: its code, a sentence in words, and what would open it."""

    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What became of one request to plan a case's visit.

    ``status`` is the solver's (OPTIMAL, FEASIBLE, INFEASIBLE, UNKNOWN) once known. ``problem``
    is the problem document solved (UTF-8 JSON), None until it was built. ``notes`` are sentences
    for the reader: what was searched, set aside, and what stands between the plan and a booking.
    """

    id: str
    case_reference: str
    phase: Phase
    progress: str
    created_at: datetime
    finished_at: datetime | None
    status: str | None
    proposals: tuple[Proposal, ...]
    obstacles: tuple[Obstacle, ...]
    notes: tuple[str, ...]
    policy_version: str | None
    problem: bytes | None
    failure: str | None
    statistics: dict[str, Any]

    @property
    def best(self) -> Proposal | None:
        """Return the proposal the optimizer proved best, or None without a plan."""
        return self.proposals[0] if self.proposals else None

    def get_proposal(self, name: str) -> Proposal:
        """Return the proposal of that name (``"best"``, …).

        Raises PlanNotReady where there is no plan, and ProposalNotFound.
        """
        if self.phase is not Phase.PLANNED:
            raise PlanNotReady(self.id, self.phase)
        for proposal in self.proposals:
            if proposal.name == name:
                return proposal
        raise ProposalNotFound(self.id, name)
