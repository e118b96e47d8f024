"""The form of one expense: which fields it has, what is read from them, and what stays."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from api.errors import InvalidRequest
from api.pages.expense_form import (
    Values,
    labels_of,
    new_values,
    next_id,
    posted_values,
    read_expense,
    stored_values,
)
from logistics.claims.claim import Claim, ClaimStatus
from logistics.claims.claim_trip import TripSpan, claim_trip
from pricing.coverage.documents.timetable import find_timed
from pricing.coverage.documents.trip_document import Expense, Leg, LodgingNight, Visit
from pricing.coverage.kinds import Kind
from tests.storage.builders import NOW, case, facility

FIRST: Final = date(2027, 2, 10)
LAST: Final = date(2027, 2, 14)


def _claim(*expenses: Expense, visits: int = 1) -> Claim:
    trip = claim_trip(case("SJ-1001"), facility(), TripSpan(FIRST, LAST), "USD")
    seen = tuple(Visit(id=f"visit-{number + 1}", date=FIRST) for number in range(visits))
    return Claim(
        id="SJ-1001-C1",
        case_reference="SJ-1001",
        number=1,
        status=ClaimStatus.DRAFT,
        version=1,
        trip=trip.model_copy(update={"expenses": expenses, "visits": seen}),
        opened_at=NOW,
        opened_by="patient",
    )


def _read(
    kind: Kind,
    stored: Expense | None = None,
    *,
    sees_paper: bool = True,
    visits: int = 1,
    **typed: Any,  # noqa: ANN401 — form fields
) -> Expense:
    """Return what the form says, shown as new or as stored, with these fields typed over."""
    claim = _claim(*(() if stored is None else (stored,)), visits=visits)
    labels = labels_of(kind, claim.trip, stored, sees_paper=sees_paper)
    shown = new_values(claim.trip) if stored is None else stored_values(stored, claim.trip)
    sent: Values = {**{name: shown.get(name, "") for name in labels}, **typed}
    values = posted_values(MultiDict(sent), labels)
    return read_expense(claim, kind, values, labels, stored)


def _faults(kind: Kind, **typed: Any) -> dict[str, str]:  # noqa: ANN401 — form fields
    with pytest.raises(InvalidRequest) as caught:
        _read(kind, **typed)
    return {one.field: one.message for one in caught.value.errors}


def _fields(kind: Kind, *, sees_paper: bool = True) -> set[str]:
    return set(labels_of(kind, _claim().trip, None, sees_paper=sees_paper))


def test_each_family_of_kinds_asks_only_for_what_matters() -> None:
    assert {"check_in", "check_out", "rooms", "lodging_type"} <= _fields(Kind.LODGING)
    assert {"from", "to"} <= _fields(Kind.MEALS)
    assert {"date", "distance", "direction"} <= _fields(Kind.CAR)
    assert {"date", "cabin", "scheduled_hours", "overnight"} <= _fields(Kind.AIR)
    assert not _fields(Kind.PARKING) & {"check_in", "from", "distance", "cabin", "direction"}
    assert not _fields(Kind.LODGING) & {"date", "distance", "cabin", "from"}


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_can_be_written_down(kind: Kind) -> None:
    day = FIRST.isoformat()
    days = {"check_in": day, "check_out": LAST.isoformat(), "from": day, "to": day, "date": day}
    typed: dict[str, Any] = {name: day for name, day in days.items() if name in _fields(kind)}

    read = _read(kind, amount="95.50", **typed)

    assert (read.kind, read.amount, read.currency) == (kind, Decimal("95.50"), None)


def test_a_hotel_is_read_with_its_nights_rooms_and_tax() -> None:
    read = _read(
        Kind.LODGING,
        check_in="2027-02-10",
        check_out="2027-02-12",
        rooms="2",
        lodging_type="hotel",
        location="Rochester",
        amount="300",
        tax="22.5",
        currency="eur",
        receipt="yes",
        other_payments="10",
        arranged_by="patient",
        item="deluxe",
    )

    assert read == Expense(
        id="hotel-1",
        kind=Kind.LODGING,
        check_in=FIRST,
        check_out=date(2027, 2, 12),
        rooms=2,
        lodging_type="hotel",
        location="Rochester",
        amount=Decimal(300),
        tax=Decimal("22.5"),
        currency="EUR",
        receipt=True,
        other_payments=Decimal(10),
        arranged_by="patient",
        item="deluxe",
    )


def test_a_car_there_and_back_has_half_of_its_miles_each_way() -> None:
    read = _read(
        Kind.CAR, date="2027-02-10", return_date="2027-02-14", direction="both", distance="312.5"
    )

    assert read.legs == (
        Leg(direction="out", date=FIRST, distance_mi=Decimal("156.25")),
        Leg(direction="return", date=LAST, distance_mi=Decimal("156.25")),
    )
    assert read.distance_mi is None
    shown = stored_values(read, _claim().trip)
    assert (shown["distance"], shown["direction"]) == ("312.5", "both")
    assert (shown["date"], shown["return_date"]) == ("2027-02-10", "2027-02-14")


def test_a_car_in_kilometres_without_a_direction_has_no_legs() -> None:
    read = _read(Kind.CAR, date="2027-02-10", distance="80", distance_unit="km")

    assert (read.distance_km, read.distance_mi, read.legs) == (Decimal(80), None, None)


def test_everybody_is_said_by_nobody_named_and_one_by_name() -> None:
    patient = _claim().trip.patient.id

    assert _read(Kind.TAXI, date="2027-02-10").travellers is None
    assert _read(Kind.TAXI, date="2027-02-10", travellers=[patient]).travellers == (patient,)


@pytest.mark.parametrize(
    ("kind", "typed", "field", "said"),
    [
        (Kind.TAXI, {"amount": "40"}, "date", "choose a day"),
        (Kind.TAXI, {"date": "2027-02-30"}, "date", "calendar"),
        (Kind.TAXI, {"date": "2027-02-10", "amount": "$40"}, "amount", "95.50"),
        (Kind.TAXI, {"date": "2027-02-10", "amount": "1.234"}, "amount", "decimals"),
        (Kind.TAXI, {"date": "2027-02-10", "currency": "XXQ"}, "currency", "no currency"),
        (Kind.TAXI, {"date": "2027-02-10", "travellers": []}, "travellers", "at least one"),
        (Kind.TAXI, {"date": "2027-02-10", "travellers": ["Eve"]}, "travellers", "Eve"),
        (Kind.TAXI, {"date": "2027-02-10", "item": "a\x07b"}, "item", "U+0007"),
        (Kind.TAXI, {"date": "2027-02-10", "amount": "5", "tax": "6"}, "tax", "more than"),
        (Kind.CAR, {"date": "2027-02-10", "distance": "far"}, "distance", "number"),
        (
            Kind.CAR,
            {"date": "2027-02-10", "direction": "both", "return_date": "soon"},
            "return_date",
            "2026-01-31",
        ),
        (Kind.CAR, {"date": "2027-02-10", "direction": "up"}, "direction", ""),
        (Kind.AIR, {"date": "2027-02-10", "cabin": "roof"}, "cabin", ""),
        (Kind.AIR, {"date": "2027-02-10", "scheduled_hours": "-1"}, "scheduled_hours", "negative"),
        (
            Kind.LODGING,
            {"check_in": "2027-02-10", "check_out": "2027-02-10"},
            "check_out",
            "after check_in",
        ),
        (
            Kind.LODGING,
            {"check_in": "2027-02-10", "check_out": "2027-02-11", "rooms": "0"},
            "rooms",
            "",
        ),
        (Kind.MEALS, {"from": "2027-02-12", "to": "2027-02-10"}, "to", "before they begin"),
    ],
)
def test_every_fault_stands_at_its_field(
    kind: Kind, typed: dict[str, Any], field: str, said: str
) -> None:
    faults = _faults(kind, **typed)

    assert set(faults) == {field}
    assert said in faults[field]


def test_all_faults_are_told_at_once() -> None:
    faults = _faults(Kind.LODGING, check_out="2027-02-30", amount="x", travellers=[])

    assert set(faults) == {"check_in", "check_out", "amount", "travellers"}


def test_of_several_visits_one_is_chosen() -> None:
    assert "visit" not in _fields(Kind.TAXI)
    assert _read(Kind.TAXI, visits=2, date="2027-02-10").visit == "visit-1"


def test_who_is_paid_does_not_vouch_for_paper() -> None:
    stored = Expense(id="taxi-1", kind=Kind.TAXI, date=FIRST, amount=Decimal(5), receipt=True)

    assert "receipt" not in _fields(Kind.TAXI, sees_paper=False)
    assert _read(Kind.TAXI, stored, sees_paper=False, amount="500").receipt is None
    forged = _read(Kind.TAXI, sees_paper=False, date="2027-02-10", receipt="yes")
    assert forged.receipt is None
    assert _read(Kind.TAXI, stored).receipt is True


def test_what_the_form_does_not_show_stays() -> None:
    night = LodgingNight(date=FIRST, amount=Decimal(90))
    stay = Expense(
        id="a b", kind=Kind.LODGING, check_in=FIRST, check_out=LAST,
        amount_each=Decimal(80), nights=(night,), lodging_type="yurt", facts={"medicare": "no"},
    )  # fmt: skip
    legs = (Leg(direction="out", date=FIRST, origin="DEN"), Leg(direction="local", date=LAST))
    flight = Expense(id="f", kind=Kind.AIR, legs=legs, amount=Decimal(9), cabin="economy")

    changed = _read(Kind.LODGING, stay, amount="85")

    assert changed == stay.model_copy(update={"amount_each": Decimal(85)})
    assert "direction" not in labels_of(Kind.AIR, _claim().trip, flight, sees_paper=True)
    assert _read(Kind.AIR, flight, amount="10") == flight.model_copy(update={"amount": Decimal(10)})


@pytest.mark.parametrize("is_leg", [True, False])
def test_hours_of_a_planned_ticket_follow_from_its_times(*, is_leg: bool) -> None:
    times = {
        "departs": "2027-02-10T22:30 America/New_York",
        "arrives": "2027-02-11T11:15 Europe/Zurich",
    }
    keys = {"legs": [{"direction": "out", **times}]} if is_leg else times
    flight = Expense.model_validate({"id": "out", "kind": "air", "amount": 900, **keys})

    labels = labels_of(Kind.AIR, _claim().trip, flight, sees_paper=True)
    saved = _read(Kind.AIR, flight, amount="950")

    assert not {"scheduled_hours", "overnight"} & labels.keys()
    assert {"departs", "arrives", "date"} <= labels.keys()
    assert saved == flight.model_copy(update={"amount": Decimal(950)})


OUT: Final[dict[str, Any]] = {
    "departs": "2027-02-10 22:30 America/New_York",
    "arrives": "2027-02-11 11:15 Europe/Zurich",
}
BACK: Final[dict[str, Any]] = {
    "return_departs": "2027-02-14 10:00 Europe/Zurich",
    "return_arrives": "2027-02-14 13:40 America/New_York",
}


@pytest.mark.parametrize("day", ["2027-02-10", ""])
def test_times_of_a_ticket_there_and_back_tell_hours_and_days(day: str) -> None:
    read = _read(Kind.AIR, amount="900", direction="both", date=day, **OUT, **BACK)

    out, back = read.legs or ()
    assert (out.direction, out.date, out.day, back.day) == ("out", None, FIRST, LAST)
    assert [find_timed(leg, "scheduled_hours") for leg in (out, back)] == [
        Fraction(27, 4),
        Fraction(29, 3),  # 9:00 to 18:40 UTC
    ]
    assert find_timed(out, "overnight") is True
    assert read.date is None


@pytest.mark.parametrize("direction", ["", "out"])
def test_times_of_one_way_are_the_tickets_or_its_legs(direction: str) -> None:
    read = _read(Kind.RAIL, amount="90", direction=direction, date="2027-02-10", **OUT)

    (leg,) = read.legs or (read,)
    assert (leg is read) == (not direction)
    assert find_timed(leg, "departure_hour") == Fraction(45, 2)
    assert leg.day == FIRST


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"departs": "2027-02-10 22:30", "arrives": OUT["arrives"]}, "departs", "IANA zone"),
        ({"departs": OUT["departs"]}, "departs", "add arrives"),
        ({**OUT, "date": "2027-02-11"}, "date", "another day than that of departs"),
        ({**OUT, "scheduled_hours": "12"}, "scheduled_hours", "6 h 45 min apart"),
        ({**OUT, **BACK}, "return_departs", "choose there and back"),
        ({**OUT, "return_date": "2027-02-14"}, "return_date", "choose there and back"),
        ({**OUT, **BACK, "direction": "both", "return_arrives": "2027-02-14 09:00Z",
          "return_departs": "2027-02-14 10:00Z"}, "return_arrives", "must be after departs"),
        ({"direction": "out"}, "date", "choose a day"),
    ],
)  # fmt: skip
def test_times_that_contradict_are_told_at_their_field(
    typed: dict[str, str], field: str, words: str
) -> None:
    faults = _faults(Kind.AIR, amount="900", **{"direction": "out", **typed})

    assert words in faults[field]


def test_times_that_the_form_has_no_field_for_stay() -> None:
    taxi = Expense.model_validate(
        {
            "id": "t",
            "kind": "taxi",
            "amount": 9,
            "departs": OUT["departs"],
            "arrives": OUT["arrives"],
        }
    )
    stated_twice = Expense.model_validate(
        {"id": "f", "kind": "air", "date": FIRST, "amount": 9, "legs": [
            {"direction": "out", "date": FIRST, **OUT}
        ]}
    )  # fmt: skip

    for one in (taxi, stated_twice):
        assert "date" not in labels_of(one.kind, _claim().trip, one, sees_paper=True)
        assert _read(one.kind, one, amount="10") == one.model_copy(update={"amount": Decimal(10)})


def test_ids_are_made_from_the_kind_and_used_once() -> None:
    taxi = Expense(id="taxi-1", kind=Kind.TAXI, date=FIRST)

    assert next_id(_claim().trip, Kind.LODGING) == "hotel-1"
    assert next_id(_claim(taxi).trip, Kind.TAXI) == "taxi-2"
    assert next_id(_claim(taxi).trip, Kind.RIDE_HAIL) == "ride-hail-1"


_MONEY: Final = st.decimals(0, 10_000, places=2)
_PEOPLE: Final = st.sampled_from([None, (_claim().trip.patient.id,)])
_WAYS: Final = st.sampled_from([None, "out", "return", "local", "both"])


@st.composite
def _expenses(draw: st.DrawFn) -> Expense:
    kind = draw(st.sampled_from([Kind.CAR, Kind.TAXI, Kind.AIR, Kind.PARKING]))
    miles = draw(st.none() | st.decimals(0, 500, places=1)) if kind is Kind.CAR else None
    way = draw(_WAYS) if kind is not Kind.PARKING else None
    back = FIRST + timedelta(days=draw(st.integers(0, 4)))
    legs: tuple[Leg, ...] | None = None
    if way == "both":
        legs = (
            Leg(direction="out", date=FIRST, distance_mi=miles),
            Leg(direction="return", date=back, distance_mi=miles),
        )
    if kind is Kind.AIR and way == "both" and draw(st.booleans()):
        times = {"departs": f"{FIRST}T22:30 America/New_York", "arrives": f"{LAST}T01:00Z"}
        legs = (Leg.model_validate({"direction": "out", **times}), *(legs or ())[1:])
    elif way and way != "both":
        legs = (Leg.model_validate({"direction": way, "date": FIRST, "distance_mi": miles}),)
    return Expense(
        id=f"{kind}-1",
        kind=kind,
        date=None if legs and legs[0].departs else FIRST,
        amount=draw(st.none() | _MONEY),
        travellers=draw(_PEOPLE),
        legs=legs,
        distance_mi=None if legs else miles,
        receipt=draw(st.sampled_from([None, True])),
        item=draw(st.sampled_from([None, "a: {b}, 'c' # \U0001f697"])),
    )


@given(_expenses())
def test_saving_a_form_as_it_is_shown_changes_nothing(expense: Expense) -> None:
    assert _read(expense.kind, expense) == expense
