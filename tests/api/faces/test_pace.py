"""Who asks too often is told when to come again; others and the watch are not kept waiting."""

from __future__ import annotations

from dataclasses import replace

from tests.api.faces.page import checked
from tests.api.faces.worlds import World, app_of, client_with


def _hurried(world: World, limit: int) -> World:
    settings = replace(world.services.settings, rate_limit=limit)
    services = replace(world.services, settings=settings)
    return World(app_of(services), services, world.template)


def test_one_request_too_many_is_told_when_to_come_again(world: World) -> None:
    hurried = _hurried(world, 2)
    client = hurried.client

    answers = [client.get("/api/v1/facilities") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].content_type == "application/problem+json"
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    page = checked(hurried.app, client.get("/facilities"), status=429)
    assert "wait" in page.text


def test_searches_have_a_slower_pace_of_their_own(world: World) -> None:
    hurried = _hurried(world, 60)
    client = hurried.client
    plan = f"/api/v1/plans/{world.template.plan_id}"
    asked = f"{plan}/why-not?option=outbound/none"

    answers = [client.get(asked) for _ in range(3)]

    assert [answer.status_code == 429 for answer in answers] == [False, False, True]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    page = client.get(f"/plans/{world.template.plan_id}/why-not")
    assert "wait" in checked(hurried.app, page, status=429).text
    assert page.headers["Retry-After"]
    assert client.get(plan).status_code == 200
    assert hurried.client_of("case_manager").get(asked).status_code != 429


def test_others_are_not_kept_waiting(world: World) -> None:
    hurried = _hurried(world, 1)
    for _ in range(2):
        hurried.client.get("/api/v1/facilities")

    assert hurried.client_of("case_manager").get("/api/v1/facilities").status_code == 200


def test_whoever_watches_and_our_own_files_are_not_counted(world: World) -> None:
    client = client_with(_hurried(world, 1).app, "")

    paths = ["/healthz", "/readyz", "/static/sojourn.css"] * 3

    assert {client.get(path).status_code for path in paths} == {200}


def test_tokens_of_nobody_count_by_their_address(world: World) -> None:
    client = client_with(_hurried(world, 2).app, "")

    statuses = [
        client.get("/api/v1/cases", headers={"Authorization": f"Bearer sjn_{number}"}).status_code
        for number in range(4)
    ]

    assert statuses == [401, 401, 429, 429]
