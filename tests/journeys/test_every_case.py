"""Sample cases plan, or say what stands in the way: the same from page, REST and shell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from api import wiring
from api.commands.group import main
from api.jobs.queue_plan import make_plan
from logistics import samples
from tests.api.faces.page import fetch
from tests.api.faces.worlds import NOW, Template, World, open_world

pytestmark = pytest.mark.sweep

REFERENCES = [case.reference for case in samples.load_cases(NOW.date())][::3]
"""Every third: tests/scheduling/test_plan_visit.py plans all of them."""


@pytest.fixture(scope="module")
def desk(world_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The application over one database for all cases."""
    world = open_world(world_template, tmp_path_factory.mktemp("desk"))
    yield world
    world.services.database.dispose()


@pytest.fixture
def shell(desk: World, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command line over the same database, at the same moment."""
    monkeypatch.setenv("SOJOURN_DATABASE_URL", desk.services.settings.database_url)
    monkeypatch.setenv("SOJOURN_SOLVE_SECONDS", "60")
    monkeypatch.setattr(wiring, "read_clock", lambda: NOW)
    return CliRunner()


def _from_page(desk: World, reference: str) -> str:
    form = fetch(desk.app, desk.client, f"/cases/{reference}").form("/plans")
    answer = desk.client.post(f"/cases/{reference}/plans", data=form)
    assert answer.status_code == 303
    return answer.headers["Location"].rpartition("/")[2]


def _from_rest(desk: World, reference: str) -> str:
    answer = desk.client.post(f"/api/v1/cases/{reference}/plans")
    assert answer.status_code == 202
    return str(json.loads(answer.text)["id"])


def _finished(desk: World, plan_id: str) -> dict[str, Any]:
    make_plan(plan_id, desk.services)
    told: dict[str, Any] = json.loads(desk.client.get(f"/api/v1/plans/{plan_id}").text)
    assert told["is_finished"]
    return told


def _outcome(told: dict[str, Any]) -> dict[str, Any]:
    names = ("phase", "status", "proposals", "obstacles", "notes", "policy_version", "failure")
    return {name: told[name] for name in names}


@pytest.mark.parametrize("reference", REFERENCES)
def test_a_case_comes_out_the_same_from_page_rest_and_shell(
    desk: World, shell: CliRunner, reference: str
) -> None:
    of_page = _finished(desk, _from_page(desk, reference))
    of_rest = _finished(desk, _from_rest(desk, reference))
    of_shell = json.loads(shell.invoke(main, ["plan", reference, "--json"]).stdout)

    assert _outcome(of_page) == _outcome(of_rest) == _outcome(of_shell)
    assert of_page["phase"] in {"planned", "no_plan"}
    assert of_page["status"] in {"OPTIMAL", "INFEASIBLE"}
    page = fetch(desk.app, desk.client, f"/plans/{of_page['id']}")
    if of_page["proposals"]:
        assert page.heading == "The visit, planned"
        for proposal in of_page["proposals"]:
            assert proposal["cost"] == sum(proposal["parts"]["cost"].values())
    else:
        assert all(one["sentence"] in page.text for one in of_page["obstacles"])
