"""The page of background jobs: those of the own organisation, stopped and retried."""

from __future__ import annotations

from api.jobs.plan_job import find_plan_job
from api.jobs.queue_plan import queue_plan
from api.people.principals import find_principal
from api.wiring import Services
from tests.api.faces.page import fetch
from tests.api.faces.worlds import NOW, World


def _queue(world: World, name: str = "coordinator", reference: str = "SJ-1003") -> str:
    services: Services = world.services
    with services.database.read() as session:
        actor = find_principal(
            session.connection(), session_token=world.template.tokens[name], api_token=None, now=NOW
        )
    assert actor is not None
    plan, _ = queue_plan(reference, services=services, request_key=None, actor=actor)
    with services.database.read() as session:
        job = find_plan_job(session, plan.id)
    assert job is not None
    return job.id


def test_what_was_asked_for_is_listed_with_who_asked(world: World) -> None:
    _queue(world)

    page = fetch(world.app, world.client, "/jobs")

    assert "Plan a visit" in page.text
    assert "Ines Sample" in page.text
    assert "waits" in page.text


def test_another_organisation_sees_none_of_it(world: World) -> None:
    job_id = _queue(world)
    client = world.client_of("stranger")

    assert "No job" in fetch(world.app, client, "/jobs").text
    ours = fetch(world.app, world.client, "/jobs").form(f"/jobs/{job_id}/cancel")
    answer = client.post(f"/jobs/{job_id}/cancel", data={"request_key": ours["request_key"]})
    assert answer.status_code == 404


def test_a_job_is_stopped_and_stays_so(world: World) -> None:
    job_id = _queue(world)
    form = fetch(world.app, world.client, "/jobs").form(f"/jobs/{job_id}/cancel")

    assert world.client.post(f"/jobs/{job_id}/cancel", data=form).status_code == 303

    page = fetch(world.app, world.client, "/jobs?status=cancelled")
    assert "cancelled" in page.text
    assert not page.all(".//td//button")


def test_an_administrator_looks_on(world: World) -> None:
    _queue(world)

    page = fetch(world.app, world.client_of("administrator"), "/jobs")

    assert "Plan a visit" in page.text
    assert not page.all(".//td//button")
