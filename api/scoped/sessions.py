"""Sessions of the database that show a principal what a reach contains, and nothing else.

What such a session has read of health data is in the trail before it is left, and what it has
written is in the trail in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState
from sqlmodel import Session, col, select

from api.access.actions import Action
from api.access.policy import Reach
from api.access.principal import Principal
from api.audit.collecting import Collected, collect, describe
from api.audit.trail import NewEntry, Outcome, add_entry
from api.audit.writer import AuditWriter
from api.scoped.predicates import Predicates, row_predicates
from logistics.errors import CaseNotFound
from logistics.repository.sealed import HIDDEN_FIELDS
from logistics.repository.sessions import Sessions
from logistics.tables import CaseRow

_PREDICATES: Final = "scoped.predicates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Who asks, for what, and how far that reaches; the instant is that of the request.

    ``source`` says where from (a shortened network address, a job), ``request_id`` which request.
    """

    principal: Principal
    action: Action
    reach: Reach
    now: datetime
    source: str = ""
    request_id: str = ""


class ScopedSessions:
    """The ``Sessions`` of one principal: what a repository cannot see, it cannot leak."""

    def __init__(self, database: Sessions, trail: AuditWriter, scope: Scope) -> None:
        """Take the whole database, what notes reads, and how much of it is to be seen."""
        self._database = database
        self._trail = trail
        self._scope = scope
        self._hidden = frozenset(field.value for field in scope.reach.hidden)
        self._predicates = row_predicates(scope.principal, scope.reach, now=scope.now)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction which sees the rows within reach; raises DatabaseUnavailable."""
        with self._database.read() as session:
            collected = self._begin(session)
            yield session
            entry = self._entry(collected)
        if entry is not None:
            self._trail.note(entry)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction which sees and changes the rows within reach.

        Raises DatabaseUnavailable, and CaseNotFound where something was stored for a case beyond.
        """
        with self._database.write() as session:
            collected = self._begin(session)
            yield session
            session.flush()
            self._require_own(session, collected)
            entry = self._entry(collected)
            if entry is not None:
                add_entry(session, entry)

    def _begin(self, session: Session) -> Collected:
        session.info[HIDDEN_FIELDS] = self._hidden
        session.info[_PREDICATES] = self._predicates
        return collect(session)

    def _require_own(self, session: Session, collected: Collected) -> None:
        """Raise CaseNotFound unless all that was stored is of cases within reach."""
        if not self._predicates:
            return
        stored = {
            one.case_reference
            for one in collected.writes
            if one.columns and one.case_reference is not None
        }
        # A case that this transaction has loaded was within reach.
        unknown = stored - collected.loaded_cases
        if not unknown:
            return
        query = select(CaseRow.reference).where(col(CaseRow.reference).in_(unknown))
        within: set[str] = set(session.exec(query))
        beyond = unknown - within
        if beyond:
            raise CaseNotFound(min(beyond))

    def _entry(self, collected: Collected) -> NewEntry | None:
        """Return the entry for what was read and written, or None where that was no health data."""
        scope = self._scope
        detail = describe(collected)
        if not detail["read"] and not detail["written"]:
            return None
        if scope.source:
            detail["from"] = scope.source
        return NewEntry(
            at=scope.now,
            action=scope.action.value,
            outcome=Outcome.DONE,
            principal=scope.principal,
            case_references=collected.case_references,
            detail=detail,
            request_id=scope.request_id,
        )


def _add_predicates(state: ORMExecuteState) -> None:
    """Have every SELECT, UPDATE and DELETE of the session carry the predicates of its tables."""
    predicates: Predicates | None = state.session.info.get(_PREDICATES)
    # A refresh of a row in hand is left alone: the row was within reach in this transaction.
    if predicates and (state.is_select or state.is_update or state.is_delete):
        state.statement = predicates.narrow(state.statement)


# For all sessions at once, as a listener costs more to add than to pass over; and before all other
# listeners, as one of them may run the statement.
event.listen(Session, "do_orm_execute", _add_predicates, insert=True)
