"""An expense that was planned: its form begins with what the itinerary says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from api.pages.planned_expense import planned_values
from logistics.repository.claims import get_claim
from pricing.coverage.documents.read import read_trip
from scheduling.repository.itineraries import get_itinerary
from tests.api.faces.claim_worlds import store_claim
from tests.api.faces.page import fetch
from tests.api.faces.worlds import World

_CLAIM: Final = "SJ-1001-C1"


def test_what_was_planned_stands_in_the_form(world: World) -> None:
    """The ticket has its timetable and cabin, so that hours and nights need not be typed."""
    days = {"starts": "2027-03-08", "ends": "2027-03-10"}
    world.client_of("patient").post("/cases/SJ-1001/claims", data=days)
    path = f"/claims/{_CLAIM}/expenses/new?kind=air&planned=outbound-patient"
    form = fetch(world.app, world.client_of("patient"), path).form("kind=air")

    with world.services.database.read() as session:
        inputs = get_itinerary(session, world.template.itinerary_id).coverage.inputs
    assert inputs is not None
    planned = {one.id: one for one in read_trip(inputs.trip, "trip").expenses}
    ticket = planned["outbound-patient"]
    (leg,) = ticket.legs or ()
    assert leg.departs is not None
    assert form["departs"] == f"{leg.departs:%Y-%m-%d %H:%M} {leg.departs.tzinfo}"
    assert (form["direction"], form["cabin"]) == ("out", "economy")
    assert ticket.amount_each is not None
    assert Decimal(str(form["amount"])) == 2 * ticket.amount_each

    saved = world.client_of("patient").post(path, data=form)
    assert saved.status_code == 303, saved.text
    with world.services.database.read() as session:
        (expense,) = get_claim(session, _CLAIM).trip.expenses
    (flown,) = expense.legs or ()
    assert (flown.departs, flown.arrives) == (leg.departs, leg.arrives)


def test_an_itinerary_of_before_its_trip_was_kept_tells_the_days(world: World) -> None:
    claim = store_claim(world, is_filed=False)
    with world.services.database.read() as session:
        kept = get_itinerary(session, world.template.itinerary_id)
    bare = replace(kept.coverage, inputs=None)
    line = next(one for one in bare.lines if one.key == "return-patient")

    values = planned_values(claim, line, bare)

    assert values["date"] == str(claim.trip.ends)[:10]
    assert "departs" not in values
