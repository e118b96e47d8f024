"""The gate: who passes, who is told to log in, and what a foreign name answers."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from api.access.actions import Action
from api.access.policy import POLICY
from api.access.principal import SYSTEM
from api.audit.listing import EntryFilters, iterate_entries
from api.audit.trail import Outcome
from api.guard.declared import UndeclaredAction, declared_actions
from api.people.tokens import make_token
from api.people.users import get_user
from api.presenters.policy import present_policy
from tests.api.faces.conftest import GetPage
from tests.api.faces.page import fetch
from tests.api.faces.worlds import NOW, World


def test_a_route_that_does_not_say_what_it_does_stops_the_start() -> None:
    app = Flask("undeclared")
    app.add_url_rule("/secret", "secret", lambda: "everything")

    with pytest.raises(UndeclaredAction, match="secret"):
        declared_actions(app)


@pytest.mark.parametrize("path", ["/api/v1/cases", "/api/v1/cases/SJ-1001", "/api/v1/facilities"])
def test_nobody_known_is_asked_to_log_in(world: World, path: str) -> None:
    answer = world.client_of("").get(path)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.content_type == "application/problem+json"


def test_a_token_of_nobody_is_nobody(world: World) -> None:
    answer = world.client_of("").get(
        "/api/v1/cases", headers={"Authorization": "Bearer sjn_invented"}
    )

    assert answer.status_code == 401


def test_a_bearer_token_goes_before_a_cookie(world: World) -> None:
    client = world.client_of("coordinator")
    with world.services.database.write() as session:
        stranger = get_user(session, "demo-other-coordinator")
        made = make_token(
            session, stranger, name="theirs", scopes=["case.list"], days=1, by=SYSTEM, now=NOW
        )

    answer = client.get("/api/v1/cases", headers={"Authorization": f"Bearer {made.text}"})

    assert answer.json == {"cases": []}


@pytest.mark.parametrize("name", ["auditor", "administrator", "facility_contact"])
def test_who_has_no_grant_is_told_so(world: World, name: str) -> None:
    answer = world.client_of(name).get("/api/v1/cases")

    assert answer.status_code == 403
    assert "case.list" in answer.json["detail"]  # type: ignore[index]  # — a problem document


def _denied(world: World) -> list[str]:
    with world.services.database.read() as session:
        return [
            one.action
            for one in iterate_entries(session, EntryFilters())
            if one.outcome is Outcome.DENIED
        ]


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("administrator", "/users"),
        ("strange_administrator", "/users"),
        ("auditor", "/audit"),
        ("facility_contact", "/facilities"),
    ],
)
def test_who_comes_in_is_led_to_where_they_work(world: World, name: str, home: str) -> None:
    client = world.client_of(name)

    answer = client.get("/")

    assert (answer.status_code, answer.headers["Location"]) == (303, home)
    assert fetch(world.app, client, home).heading
    assert _denied(world) == []


@pytest.mark.parametrize(
    "name", ["coordinator", "case_manager", "insurer_reviewer", "patient", "companion"]
)
def test_who_may_see_cases_begins_with_them(world: World, name: str) -> None:
    assert world.client_of(name).get("/").status_code == 200
    assert _denied(world) == []


def test_a_search_that_is_refused_is_told_and_noted(world: World) -> None:
    assert world.client_of("administrator").get("/?q=haskins").status_code == 403
    assert _denied(world) == ["case.list"]


def _without(answer: Any, *names: str) -> str:  # noqa: ANN401 — werkzeug's answer
    text = str(answer.get_data(as_text=True))
    for name in (*names, answer.headers["X-Request-Id"]):
        text = text.replace(name, "NAME")
    return text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/cases/{case}"),
        ("GET", "/cases/{case}/visit"),
        ("GET", "/plans/{plan}"),
        ("GET", "/plans/{plan}/why-not"),
        ("POST", "/plans/{plan}/cancel"),
        ("POST", "/plans/{plan}/accept"),
        ("POST", "/cases/{case}/plans"),
        ("GET", "/itineraries/{itinerary}"),
        ("GET", "/api/v1/cases/{case}"),
        ("GET", "/api/v1/cases/{case}/plans"),
        ("POST", "/api/v1/cases/{case}/plans"),
        ("GET", "/api/v1/plans/{plan}"),
        ("GET", "/api/v1/plans/{plan}/progress"),
        ("GET", "/api/v1/plans/{plan}/problem"),
        ("GET", "/api/v1/plans/{plan}/why-not?option=x"),
        ("POST", "/api/v1/plans/{plan}/cancel"),
        ("GET", "/api/v1/itineraries/{itinerary}"),
        ("GET", "/api/v1/itineraries/{itinerary}?revision=1"),
        ("GET", "/api/v1/itineraries/{itinerary}.ics"),
        ("GET", "/api/v1/itineraries/{itinerary}.pdf"),
    ],
)
def test_a_foreign_id_answers_exactly_like_a_missing_one(
    world: World, method: str, path: str
) -> None:
    template = world.template
    ids = {"case": "SJ-1001", "plan": template.plan_id, "itinerary": template.itinerary_id}
    missing = {name: f"{one[:-2]}zz" for name, one in ids.items()}
    client = world.client_of("stranger")
    form: Any = {"data": {"request_key": "0" * 32, "proposal": "best"}} if "api" not in path else {}

    foreign = client.open(path.format(**ids), method=method, **form)
    unknown = client.open(path.format(**missing), method=method, **form)

    assert foreign.status_code == unknown.status_code == 404
    assert _without(foreign, *ids.values()) == _without(unknown, *missing.values())
    kept = {name: value for name, value in foreign.headers if name != "Content-Length"}
    assert kept.keys() == dict(unknown.headers).keys() - {"Content-Length"}


def test_a_stranger_changes_nothing(world: World) -> None:
    client = world.client_of("stranger")
    before = world.client.get(f"/api/v1/plans/{world.template.plan_id}").json

    client.post(f"/plans/{world.template.plan_id}/cancel")
    client.post(f"/plans/{world.template.plan_id}/accept", data={"request_key": "0" * 32})

    assert world.client.get(f"/api/v1/plans/{world.template.plan_id}").json == before


def test_the_same_key_of_two_organisations_is_two_keys(world: World) -> None:
    headers = {"Idempotency-Key": "once"}
    ours = world.client.post("/api/v1/cases/SJ-1001/plans", headers=headers)
    theirs = world.client_of("stranger").post("/api/v1/cases/SJ-1001/plans", headers=headers)

    assert ours.status_code == 202
    assert theirs.status_code == 404


def test_an_operator_opens_cases_under_its_own_prefix(world: World) -> None:
    client = world.client_of("stranger")

    assert fetch(world.app, client, "/cases/new").form("/cases")["reference"] == "NH-2001"


def test_pages_offer_only_what_would_be_granted(world: World) -> None:
    reviewer = fetch(world.app, world.client_of("insurer_reviewer"), "/cases/SJ-1001")

    assert "Plan the visit" not in reviewer.text
    assert "Change the wishes" not in reviewer.text
    assert reviewer.heading == "Second look before heart surgery"


def test_the_navigation_of_a_contact_leads_to_facilities_only(world: World) -> None:
    page = fetch(world.app, world.client_of("facility_contact"), "/facilities")

    assert [link.text for link in page.all(".//nav[@aria-label='Main']//a")] == [
        "Facilities",
        "REST",
        "About",
    ]


def test_a_page_shows_who_may_do_what(get_page: GetPage) -> None:
    page = get_page("/about/permissions")

    assert "Coordinator" in page.text
    assert "cases the own organisation runs" in page.text


def test_the_page_shows_every_grant_of_the_table() -> None:
    shown = sum(
        cell is not None
        for area in present_policy(frozenset())["areas"]
        for row in area["rows"]
        for cell in row["cells"]
    )

    assert shown == sum(len(grants) for role, grants in POLICY.items() if role != "system")


def test_every_declared_action_is_somebodys(world: World) -> None:
    granted = {action for grants in POLICY.values() for action in grants}

    assert set(world.app.extensions["actions"].values()) <= granted
    assert Action.UPKEEP not in world.app.extensions["actions"].values()
