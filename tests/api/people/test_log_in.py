"""Logging in: who gets how far, and that a refusal tells nothing."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlmodel import col, select

from api.access.principal import SYSTEM
from api.access.roles import Role
from api.account_errors import LoginRefused, SampleOnly, TooManyAttempts, UserNotFound
from api.database import Database
from api.people import passwords
from api.people.credentials import find_hash, store_hash
from api.people.log_in import (
    begin_demanded_enrolment,
    confirm_demanded_enrolment,
    find_stage,
    log_in,
    log_in_as_sample,
    log_out,
    pass_second_factor,
)
from api.people.principals import find_principal
from api.people.sessions import BegunSession, Stage
from api.people.users import NewUser, User, UserStatus, add_user, change_status
from api.tables.people import SessionRow
from logistics.organisation import OrganisationKind
from tests.api.people.worlds import (
    CALLER,
    MINUTE,
    PASSWORD,
    logged_in,
    store_second_factor,
    store_user,
)
from tests.storage.builders import NOW

EMAIL = "ines@clinic.example"


def try_(database: Database, email: str = EMAIL, password: str = PASSWORD) -> BegunSession:
    """Try to log in."""
    return log_in(database, email=email, password=password, caller=CALLER, now=NOW, demanding=())


def test_the_right_password_begins_a_full_session(world: Database, user: User) -> None:
    begun = try_(world)

    assert begun.stage is Stage.FULL
    assert begun.user_id == user.id
    assert begun.expires_at == NOW + timedelta(hours=12)


@pytest.mark.usefixtures("user")
def test_the_token_is_256_bits_and_only_its_hash_is_stored(world: Database) -> None:
    token = try_(world).token

    assert re.fullmatch(r"[\w-]{43}", token)
    with world.read() as session:
        row = session.exec(select(SessionRow)).one()
    assert token not in row.model_dump_json()


@pytest.mark.usefixtures("user")
def test_capitals_and_spaces_of_the_address_do_not_matter(world: Database) -> None:
    assert try_(world, " INES@Clinic.example ").stage is Stage.FULL


@pytest.mark.usefixtures("user")
def test_unknown_address_wrong_password_and_suspended_user_get_one_answer(
    world: Database,
) -> None:
    with world.write() as session:
        gone = store_user(session, "gone@clinic.example")
        change_status(session, gone, UserStatus.SUSPENDED, by=SYSTEM)
        wanted = NewUser(organisation_id="operator", name="X", email="none@clinic.example")
        add_user(session, wanted, now=NOW)
    answers = set()
    for email, password in (
        (EMAIL, "wrong"),
        ("nobody@clinic.example", PASSWORD),
        ("gone@clinic.example", PASSWORD),
        ("none@clinic.example", PASSWORD),
        ("", ""),
        ("\ud800", "\ud800"),
    ):
        with pytest.raises(LoginRefused) as caught:
            try_(world, email, password)
        answers.add(str(caught.value))

    assert len(answers) == 1


@pytest.mark.usefixtures("user")
@pytest.mark.parametrize("email", [EMAIL, "nobody@clinic.example"])
def test_an_unknown_address_is_hashed_for_like_a_known_one(
    world: Database, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    asked = []

    def count(password: str, stored: str | None) -> bool:
        asked.append(stored)
        return passwords.is_password(password, stored)

    monkeypatch.setattr("api.people.log_in.is_password", count)

    with pytest.raises(LoginRefused):
        try_(world, email, "wrong")

    assert len(asked) == 1


@pytest.mark.usefixtures("user")
def test_guessing_makes_even_the_right_password_wait(world: Database) -> None:
    for _ in range(6):
        with pytest.raises(LoginRefused):
            try_(world, password="wrong")

    with pytest.raises(TooManyAttempts):
        try_(world)


def test_an_old_hash_is_made_anew_when_it_opens(world: Database, user: User) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with world.write() as session:
        store_hash(session, user.id, old, now=NOW)

    try_(world)

    with world.read() as session:
        renewed = find_hash(session, user.id)
    assert renewed is not None
    assert "m=19456,t=2,p=1" in renewed
    assert try_(world).stage is Stage.FULL


def test_with_a_second_factor_the_password_alone_lets_nobody_in(
    world: Database, user: User
) -> None:
    with world.write() as session:
        phone, _ = store_second_factor(session, user.id)

    begun = try_(world)

    assert begun.stage is Stage.SECOND_FACTOR
    with world.read() as session:
        assert (
            find_principal(session.connection(), session_token=begun.token, api_token=None, now=NOW)
            is None
        )
    done = pass_second_factor(world, begun.token, phone.at(NOW), caller=CALLER, now=NOW).begun
    assert done.token != begun.token
    assert find_stage(world, begun.token, now=NOW) is None
    with world.read() as session:
        found = find_principal(
            session.connection(), session_token=done.token, api_token=None, now=NOW
        )
    assert found is not None
    assert found.user_id == user.id


def test_a_code_is_taken_once_even_in_another_login(world: Database, user: User) -> None:
    with world.write() as session:
        phone, _ = store_second_factor(session, user.id)
    code = phone.at(NOW)
    pass_second_factor(world, try_(world).token, code, caller=CALLER, now=NOW)
    again = try_(world)

    with pytest.raises(LoginRefused, match="used before"):
        pass_second_factor(world, again.token, code, caller=CALLER, now=NOW)


def test_a_recovery_code_stands_in_once(world: Database, user: User) -> None:
    with world.write() as session:
        _, codes = store_second_factor(session, user.id)
    typed = codes[3].upper().replace("-", " ")
    pass_second_factor(world, try_(world).token, typed, caller=CALLER, now=NOW)
    again = try_(world)

    with pytest.raises(LoginRefused):
        pass_second_factor(world, again.token, typed, caller=CALLER, now=NOW)


@pytest.mark.parametrize("kind", ["phone", "recovery"])
def test_of_many_logins_at_once_a_code_completes_one(
    world: Database, user: User, kind: str
) -> None:
    with world.write() as session:
        phone, codes = store_second_factor(session, user.id)
    code = phone.at(NOW) if kind == "phone" else codes[0]
    begun = [try_(world) for _ in range(4)]

    def complete(one: BegunSession) -> str:
        try:
            pass_second_factor(world, one.token, code, caller=CALLER, now=NOW)
        except LoginRefused:
            return "refused"
        return "in"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(complete, begun))

    assert outcomes == ["in", "refused", "refused", "refused"]


def test_guessing_codes_makes_them_wait_over_several_logins(world: Database, user: User) -> None:
    with world.write() as session:
        phone, _ = store_second_factor(session, user.id)
    for _ in range(6):
        with pytest.raises(LoginRefused):
            pass_second_factor(world, try_(world).token, "000000", caller=CALLER, now=NOW)

    with pytest.raises(TooManyAttempts):
        pass_second_factor(world, try_(world).token, phone.at(NOW), caller=CALLER, now=NOW)


def test_a_login_left_half_way_ends_after_ten_minutes(world: Database, user: User) -> None:
    with world.write() as session:
        phone, _ = store_second_factor(session, user.id)
    begun = try_(world)
    late = NOW + 11 * MINUTE

    with pytest.raises(LoginRefused, match="begin again"):
        pass_second_factor(world, begun.token, phone.at(late), caller=CALLER, now=late)


def test_a_demanding_organisation_has_the_second_factor_set_up_first(
    world: Database, user: User
) -> None:
    begun = log_in(
        world,
        email=EMAIL,
        password=PASSWORD,
        caller=CALLER,
        now=NOW,
        demanding={OrganisationKind.OPERATOR},
    )
    assert begun.stage is Stage.ENROLMENT
    with world.read() as session:
        assert (
            find_principal(session.connection(), session_token=begun.token, api_token=None, now=NOW)
            is None
        )
    enrolment = begin_demanded_enrolment(world, begun.token, now=NOW)
    assert begin_demanded_enrolment(world, begun.token, now=NOW).key == enrolment.key
    with pytest.raises(LoginRefused):
        confirm_demanded_enrolment(world, begun.token, "000000", now=NOW)

    code = pyotp.TOTP(enrolment.key).at(NOW)
    done = confirm_demanded_enrolment(world, begun.token, code, now=NOW)

    assert len(set(done.recovery_codes)) == 10
    assert done.begun.stage is Stage.FULL
    assert done.begun.user_id == user.id


def test_a_payers_demand_does_not_bind_an_operator(world: Database, user: User) -> None:
    begun = log_in(
        world,
        email=user.email or "",
        password=PASSWORD,
        caller=CALLER,
        now=NOW,
        demanding={OrganisationKind.PAYER},
    )

    assert begun.stage is Stage.FULL


@pytest.mark.usefixtures("user")
def test_logging_out_ends_the_session(world: Database) -> None:
    begun = logged_in(world)

    log_out(world, begun.token, now=NOW)
    log_out(world, begun.token, now=NOW)
    log_out(world, None, now=NOW)

    with world.read() as session:
        assert (
            find_principal(session.connection(), session_token=begun.token, api_token=None, now=NOW)
            is None
        )
        (revoked,) = session.exec(select(col(SessionRow.revoked_at)))
    assert revoked == NOW


def test_demonstration_users_come_in_where_samples_are_and_nowhere_else(
    world: Database, user: User
) -> None:
    sample = NewUser(
        id="demo",
        organisation_id="operator",
        name="Demo",
        roles=frozenset({Role.AUDITOR}),
        is_sample=True,
    )
    with world.write() as session:
        add_user(session, sample, now=NOW)

    begun = log_in_as_sample(world, "demo", caller=CALLER, now=NOW, is_sample_setting=True)

    assert begun.stage is Stage.FULL
    with pytest.raises(UserNotFound):
        log_in_as_sample(world, user.id, caller=CALLER, now=NOW, is_sample_setting=True)
    with pytest.raises(SampleOnly):
        log_in_as_sample(world, "demo", caller=CALLER, now=NOW, is_sample_setting=False)
