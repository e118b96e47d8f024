"""Sessions of the database that show a principal what a reach contains, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlmodel import Session

from api.access.actions import Action
from api.access.policy import Reach
from api.access.principal import Principal
from api.scoped.predicates import row_predicates
from logistics.repository.sessions import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Who asks, for what, and how far that reaches; the instant is that of the request."""

    principal: Principal
    action: Action
    reach: Reach
    now: datetime


class ScopedSessions:
    """The ``Sessions`` of one principal: what a repository cannot see, it cannot leak."""

    def __init__(self, database: Sessions, scope: Scope) -> None:
        """Take the whole database, and how much of it is to be seen."""
        self._database = database
        self._scope = scope
        self._hidden = frozenset(field.value for field in scope.reach.hidden)
        self._options = row_predicates(scope.principal, scope.reach, now=scope.now)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction which sees the rows within reach; raises DatabaseUnavailable."""
        with self._database.read() as session:
            session.info["hidden"] = self._hidden
            _narrow(session, self._options)
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction which sees and changes the rows within reach.

        Raises DatabaseUnavailable.
        """
        with self._database.write() as session:
            session.info["hidden"] = self._hidden
            _narrow(session, self._options)
            yield session


def _narrow(session: Session, options: tuple[LoaderCriteriaOption, ...]) -> None:
    """Have every SELECT, UPDATE and DELETE of the session carry the predicates."""
    if not options:
        return

    def add(state: ORMExecuteState) -> None:
        # A refresh of a row in hand is left alone: the row was within reach in this transaction.
        if state.is_select or state.is_update or state.is_delete:
            state.statement = state.statement.options(*options)

    event.listen(session, "do_orm_execute", add)
