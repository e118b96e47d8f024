"""What two people can do to each other's rows."""

from __future__ import annotations

from scheduling.errors import SchedulingError


class SlotsCollide(SchedulingError):
    """A specialist would be offered twice at one time, or a slot's id is taken."""

    def __init__(self, slot_id: str, starts_at: str) -> None:
        """Keep the slot that cannot be added and its start as ISO text; none was added."""
        super().__init__(
            f"slot {slot_id!r} at {starts_at} has the id or the time of another slot of the"
            " specialist; none was added. Choose a free time"
        )
        self.slot_id = slot_id
        self.starts_at = starts_at


class RequestKeyReused(SchedulingError):
    """One idempotency key came with two different requests."""

    def __init__(self, request_key: str) -> None:
        """Keep the key."""
        super().__init__(
            f"the key {request_key!r} was used for another request; use a new key for a new request"
        )
        self.request_key = request_key


class RevisionConflict(SchedulingError):
    """Somebody else has just accepted a plan of the same case."""

    def __init__(self, case_reference: str, revision: int) -> None:
        """Keep the case and the revision that could not be stored."""
        super().__init__(
            f"revision {revision} of the itinerary of case {case_reference!r} does not follow the"
            " latest one; look at the current itinerary, then accept again"
        )
        self.case_reference = case_reference
        self.revision = revision
