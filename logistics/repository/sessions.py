"""The port through which jobs reach the database: one transaction to read, one to write."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlmodel import Session


class Sessions(Protocol):
    """Opens transactions; both ways raise DatabaseUnavailable where the database cannot serve.

    A transaction is short: none is open during a supplier's call or a solve.
    """

    def read(self) -> AbstractContextManager[Session]:
        """Open a transaction which sees one state of the database and refuses to change it."""
        ...

    def write(self) -> AbstractContextManager[Session]:
        """Open a transaction which is committed at the end, and undone whole on any error.

        Once the block has been left without an error, what was written survives a crash.
        """
        ...
