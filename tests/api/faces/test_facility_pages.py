"""Offering a slot on a facility's page."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.faces.conftest import GetPage
from tests.api.faces.page import checked, fetch, text_of
from tests.api.faces.worlds import World

PATH = "/facilities/mayo-clinic-rochester"


@pytest.fixture
def offer(get_page: GetPage) -> dict[str, Any]:
    """The form, filled with a good slot."""
    form = get_page(PATH).form("/slots")
    return {**form, "date": "2027-05-02", "time": "19:30", "minutes": "45", "fee": "420.50"}


def test_an_offered_slot_is_stored_and_said_so(
    world: World, client: FlaskClient, get_page: GetPage, offer: dict[str, Any]
) -> None:
    before = client.get("/api/v1/slots?facility_id=mayo-clinic-rochester").json

    response = client.post(f"{PATH}/slots", data=offer)

    assert response.status_code == 303
    assert "The slot is offered." in get_page(f"{PATH}?offered=yes").text
    after = client.get("/api/v1/slots?facility_id=mayo-clinic-rochester").json
    assert before is not None
    assert after is not None
    (added,) = [slot for slot in after["slots"] if slot not in before["slots"]]
    # Rochester is in Chicago's zone: half past seven in the evening in May is UTC-5.
    assert added["starts_at"] == "2027-05-03T00:30:00Z"
    assert added["fee"] == {"amount": "420.50", "minor": 42050, "currency": "USD"}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"date": ""}, "date", "is required"),
        ({"date": "2027-02-30"}, "date", "there is no"),
        ({"date": "2020-01-01"}, "date", "has passed"),
        ({"time": "25:00"}, "time", "there is no"),
        ({"date": "2027-03-14", "time": "02:30"}, "time", "clocks in America/Chicago skip"),
        ({"minutes": "1.5"}, "minutes", "whole number"),
        ({"minutes": "0"}, "minutes", "at least 5"),
        ({"fee": "12.345"}, "fee", "2 decimals"),
        ({"fee": "EUR 5"}, "fee", "write it like 1250.00"),
        ({"fee": "-5"}, "fee", "must not be negative"),
        ({"fee": ""}, "fee", "write it like 1250.00"),
        ({"specialist_id": "nobody"}, "specialist-id", "there is no specialist"),
    ],
)
def test_a_wrong_offer_is_named_beside_its_field(
    world: World,
    offer: dict[str, Any],
    changes: dict[str, str],
    field: str,
    words: str,
) -> None:
    answer = world.client.post(f"{PATH}/slots", data={**offer, **changes})
    page = checked(world.app, answer, status=422)

    assert words in text_of(page.by_id(f"field-{field}-fault"))
    if "specialist_id" not in changes:
        kept = page.form("/slots")
        assert {name: kept[name] for name in changes} == changes


def test_a_slot_at_a_time_already_offered_is_refused(
    world: World, client: FlaskClient, offer: dict[str, Any]
) -> None:
    client.post(f"{PATH}/slots", data=offer)

    again = client.post(f"{PATH}/slots", data={**offer, "request_key": "1" * 32})

    page = checked(world.app, again, status=409)
    assert "another slot" in text_of(page.by_id("field-time-fault"))


def test_the_same_form_sent_twice_offers_one_slot(
    client: FlaskClient, offer: dict[str, Any]
) -> None:
    first = client.post(f"{PATH}/slots", data=offer)
    again = client.post(f"{PATH}/slots", data=offer)

    assert (first.status_code, again.status_code) == (303, 303)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_contact_begins_with_the_own_facility(world: World) -> None:
    page = fetch(world.app, world.client_of("facility_contact"), "/facilities")

    assert page.heading == "Your facility"
    assert [str(link.get("href")) for link in page.all(".//main//h2/a")] == [PATH]
    assert "0 specialists" not in page.text
