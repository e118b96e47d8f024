"""What a kind of database brings along: its engines, its turn to write, its words for trouble."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from logistics.repository.errors import DatabaseUnavailable


@dataclass(frozen=True, slots=True)
class Engines:
    """One open database; ``location`` names it without a password.

    ``reader`` refuses to write, ``looker`` reads with one statement for which no transaction needs
    to be begun, ``writer`` writes within ``turn``, ``migrator`` changes tables.
    ``explain`` turns a driver's error into ours, or into None when it is a fault of ours.
    """

    kind: str
    location: str
    reader: Engine
    looker: Engine
    writer: Engine
    migrator: Engine
    turn: Callable[[], AbstractContextManager[None]]
    explain: Callable[[DBAPIError], DatabaseUnavailable | None]

    @property
    def all(self) -> tuple[Engine, Engine, Engine]:
        """Return the three engines."""
        return self.reader, self.writer, self.migrator
