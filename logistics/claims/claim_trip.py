"""The trip document of a claim: who travelled, where, and which expenses have a receipt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from logistics.case.model import Case
from logistics.claims.coverage import member_id
from logistics.facility import Facility
from logistics.people import Relation
from logistics.places import get_airport, metres_between
from pricing.coverage.documents.trip_document import (
    FORMAT,
    Care,
    Companion,
    Distance,
    Expense,
    Patient,
    Site,
    Trip,
    Visit,
)


@dataclass(frozen=True, slots=True)
class TripSpan:
    """When the patient was away: local days at home, both included."""

    starts: date
    ends: date


def claim_trip(case: Case, facility: Facility, span: TripSpan, currency: str) -> Trip:
    """Return the trip of a case at stage ``claim``, without any expense.

    All claims of a case are about one trip, so that they share what a policy pays for a trip.
    """
    home = get_airport(case.patient.home_airport)
    straight = Decimal(metres_between(home.coordinates, facility.coordinates)) / 1000
    household = member_id(case.patient)
    return Trip(
        format=FORMAT,
        id=case.reference,
        stage="claim",
        currency=currency,
        starts=span.starts,
        ends=span.ends,
        patient=Patient(id=household, birth_date=case.patient.birth_date, residence=home.country),
        companions=tuple(
            Companion(
                id=member_id(one.person),
                role="nurse" if one.relation is Relation.NURSE else "companion",
                relation=one.relation.value,
                birth_date=one.person.birth_date,
                same_day=one.travels_with_patient,
            )
            for one in case.companions
        ),
        household=household,
        site=Site(name=facility.name, city=facility.city, country=facility.country),
        distances={"home_to_site": Distance(straight_km=straight)},
        care=Care(diagnosis=" ".join(case.diagnosis.split())[:100].strip() or None),
        visits=tuple(
            Visit(id=need.id, date=span.starts, purpose=_one_line(need.title), scheduled=True)
            for need in case.visit.needs
        ),
        expenses=(),
    )


def with_receipts(trip: Trip, with_files: Collection[str]) -> Trip:
    """Return the trip in which each expense says whether it has a receipt.

    One with a file has; one without has none unless somebody stated that they saw it on paper.
    """

    def told(expense: Expense) -> Expense:
        has = expense.id in with_files or bool(expense.receipt)
        return expense.model_copy(update={"receipt": has})

    return trip.model_copy(update={"expenses": tuple(told(one) for one in trip.expenses)})


def _one_line(text: str) -> str | None:
    return " ".join(text.split())[:100].strip() or None
