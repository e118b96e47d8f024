"""What can go wrong when a document is read back."""

from __future__ import annotations

from scheduling.errors import SchedulingError


class MalformedDocument(SchedulingError):
    """A JSON document is no itinerary in the published form."""

    def __init__(self, field: str, problem: str) -> None:
        """Keep the path of the field, such as ``"items[2].starts"``, and what would be right."""
        super().__init__(f"itinerary document, {field or 'as a whole'}: {problem}")
        self.field = field
        self.problem = problem
