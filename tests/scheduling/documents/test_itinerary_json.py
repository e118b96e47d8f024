"""The published JSON form: checked by its schema, read back whole, refused with reasons."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from importlib import resources
from typing import Any

import jsonschema
import pytest

from scheduling.documents.errors import MalformedDocument
from scheduling.documents.itinerary_json import parse_document, to_document
from scheduling.itinerary import Itinerary
from tests.itineraries import coverage, every_itinerary, intercontinental

each_visit = pytest.mark.parametrize("visit", every_itinerary().values(), ids=every_itinerary())


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    text = (resources.files("seed_data") / "schemas" / "itinerary-1.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(loaded)
    return loaded


def _over_the_wire(visit: Itinerary) -> dict[str, Any]:
    sent: dict[str, Any] = json.loads(json.dumps(to_document(visit)))
    return sent


@each_visit
def test_every_document_keeps_the_schema(visit: Itinerary, schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(schema).validate(_over_the_wire(visit))


@each_visit
def test_a_document_is_read_back_as_the_same_itinerary(visit: Itinerary) -> None:
    assert parse_document(_over_the_wire(visit)) == visit


def test_a_moment_is_given_in_utc_and_by_the_clock_of_its_place() -> None:
    flight = to_document(intercontinental())["items"][2]

    assert flight["starts"] == {
        "utc": "2026-12-07T00:30:00Z",
        "local": "2026-12-06T19:30:00-05:00",
        "zone": "America/New_York",
    }
    assert flight["ends"]["local"] == "2026-12-07T09:25:00+01:00"
    assert flight["minutes"] == 475


def test_amounts_are_minor_units_and_text_and_add_up() -> None:
    money = to_document(intercontinental())["coverage"]

    assert money["totals"]["patient"] == {"minor": 60_700, "currency": "USD", "text": "USD 607.00"}
    assert sum(line["patient"]["minor"] for line in money["lines"]) == 60_700
    assert money["totals"]["amount"]["minor"] == coverage().amount.minor


def _set(*path: str | int, value: object) -> Callable[[dict[str, Any]], None]:
    def change(document: Any) -> None:  # noqa: ANN401 — JSON
        *way, last = path
        for step in way:
            document = document[step]
        document[last] = value

    return change


def _drop(document: dict[str, Any]) -> None:
    del document["patient"]


@pytest.mark.parametrize(
    ("change", "field", "hint"),
    [
        (_drop, "patient", "is missing"),
        (_set("format", value="sojourn-itinerary/2"), "format", "sojourn-itinerary/1"),
        (_set("revision", value="1"), "revision", "whole number"),
        (_set("revision", value=True), "revision", "whole number"),
        (_set("companions", value=[1]), "companions", "array of strings"),
        (_set("is_sample", value=1), "is_sample", "true or false"),
        (_set("home_zone", value="Mars/Olympus"), "home_zone", "Mars/Olympus"),
        (_set("accepted_at", value="yesterday"), "accepted_at", "2026-12-08T13:05:00Z"),
        (_set("accepted_at", value="2026-12-08T13:05:00+01:00"), "accepted_at", "Z"),
        (_set("items", value=[]), "items", "at least one"),
        (_set("items", value={}), "items", "array"),
        (_set("items", 0, value=None), "items[0]", "object"),
        (_set("items", 1, "kind", value="swim"), "items[1].kind", "flight"),
        (_set("items", 1, "origin", "latitude", value=91), "items[1].origin.latitude", "-90"),
        (_set("items", 1, "origin", "latitude", value=True), "items[1].origin.latitude", "-90"),
        (
            _set("items", 1, "starts", "local", value="2026-12-06T13:15:00+00:00"),
            "items[1].starts.local",
            "2026-12-06T13:15:00-06:00",
        ),
        (
            _set("coverage", "lines", 0, "payer", "minor", value=1.5),
            "coverage.lines[0].payer.minor",
            "whole",
        ),
        (
            _set("coverage", "lines", 0, "payer", "minor", value=10**9),
            "coverage.lines[0]",
            "payer <= payable",
        ),
        (
            _set("coverage", "lines", 0, "amount", "currency", value="XXX"),
            "coverage.lines[0].amount",
            "currency must be one of",
        ),
    ],
)  # fmt: skip
def test_a_wrong_document_is_refused_by_field(
    change: Callable[[dict[str, Any]], None], field: str, hint: str
) -> None:
    document = _over_the_wire(intercontinental())
    change(document)

    with pytest.raises(MalformedDocument) as refusal:
        parse_document(document)

    assert refusal.value.field.startswith(field)
    assert hint in refusal.value.problem


@pytest.mark.parametrize("document", [None, [], "text", 7])
def test_what_is_no_object_is_refused(document: object) -> None:
    with pytest.raises(MalformedDocument):
        parse_document(document)


def test_an_item_that_ends_before_it_starts_is_refused() -> None:
    document = _over_the_wire(intercontinental())
    item = document["items"][0]
    item["starts"], item["ends"] = item["ends"], item["starts"]

    with pytest.raises(MalformedDocument, match="ends before it starts"):
        parse_document(document)


def test_an_acceptance_is_kept_to_the_microsecond() -> None:
    visit = intercontinental()
    precise = visit.accepted_at + timedelta(microseconds=1)
    document = _over_the_wire(visit) | {"accepted_at": precise.isoformat().replace("+00:00", "Z")}

    assert parse_document(document).accepted_at == precise
