"""What can go wrong on the scheduling floor."""

from __future__ import annotations


class SchedulingError(Exception):
    """Base of every error this floor raises on purpose."""


class SlotNotFound(SchedulingError):
    """No appointment slot has that id."""

    def __init__(self, slot_id: str) -> None:
        """Keep the id asked for."""
        super().__init__(f"there is no slot {slot_id!r}")
        self.slot_id = slot_id


class SlotTaken(SchedulingError):
    """Somebody else's appointment stands in the slot."""

    def __init__(self, slot_id: str) -> None:
        """Keep the slot that was lost."""
        super().__init__(f"slot {slot_id!r} has just been taken; plan the visit again")
        self.slot_id = slot_id


class SlotInPast(SchedulingError):
    """A slot that begins before now can neither be offered nor booked."""

    def __init__(self, starts_at: str) -> None:
        """Keep the start as ISO text."""
        super().__init__(f"the slot starts at {starts_at}, which has passed; offer a future one")
        self.starts_at = starts_at


class PlanNotFound(SchedulingError):
    """No plan has that id."""

    def __init__(self, plan_id: str) -> None:
        """Keep the id asked for."""
        super().__init__(f"there is no plan {plan_id!r}")
        self.plan_id = plan_id


class ProposalNotFound(SchedulingError):
    """The plan holds no proposal of that name."""

    def __init__(self, plan_id: str, proposal: str) -> None:
        """Keep the plan and the name asked for."""
        super().__init__(f"plan {plan_id!r} has no proposal {proposal!r}")
        self.plan_id = plan_id
        self.proposal = proposal


class PlanNotReady(SchedulingError):
    """The plan is still being made, failed, was cancelled, or found no way."""

    def __init__(self, plan_id: str, phase: str) -> None:
        """Keep the plan and the phase it is in."""
        super().__init__(f"plan {plan_id!r} is {phase}; only a finished plan can be accepted")
        self.plan_id = plan_id
        self.phase = phase


class IllegalPhaseChange(SchedulingError):
    """A plan was asked to move along an arrow that is not drawn."""

    def __init__(self, before: str, after: str) -> None:
        """Keep both phases."""
        super().__init__(f"a plan that is {before} cannot become {after}")
        self.before = before
        self.after = after


class OfferExpired(SchedulingError):
    """A plan is too old, or one of its journeys or slots has begun, so it cannot be accepted."""

    def __init__(self, plan_id: str, reason: str) -> None:
        """Keep the plan and why it is too late."""
        super().__init__(f"plan {plan_id!r} can no longer be accepted: {reason}; plan again")
        self.plan_id = plan_id
        self.reason = reason


class ItineraryNotFound(SchedulingError):
    """No itinerary has that id or revision."""

    def __init__(self, itinerary_id: str) -> None:
        """Keep what was asked for."""
        super().__init__(f"there is no itinerary {itinerary_id!r}")
        self.itinerary_id = itinerary_id


class NothingToPlanWith(SchedulingError):
    """The search could not begin: no slot, or no offer at all, matches the request."""

    def __init__(self, missing: str) -> None:
        """Keep a sentence naming what is missing."""
        super().__init__(missing)
        self.missing = missing


class PlanDisagrees(SchedulingError):
    """Two independent computations of one plan differ: our own fault, never shown as a plan."""

    def __init__(self, difference: str) -> None:
        """Keep what differed."""
        super().__init__(f"the plan failed its own check: {difference}")
        self.difference = difference


class DocumentFailed(SchedulingError):
    """A document could not be typeset."""

    def __init__(self, document: str, problem: str) -> None:
        """Keep which document and the typesetter's words."""
        super().__init__(f"{document} could not be made: {problem}")
        self.document = document
        self.problem = problem
