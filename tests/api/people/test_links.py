"""One-time links: ten minutes, once, with the birth date the case says."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlmodel import select

from api.access.principal import SYSTEM
from api.access.roles import Role
from api.account_errors import LinkRefused, TooManyAttempts, UserNotFound
from api.database import Database
from api.errors import InvalidRequest
from api.people.links import IssuedLink, issue_link, redeem_link
from api.people.log_in import Caller, find_stage
from api.people.members import find_member, list_members, remove_member
from api.people.sessions import BegunSession, Stage
from api.people.users import User, UserStatus, change_status, list_users
from api.tables.people import CaseLinkRow
from logistics.repository.cases import get_case, replace_case
from tests.api.people.worlds import CALLER, MINUTE, principal_of, store_member, store_user
from tests.storage.builders import NOW

PATIENT_BORN = date(1970, 2, 28)
COMPANION_BORN = date(1972, 2, 29)


@pytest.fixture
def patient(world: Database) -> User:
    """The patient of the case, as a user."""
    with world.write() as session:
        return store_member(session)


def issue(database: Database, member: User) -> IssuedLink:
    """Issue a link for a member of the case."""
    with database.write() as session:
        return issue_link(session, user_id=member.id, case_reference="SJ-1", by=SYSTEM, now=NOW)


def redeem(
    database: Database,
    link: IssuedLink,
    born: date | None = PATIENT_BORN,
    *,
    later: timedelta = timedelta(),
    caller: Caller = CALLER,
) -> BegunSession:
    """Redeem a link."""
    return redeem_link(database, token=link.token, birth_date=born, caller=caller, now=NOW + later)


def test_link_and_birth_date_begin_a_session(world: Database, patient: User) -> None:
    link = issue(world, patient)

    begun = redeem(world, link, later=10 * MINUTE - timedelta(seconds=1))

    assert begun.user_id == patient.id
    assert find_stage(world, begun.token, now=NOW + 10 * MINUTE) is Stage.FULL


def test_a_companion_needs_the_companions_birth_date(world: Database) -> None:
    with world.write() as session:
        companion = store_member(session, 1)
    link = issue(world, companion)

    with pytest.raises(LinkRefused):
        redeem(world, link, PATIENT_BORN)
    assert redeem(world, link, COMPANION_BORN).user_id == companion.id


def test_a_link_works_once(world: Database, patient: User) -> None:
    link = issue(world, patient)
    redeem(world, link)

    with pytest.raises(LinkRefused):
        redeem(world, link)


def test_of_many_at_once_one_gets_in(world: Database, patient: User) -> None:
    link, won = issue(world, patient), []
    start = threading.Barrier(6)

    def race() -> None:
        start.wait()
        try:
            won.append(redeem(world, link))
        except LinkRefused:
            return

    threads = [threading.Thread(target=race) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1


def test_a_link_ends_after_ten_minutes(world: Database, patient: User) -> None:
    link = issue(world, patient)

    assert link.expires_at == NOW + 10 * MINUTE
    with pytest.raises(LinkRefused):
        redeem(world, link, later=10 * MINUTE)


def test_a_later_link_voids_the_earlier(world: Database, patient: User) -> None:
    first, second = issue(world, patient), issue(world, patient)

    with pytest.raises(LinkRefused):
        redeem(world, first)
    redeem(world, second)


def test_a_link_dies_after_five_wrong_dates(world: Database, patient: User) -> None:
    link = issue(world, patient)
    for born in (None, *(date(1970, 1, day) for day in range(1, 5))):
        with pytest.raises(LinkRefused):
            redeem(world, link, born)

    with pytest.raises(LinkRefused):
        redeem(world, link)


def test_guessing_links_makes_the_address_wait(world: Database, patient: User) -> None:
    for number in range(31):
        with pytest.raises(LinkRefused):
            redeem(world, IssuedLink(f"guess-{number}", NOW))
    link = issue(world, patient)

    with pytest.raises(TooManyAttempts):
        redeem(world, link)
    elsewhere = Caller(address="192.0.2.99", device="")
    assert redeem(world, link, caller=elsewhere).user_id == patient.id


def test_the_birth_date_is_the_one_the_case_says_now(world: Database, patient: User) -> None:
    from dataclasses import replace  # noqa: PLC0415 — here alone

    link = issue(world, patient)
    with world.write() as session:
        case = get_case(session, "SJ-1")
        born = replace(case.patient, birth_date=date(1971, 3, 1))
        replace_case(session, replace(case, patient=born))

    with pytest.raises(LinkRefused):
        redeem(world, link)
    assert redeem(world, link, date(1971, 3, 1)).user_id == patient.id


@pytest.mark.parametrize("change", ["suspended", "removed"])
def test_a_link_of_somebody_let_out_is_void(world: Database, patient: User, change: str) -> None:
    link = issue(world, patient)
    with world.write() as session:
        if change == "suspended":
            change_status(session, patient, UserStatus.SUSPENDED, by=SYSTEM)
        else:
            remove_member(session, patient.id, "SJ-1", by=SYSTEM, now=NOW)

    with pytest.raises(LinkRefused):
        redeem(world, link)


def test_only_members_get_links(world: Database, user: User, patient: User) -> None:
    for user_id, reference in ((user.id, "SJ-1"), (patient.id, "SJ-2"), ("nobody", "SJ-1")):
        with pytest.raises(UserNotFound), world.write() as session:
            issue_link(
                session,
                user_id=user_id,
                case_reference=reference,
                by=principal_of(user),
                now=NOW,
            )


def test_the_token_is_not_stored(world: Database, patient: User) -> None:
    link = issue(world, patient)

    with world.read() as session:
        row = session.exec(select(CaseLinkRow)).one()
    assert len(link.token) == 43
    assert link.token not in row.model_dump_json()


def test_a_person_of_a_case_is_one_user(world: Database, patient: User) -> None:
    with world.write() as session:
        assert store_member(session).id == patient.id
        companion = store_member(session, 1)

        assert [(one.place, one.relation) for one in list_members(session, "SJ-1")] == [
            (0, Role.PATIENT),
            (1, Role.COMPANION),
        ]
        assert companion.name == "Jo Sample"
        assert companion.email is None
        with pytest.raises(InvalidRequest):
            store_member(session, 2)


def test_removing_a_member_ends_the_session(world: Database, patient: User) -> None:
    begun = redeem(world, issue(world, patient))

    with world.write() as session:
        remove_member(session, patient.id, "SJ-1", by=SYSTEM, now=NOW)
        assert find_member(session, patient.id, "SJ-1") is None
        with pytest.raises(UserNotFound):
            remove_member(session, patient.id, "SJ-1", by=SYSTEM, now=NOW)

    assert find_stage(world, begun.token, now=NOW) is None


def test_members_are_no_users_of_the_organisation(world: Database, patient: User) -> None:
    with world.write() as session:
        ours = store_user(session)

        assert patient.organisation_id == "operator"
        assert list_users(session, "operator") == (ours,)
