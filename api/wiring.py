"""What is plugged into what: the only room that names a concrete adapter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import cast

from flask import current_app

from api.database import Database, open_database
from api.settings import Settings
from logistics.suppliers.catalogue.supplier import SampleCatalogue
from logistics.suppliers.port import TravelSupplier
from scheduling.optimizer.apart import solve_apart
from scheduling.solver_port import Solver


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the faces call: the database, the supplier of travel, the solver, the clock."""

    settings: Settings
    sessions: Database
    travel: TravelSupplier
    solver: Solver
    clock: Callable[[], datetime]

    def now(self) -> datetime:
        """Return the present instant (UTC)."""
        return self.clock()

    def today(self) -> date:
        """Return the present date in UTC."""
        return self.clock().date()


def build_services(settings: Settings) -> Services:
    """Return the services these settings ask for; nothing is connected yet.

    Raises InvalidField for an unusable database URL and CatalogueUnreadable.
    """
    return Services(
        settings=settings,
        sessions=open_database(settings.database_url),
        travel=SampleCatalogue(),
        solver=solve_apart,
        clock=read_clock,
    )


def get_services() -> Services:
    """Return the services of the application that answers the present request."""
    return cast("Services", current_app.extensions["services"])


def read_clock() -> datetime:
    """Return the present instant (UTC)."""
    return datetime.now(UTC)
