"""What can go wrong between the house and its database."""

from __future__ import annotations

from logistics.errors import LogisticsError


class DatabaseUnavailable(LogisticsError):
    """The database cannot serve now; nothing of the transaction was stored.

    ``retryable`` says whether the same request can succeed later without anybody's help.
    """

    def __init__(self, problem: str, *, retryable: bool) -> None:
        """Keep a sentence that says what happened and what to do next."""
        super().__init__(problem)
        self.problem = problem
        self.retryable = retryable


class AlreadyStored(LogisticsError):
    """Something with that id is stored already."""

    def __init__(self, kind: str, key: str) -> None:
        """Keep what kind of thing it is (``"facility"``) and its id."""
        super().__init__(f"{kind} {key!r} is stored already; choose another id")
        self.kind = kind
        self.key = key
