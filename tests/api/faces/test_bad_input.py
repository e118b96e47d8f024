"""Bad input gets a clear answer: which field, and what would be right; nothing is half done."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.faces.test_rest import CASE
from tests.api.faces.worlds import World

SLOT = {
    "specialist_id": "mayo-clinic-rochester-cardiology-1",
    "local_start": "2027-05-02T19:30",
    "zone": "America/Chicago",
    "minutes": 45,
    "fee": {"amount": "420.50", "currency": "USD"},
}
COMPANION = {
    "person": {**CASE["patient"], "name": "Ben"},  # type: ignore[dict-item]  # — a dict
    "relation": "friend",
}


def changed(body: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return the body with the value at a path such as ``visit.needs.0.minutes``."""
    whole = copy.deepcopy(body)
    *parents, last = path.split(".")
    place: Any = whole
    for name in parents:
        place = place[int(name) if isinstance(place, list) else name]
    place[int(last) if isinstance(place, list) else last] = value
    return whole


def faults_of(answer: TestResponse, status: int = 422) -> dict[str, str]:
    """Return the fields at fault, after checking that the answer is a problem document."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    problem = answer.json
    assert problem is not None
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"]
    assert "Traceback" not in answer.text
    return {fault["field"]: fault["message"] for fault in problem.get("errors", [])}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("reference", "x", "capital letters"),
        ("reference", 7, "must be text"),
        ("title", "", "must not be empty"),
        ("title", "x" * 201, "at most 200"),
        ("title", "\ud800", "Unicode"),
        ("title", "a\x00b", "U+0000"),
        ("service_level", "gold", "standard, premium, vip"),
        ("patient.birth_date", "2099-01-01", "future"),
        ("patient.birth_date", 0, "YYYY-MM-DD"),
        ("patient.birth_date", "1980-13-01", "no day"),
        ("patient.home_airport", "QQQ", "no airport"),
        ("patient.home_airport", "lhr", "no airport"),
        ("patient.languages", [], "at least one"),
        ("patient", "me", "JSON object"),
        ("companions", {}, "must be a list"),
        ("companions", [COMPANION] * 4, "at most 3"),
        ("visit.needs", [], "at least one"),
        ("visit.needs.0.minutes", "60", "whole number"),
        ("visit.needs.0.minutes", 60.5, "whole number"),
        ("visit.needs.0.minutes", True, "whole number"),
        ("visit.needs.0.minutes", 4, "at least 5"),
        ("visit.needs.0.minutes", 10**30, "at most 1,440"),
        ("visit.facility_ids", ["nowhere"], "no facility"),
        ("visit.rooms", None, "whole number"),
        ("visit.max_nights", -1, "at least 0"),
        ("visit.limits", {"cabins": ["hold"]}, "economy"),
        ("visit.limits", {"assistance": ["wings"]}, "wheelchair, oxygen"),
        ("visit.limits", {"nonstop_only": "no"}, "true or false"),
        ("visit.earliest_date", "2027-03-01T00:00", "YYYY-MM-DD"),
        ("surprise", 1, "not a field we know"),
    ],
)
def test_a_wrong_field_of_a_case_is_named(
    client: FlaskClient, path: str, value: object, words: str
) -> None:
    faults = faults_of(client.post("/api/v1/cases", json=changed(CASE, path, value)))

    (field, message) = next(iter(faults.items()))
    assert field.startswith(path)
    assert words in message
    assert client.get("/api/v1/cases/SJ-4000").status_code == 404


def test_the_end_before_the_start_is_named(client: FlaskClient) -> None:
    visit = {**CASE["visit"], "earliest_date": "2027-04-02", "latest_date": "2027-04-01"}  # type: ignore[dict-item]  # — a dict

    faults = faults_of(client.post("/api/v1/cases", json={**CASE, "visit": visit}))

    assert faults == {"visit.latest_date": "must not be before the earliest date"}


def test_every_fault_is_named_at_once(client: FlaskClient) -> None:
    body = changed(changed(CASE, "title", ""), "patient.home_airport", "QQQ")

    assert set(faults_of(client.post("/api/v1/cases", json=body))) == {
        "title",
        "patient.home_airport",
    }


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("local_start", "2020-01-01T10:00", "has passed"),
        ("local_start", "2027-03-01T04:29", "has passed"),
        ("local_start", "tomorrow", "2027-03-09T14:30"),
        ("local_start", "2027-03-14T02:30", "clocks in America/Chicago skip"),
        ("local_start", "9999-12-31T23:59", "year people plan for"),
        ("zone", "Mars/Olympus", "no IANA time zone"),
        ("zone", "../../etc/passwd", "no IANA time zone"),
        ("minutes", 0, "at least 5"),
        ("fee", {"amount": "12.345", "currency": "USD"}, "2 decimals"),
        ("fee", {"amount": "12.34", "currency": "EUR"}, "must be USD"),
        ("fee", {"amount": 12.34, "currency": "USD"}, "must be text"),
        ("fee", {"amount": "-1", "currency": "USD"}, "not be negative"),
        ("fee", {"amount": "1e3", "currency": "USD"}, "write it like"),
        ("specialist_id", "nobody", "no specialist"),
    ],
)
def test_a_wrong_field_of_a_slot_is_named(
    client: FlaskClient, path: str, value: object, words: str
) -> None:
    faults = faults_of(client.post("/api/v1/slots", json={**SLOT, path: value}))

    assert [path] == [field.partition(".")[0] for field in faults]
    assert words in next(iter(faults.values()))


def test_a_good_slot_is_offered_once(client: FlaskClient) -> None:
    first = client.post("/api/v1/slots", json=SLOT)
    again = client.post("/api/v1/slots", json=SLOT)

    assert first.status_code == 201
    faults_of(again, 409)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/cases/NONE"),
        ("GET", "/api/v1/cases/%F0%9F%A9%BA"),
        ("GET", "/api/v1/cases/%00"),
        ("POST", "/api/v1/cases/NONE/plans"),
        ("GET", "/api/v1/cases/NONE/plans"),
        ("GET", "/api/v1/plans/none"),
        ("GET", "/api/v1/plans/none/problem"),
        ("POST", "/api/v1/plans/none/cancel"),
        ("GET", "/api/v1/facilities/none"),
        ("GET", "/api/v1/itineraries/none"),
        ("GET", "/api/v1/itineraries/none.pdf"),
        ("GET", "/api/v1/itineraries/IT-SJ-1001?revision=99"),
        ("GET", "/api/v1/nothing"),
    ],
)
def test_an_unknown_thing_is_not_found(client: FlaskClient, method: str, path: str) -> None:
    faults_of(client.open(path, method=method), 404)


def test_an_unknown_option_is_not_found(world: World, client: FlaskClient) -> None:
    path = f"/api/v1/plans/{world.template.plan_id}/why-not"

    faults_of(client.get(path, query_string={"option": "F7"}), 404)
    assert "option" in faults_of(client.get(path))


@pytest.mark.parametrize("revision", ["0", "-1", "one", "1.5", "9" * 40])
def test_a_wrong_revision_is_named(client: FlaskClient, revision: str) -> None:
    answer = client.get(f"/api/v1/itineraries/IT-SJ-1001?revision={revision}")

    assert "revision" in faults_of(answer)


def test_a_method_that_is_not_answered_says_which_are(client: FlaskClient) -> None:
    answer = client.delete("/api/v1/cases")

    faults_of(answer, 405)
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[]", "application/json", 422),
        (b'"{}"', "application/json", 422),
        (b"7" * 5000, "application/json", 400),
        (b"title=x", "application/x-www-form-urlencoded", 415),
        (b"<case/>", "application/xml", 415),
        (b"", "application/json", 422),
        (b" " * 10_000_000, "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_read_says_so(
    client: FlaskClient, content: bytes, media: str, status: int
) -> None:
    faults_of(client.post("/api/v1/cases", data=content, content_type=media), status)


def test_a_form_of_ten_megabytes_is_refused_as_a_page(world: World, client: FlaskClient) -> None:
    answer = client.post("/cases", data={"title": "x" * 10_000_000})

    assert answer.status_code == 413
    assert "too large" in answer.text


@pytest.mark.parametrize("key", ["ü", "x" * 201, " "])
def test_a_key_that_cannot_be_kept_is_named(client: FlaskClient, key: str) -> None:
    answer = client.post("/api/v1/cases/SJ-1001/plans", headers={"Idempotency-Key": key})

    assert "Idempotency-Key" in faults_of(answer)
