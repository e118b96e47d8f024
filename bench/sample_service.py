"""The service over a sample database of its own, with one visit planned and accepted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlmodel import col, select

from api.access.roles import Role
from api.coverage.samples import load_sample_policies
from api.jobs.queue_plan import make_plan, queue_plan
from api.people.sessions import Method, Stage, begin_session
from api.people.users import NewUser, add_user
from api.schemas.case import case_answer
from api.seeding import seed
from api.settings import Settings
from api.tables.people import UserRow
from api.wiring import Services, build_services
from logistics import samples
from logistics.repository.cases import get_case
from scheduling.accept_plan import accept_plan
from scheduling.optimizer.apart import cool_down

CASE: Final = "SJ-1001"
STAND_IN: Final = "drill-stand-in"
"""A user nobody comes in as: whose roles are changed, who is suspended."""

POLICY: Final = "irs-medical-travel"
FACILITY: Final = "mayo-clinic-rochester"
_RATE: Final = 1_000_000
"""Requests a minute: a drill is faster than people are."""


@dataclass(frozen=True, slots=True)
class SampleService:
    """The services, and what was made in their database."""

    services: Services
    plan_id: str
    itinerary_id: str

    @property
    def known(self) -> dict[str, str]:
        """Return something that exists for each part of an address."""
        return {
            "reference": CASE,
            "plan_id": self.plan_id,
            "itinerary_id": self.itinerary_id,
            "facility_id": FACILITY,
            "policy_id": POLICY,
        }

    @property
    def bodies(self) -> dict[str, dict[str, Any]]:
        """Return a body that is right for each operation which takes one."""
        with self.services.database.read() as session:
            case = case_answer(get_case(session, CASE), payer_id="payer-sample")
        del case["is_sample"]
        slot = {
            "specialist_id": f"{FACILITY}-cardiology-1",
            "local_start": f"{self.services.today().year + 1}-05-02T19:30",
            "zone": "America/Chicago",
            "minutes": 45,
            "fee": {"amount": "420.50", "currency": "USD"},
        }
        sample = next(one for one in load_sample_policies() if one.policy_id == POLICY)
        trip = next(iter(sample.trips.values()))
        return {
            "POST /api/v1/cases": {**case, "reference": "SJ-4000"},
            "PUT /api/v1/cases/{reference}/visit": case["visit"],
            "POST /api/v1/slots": slot,
            "POST /api/v1/plans/{plan_id}/accept": {"proposal": "best"},
            "POST /api/v1/policies/check": {"policy": sample.text},
            "POST /api/v1/coverage/decisions": {"policy_id": POLICY, "trip": trip},
        }

    def list_users(self) -> list[str]:
        """Return the ids of the sample users."""
        with self.services.database.read() as session:
            users = session.exec(select(UserRow.id).where(col(UserRow.is_sample)))
            return sorted(users)

    def log_in(self, user_id: str) -> str:
        """Return the token of a new session."""
        with self.services.database.write() as session:
            begun = begin_session(
                session,
                user_id=user_id,
                method=Method.DEMO,
                stage=Stage.FULL,
                device="a drill",
                now=self.services.now(),
            )
        return begun.token


def fill(services: Services) -> tuple[str, str]:
    """Fill the database with the samples; return the ids of an accepted plan and its itinerary."""
    services.database.migrate()
    seed(services.sessions, today=services.today(), samples=samples)
    plan, _ = queue_plan(CASE, services=services, request_key=None)
    make_plan(plan.id, services)
    itinerary = accept_plan(
        plan_id=plan.id, proposal="best", sessions=services.sessions, now=services.now()
    )
    return plan.id, itinerary.id


@contextmanager
def sample_service(folder: Path) -> Iterator[SampleService]:
    """Make the database in the folder and close it at the end."""
    settings = Settings(database_url=f"sqlite:///{folder}/drill.db", rate_limit=_RATE)
    services = build_services(settings)
    plan_id, itinerary_id = fill(services)
    stand_in = NewUser(
        id=STAND_IN,
        organisation_id="sojourn-sample",
        name="Stand In",
        roles=frozenset({Role.AUDITOR}),
    )
    with services.database.write() as session:
        add_user(session, stand_in, now=services.now())
    try:
        yield SampleService(services, plan_id, itinerary_id)
    finally:
        services.database.dispose()
        cool_down()
