"""A kind of problem: what an error is called where it becomes an answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind of problem: HTTP status, a title, and the fragment that ends its type's URI."""

    status: int
    title: str

    @property
    def slug(self) -> str:
        """Return the title as a URI fragment."""
        kept = "".join(c if c.isalnum() else "-" for c in self.title.lower())
        return "-".join(part for part in kept.split("-") if part)
