"""The shape of a trip document; what its keys mean is told in docs/trip-documents.md."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from pricing.coverage.documents.cabin_rule import Cabin
from pricing.coverage.kinds import Kind, find_kind_meant
from pricing.documents.faults import quoted
from pricing.documents.local_times import LocalTime, Moment
from pricing.documents.scalars import (
    Amount,
    Currency,
    Day,
    FactsOf,
    Name,
    Part,
    Sentence,
    YesNo,
    fault_at,
)

FORMAT = "sojourn-trip/1"


def _to_kind(written: object) -> object:
    """Refuse an everyday word for a kind with the word that it means."""
    meant = find_kind_meant(written) if isinstance(written, str) else None
    if meant is not None and written not in {kind.value for kind in Kind}:
        raise ValueError(f"{quoted(written)} does not exist; did you mean {meant}?")
    return written


KindOfExpense = Annotated[Kind, BeforeValidator(_to_kind)]


def day_of(moment: date | datetime) -> date:
    """Return the day of a moment that may have a time."""
    return moment.date() if isinstance(moment, datetime) else moment


Age = Annotated[int, Field(ge=0, le=130)]
Count = Annotated[int, Field(ge=1, le=1000)]


class InpatientStay(Part):
    """Nights in hospital, from ``admitted`` to before ``discharged``."""

    admitted: Day
    discharged: Day

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.discharged < self.admitted:
            raise fault_at("discharged", "must not be before admitted")
        return self


class Traveller(Part):
    """What patient and companions have in common."""

    age: Age | None = None
    birth_date: Day | None = None
    facts: FactsOf = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_one_age(self) -> Self:
        if self.age is not None and self.birth_date is not None:
            raise fault_at("birth_date", "state age or birth_date, not both")
        return self


class Patient(Traveller):
    """Who is treated."""

    id: Name = "patient"
    residence: Name | None = None
    inpatient: tuple[InpatientStay, ...] = ()


class Companion(Traveller):
    """Who travels with the patient."""

    id: Name
    role: Name = "companion"
    relation: Name | None = None
    medically_required: YesNo | None = None
    ordered_in_writing: YesNo | None = None
    same_day: YesNo | None = None


class Site(Part):
    """A place that treats."""

    name: Name | None = None
    city: Name | None = None
    region: Name | None = None
    country: Name | None = None
    network: YesNo | None = None
    designations: tuple[Name, ...] | None = None
    care_cost: Amount | None = None
    travel_cost: Amount | None = None
    facts: FactsOf = Field(default_factory=dict)


class Distance(Part):
    """One way, by road or in a straight line; miles or kilometres."""

    road_mi: Amount | None = None
    road_km: Amount | None = None
    straight_mi: Amount | None = None
    straight_km: Amount | None = None

    @model_validator(mode="after")
    def _has_one_unit(self) -> Self:
        for way in ("road", "straight"):
            if getattr(self, f"{way}_mi") is not None and getattr(self, f"{way}_km") is not None:
                raise fault_at(f"{way}_km", f"state {way}_mi or {way}_km, not both")
        return self


class Care(Part):
    """What the trip is for."""

    procedure: Name | None = None
    diagnosis: Name | None = None
    setting: Name | None = None
    purpose: Name | None = None
    occurrence: Name | None = None
    telehealth_tried: YesNo | None = None
    facts: FactsOf = Field(default_factory=dict)


class Referral(Part):
    """Who sent the patient."""

    date: Day | None = None
    by: Name | None = None


class Approval(Part):
    """A word given before: when, under which code, for which kinds, groups or expenses."""

    date: Day
    code: Name | None = None
    covers: tuple[Name, ...] | None = None


class Visit(Part):
    """One visit at the site."""

    id: Name
    date: Day | None = None
    purpose: Name | None = None
    scheduled: YesNo | None = None
    procedure: Name | None = None
    diagnosis: Name | None = None
    facts: FactsOf = Field(default_factory=dict)


class Leg(Part):
    """One way of a transport expense."""

    direction: Literal["out", "return", "local"] | None = None
    date: Day | None = None
    departs: LocalTime | None = None
    arrives: LocalTime | None = None
    distance_mi: Amount | None = None
    distance_km: Amount | None = None
    scheduled_hours: Amount | None = None
    overnight: YesNo | None = None
    international: YesNo | None = None
    origin: Name | None = None
    destination: Name | None = None
    visit: Name | None = None
    facts: FactsOf = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_one_unit(self) -> Self:
        if self.distance_mi is not None and self.distance_km is not None:
            raise fault_at("distance_km", "state distance_mi or distance_km, not both")
        return self

    @property
    def day(self) -> Day | None:
        """Return the day it departs where it departs, as stated or by its time."""
        return self.date or (None if self.departs is None else self.departs.date())


class LodgingNight(Part):
    """A night of lodging that differs from the others."""

    date: Day
    amount: Amount | None = None
    tax: Amount | None = None
    rooms: Count = 1
    travellers: tuple[Name, ...] | None = None
    facts: FactsOf = Field(default_factory=dict)


class MealDay(Part):
    """A day of meals that differs from the others; ``amount`` is for each person."""

    date: Day
    amount: Amount | None = None
    tax: Amount | None = None
    location: Name | None = None
    travellers: tuple[Name, ...] | None = None
    facts: FactsOf = Field(default_factory=dict)


class Expense(Part):
    """One expense of the trip."""

    id: Name
    kind: KindOfExpense
    date: Day | None = None
    incurred: Day | None = None
    amount: Amount | None = None
    amount_each: Amount | None = None
    currency: Currency | None = None
    tax: Amount | None = None
    travellers: tuple[Name, ...] | None = None
    visit: Name | None = None
    item: Name | None = None
    receipt: YesNo | None = None
    arranged_by: Name | None = None
    booked_through: Name | None = None
    cheapest_alternative: Amount | None = None
    other_payments: Amount | None = None
    facts: FactsOf = Field(default_factory=dict)
    distance_mi: Amount | None = None
    distance_km: Amount | None = None
    legs: Annotated[tuple[Leg, ...], Field(min_length=1)] | None = None
    cabin: Cabin | None = None
    departs: LocalTime | None = None
    arrives: LocalTime | None = None
    scheduled_hours: Amount | None = None
    overnight: YesNo | None = None
    international: YesNo | None = None
    fares: dict[Cabin, Amount] | None = None
    check_in: Day | None = None
    check_out: Day | None = None
    rooms: Count = 1
    nights: tuple[LodgingNight, ...] | None = None
    lodging_type: Name | None = None
    location: Name | None = None
    first: Day | None = Field(default=None, alias="from")
    last: Day | None = Field(default=None, alias="to")
    days: tuple[MealDay, ...] | None = None

    @property
    def day(self) -> Day | None:
        """Return the day of the service, as stated or by the time it departs."""
        return self.date or (None if self.departs is None else self.departs.date())


class Override(Part):
    """A supervisor sets a condition aside."""

    rule: Name
    by: Sentence
    date: Day
    reason: Sentence
    lines: tuple[Name, ...] | None = None


class StatedRate(Part):
    """An exchange rate from elsewhere: units of ``target`` for one of ``source``."""

    source_currency: Currency = Field(alias="from")
    target_currency: Currency = Field(alias="to")
    value: Annotated[Amount, Field(gt=0)]
    date: Day
    source: Sentence


class Claim(Part):
    """When the expenses were filed."""

    filed: Day


class Trip(Part):
    """A whole trip document."""

    format: Literal["sojourn-trip/1"]
    id: Name
    stage: Literal["estimate", "claim"]
    currency: Currency
    starts: Moment
    ends: Moment
    patient: Patient
    companions: tuple[Companion, ...] = ()
    household: Name | None = None
    site: Site = Site()
    nearest: Site = Site()
    distances: dict[Annotated[str, Field(pattern=r"^[a-z_]+_to_[a-z_]+$")], Distance] = Field(
        default_factory=dict
    )
    care: Care = Care()
    referral: Referral = Referral()
    approvals: tuple[Approval, ...] = ()
    visits: tuple[Visit, ...] = ()
    expenses: tuple[Expense, ...]
    claim: Claim | None = None
    overrides: tuple[Override, ...] = ()
    rates: tuple[StatedRate, ...] = ()
    facts: FactsOf = Field(default_factory=dict)
