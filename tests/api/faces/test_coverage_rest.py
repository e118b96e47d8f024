"""Policies and decisions over REST."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.coverage import apart
from pricing.policies import RevisionKey
from pricing.repository.policies import add_policy, add_revision, put_in_force
from tests.api.faces.worlds import NOW, World
from tests.pricing.coverage.deciding import policy_text, trip_text

TAXI = trip_text("- {id: taxi, kind: taxi, date: 2026-03-02, amount: 80}")
PAID = policy_text(
    "benefits:\n- {id: taxi, text: Taxis., covers: [taxi], pays: actual}", policy_id="taxi-plan"
)
DECISIONS = "/api/v1/coverage/decisions"


def store_policy(world: World, text: str = PAID, *, owner: str = "payer-sample") -> None:
    """Store a policy in force, and a draft after it that pays half."""
    facts = {"organisation_id": owner, "policy_id": "taxi-plan", "title": "Taxi plan"}
    half = text.replace("pays: actual", "pays: actual, up_to: 40")
    with world.services.database.write() as session:
        add_policy(session, **facts, text=text, saved_by="demo-reviewer", now=NOW)
        key = RevisionKey(organisation_id=owner, policy_id="taxi-plan", revision=1)
        put_in_force(session, key, now=NOW)
        add_revision(session, **facts, text=half, saved_by="demo-reviewer", now=NOW)


def _json(client: FlaskClient, path: str, body: dict[str, Any], status: int = 200) -> Any:  # noqa: ANN401 — JSON
    answer = client.post(path, json=body)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.json


def _get(client: FlaskClient, path: str) -> Any:  # noqa: ANN401 — JSON
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.json


def test_a_policy_as_sent_decides_a_trip(world: World) -> None:
    answer = _json(world.client, DECISIONS, {"policy": PAID, "trip": TAXI, "as_of": "2026-04-01"})

    assert (answer["payable_cents"], answer["decided_on"]) == (80_00, "2026-04-01")


def test_a_stored_policy_decides_with_what_is_in_force_or_a_named_revision(world: World) -> None:
    store_policy(world)
    body = {"policy_id": "taxi-plan", "trip": TAXI}

    assert _json(world.client, DECISIONS, body)["payable_cents"] == 80_00
    assert _json(world.client, DECISIONS, {**body, "revision": 2})["payable_cents"] == 40_00
    _json(world.client, DECISIONS, {**body, "revision": 3}, 404)
    _json(world.client_of("strange_reviewer"), DECISIONS, body, 404)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"trip": TAXI}, "policy"),
        ({"policy": PAID, "policy_id": "taxi-plan", "trip": TAXI}, "policy"),
        ({"policy": PAID, "trip": "id: 3"}, "trip"),
        ({"policy": "x", "trip": TAXI}, "policy"),
        ({"policy": PAID, "trip": TAXI, "balances": "used: 3"}, "balances"),
        ({"policy": PAID, "trip": "x" * 100_001}, "trip"),
    ],
)
def test_what_cannot_be_decided_is_told_by_field(
    world: World, body: dict[str, Any], field: str
) -> None:
    answer = _json(world.client, DECISIONS, body, 422)

    assert {one["field"].partition(".")[0] for one in answer["errors"]} == {field}


def test_where_too_many_ask_the_next_is_asked_to_come_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "CHECK_SECONDS", 0)
    body = {"policy": f"{PAID}\n# looked over by nobody before"}

    with ExitStack() as held:
        for _ in range(apart.AT_ONCE):
            held.enter_context(apart._places)
        answer = world.client.post("/api/v1/policies/check", json=body)

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.get_json()["title"] == "Too many policies are being tried"
    assert "try again in a moment" in answer.get_json()["detail"]


def test_a_document_is_looked_over_line_by_line(world: World) -> None:
    path = "/api/v1/policies/check"

    well = _json(world.client, path, {"policy": PAID})
    faulty = _json(world.client, path, {"policy": PAID.replace("pays", "pay")})

    assert (well["well"], well["id"], well["faults"]) == (True, "taxi-plan", [])
    assert (well["warnings"], faulty["warnings"]) == ([], [])
    assert [one["line"] for one in faulty["faults"]][:1] == [13]


def test_who_runs_cases_reads_the_policies_of_who_pays_for_them(world: World) -> None:
    store_policy(world)
    nothing: dict[str, Any] = {"policies": []}

    for name in ("coordinator", "insurer_reviewer", "auditor", "administrator"):
        listed = _get(world.client_of(name), "/api/v1/policies")["policies"]
        sees = [one for one in listed if one["id"] == "taxi-plan"]
        assert [(one["of"], one["in_force"], one["draft"]) for one in sees] == [
            ("payer-sample", 1, 2)
        ]
    assert world.client_of("strange_reviewer").get("/api/v1/policies").json == nothing
    assert world.client_of("stranger").get("/api/v1/policies").json == nothing


def test_a_policy_shows_the_text_in_force_or_a_named_revision(world: World) -> None:
    store_policy(world)
    path = "/api/v1/policies/taxi-plan"

    assert _get(world.client, path)["text"] == PAID
    assert "up_to: 40" in _get(world.client, f"{path}?revision=2")["text"]
    assert world.client.get(f"{path}?of=payer-sample").status_code == 200
    for address in (f"{path}?of=other-payer", f"{path}?revision=9", "/api/v1/policies/none"):
        assert world.client.get(address).status_code == 404
    assert world.client_of("strange_reviewer").get(path).status_code == 404
