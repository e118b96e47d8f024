"""Setting and changing passwords ends other sessions; codes for it work once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.account_errors import LinkRefused, LoginRefused
from api.database import Database
from api.errors import InvalidRequest
from api.people.credentials import (
    CODE_GOOD_FOR,
    change_password,
    make_password_code,
    set_password_with_code,
)
from api.people.log_in import find_stage, log_in
from api.people.sessions import Stage
from api.people.users import User
from tests.api.people.worlds import CALLER, PASSWORD, logged_in, principal_of
from tests.storage.builders import NOW

ANOTHER = "another five plain words"


def test_a_changed_password_ends_all_other_sessions(world: Database, user: User) -> None:
    own, other = logged_in(world), logged_in(world)

    change_password(
        world,
        principal=principal_of(user, credential_id=own.id),
        present=PASSWORD,
        password=ANOTHER,
        now=NOW,
    )

    assert find_stage(world, own.token, now=NOW) is Stage.FULL
    assert find_stage(world, other.token, now=NOW) is None
    with pytest.raises(LoginRefused):
        logged_in(world)
    begun = log_in(
        world,
        email=user.email or "",
        password=ANOTHER,
        caller=CALLER,
        now=NOW,
        demanding=(),
    )
    assert begun.stage is Stage.FULL


@pytest.mark.parametrize(
    ("present", "password", "field"),
    [
        ("wrong", ANOTHER, "present"),
        (PASSWORD, "short", "password"),
        (PASSWORD, PASSWORD, "password"),
        (PASSWORD, "ines@clinic.example", "password"),
    ],
)
def test_a_change_that_cannot_be_names_the_field(
    world: Database, user: User, present: str, password: str, field: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        change_password(
            world,
            principal=principal_of(user),
            present=present,
            password=password,
            now=NOW,
        )

    assert caught.value.errors[0].field == field
    assert logged_in(world).stage is Stage.FULL


def test_a_code_sets_a_password_once_and_ends_every_session(world: Database, user: User) -> None:
    own = logged_in(world)
    with world.write() as session:
        code = make_password_code(session, user.id, now=NOW).code
    with pytest.raises(InvalidRequest):
        set_password_with_code(world, code, "short", now=NOW)

    set_password_with_code(world, f" {code} ", ANOTHER, now=NOW)

    assert find_stage(world, own.token, now=NOW) is None
    with pytest.raises(LinkRefused):
        set_password_with_code(world, code, "yet another six plain words", now=NOW)


def test_a_later_code_replaces_the_earlier(world: Database, user: User) -> None:
    with world.write() as session:
        first = make_password_code(session, user.id, now=NOW).code
        second = make_password_code(session, user.id, now=NOW).code

    with pytest.raises(LinkRefused):
        set_password_with_code(world, first, ANOTHER, now=NOW)
    set_password_with_code(world, second, ANOTHER, now=NOW)


def test_a_code_ends_after_its_days(world: Database, user: User) -> None:
    with world.write() as session:
        code = make_password_code(session, user.id, now=NOW).code

    with pytest.raises(LinkRefused):
        set_password_with_code(world, code, ANOTHER, now=NOW + CODE_GOOD_FOR + timedelta(seconds=1))
