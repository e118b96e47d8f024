"""What those who run the service see of it: alive, ready, in numbers; and by the request's id."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from api.database import open_database
from tests.api.faces.page import checked
from tests.api.faces.worlds import NOW, World, app_of, services_at

TOKEN = "metrics-token-0123456789"


def _watched(world: World, **changes: str) -> FlaskClient:
    settings = replace(world.services.settings, **changes)  # type: ignore[arg-type]  # — all are text
    return app_of(replace(world.services, settings=settings)).test_client()


def test_a_process_lives_though_its_database_is_gone(tmp_path: Path) -> None:
    client = app_of(services_at(tmp_path / "none.sqlite", NOW)).test_client()

    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_a_database_without_its_tables_is_not_ready(tmp_path: Path) -> None:
    path = tmp_path / "bare.sqlite"
    path.touch()
    open_database(f"sqlite:///{path}").dispose()

    answer = app_of(services_at(path, NOW)).test_client().get("/readyz")

    assert answer.status_code == 503
    assert "migrat" in answer.text


def test_the_numbers_can_be_read_by_prometheus(world: World) -> None:
    client = world.client_of("")
    client.get("/healthz")

    answer = client.get("/metrics")

    families = {family.name for family in text_string_to_metric_families(answer.text)}
    assert {
        "sojourn_requests",
        "sojourn_request_seconds",
        "sojourn_jobs",
        "sojourn_database_wait_seconds",
        "sojourn_log_facts_dropped",
    } <= families
    assert 'route="/healthz"' in answer.text


@pytest.mark.parametrize(
    ("changes", "address", "sent", "status"),
    [
        ({}, "127.0.0.1", "", 200),
        ({}, "10.0.0.9", "", 404),
        ({"environment": "production"}, "127.0.0.1", "", 404),
        ({"metrics_token": TOKEN}, "10.0.0.9", f"Bearer {TOKEN}", 200),
        ({"metrics_token": TOKEN}, "127.0.0.1", "", 404),
        ({"metrics_token": TOKEN}, "10.0.0.9", f"Bearer {TOKEN}x", 404),
        ({"metrics_token": TOKEN}, "10.0.0.9", "Bearer ü", 404),
    ],
)
def test_the_numbers_are_for_those_who_run_the_service(
    world: World, changes: dict[str, str], address: str, sent: str, status: int
) -> None:
    client = _watched(world, **changes)

    answer = client.get(
        "/metrics",
        headers={"Authorization": sent},
        environ_overrides={"REMOTE_ADDR": address},
    )

    assert answer.status_code == status


def test_a_refusal_tells_the_number_of_the_request(world: World) -> None:
    problem = world.client.get("/api/v1/cases/NONE")
    page = checked(world.app, world.client.get("/cases/NONE"), status=404)

    assert problem.json is not None
    assert problem.json["request_id"] == problem.headers["X-Request-Id"]
    assert page.response.headers["X-Request-Id"] in page.text
