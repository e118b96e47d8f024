"""Any valid thing to store, for hypothesis: text of every script, instants of every year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from logistics.case.model import Case, ServiceLevel
from logistics.case.visit_request import AppointmentNeed, TravelLimits, VisitRequest
from logistics.people import Assistance, Companion, Person, Relation
from pricing.money import Money
from scheduling.cost_split import CoverageDecision, DecidedLine, LineKind
from scheduling.itinerary import Contact, ItemKind, Itinerary, ItineraryItem, LocalInstant, Stop
from scheduling.planning import Obstacle, Proposal

AIRPORTS: Final = ("ORD", "ZRH", "NRT", "GRU", "SYD")
ZONES: Final = ("America/Chicago", "Europe/Zurich", "Asia/Kathmandu", "UTC")

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
words = texts.filter(lambda text: bool(text.strip()))
instants = st.integers(0, 200 * 365 * 24 * 3_600_000_000).map(
    lambda microseconds: datetime(1950, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
)
dates = st.dates(date(1900, 1, 1), date(2100, 12, 31))
minor_units = st.integers(0, 10**13)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
json_objects = st.dictionaries(texts, json_values, max_size=4)

people = st.builds(
    Person,
    name=words,
    birth_date=dates,
    home_airport=st.sampled_from(AIRPORTS),
    languages=st.lists(words, min_size=1, max_size=3).map(tuple),
)
needs = st.builds(
    AppointmentNeed,
    id=texts,
    title=texts,
    specialty=texts,
    minutes=st.integers(5, 24 * 60),
    gap_min_minutes=st.integers(0, 100),
    gap_max_minutes=st.none() | st.integers(100, 10_000),
    recovery_minutes=st.integers(0, 10_000),
)
limits = st.builds(
    TravelLimits,
    assistance=st.frozensets(st.sampled_from(Assistance)),
    nonstop_only=st.booleans(),
    max_connections=st.none() | st.integers(0, 3),
    max_segment_minutes=st.none() | st.integers(0, 2_000),
    max_travel_minutes=st.none() | st.integers(0, 5_000),
    cabins=st.lists(
        st.sampled_from(["economy", "premium_economy", "business", "first"]), min_size=1, max_size=4
    ).map(tuple),
)
visits = st.builds(
    VisitRequest,
    needs=st.lists(needs, min_size=1, max_size=6, unique_by=lambda need: need.id).map(tuple),
    facility_ids=st.lists(words, min_size=1, max_size=3).map(tuple),
    limits=limits,
    rooms=st.integers(1, 4),
    earliest_date=st.none() | st.dates(date(2000, 1, 1), date(2026, 12, 31)),
    latest_date=st.none() | st.dates(date(2027, 1, 1), date(2100, 12, 31)),
    max_nights=st.none() | st.integers(0, 100),
    meeting_minutes=st.none() | st.integers(0, 10_000),
)
companions = st.builds(
    Companion,
    person=people,
    relation=st.sampled_from(Relation),
    travels_with_patient=st.just(value=False),
)
cases = st.builds(
    Case,
    reference=st.from_regex(r"[A-Z0-9][A-Z0-9-]{1,20}[A-Z0-9]", fullmatch=True),
    title=words,
    diagnosis=texts,
    service_level=st.sampled_from(ServiceLevel),
    patient=people,
    companions=st.lists(companions, max_size=3).map(tuple),
    visit=visits,
    is_sample=st.booleans(),
    story=texts,
)


@st.composite
def _lines(draw: st.DrawFn) -> DecidedLine:
    payer, payable, amount = sorted(draw(st.tuples(minor_units, minor_units, minor_units)))
    return DecidedLine(
        key=draw(texts),
        kind=draw(st.sampled_from(LineKind)),
        label=draw(texts),
        amount=Money(amount, "USD"),
        payable=Money(payable, "USD"),
        payer=Money(payer, "USD"),
        rule=draw(texts),
        reason=draw(texts),
    )


decisions = st.builds(
    CoverageDecision,
    level=texts,
    policy_version=texts,
    policy_source=texts,
    currency=st.just("USD"),
    lines=st.lists(_lines(), max_size=3).map(tuple),
    trip_cap=st.none() | minor_units.map(lambda minor: Money(minor, "USD")),
)
stops = st.builds(
    Stop,
    name=texts,
    address=texts,
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
    code=st.sampled_from(["", *AIRPORTS]),
)


@st.composite
def _items(draw: st.DrawFn) -> ItineraryItem:
    starts_at = draw(instants)
    ends_at = starts_at + timedelta(microseconds=draw(st.integers(0, 10**12)))
    return ItineraryItem(
        key=draw(texts),
        kind=draw(st.sampled_from(ItemKind)),
        title=draw(texts),
        travellers=tuple(draw(st.lists(texts, max_size=3))),
        starts=LocalInstant(starts_at, draw(st.sampled_from(ZONES))),
        ends=LocalInstant(ends_at, draw(st.sampled_from(ZONES))),
        origin=draw(stops),
        destination=draw(st.none() | stops),
        details=tuple(draw(st.lists(st.tuples(texts, texts), max_size=2))),
    )


item_tuples = st.lists(_items(), max_size=2).map(tuple)
proposals = st.builds(
    Proposal,
    name=texts,
    status=texts,
    cost=st.integers(),
    bound=st.integers(),
    measure=st.integers(),
    measure_bound=st.integers(),
    same_as_best=st.booleans(),
    choices=json_objects,
    parts=json_objects,
    coverage=decisions,
    items=item_tuples,
)
obstacles = st.builds(Obstacle, rule=texts, sentence=texts)
itineraries = st.builds(
    Itinerary,
    id=texts,
    revision=st.integers(1, 1_000),
    case_reference=texts,
    title=texts,
    patient=texts,
    companions=st.lists(texts, max_size=2).map(tuple),
    facility_name=texts,
    service_level=st.sampled_from(ServiceLevel) | texts,
    accepted_at=instants,
    home_zone=st.sampled_from(ZONES),
    clinic_zone=st.sampled_from(ZONES),
    plan_id=texts,
    proposal_name=texts,
    items=item_tuples,
    coverage=decisions,
    bring=st.lists(texts, max_size=2).map(tuple),
    contacts=st.lists(st.builds(Contact, texts, texts, texts, texts), max_size=2).map(tuple),
    notices=st.lists(texts, max_size=2).map(tuple),
    is_sample=st.booleans(),
    digest=texts,
)
