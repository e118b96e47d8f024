"""The commands about users and tokens."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.commands.group import main
from api.wiring import read_clock
from tests.api.faces.visitors import Visitor, real_app, store_user
from tests.api.faces.worlds import World

RUNNER = CliRunner()
PASSWORD = "four plain words beside"


@pytest.fixture(autouse=True)
def _at_world(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("SOJOURN_DATABASE_URL", f"sqlite:///{tmp_path / 'world.sqlite'}")
    return world


def run(*arguments: str, typed: str = "", status: int = 0) -> Result:
    """Run ``sojourn`` with these arguments and what is typed."""
    result = RUNNER.invoke(main, arguments, input=typed, prog_name="sojourn")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == status, result.output
    return result


def test_the_first_administrator_comes_in(world: World) -> None:
    made = run(
        "users", "create-admin", "--organisation", "sojourn-sample", "--email", "a@clinic.example",
        "--name", "Ada", typed=f"{PASSWORD}\n",
    )  # fmt: skip

    assert "can log in" in made.stdout
    assert PASSWORD not in made.output
    page = Visitor(real_app(world)).log_in("a@clinic.example", PASSWORD)
    assert page.heading == "Users"


def test_an_operator_is_made_along_with_its_administrator() -> None:
    run(
        "users", "create-admin", "--organisation", "harbour", "--new-operator", "Harbour Clinic",
        "--case-prefix", "HC", "--email", "a@harbour.example", "--name", "Ada",
        typed=f"{PASSWORD}\n",
    )  # fmt: skip

    listed = json.loads(run("users", "list", "--organisation", "harbour", "--json").stdout)
    (user,) = listed["users"]
    assert user["roles"] == ["administrator"]


@pytest.mark.parametrize(
    ("organisation", "password", "words", "status"),
    [
        ("sojourn-sample", "short", "at least 12", 2),
        ("sojourn-sample", "", "at least 12", 2),
        ("nowhere", PASSWORD, "no organisation", 1),
    ],
)
def test_an_administrator_that_cannot_be_is_refused(
    organisation: str, password: str, words: str, status: int
) -> None:
    refused = run(
        "users", "create-admin", "--organisation", organisation, "--email", "a@clinic.example",
        "--name", "Ada", typed=f"{password}\n", status=status,
    )  # fmt: skip

    assert words in refused.stderr
    assert "a@clinic.example" not in run("users", "list").stdout


def test_a_user_is_suspended_and_let_in_by_address_or_id(world: World) -> None:
    user = store_user(world)
    visitor = Visitor(real_app(world))

    assert "suspended" in run("users", "suspend", "INES@clinic.example").stdout
    visitor.log_in("ines@clinic.example", status=422)
    assert json.loads(run("users", "activate", user.id, "--json").stdout)["id"] == user.id
    visitor.log_in("ines@clinic.example")
    assert "no user" in run("users", "suspend", "nobody", status=1).stderr


def test_a_reset_password_is_set_anew_at_the_address(world: World) -> None:
    store_user(world)
    address = run("users", "reset-password", "ines@clinic.example").stdout.strip()
    code = address.partition("/welcome#")[2]
    # The clock of the command line is the real one.
    visitor = Visitor(real_app(replace(world, services=replace(world.services, clock=read_clock))))
    visitor.open("/welcome")

    visitor.send("/welcome", code=code, password="another five plain words")

    assert visitor.log_in("ines@clinic.example", "another five plain words").heading == "Cases"


def test_a_second_factor_is_removed(world: World) -> None:
    store_user(world)

    assert "no second factor" in run("users", "reset-second-factor", "ines@clinic.example").stdout


def test_tokens_are_made_listed_and_revoked(world: World) -> None:
    store_user(world)
    user = "ines@clinic.example"
    made = json.loads(
        run("tokens", "create", user, "--name", "n", "--scope", "case.list", "--json").stdout
    )
    # The clock of the command line is the real one, that of the world another.
    assert made["token"].startswith("sjn_")
    assert made["scopes"] == ["case.list"]
    listed = json.loads(run("tokens", "list", user, "--json").stdout)["tokens"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert "sjn_" not in run("tokens", "list", user).stdout

    run("tokens", "revoke", made["id"])

    assert json.loads(run("tokens", "list", user, "--json").stdout)["tokens"] == []
    assert "no session or token" in run("tokens", "revoke", made["id"], status=1).stderr
    run("tokens", "create", user, "--name", "n", "--scope", "x.y", status=2)
