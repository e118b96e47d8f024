"""REST: the same jobs as the pages, in JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from werkzeug.test import TestResponse

from api.jobs.queue_plan import make_plan
from scheduling.documents.itinerary_json import parse_document
from scheduling.planning import Phase
from scheduling.repository.itineraries import get_itinerary
from tests.api.faces.worlds import PLANNED, World

CASE = {
    "reference": "SJ-4000",
    "title": "Over REST",
    "service_level": "vip",
    "patient": {
        "name": "王小明",
        "birth_date": "1980-02-29",
        "home_airport": "ZRH",
        "languages": ["de"],
    },
    "visit": {
        "needs": [
            {
                "id": "consultation",
                "title": "Consultation",
                "specialty": "cardiology",
                "minutes": 60,
            }
        ],
        "facility_ids": ["mayo-clinic-rochester"],
    },
}


def _json(answer: TestResponse) -> Any:  # noqa: ANN401 — JSON
    assert answer.is_json, answer.text
    return answer.json


def _finished(world: World, location: str) -> dict[str, Any]:
    """Make the plan as a worker would, and return it."""
    make_plan(location.rpartition("/")[2], world.services)
    plan: dict[str, Any] = _json(world.client.get(location))
    assert plan["is_finished"]
    return plan


def test_a_case_is_opened_told_and_listed(client: FlaskClient) -> None:
    opened = client.post("/api/v1/cases", json=CASE)

    assert opened.status_code == 201
    told = _json(client.get(opened.headers["Location"]))
    assert told == opened.json
    assert told["patient"] == CASE["patient"]
    assert told["visit"]["limits"]["cabins"] == ["economy"]
    assert told["is_sample"] is False
    assert "SJ-4000" in [one["reference"] for one in _json(client.get("/api/v1/cases"))["cases"]]


def test_opening_the_very_same_case_again_is_no_conflict(client: FlaskClient) -> None:
    first = client.post("/api/v1/cases", json=CASE)
    again = client.post("/api/v1/cases", json=CASE)
    other = client.post("/api/v1/cases", json={**CASE, "title": "Another"})

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)


def test_the_wishes_of_a_visit_can_be_replaced(client: FlaskClient) -> None:
    visit = _json(client.get("/api/v1/cases/SJ-1001"))["visit"]

    answer = client.put("/api/v1/cases/SJ-1001/visit", json={**visit, "max_nights": 3})

    assert _json(answer)["visit"]["max_nights"] == 3
    assert _json(client.get("/api/v1/cases/SJ-1001")) == answer.json


def test_a_plan_is_queued_made_explained_and_accepted(world: World, client: FlaskClient) -> None:
    queued = client.post("/api/v1/cases/SJ-1004/plans", headers={"Idempotency-Key": "one"})
    assert queued.status_code == 202
    location = queued.headers["Location"]

    plan = _finished(world, location)

    assert plan["phase"] == Phase.PLANNED
    assert plan["status"] == "OPTIMAL"
    best = plan["proposals"][0]
    assert best["name"] == "best"
    assert best["cost"] == best["bound"]
    amounts = best["coverage"]
    assert amounts["payer"]["minor"] + amounts["patient"]["minor"] == amounts["amount"]["minor"]
    assert amounts["amount"]["minor"] == best["parts"]["price_cents"]
    problem = _json(client.get(f"{location}/problem"))
    assert problem["format"] == "sojourn-problem/1"
    option = problem["outbound"][0]["id"]
    reason = _json(client.get(f"{location}/why-not", query_string={"option": option}))
    assert reason["option"] == option
    assert reason["verdict"] in {"chosen", "rule", "impossible", "dearer", "tie", "unknown"}
    accepted = client.post(f"{location}/accept", json={"proposal": "best"})
    assert accepted.status_code == 201
    document = _json(client.get(accepted.headers["Location"]))
    with world.services.sessions.read() as session:
        stored = get_itinerary(session, document["id"])
    # What the decision was made from is told with its trace alone.
    bare = replace(stored, coverage=replace(stored.coverage, inputs=None))
    assert parse_document(document) == bare


def test_the_same_key_makes_one_plan(world: World, client: FlaskClient) -> None:
    key = {"Idempotency-Key": "same"}

    first = client.post(f"/api/v1/cases/{PLANNED}/plans", headers=key)
    again = client.post(f"/api/v1/cases/{PLANNED}/plans", headers=key)
    elsewhere = client.post("/api/v1/cases/SJ-1002/plans", headers=key)

    assert (first.status_code, again.status_code, elsewhere.status_code) == (202, 202, 422)
    assert _json(first) == _json(again)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(_json(client.get(f"/api/v1/cases/{PLANNED}/plans"))["plans"]) == 2
    _finished(world, first.headers["Location"])


def test_the_same_key_freezes_one_revision(world: World, client: FlaskClient) -> None:
    path = f"/api/v1/plans/{world.template.plan_id}/accept"
    first = client.post(path, json={"proposal": "soonest"}, headers={"Idempotency-Key": "k"})
    again = client.post(path, json={"proposal": "soonest"}, headers={"Idempotency-Key": "k"})

    assert _json(first)["revision"] == 2
    assert _json(again) == _json(first)


@pytest.mark.parametrize("proposal", ["nothing", "", "best "])
def test_an_unknown_proposal_is_not_found(world: World, client: FlaskClient, proposal: str) -> None:
    answer = client.post(
        f"/api/v1/plans/{world.template.plan_id}/accept", json={"proposal": proposal}
    )

    assert answer.status_code == 404
    assert "has no proposal" in _json(answer)["detail"]


def test_an_impossible_plan_cannot_be_accepted(world: World, client: FlaskClient) -> None:
    plan_id = world.template.impossible_id

    told = _json(client.get(f"/api/v1/plans/{plan_id}"))
    answer = client.post(f"/api/v1/plans/{plan_id}/accept", json={"proposal": "best"})

    assert told["phase"] == Phase.NO_PLAN
    assert told["status"] == "INFEASIBLE"
    assert told["obstacles"]
    assert answer.status_code == 409


def test_a_finished_plan_stays_as_it_is_when_cancelled(world: World, client: FlaskClient) -> None:
    answer = client.post(f"/api/v1/plans/{world.template.plan_id}/cancel")

    assert answer.status_code == 202
    assert _json(answer)["phase"] == Phase.PLANNED


def test_an_itinerary_comes_as_json_calendar_and_pdf(world: World, client: FlaskClient) -> None:
    base = f"/api/v1/itineraries/{world.template.itinerary_id}"

    document = client.get(base)
    calendar = client.get(f"{base}.ics?revision=1")
    pdf = client.get(f"{base}.pdf")

    assert _json(document)["format"] == "sojourn-itinerary/1"
    assert calendar.content_type == "text/calendar; charset=utf-8"
    assert len(Calendar.from_ical(calendar.data).events) == len(_json(document)["items"])
    assert pdf.content_type == "application/pdf"
    assert pdf.data.startswith(b"%PDF-")
    assert 'filename="IT-SJ-1001-1.pdf"' in pdf.headers["Content-Disposition"]


def test_facilities_and_specialists_are_told(client: FlaskClient) -> None:
    facilities = _json(client.get("/api/v1/facilities"))["facilities"]
    one = _json(client.get("/api/v1/facilities/mayo-clinic-rochester"))
    found = _json(
        client.get("/api/v1/specialists?facility_id=mayo-clinic-rochester&specialty=cardiology")
    )["specialists"]

    assert len(facilities) >= 15
    assert one in facilities
    assert found
    assert all(person["is_sample"] for person in found)


def test_health_tells_of_the_database(client: FlaskClient) -> None:
    assert _json(client.get("/healthz")) == {"status": "ok"}
    assert _json(client.get("/readyz")) == {
        "status": "ok",
        "database": "sqlite",
        "is_current": True,
    }
