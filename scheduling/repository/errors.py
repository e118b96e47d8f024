"""What two people can do to each other's rows."""

from __future__ import annotations

from scheduling.errors import SchedulingError


class SlotsCollide(SchedulingError):
    """A specialist would be offered twice at one time, or a slot's id is taken."""

    def __init__(self, count: int) -> None:
        """Keep how many slots were to be added; none of them was."""
        super().__init__(
            f"none of {count} slots was added: one has the id of a stored slot, names an unknown"
            " specialist, or overlaps another slot of its specialist"
        )
        self.count = count


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
