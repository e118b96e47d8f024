"""Realistic itineraries for tests: invented people, real airports and zones, real clock changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from pricing.money import Money
from scheduling.cost_split import CoverageDecision, DecidedLine, LineKind
from scheduling.itinerary import Contact, ItemKind, Itinerary, ItineraryItem, Stop
from tests.itinerary_parts import (
    CHICAGO,
    HOSPITAL,
    HOTEL,
    ZURICH,
    airport,
    at,
    flight,
    home,
    staying,
    transfer,
)

ACCEPTED: Final = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HARD_NAMES: Final = (
    "محمد بن عبد الله",
    "王小明",
    "Анна Кузнецова",
    "<script>alert('x')</script>",
    'Ana "Pepa" O\'Neill & Söhne',
    "#set page(width: 1cm) $x$ @ref *bold* _it_ `raw` \\ [a] {b}",
    "Line\nbreak",
    "Zoë 🩺 Emoji",
)


def coverage(*, currency: str = "USD") -> CoverageDecision:
    """Return a decision over five lines under one trip cap."""
    cap = "The plan pays up to the cap of this line."

    def line(
        key: str, kind: LineKind, label: str, *, amount: int, payer: int, reason: str = cap
    ) -> DecidedLine:
        return DecidedLine(
            key=key,
            kind=kind,
            label=label,
            amount=Money(amount, currency),
            payable=Money(payer, currency),
            payer=Money(payer, currency),
            rule=f"{kind}-cap",
            reason=reason,
        )

    return CoverageDecision(
        level="premium",
        policy_version="premium-2026-01",
        policy_source="Sample policy, written for this demonstration.",
        currency=currency,
        lines=(
            line("air-1", LineKind.AIR, "Flights, patient", amount=148_250, payer=120_000),
            line("air-2", LineKind.AIR, "Flights, companion", amount=148_250, payer=120_000),
            line("ground", LineKind.GROUND, "Taxis", amount=21_300, payer=21_300, reason="All."),
            line("lodging", LineKind.LODGING, "Hotel, 3 nights", amount=64_200, payer=60_000),
            line("visit", LineKind.APPOINTMENT, "Visit", amount=125_000, payer=125_000),
        ),
        trip_cap=Money(1_000_000, currency),
    )


CONTACTS: Final = (
    Contact("Care coordinator", "Sam Sample", "+1 555 010 0199", "coordination@sojourn.example"),
    Contact("Clinic reception", "International desk", "+41 44 000 00 00", ""),
)


def itinerary(items: tuple[ItineraryItem, ...], *, patient: str) -> Itinerary:
    """Return revision 1 of a sample visit in Zürich by a patient from Houston."""
    others = [name for item in items for name in item.travellers if name != patient]
    return Itinerary(
        id="itn-7f3a",
        revision=1,
        case_reference="SMP-001",
        title="Second opinion in Zürich",
        patient=patient,
        companions=tuple(dict.fromkeys(others)),
        facility_name=HOSPITAL.name,
        service_level="premium",
        accepted_at=ACCEPTED,
        home_zone=CHICAGO,
        clinic_zone=ZURICH,
        plan_id="pln-1",
        proposal_name="best",
        items=tuple(sorted(items, key=lambda item: item.starts.at)),
        coverage=coverage(),
        bring=("Passports of all travellers.", "Medical reports and imaging on a disc."),
        contacts=CONTACTS,
        notices=("All times are local to the place named beside them.",),
        is_sample=True,
        digest="ab" * 32,
    )


def intercontinental(patient: str = "Ana Sample", companion: str = "Ben Sample") -> Itinerary:
    """Return Houston to Zürich through Newark with a companion, three nights, one appointment."""
    both = (patient, companion)
    items = (
        transfer(
            "to-airport",
            starts=at("2026-12-06", "10:20", CHICAGO),
            ends=at("2026-12-06", "11:05", CHICAGO),
            origin=home("IAH"),
            destination=airport("IAH"),
            travellers=both,
        ),
        flight(
            "UA 1206", route="IAH-EWR", departs="2026-12-06 13:15", arrives="2026-12-06 17:40",
            travellers=both,
        ),
        flight(
            "UA 134", route="EWR-ZRH", departs="2026-12-06 19:30", arrives="2026-12-07 09:25",
            travellers=both,
        ),
        transfer(
            "to-hotel",
            starts=at("2026-12-07", "10:25", ZURICH),
            ends=at("2026-12-07", "10:50", ZURICH),
            origin=airport("ZRH"),
            destination=HOTEL,
            travellers=both,
        ),
        staying(
            "lodging", ItemKind.LODGING, HOTEL.name,
            starts=at("2026-12-07", "15:00", ZURICH), ends=at("2026-12-10", "11:00", ZURICH),
            place=HOTEL, travellers=both,
            details=(("Room", "twin, step-free"), ("Breakfast", "included")),
        ),
        staying(
            "appointment-1", ItemKind.APPOINTMENT, "Second opinion with Dr Sample",
            starts=at("2026-12-09", "14:00", ZURICH), ends=at("2026-12-09", "15:00", ZURICH),
            place=HOSPITAL, travellers=(patient,),
            details=(("Specialist", "Dr Sample (sample person)"), ("Language", "English")),
        ),
        flight(
            "LX 14", route="ZRH-JFK", departs="2026-12-10 13:00", arrives="2026-12-10 16:05",
            travellers=both,
        ),
        flight(
            "UA 2043", route="JFK-IAH", departs="2026-12-10 18:40", arrives="2026-12-10 22:05",
            travellers=both,
        ),
    )  # fmt: skip
    return itinerary(items, patient=patient)


def companion_elsewhere(patient: str = "Ana Sample", companion: str = "Ben Sample") -> Itinerary:
    """Return the same visit with the companion coming from London."""
    base = intercontinental(patient, companion)
    alone = tuple(
        replace(item, travellers=(patient,)) if item.kind is not ItemKind.LODGING else item
        for item in base.items
    )
    own = (
        flight(
            "LX 317", route="LHR-ZRH", departs="2026-12-07 11:00", arrives="2026-12-07 13:40",
            travellers=(companion,),
        ),
        flight(
            "LX 332", route="ZRH-LHR", departs="2026-12-10 15:10", arrives="2026-12-10 16:00",
            travellers=(companion,),
        ),
    )  # fmt: skip
    return itinerary(alone + own, patient=patient)


def across_clock_change(patient: str = "Ana Sample") -> Itinerary:
    """Return a stay in Zürich over 28 March 2027, when the clocks there go forward."""
    only = (patient,)
    items = (
        flight(
            "UA 52", route="EWR-ZRH", departs="2027-03-26 18:00", arrives="2027-03-27 07:30",
            travellers=only,
        ),
        staying(
            "lodging", ItemKind.LODGING, HOTEL.name,
            starts=at("2027-03-27", "15:00", ZURICH), ends=at("2027-03-30", "11:00", ZURICH),
            place=HOTEL, travellers=only,
        ),
        staying(
            "rest", ItemKind.REST, "Rest after the flight",
            starts=at("2027-03-27", "23:00", ZURICH), ends=at("2027-03-28", "09:00", ZURICH),
            place=HOTEL, travellers=only,
        ),
        staying(
            "appointment-1", ItemKind.APPOINTMENT, "Consultation",
            starts=at("2027-03-29", "09:00", ZURICH), ends=at("2027-03-29", "10:00", ZURICH),
            place=HOSPITAL, travellers=only,
        ),
        flight(
            "UA 53", route="ZRH-EWR", departs="2027-03-30 13:00", arrives="2027-03-30 16:25",
            travellers=only,
        ),
    )  # fmt: skip
    return replace(itinerary(items, patient=patient), home_zone="America/New_York")


def day_visit(patient: str = "Ana Sample") -> Itinerary:
    """Return a visit there and back in one day, without a bed and without a flight."""
    only = (patient,)
    bern = Stop("Bern", "3011 Bern", 46.948, 7.4474)
    items = (
        transfer(
            "out",
            starts=at("2026-12-09", "07:30", ZURICH),
            ends=at("2026-12-09", "09:00", ZURICH),
            origin=bern, destination=HOSPITAL, travellers=only,
        ),
        staying(
            "appointment-1", ItemKind.APPOINTMENT, "Consultation",
            starts=at("2026-12-09", "10:00", ZURICH), ends=at("2026-12-09", "11:00", ZURICH),
            place=HOSPITAL, travellers=only,
        ),
        transfer(
            "back",
            starts=at("2026-12-09", "12:00", ZURICH),
            ends=at("2026-12-09", "13:30", ZURICH),
            origin=HOSPITAL, destination=bern, travellers=only,
        ),
    )  # fmt: skip
    return replace(itinerary(items, patient=patient), home_zone=ZURICH)


def across_the_pacific(patient: str = "Kai Sample") -> Itinerary:
    """Return Auckland to San Francisco and back: over the date line, to yesterday and back."""
    only = (patient,)
    clinic = Stop("UCSF Medical Center", "505 Parnassus Ave, San Francisco", 37.7631, -122.4578)
    items = (
        flight(
            "NZ 8", route="AKL-SFO", departs="2026-11-01 20:15", arrives="2026-11-01 11:15",
            travellers=only,
        ),
        staying(
            "appointment-1", ItemKind.APPOINTMENT, "Consultation",
            starts=at("2026-11-03", "09:00", "America/Los_Angeles"),
            ends=at("2026-11-03", "09:45", "America/Los_Angeles"), place=clinic, travellers=only,
        ),
        flight(
            "NZ 7", route="SFO-AKL", departs="2026-11-04 21:00", arrives="2026-11-06 07:05",
            travellers=only,
        ),
    )  # fmt: skip
    return replace(
        itinerary(items, patient=patient),
        home_zone="Pacific/Auckland",
        clinic_zone="America/Los_Angeles",
        facility_name=clinic.name,
        title="Second opinion in San Francisco",
    )


def through_another_city(patient: str = "Ana Sample") -> Itinerary:
    """Return Zürich to Cleveland and back through Washington, which lies in the same zone."""
    only = (patient,)
    zone = "America/New_York"
    clinic = Stop("Cleveland Clinic", "9500 Euclid Avenue, Cleveland", 41.5031, -81.6208)
    items = (
        flight(
            "UA 53", route="ZRH-IAD", departs="2026-12-07 11:00", arrives="2026-12-07 14:30",
            travellers=only,
        ),
        flight(
            "UA 410", route="IAD-CLE", departs="2026-12-07 17:00", arrives="2026-12-07 18:20",
            travellers=only,
        ),
        staying(
            "appointment-1", ItemKind.APPOINTMENT, "Consultation",
            starts=at("2026-12-08", "09:00", zone), ends=at("2026-12-08", "09:45", zone),
            place=clinic, travellers=only,
        ),
        flight(
            "UA 411", route="CLE-IAD", departs="2026-12-08 15:00", arrives="2026-12-08 16:20",
            travellers=only,
        ),
        flight(
            "UA 52", route="IAD-ZRH", departs="2026-12-08 17:45", arrives="2026-12-09 07:40",
            travellers=only,
        ),
    )  # fmt: skip
    return replace(
        itinerary(items, patient=patient),
        home_zone=ZURICH,
        clinic_zone=zone,
        facility_name=clinic.name,
        title="Second opinion in Cleveland",
    )


def three_travellers(patient: str = "Ana Sample") -> Itinerary:
    """Return a minor with two guardians and three appointments on two days."""
    all_three = (patient, "Ben Sample", "Cem Sample")
    base = intercontinental(patient)
    widened = tuple(replace(item, travellers=all_three) for item in base.items)
    more = tuple(
        staying(
            f"appointment-{number}", ItemKind.APPOINTMENT, title,
            starts=at(day, starts, ZURICH), ends=at(day, ends, ZURICH),
            place=HOSPITAL, travellers=all_three,
        )
        for number, title, day, starts, ends in (
            (2, "Imaging", "2026-12-09", "15:30", "16:15"),
            (3, "Results", "2026-12-10", "08:30", "09:00"),
        )
    )  # fmt: skip
    return itinerary(widened + more, patient=patient)


def hard_names() -> Itinerary:
    """Return a visit whose travellers' names try every writer's patience."""
    base = intercontinental(HARD_NAMES[0])
    items = tuple(replace(item, travellers=HARD_NAMES) for item in base.items)
    return itinerary(items, patient=HARD_NAMES[0])


def every_itinerary() -> dict[str, Itinerary]:
    """Return all of the above by name, for parametrised tests."""
    return {
        "intercontinental": intercontinental(),
        "companion_elsewhere": companion_elsewhere(),
        "across_clock_change": across_clock_change(),
        "day_visit": day_visit(),
        "across_the_pacific": across_the_pacific(),
        "through_another_city": through_another_city(),
        "three_travellers": three_travellers(),
        "hard_names": hard_names(),
    }
