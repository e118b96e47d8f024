"""Users: what they can be, and what nobody does to the own account."""

from __future__ import annotations

import json
import logging

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from api.access.actions import Action
from api.access.principal import SYSTEM
from api.access.roles import ROLES_OF, Role
from api.account_errors import NotUponOneself, UserNotFound
from api.database import Database
from api.errors import InvalidRequest
from api.people.events import Happening, PeopleEvent, note_event
from api.people.samples import add_sample_people, load_sample_people
from api.people.users import (
    NewUser,
    User,
    UserStatus,
    add_user,
    change_roles,
    change_status,
    get_user,
    has_users,
    list_users,
    roles_to_give,
)
from api.seeding import seed
from api.tables.people import CaseMemberRow, UserRow
from logistics import samples
from logistics.errors import OrganisationNotFound
from logistics.organisation import OrganisationKind
from tests.api.people.worlds import principal_of, store_user
from tests.storage.builders import NOW


@pytest.mark.parametrize("kind", OrganisationKind)
def test_patient_and_companion_are_given_by_cases_alone(kind: OrganisationKind) -> None:
    given = set(roles_to_give(kind))

    assert given == ROLES_OF[kind] - {Role.PATIENT, Role.COMPANION}
    assert Role.SYSTEM not in given


def test_a_persian_name_is_spelled_with_what_parts_its_letters(world: Database) -> None:
    with world.write() as session:
        wanted = NewUser(organisation_id="operator", name="علی\u200cمحمد")

        assert add_user(session, wanted, now=NOW).name == "علی\u200cمحمد"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "a\u200cb"}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"email": "no address"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"email": "a\x00@b.example"}, "email"),
        ({"email": f"{'x' * 250}@b.example"}, "email"),
        ({"email": "INES@clinic.example"}, "email"),
        ({"roles": frozenset({Role.INSURER_REVIEWER})}, "roles"),
        ({"roles": frozenset({Role.PATIENT})}, "roles"),
        ({"roles": frozenset({Role.SYSTEM})}, "roles"),
    ],
)
@pytest.mark.usefixtures("user")
def test_a_user_that_cannot_be_names_the_field(
    world: Database, changes: dict[str, object], field: str
) -> None:
    fields = {"organisation_id": "operator", "name": "N", "email": "n@x.example", **changes}
    with pytest.raises(InvalidRequest) as caught, world.write() as session:
        add_user(session, NewUser(**fields), now=NOW)  # type: ignore[arg-type]  # — by name

    assert [error.field for error in caught.value.errors] == [field]


def test_a_user_needs_an_organisation(world: Database) -> None:
    with pytest.raises(OrganisationNotFound), world.write() as session:
        add_user(session, NewUser(organisation_id="none", name="N"), now=NOW)


def test_a_user_comes_back_as_stored(world: Database, user: User) -> None:
    with world.read() as session:
        assert get_user(session, user.id) == user
        assert get_user(session, user.id, organisation_id="operator") == user
        with pytest.raises(UserNotFound):
            get_user(session, user.id, organisation_id="other")


@pytest.mark.usefixtures("user")
def test_an_address_has_one_user_though_two_look_at_once(world: Database) -> None:
    with world.read() as session:
        row = session.exec(select(UserRow)).one()
    copy = UserRow(**{**row.model_dump(), "id": "copy"})

    with pytest.raises(IntegrityError), world.write() as session:
        session.add(copy)


def test_nobody_suspends_or_demotes_the_own_account(world: Database) -> None:
    with world.write() as session:
        admin = store_user(session, "a@x.example", Role.ADMINISTRATOR)
        by = principal_of(admin)

        with pytest.raises(NotUponOneself):
            change_status(session, admin, UserStatus.SUSPENDED, by=by)
        with pytest.raises(NotUponOneself):
            change_roles(session, admin, {Role.AUDITOR}, by=by)
        change_roles(session, admin, {Role.AUDITOR, Role.ADMINISTRATOR}, by=by)

        assert get_user(session, admin.id).roles == {Role.AUDITOR, Role.ADMINISTRATOR}


def test_roles_change_within_the_organisations_own(world: Database, user: User) -> None:
    with world.write() as session:
        for wrong in ((), (Role.INSURER_REVIEWER,), (Role.COMPANION,)):
            with pytest.raises(InvalidRequest):
                change_roles(session, user, wrong, by=SYSTEM)
        change_roles(session, user, {Role.CASE_MANAGER}, by=SYSTEM)

        assert get_user(session, user.id).roles == {Role.CASE_MANAGER}


def test_users_of_another_organisation_are_not_listed(world: Database, user: User) -> None:
    with world.write() as session:
        other = store_user(session, "o@x.example", organisation_id="other")

        assert list_users(session, "operator") == (user,)
        assert list_users(session, "other") == (other,)
        assert len(list_users(session)) == 2


def test_samples_are_one_of_each_role_and_do_not_count_as_users(
    sqlite_database: Database,
) -> None:
    seed(sqlite_database, today=NOW.date(), samples=samples)

    with sqlite_database.read() as session:
        roles = {
            role
            for row in session.exec(select(UserRow.roles))
            for role in map(Role, json.loads(row))
        }
        relations = set(session.exec(select(CaseMemberRow.relation)))
        assert not has_users(session)
    assert roles | {Role(one) for one in relations} == set(Role) - {Role.SYSTEM}
    with sqlite_database.write() as session:
        assert add_sample_people(session, now=NOW) == 0


def test_samples_stay_out_where_they_are_not_wanted(sqlite_database: Database) -> None:
    seed(sqlite_database, today=NOW.date(), samples=samples, has_people=False)

    with sqlite_database.read() as session:
        assert session.exec(select(UserRow.id)).all() == []


def test_every_sample_has_an_organisation_or_a_case(sqlite_database: Database) -> None:
    report = seed(sqlite_database, today=NOW.date(), samples=samples)

    people = load_sample_people()
    assert report.users == len(people.users) + len(people.members)


def test_an_event_is_noted_without_name_or_address(
    world: Database, user: User, caplog: pytest.LogCaptureFixture
) -> None:
    event = PeopleEvent(
        at=NOW,
        happening=Happening.LOGGED_IN,
        action=Action.LOG_IN,
        user_id=user.id,
        detail={"method": "password"},
    )

    with caplog.at_level(logging.INFO), world.write() as session:
        note_event(session, event)

    (record,) = caplog.records
    assert record.getMessage() == "account.logged_in"
    assert "Ines" not in str(record.__dict__)
    assert "clinic.example" not in str(record.__dict__)
