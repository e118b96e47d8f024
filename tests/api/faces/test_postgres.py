"""The faces over PostgreSQL: the same way from seed to itinerary."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.jobs.queue_plan import make_plan, queue_plan
from api.seeding import seed
from logistics import samples
from scheduling.optimizer.apart import cool_down
from tests.api.faces.page import fetch
from tests.api.faces.worlds import NOW, Template, World, app_of, log_in, services_at


@pytest.fixture
def postgres_world(postgres_url: str, tmp_path: Path) -> Iterator[World]:
    """The application over a seeded PostgreSQL database."""
    services = services_at(tmp_path, database_url=postgres_url)
    seed(services.sessions, today=NOW.date(), samples=samples)
    token = log_in(services, "coordinator")
    template: World = World(
        app_of(services), services, Template(tmp_path, "", "", "", {"coordinator": token})
    )
    yield template
    services.database.dispose()
    cool_down()


def test_a_visit_is_planned_accepted_and_shown(postgres_world: World) -> None:
    services, client = postgres_world.services, postgres_world.client
    plan, _ = queue_plan("SJ-1004", services=services, request_key="once")
    make_plan(plan.id, services)

    page = fetch(postgres_world.app, client, f"/plans/{plan.id}")
    accepted = client.post(f"/plans/{plan.id}/accept", data=page.form("/accept"))

    assert page.heading == "The visit, planned"
    assert accepted.status_code == 303
    itinerary = fetch(postgres_world.app, client, accepted.headers["Location"])
    assert itinerary.heading.startswith("Visit of Denise Kowalczyk")
    assert client.get("/readyz").json == {
        "status": "ok",
        "database": "postgresql",
        "is_current": True,
    }
    for path in ("/cases/%00", "/?q=%00", "/api/v1/cases/%00", "/api/v1/slots?facility_id=%00"):
        assert client.get(path).status_code in {400, 404}
