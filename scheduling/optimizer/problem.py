"""The problem document as a model: keys, types, and the range of every number.

`parse.parse_problem` makes one and checks what rows say about each other; a problem from there is
valid, and nothing after it looks again. docs/problem-documents.md explains each key.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

# Rows of one list, nights of one lodging: far beyond any search, small enough for memory.
LIST_MAX: Final = 100_000
NIGHTS_MAX: Final = 3_660

Name = Annotated[str, Field(min_length=1, max_length=500)]
Text = Annotated[str, Field(max_length=10_000)]
Minute = Annotated[int, Field(ge=-(10**9), le=10**9)]
Day = Annotated[int, Field(ge=-(10**6), le=10**6)]
Minutes = Annotated[int, Field(ge=0, le=10**9)]
Cents = Annotated[int, Field(ge=0, le=10**12)]
Count = Annotated[int, Field(ge=0, le=10**6)]
CountFromOne = Annotated[int, Field(ge=1, le=10**6)]
Points = Annotated[int, Field(ge=0, le=10**9)]
Price = Annotated[int, Field(ge=0, le=10**12)]
Services = Annotated[tuple[Name, ...], Field(max_length=1_000)]
Nightly = Annotated[tuple[Cents, ...], Field(max_length=NIGHTS_MAX)]


class _Row(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class _Paid(_Row):
    price_cents: Cents
    payable_cents: Cents


class Party(_Row):
    """Who travels together, and what every journey and transfer of theirs must offer."""

    id: Name
    travellers: CountFromOne
    max_connections: Count | None
    min_connection_minutes: Minutes | None
    max_segment_minutes: Minutes | None
    max_travel_minutes: Minutes | None
    services: Services
    transfer_services: Services


class Need(_Row):
    """One appointment the visit must have, and its distance from the one before."""

    id: Name
    gap_min_minutes: Minutes
    gap_max_minutes: Minutes | None


class Slot(_Paid):
    """A bookable appointment time for one need."""

    id: Name
    need: Name
    city: Name
    site: Name
    start: Minute
    end: Minute
    day: Day
    recovery_minutes: Minutes
    mismatch_points: Points
    label: Text | None = None


class _Journey(_Paid):
    id: Name
    party: Name
    city: Name
    gateway: Name
    depart: Minute
    arrive: Minute
    day: Day
    connections: Count
    shortest_connection_minutes: Minutes | None
    longest_segment_minutes: Annotated[int, Field(ge=1, le=10**9)]
    seats: Count
    services: Services
    burden_minutes: Minutes
    expected_loss_cents: Cents
    label: Text | None = None


class Outbound(_Journey):
    """A journey of one party towards the appointment."""

    buffer_minutes: Minutes


class Return(_Journey):
    """A journey of one party home."""

    lead_minutes: Minutes


class Lodging(_Row):
    """A place to sleep, with one price for every night it can be booked."""

    id: Name
    city: Name
    first_day: Day
    price_cents: Nightly
    payable_cents: Nightly
    rooms_left: Annotated[tuple[Count, ...], Field(max_length=NIGHTS_MAX)]
    min_nights: CountFromOne
    services: Services
    burden_minutes_per_night: Minutes
    expected_loss_cents: Cents
    label: Text | None = None


class Transfer(_Paid):
    """Ground transport of one party between a gateway and a place, one way, either way."""

    id: Name
    party: Name
    gateway: Name
    place: Name
    seats: Count
    services: Services
    burden_minutes: Minutes
    label: Text | None = None


class Commute(_Paid):
    """From a lodging to a site and back once, everybody."""

    lodging: Name
    site: Name
    burden_minutes: Minutes


class Daily(_Paid):
    """Meals and incidentals of all travellers for one calendar day in a city."""

    city: Name


class Rules(_Row):
    """Limits that hold for the whole visit."""

    earliest_departure: Minute | None
    home_by: Minute | None
    max_nights: Count | None
    meeting_minutes: Minutes | None
    parting_minutes: Minutes | None
    rooms: CountFromOne
    lodging_services: Services


class Prices(_Row):
    """What each kind of cost weighs, in cost cents a unit."""

    patient_cent: Price
    payer_cent: Price
    burden_minute_cents: Price
    waiting_day_cents: Price
    mismatch_point_cents: Price
    expected_loss_cent: Price


class Problem(_Row):
    """Everything the optimizer knows when it plans one visit."""

    format: Literal["sojourn-problem/1"]
    name: Text
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    horizon_start: Annotated[
        str,
        Field(pattern=r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|\+00:00|-00:00)$"),
    ]
    waiting_from_day: Day
    parties: Annotated[tuple[Party, ...], Field(min_length=1, max_length=4)]
    needs: Annotated[tuple[Need, ...], Field(min_length=1, max_length=6)]
    slots: Annotated[tuple[Slot, ...], Field(max_length=LIST_MAX)]
    outbound: Annotated[tuple[Outbound, ...], Field(max_length=LIST_MAX)]
    returns: Annotated[tuple[Return, ...], Field(max_length=LIST_MAX, alias="return")]
    lodgings: Annotated[tuple[Lodging, ...], Field(max_length=LIST_MAX)]
    transfers: Annotated[tuple[Transfer, ...], Field(max_length=LIST_MAX)]
    commutes: Annotated[tuple[Commute, ...], Field(max_length=LIST_MAX)]
    daily: Annotated[tuple[Daily, ...], Field(max_length=LIST_MAX)]
    rules: Rules
    trip_cap_cents: Cents | None
    prices: Prices


def to_document(problem: Problem) -> dict[str, Any]:
    """Return the document as a JSON object; parsing it gives an equal problem."""
    return problem.model_dump(mode="json", by_alias=True, exclude_unset=True)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of problem documents (draft 2020-12)."""
    described = Problem.model_json_schema(by_alias=True)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:sojourn:problem:1",
        "title": "Sojourn problem document, format 1",
    }
    return head | {key: value for key, value in described.items() if key != "title"}
