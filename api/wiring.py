"""What is plugged into what: the only room that names a concrete adapter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final, Protocol, cast

from flask import current_app, g

from api.access.actions import Action
from api.access.policy import find_reach
from api.access.principal import SYSTEM
from api.audit.writer import AuditWriter
from api.database import Database, open_database
from api.key_file import key_file_of
from api.scoped.sessions import Scope, ScopedSessions
from api.settings import Settings
from logistics.repository.sessions import Sessions
from logistics.suppliers.catalogue.supplier import SampleCatalogue
from logistics.suppliers.port import TravelSupplier
from scheduling.optimizer.apart import explain_apart, solve_apart
from scheduling.optimizer.errors import UnknownOption
from scheduling.solver_port import Solver

_PATIENCE_SECONDS: Final = 8
"""How long a reader waits for a page of explanations; what is not known by then says so."""


class Explainer(Protocol):
    """Says why options of a problem document are not in its best plan."""

    def __call__(
        self, document: bytes, *, options: Sequence[str] | None, seconds: float
    ) -> dict[str, Any]:
        """Return the reasons under ``options``, or no such key where the asking was wrong."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the faces call: the database, the supplier of travel, the solver, the clock.

    ``database`` is the whole one; ``sessions`` shows what whoever asks may see of it.
    """

    settings: Settings
    database: Database
    sessions: Sessions
    trail: AuditWriter
    travel: TravelSupplier
    solver: Solver
    explainer: Explainer
    clock: Callable[[], datetime]

    def seen_in(self, scope: Scope) -> Services:
        """Return the same services with sessions that show and note what the scope says."""
        return replace(self, sessions=ScopedSessions(self.database, self.trail, scope))

    def as_system(self, action: Action) -> Services:
        """Return the same services for what the service does by itself: all is seen, and noted."""
        reach = find_reach(SYSTEM, action)
        if reach is None:
            raise ValueError(f"the service itself has no grant for {action}")
        return self.seen_in(Scope(principal=SYSTEM, action=action, reach=reach, now=self.now()))

    def now(self) -> datetime:
        """Return the present instant (UTC)."""
        return self.clock()

    def explain(self, document: bytes, options: tuple[str, ...]) -> list[dict[str, Any]]:
        """Return why each of these options is not in the best plan of a problem document.

        Raises:
            UnknownOption: the document has no such option.
            SolveKilled: the solving process ended without an answer.
        """
        if not options:
            return []
        seconds = float(min(self.settings.solve_seconds, _PATIENCE_SECONDS))
        answer = self.explainer(document, options=options, seconds=seconds)
        if "options" not in answer:
            raise UnknownOption(options[0])
        return cast("list[dict[str, Any]]", answer["options"])

    def today(self) -> date:
        """Return the present date in UTC."""
        return self.clock().date()


def build_services(settings: Settings) -> Services:
    """Return the services these settings ask for; nothing is connected yet.

    Raises InvalidField for an unusable database URL and CatalogueUnreadable.
    """
    keys = settings.key_ring or key_file_of(settings.database_url)
    database = open_database(settings.database_url, keys=keys)
    return Services(
        settings=settings,
        database=database,
        sessions=database,
        trail=AuditWriter(database),
        travel=SampleCatalogue(),
        solver=solve_apart,
        explainer=explain_apart,
        clock=read_clock,
    )


def get_services() -> Services:
    """Return the services for the present request: their sessions show what who asks may see.

    Raises RuntimeError where the gate has let nobody in.
    """
    if "services" not in g:
        raise RuntimeError("no request has passed the gate")
    return cast("Services", g.services)


def get_whole_services() -> Services:
    """Return the services of the application, whoever asks: for the rooms of people and audit."""
    return cast("Services", current_app.extensions["services"])


def read_clock() -> datetime:
    """Return the present instant (UTC)."""
    return datetime.now(UTC)
