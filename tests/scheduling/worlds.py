"""A seeded world for jobs: the samples in a database, the sample catalogue, a solver in process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from api.database import Database
from api.seeding import seed
from logistics import samples
from logistics.suppliers.catalogue.supplier import SampleCatalogue
from logistics.suppliers.port import TravelSupplier
from scheduling.optimizer.answer import Answer
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.solve import solve
from scheduling.plan_visit import plan_visit
from scheduling.planning import Plan
from scheduling.repository.plans import create_plan
from scheduling.solver_port import Solver

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def solve_here(
    document: bytes, *, seconds: float, alternatives: int, cancelled: Callable[[], bool]
) -> Answer:
    """Solve in this process: the same answer, without the start of another one."""
    del cancelled
    return solve(parse_problem(document), seconds=seconds, alternatives=alternatives)


@dataclass(frozen=True, slots=True)
class World:
    """A database with the samples in it, at ``NOW``."""

    database: Database
    travel: TravelSupplier

    def plan(self, reference: str, *, plan_id: str = "PL-1", solver: Solver = solve_here) -> Plan:
        """Return a finished plan of the case."""
        with self.database.write() as session:
            create_plan(session, plan_id=plan_id, case_reference=reference, now=NOW)
        return plan_visit(
            plan_id,
            sessions=self.database,
            travel=self.travel,
            solver=solver,
            clock=lambda: NOW,
        )


def seeded(database: Database) -> World:
    """Return the world in a migrated database, seeded on the day of ``NOW``."""
    seed(database, today=NOW.date(), samples=samples)
    return World(database, SampleCatalogue())
