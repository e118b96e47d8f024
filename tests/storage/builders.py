"""Things to store: valid and small, with only what a test turns on said by the test."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from logistics.case.model import Case, ServiceLevel
from logistics.case.visit_request import AppointmentNeed, TravelLimits, VisitRequest
from logistics.facility import Facility
from logistics.organisation import Organisation, OrganisationKind
from logistics.people import Companion, Person, Relation, Specialist
from logistics.places import Coordinates
from logistics.repository.cases import add_case
from logistics.repository.facilities import add_facility
from logistics.repository.specialists import add_specialist
from pricing.money import Money
from scheduling.cost_split import CoverageDecision, DecidedLine, LineKind
from scheduling.itinerary import Contact, ItemKind, Itinerary, ItineraryItem, LocalInstant, Stop
from scheduling.planning import Phase, Plan, Proposal
from scheduling.repository.plans import create_plan
from scheduling.repository.slots import add_slots
from scheduling.slots import Slot

NOW: Final = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)


def facility(facility_id: str = "zurich", name: str = "Sample Hospital Zurich") -> Facility:
    """Return a facility in Zurich."""
    return Facility(
        id=facility_id,
        name=name,
        city="Zürich",
        country="CH",
        coordinates=Coordinates(47.3769, 8.5511),
        zone="Europe/Zurich",
        gateways=("ZRH", "BSL"),
        languages=("de", "en"),
        address="Rämistrasse 100, 8091 Zürich",
        phone=None,
        website="https://hospital.example",
        source="made up for a test",
    )


def organisation(
    organisation_id: str = "operator",
    *,
    kind: OrganisationKind = OrganisationKind.OPERATOR,
    prefix: str = "SJ",
    facility_id: str = "zurich",
) -> Organisation:
    """Return an organisation; the prefix is an operator's, the facility a facility's."""
    return Organisation(
        id=organisation_id,
        name=f"Sample {organisation_id}",
        kind=kind,
        case_prefix=prefix if kind is OrganisationKind.OPERATOR else "",
        facility_id=facility_id if kind is OrganisationKind.FACILITY else None,
    )


def specialist(
    specialist_id: str = "keller",
    *,
    facility_id: str = "zurich",
    specialty: str = "cardiology",
    name: str = "Dr. Sample Keller",
) -> Specialist:
    """Return an invented specialist."""
    return Specialist(
        id=specialist_id,
        facility_id=facility_id,
        name=name,
        specialty=specialty,
        credentials=("board certified (sample)",),
        languages=("de", "en"),
        is_sample=True,
    )


def case(reference: str = "SJ-1001", *, title: str = "A second opinion", story: str = "") -> Case:
    """Return a case with a companion and one appointment."""
    companion = Person("Jo Sample", date(1972, 2, 29), "ORD", ("en",))
    return Case(
        reference=reference,
        title=title,
        diagnosis="aortic stenosis",
        service_level=ServiceLevel.PREMIUM,
        patient=Person("Mara Sample", date(1970, 2, 28), "ORD", ("en",)),
        companions=(Companion(companion, Relation.SPOUSE, travels_with_patient=True),),
        visit=VisitRequest(
            needs=(AppointmentNeed("consult", "Consultation", "cardiology", 60),),
            facility_ids=("zurich",),
            limits=TravelLimits(),
            rooms=1,
            latest_date=date(2027, 6, 30),
        ),
        is_sample=True,
        story=story,
    )


def slot(
    slot_id: str = "slot-1",
    *,
    specialist_id: str = "keller",
    starts_at: datetime = NOW + 24 * HOUR,
    minutes: int = 60,
) -> Slot:
    """Return a slot of an hour on the next day."""
    return Slot(
        id=slot_id,
        specialist_id=specialist_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        fee=Money(450_00, "USD"),
    )


def slots(count: int) -> tuple[Slot, ...]:
    """Return that many slots of one specialist, one an hour from tomorrow on."""
    return tuple(
        slot(f"slot-{place:03}", starts_at=NOW + (24 + place) * HOUR) for place in range(count)
    )


def decision() -> CoverageDecision:
    """Return a coverage decision of one line."""
    fee = Money(450_00, "USD")
    line = DecidedLine(
        "slot-1", LineKind.APPOINTMENT, "Consultation", fee, fee, Money(0, "USD"), "fee", "not paid"
    )
    return CoverageDecision("premium", "premium-2026", "made up", "USD", (line,), None)


def item(key: str = "appointment-1") -> ItineraryItem:
    """Return an appointment on the timeline."""
    stop = Stop("Sample Hospital Zurich", "Rämistrasse 100", 47.3769, 8.5511)
    return ItineraryItem(
        key=key,
        kind=ItemKind.APPOINTMENT,
        title="Consultation",
        travellers=("Mara Sample",),
        starts=LocalInstant(NOW + 24 * HOUR, "Europe/Zurich"),
        ends=LocalInstant(NOW + 25 * HOUR, "Europe/Zurich"),
        origin=stop,
        destination=None,
        details=(("Specialist", "Dr. Sample Keller"),),
    )


def proposal(name: str = "best", cost: int = 450_00) -> Proposal:
    """Return a proposal of one appointment."""
    choices: dict[str, Any] = {"appointments": [{"need": "consult", "slot": "slot-1"}]}
    return Proposal(
        name=name,
        status="OPTIMAL",
        cost=cost,
        bound=cost,
        measure=cost,
        measure_bound=cost,
        same_as_best=name == "best",
        choices=choices,
        parts={"appointments": cost},
        coverage=decision(),
        items=(item(),),
    )


def planned(plan: Plan, *, problem: bytes | None = b'{"version": 1}') -> Plan:
    """Return what became of a queued plan that found its best visit."""
    return Plan(
        id=plan.id,
        case_reference=plan.case_reference,
        phase=Phase.PLANNED,
        progress="done",
        created_at=plan.created_at,
        finished_at=NOW + HOUR,
        status="OPTIMAL",
        proposals=(proposal(), proposal("soonest", 460_00)),
        obstacles=(),
        notes=("Searched 312 flights.",),
        policy_version="premium-2026",
        problem=problem,
        failure=None,
        statistics={"solve_seconds": 0.25, "flights": 312},
    )


def itinerary(
    plan_id: str, *, revision: int = 1, reference: str = "SJ-1001", itinerary_id: str = "IT-1"
) -> Itinerary:
    """Return a revision of a case's itinerary."""
    return Itinerary(
        id=itinerary_id,
        revision=revision,
        case_reference=reference,
        title="Visit of Mara Sample to Sample Hospital Zurich",
        patient="Mara Sample",
        companions=("Jo Sample",),
        facility_name="Sample Hospital Zurich",
        service_level=ServiceLevel.PREMIUM,
        accepted_at=NOW + revision * HOUR,
        home_zone="America/Chicago",
        clinic_zone="Europe/Zurich",
        plan_id=plan_id,
        proposal_name="best",
        items=(item(),),
        coverage=decision(),
        bring=("Passport",),
        contacts=(Contact("Hospital", "Reception", "+41 44 000 00 00", ""),),
        notices=(),
        is_sample=True,
        digest="0" * 64,
    )


def store_people(session: Session, references: Iterable[str] = ("SJ-1001",)) -> None:
    """Store a facility, a specialist and the cases with these references."""
    add_facility(session, facility())
    add_specialist(session, specialist())
    for reference in references:
        add_case(session, case(reference))


def store_slots(session: Session, count: int, references: Iterable[str] = ("SJ-1001",)) -> None:
    """Store people, and that many slots of their specialist."""
    store_people(session, references)
    add_slots(session, slots(count))


def store_plan(session: Session, plan_id: str = "plan-1", reference: str = "SJ-1001") -> Plan:
    """Store a queued plan of a stored case, and return it."""
    return create_plan(session, plan_id=plan_id, case_reference=reference, now=NOW)
