"""What people state about a case for its coverage: the facts that no booking tells.

Whether a site is in the plan's network, what was approved and when, whose help is medically
required, how far it is by road, which family shares a balance. Policies ask for such facts; what
is stated once here is part of every trip document of the case, planned and claimed.

Parts that exist for several people, places or visits are keyed: companions by their id in trip
documents, sites by the id of the facility, visits by the id of the need.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import Field

from pricing.coverage.documents.trip_document import (
    Approval,
    Care,
    Companion,
    Distance,
    Expense,
    InpatientStay,
    Patient,
    Referral,
    Site,
    StatedRate,
    Trip,
    Visit,
)
from pricing.documents.scalars import Amount, FactsOf, Name, Part, YesNo

FORMAT: Final = "sojourn-case-facts/1"

Between = Annotated[str, Field(pattern=r"^[a-z_]+_to_[a-z_]+$")]


class PatientFacts(Part):
    """What is stated of the patient; ``inpatient`` counts for claims alone."""

    residence: Name | None = None
    inpatient: tuple[InpatientStay, ...] = ()
    facts: FactsOf = Field(default_factory=dict)


class CompanionFacts(Part):
    """What is stated of a companion."""

    role: Name | None = None
    medically_required: YesNo | None = None
    ordered_in_writing: YesNo | None = None
    facts: FactsOf = Field(default_factory=dict)


class SiteFacts(Part):
    """What is stated of one of the facilities, and how far it is."""

    region: Name | None = None
    network: YesNo | None = None
    designations: tuple[Name, ...] | None = None
    care_cost: Amount | None = None
    travel_cost: Amount | None = None
    distances: dict[Between, Distance] = Field(default_factory=dict)
    facts: FactsOf = Field(default_factory=dict)


class VisitFacts(Part):
    """What is stated of one visit."""

    procedure: Name | None = None
    diagnosis: Name | None = None
    facts: FactsOf = Field(default_factory=dict)


class ExpenseFacts(Part):
    """What is so of every expense that does not say otherwise itself."""

    arranged_by: Name | None = None
    booked_through: Name | None = None
    facts: FactsOf = Field(default_factory=dict)


class CaseFacts(Part):
    """Everything that is stated about a case."""

    format: Literal["sojourn-case-facts/1"] = "sojourn-case-facts/1"
    household: Name | None = None
    patient: PatientFacts = PatientFacts()
    companions: dict[Name, CompanionFacts] = Field(default_factory=dict)
    sites: dict[Name, SiteFacts] = Field(default_factory=dict)
    nearest: Site = Site()
    distances: dict[Between, Distance] = Field(default_factory=dict)
    care: Care = Care()
    referral: Referral = Referral()
    approvals: tuple[Approval, ...] = ()
    visits: dict[Name, VisitFacts] = Field(default_factory=dict)
    expenses: ExpenseFacts = ExpenseFacts()
    rates: tuple[StatedRate, ...] = ()
    facts: FactsOf = Field(default_factory=dict)


NO_FACTS: Final = CaseFacts()
_SITE_ALONE: Final = frozenset({"distances"})
_P = TypeVar("_P", bound=Part)


def complete_trip(trip: Trip, facts: CaseFacts, facility_id: str) -> Trip:
    """Return the trip to a facility with what is stated of the case.

    What the trip says itself gives way, but for its expenses, which come first.
    """
    if facts == NO_FACTS:
        return trip
    site = facts.sites.get(facility_id, SiteFacts())
    return trip.model_copy(
        update={
            "household": facts.household or trip.household,
            "patient": _patient(trip, facts.patient),
            "companions": tuple(_companion(one, facts) for one in trip.companions),
            "site": _over(trip.site, site, but=_SITE_ALONE),
            "nearest": _over(trip.nearest, facts.nearest),
            "distances": _distances(trip.distances, facts.distances, site.distances),
            "care": _over(trip.care, facts.care),
            "referral": _over(trip.referral, facts.referral),
            "approvals": (*trip.approvals, *facts.approvals),
            "visits": tuple(_visit(one, facts) for one in trip.visits),
            "expenses": tuple(complete_expense(one, facts.expenses) for one in trip.expenses),
            "rates": (*trip.rates, *facts.rates),
            "facts": {**trip.facts, **facts.facts},
        }
    )


def complete_expense(expense: Expense, facts: ExpenseFacts) -> Expense:
    """Return the expense with what is so of every one, where it does not say it itself."""
    if facts == NO_FACTS.expenses:
        return expense
    return expense.model_copy(
        update={
            "arranged_by": expense.arranged_by or facts.arranged_by,
            "booked_through": expense.booked_through or facts.booked_through,
            "facts": {**facts.facts, **expense.facts},
        }
    )


def _patient(trip: Trip, stated: PatientFacts) -> Patient:
    # While days are still to be chosen, nobody knows which nights are in hospital.
    but = frozenset() if trip.stage == "claim" and stated.inpatient else frozenset({"inpatient"})
    return _over(trip.patient, stated, but=but)


def _companion(companion: Companion, facts: CaseFacts) -> Companion:
    return _over(companion, facts.companions.get(companion.id, CompanionFacts()))


def _visit(visit: Visit, facts: CaseFacts) -> Visit:
    return _over(visit, facts.visits.get(visit.id, VisitFacts()))


def _distances(*layers: Mapping[str, Distance]) -> dict[str, Distance]:
    """Return the distances of all layers; a way of the later one replaces that of the earlier."""
    found: dict[str, Distance] = {}
    for layer in layers:
        for between, distance in layer.items():
            found[between] = _one_unit(found.get(between, Distance()), distance)
    return found


def _one_unit(earlier: Distance, later: Distance) -> Distance:
    kept: dict[str, Any] = {}
    for way in ("road", "straight"):
        for distance in (earlier, later):
            told = {f"{way}_{unit}": getattr(distance, f"{way}_{unit}") for unit in ("mi", "km")}
            if any(value is not None for value in told.values()):
                kept |= told
    return Distance(**kept)


def _over(part: _P, stated: Part, *, but: frozenset[str] = frozenset()) -> _P:
    """Return the part with what is stated in place of its own; own facts are joined."""
    update = {
        name: value
        for name in type(stated).model_fields
        if name not in but and (value := getattr(stated, name)) is not None
    }
    update["facts"] = {**getattr(part, "facts", {}), **getattr(stated, "facts", {})}
    if "facts" not in type(part).model_fields:
        del update["facts"]
    return part.model_copy(update=update)
