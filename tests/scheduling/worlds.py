"""A seeded world for jobs: the samples in a database, the sample catalogue, a solver in process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from tempfile import TemporaryDirectory

from api.database import Database, open_database
from api.seeding import seed
from logistics import samples
from logistics.case.model import Case
from logistics.facility import Facility
from logistics.organisation import Organisation
from logistics.people import Specialist
from logistics.suppliers.catalogue.supplier import SampleCatalogue
from logistics.suppliers.port import TravelSupplier
from scheduling.optimizer.answer import Answer
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.solve import solve
from scheduling.plan_visit import plan_visit
from scheduling.planning import Phase, Plan
from scheduling.repository.plans import create_plan, move_plan, record_outcome
from scheduling.solver_port import Solver
from tests.keys import RING

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def solve_here(
    document: bytes,
    *,
    seconds: float,
    alternatives: int,
    cancelled: Callable[[], bool],
    explains: bool = True,
) -> Answer:
    """Solve in this process: the same answer, without the start of another one."""
    del cancelled
    return solve(parse_problem(document), seconds=seconds, alternatives=alternatives)


@dataclass(frozen=True, slots=True)
class SamplesOf:
    """The samples a few cases need and no others: quick to store."""

    references: tuple[str, ...]

    def load_cases(self, today: date, /) -> tuple[Case, ...]:
        """Return the cases."""
        return tuple(one for one in samples.load_cases(today) if one.reference in self.references)

    def load_facilities(self) -> tuple[Facility, ...]:
        """Return the facilities the cases name."""
        wanted = {
            facility for case in self.load_cases(NOW.date()) for facility in case.visit.facility_ids
        }
        return tuple(one for one in samples.load_facilities() if one.id in wanted)

    def load_organisations(self) -> tuple[Organisation, ...]:
        """Return the operators and payers, and the organisations of those facilities."""
        wanted = {None, *(facility.id for facility in self.load_facilities())}
        return tuple(one for one in samples.load_organisations() if one.facility_id in wanted)

    def case_payer(self) -> str:
        """Return who pays for the cases."""
        return samples.case_payer()

    def load_specialists(self) -> tuple[Specialist, ...]:
        """Return everybody who works at these facilities."""
        wanted = {facility.id for facility in self.load_facilities()}
        return tuple(one for one in samples.load_specialists() if one.facility_id in wanted)

    def sample_slots(
        self,
        specialists: tuple[Specialist, ...],
        facilities: tuple[Facility, ...],
        today: date,
        /,
    ) -> tuple[samples.SampleSlot, ...]:
        """Return their slots."""
        return samples.sample_slots(specialists, facilities, today)


@dataclass(frozen=True, slots=True)
class World:
    """A database with the samples of some cases in it, at ``NOW``."""

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


def seeded(database: Database, *references: str) -> World:
    """Return the world of these cases (default: all) in a migrated database."""
    chosen = references or tuple(one.reference for one in samples.load_cases(NOW.date()))
    seed(database, today=NOW.date(), samples=SamplesOf(chosen))
    return World(database, SampleCatalogue())


@lru_cache(maxsize=4)
def plan_of(reference: str) -> Plan:
    """Return the finished plan of a sample case, made once for all tests."""
    with TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/once.sqlite", keys=RING)
        database.migrate()
        plan = seeded(database, reference).plan(reference)
        database.dispose()
    return plan


def with_plan(database: Database, reference: str, *others: str) -> Plan:
    """Store the case with its finished plan (``PL-1``) and the other cases; return the plan."""
    plan = plan_of(reference)
    seeded(database, reference, *others)
    with database.write() as session:
        create_plan(session, plan_id=plan.id, case_reference=reference, now=NOW)
        for phase in (Phase.SEARCHING, Phase.SOLVING, Phase.CHECKING):
            move_plan(session, plan.id, phase, progress="")
        record_outcome(session, plan)
    return plan
