"""What can go wrong when an itinerary is put into calendars."""

from __future__ import annotations

from scheduling.errors import SchedulingError


class NothingToCancel(SchedulingError):
    """Every item of the earlier revision still stands, so there is no cancellation to send."""

    def __init__(self, itinerary_id: str, revision: int) -> None:
        """Keep the itinerary and the earlier revision."""
        super().__init__(
            f"no item of itinerary {itinerary_id!r} has gone since revision {revision};"
            " send the new calendar instead of a cancellation"
        )
        self.itinerary_id = itinerary_id
        self.revision = revision


class NotALaterRevision(SchedulingError):
    """A cancellation was asked for between revisions that do not follow one another."""

    def __init__(self, previous: str, current: str) -> None:
        """Keep both, written as id and revision."""
        super().__init__(
            f"{current} is not a later revision of {previous}; name the two the other way round,"
            " or two of one itinerary"
        )
        self.previous = previous
        self.current = current
