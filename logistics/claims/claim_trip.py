"""The trip document of a claim: who travelled, where, and which expenses have a receipt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from logistics.case.model import Case
from logistics.facility import Facility
from logistics.trip_parts import (
    care_of,
    companion_of,
    distances_of,
    member_ids,
    patient_of,
    site_of,
    visit_of,
)
from pricing.coverage.documents.trip_document import FORMAT, Expense, Trip


@dataclass(frozen=True, slots=True)
class TripSpan:
    """When the patient was away: local days at home, both included."""

    starts: date
    ends: date


def claim_trip(case: Case, facility: Facility, span: TripSpan, currency: str) -> Trip:
    """Return the trip of a case at stage ``claim``, without any expense.

    All claims of a case are about one trip, so that they share what a policy pays for a trip.
    """
    people = [case.patient, *(one.person for one in case.companions)]
    patient, *others = member_ids((one.name, one.birth_date) for one in people)
    return Trip(
        format=FORMAT,
        id=case.reference,
        stage="claim",
        currency=currency,
        starts=span.starts,
        ends=span.ends,
        patient=patient_of(case, patient),
        companions=tuple(
            companion_of(
                one.relation, one.person.birth_date, member, same_day=one.travels_with_patient
            )
            for one, member in zip(case.companions, others, strict=True)
        ),
        household=patient,
        site=site_of(facility),
        distances=distances_of(case, facility),
        care=care_of(case),
        visits=tuple(visit_of(need, span.starts) for need in case.visit.needs),
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
