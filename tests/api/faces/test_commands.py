"""The command line: the same jobs, exit statuses a script can rely on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.commands.group import main
from scheduling.repository.plans import get_plan
from tests.api.faces.estimate_worlds import store_estimate
from tests.api.faces.worlds import World

RUNNER = CliRunner()


@pytest.fixture
def at_world(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Let the command line use the world's database."""
    monkeypatch.setenv("SOJOURN_DATABASE_URL", f"sqlite:///{tmp_path / 'world.sqlite'}")
    return world


def run(*arguments: str) -> Result:
    """Run ``sojourn`` with these arguments."""
    result = RUNNER.invoke(main, arguments, prog_name="sojourn")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def test_help_names_every_command() -> None:
    words = run("--help").output

    for command in (
        "accept", "cases", "doctor", "itinerary", "plan", "replay", "seed", "serve", "solve", "why",
    ):  # fmt: skip
        assert f"\n  {command} " in words


def test_seeding_fills_an_empty_database_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOJOURN_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")

    first = json.loads(run("seed", "--json").stdout)
    again = json.loads(run("seed", "--json").stdout)

    assert first["facilities"] >= 15
    assert first["cases"] >= 12
    assert set(again.values()) == {0}


def test_the_estimate_of_a_case_is_shown(at_world: World) -> None:
    with at_world.services.database.write() as session:
        store_estimate(session)

    answer = json.loads(run("estimate", "SJ-1001", "--json").stdout)

    assert (answer["status"], answer["total_cents"]) == ("issued", 15_836_14)
    assert "issued, SJ-1001" in run("estimate", "SJ-1001", "--version", "1").stdout
    assert run("estimate", "SJ-1002", "--json").exit_code == 1


def test_what_is_due_is_listed(at_world: World) -> None:
    assert run("estimate", "deadlines").stdout == "Nothing is due.\n"
    with at_world.services.database.write() as session:
        store_estimate(session, with_bill=False)

    assert "SJ-1001  Have the answer of Sample Anesthesia" in run("estimate", "deadlines").stdout
    (due,) = json.loads(run("estimate", "deadlines", "--json").stdout)["deadlines"]
    assert (due["case"], due["task"], due["due_on"]) == ("SJ-1001", "answer", "2027-03-02")


def test_cases_are_listed(at_world: World) -> None:
    del at_world

    listed = json.loads(run("cases", "--json").stdout)["cases"]

    assert len(listed) >= 12
    assert "SJ-1001" in run("cases").stdout


def test_a_plan_from_the_command_line_is_the_plan_of_the_page(at_world: World) -> None:
    with at_world.services.sessions.read() as session:
        stored = get_plan(session, at_world.template.plan_id)

    replayed = json.loads(run("replay", stored.id, "--json").stdout)

    assert replayed["is_same"], replayed["differences"]
    assert stored.best is not None
    assert replayed["cost"] == stored.best.cost


def test_planning_tells_progress_apart_from_the_answer(at_world: World) -> None:
    result = run("plan", "SJ-1004", "--json")

    # The clock of the command line is the real one, so the sample dates may have passed.
    plan = json.loads(result.stdout)
    assert plan["is_finished"]
    assert result.exit_code == (0 if plan["phase"] == "planned" else 1)
    assert "…" in result.stderr
    assert at_world.client.get(f"/api/v1/plans/{plan['id']}").json == plan


def test_planning_prints_what_came_of_it(at_world: World) -> None:
    del at_world

    result = run("plan", "SJ-1015")

    assert result.exit_code == 1
    assert "No visit is possible" in result.stdout
    assert "in the way:" in result.stdout


def test_an_unknown_case_is_a_no(at_world: World) -> None:
    del at_world

    result = run("plan", "NONE", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["status"] == 404
    assert "there is no case 'NONE'" in result.stderr


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("text", b"Visit of Walter"),
        ("json", b"{"),
        ("ics", b"BEGIN:VCALENDAR"),
        ("pdf", b"%PDF"),
    ],
)
def test_an_itinerary_is_written_in_every_form(
    at_world: World, tmp_path: Path, form: str, begins: bytes
) -> None:
    file = tmp_path / "itinerary"

    result = run("itinerary", at_world.template.itinerary_id, "--format", form, "-o", str(file))

    assert result.exit_code == 0
    assert file.read_bytes().startswith(begins)


def test_an_unknown_itinerary_is_a_no(at_world: World) -> None:
    del at_world

    result = run("itinerary", "IT-NONE")

    assert result.exit_code == 1
    assert "there is no itinerary" in result.stderr


def test_a_problem_document_is_solved_anywhere(at_world: World, tmp_path: Path) -> None:
    with at_world.services.sessions.read() as session:
        plan = get_plan(session, at_world.template.plan_id)
    file = tmp_path / "problem.json"
    file.write_bytes(plan.problem or b"")

    result = run("solve", str(file), "--alternatives", "1", "--json")

    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert answer["status"] == "OPTIMAL"
    assert plan.best is not None
    assert (answer["cost"], answer["choices"]) == (plan.best.cost, plan.best.choices)
    assert [one["name"] for one in answer["alternatives"]] == ["cheapest_patient"]
    assert "OPTIMAL" in run("solve", str(file)).stdout


def test_a_document_that_is_none_names_its_faults(tmp_path: Path) -> None:
    file = tmp_path / "wrong.json"
    file.write_text('{"format": "sojourn-problem/1"}')

    result = run("solve", str(file), "--json")

    assert result.exit_code == 2
    assert json.loads(result.stdout)["status"] == "INVALID"
    assert json.loads(result.stdout)["faults"]
    assert run("solve").exit_code == 2
    assert run("solve", str(tmp_path / "absent.json")).exit_code == 2


def test_why_tells_of_an_option_of_a_stored_plan(at_world: World) -> None:
    with at_world.services.sessions.read() as session:
        plan = get_plan(session, at_world.template.plan_id)
    assert plan.best is not None
    (chosen,) = plan.best.choices["outbound"].values()

    result = run("why", plan.id, f"outbound/{chosen}", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["options"][0]["verdict"] == "chosen"
    assert run("why", plan.id, "nothing").exit_code == 1


def test_the_doctor_finds_this_machine_well(at_world: World) -> None:
    del at_world

    result = run("doctor", "--json")

    findings = json.loads(result.stdout)["findings"]
    assert result.exit_code == 0, findings
    assert [one["name"] for one in findings] == [
        "Settings", "Python", "Packages", "Time zones", "Database", "Keys", "Sample data",
        "Coverage policies", "Solver process", "PDF", "Fonts",
    ]  # fmt: skip


def test_the_doctor_says_what_to_do_about_a_database_without_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOJOURN_DATABASE_URL", f"sqlite:///{tmp_path / 'absent.sqlite'}")

    result = run("doctor")

    assert result.exit_code == 1
    assert "BAD  Database" in result.stdout
    assert "sojourn seed" in result.stdout


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOJOURN_PORT", "eighty")

    result = run("cases")

    assert result.exit_code == 2
    assert "SOJOURN_PORT is 'eighty'" in result.stderr


def test_a_wrong_port_is_named() -> None:
    result = run("serve", "--port", "99999")

    assert result.exit_code == 2
    assert "SOJOURN_PORT is '99999'" in result.stderr


def test_a_wrong_option_is_a_usage_error() -> None:
    assert run("cases", "--nonsense").exit_code == 2
    assert run("nonsense").exit_code == 2
    assert run("itinerary", "x", "--revision", "0").exit_code == 2
