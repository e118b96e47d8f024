"""What one principal sees of the database, whatever a repository asks for."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Executable, ForeignKeyConstraint, exists, func
from sqlmodel import Session, col, delete, select, update

import api.migrating  # noqa: F401 — registers every table
from api.access.actions import Action
from api.access.policy import Rows
from api.access.principal import ANONYMOUS, SYSTEM, Principal
from api.access.roles import Role
from api.database import Database
from api.scoped.predicates import CASE_ROWS, UNSCOPED
from logistics.errors import CaseNotFound
from logistics.organisation import CasePart
from logistics.repository.cases import add_case, get_case, list_cases, replace_case
from logistics.repository.organisations import add_participants
from logistics.repository.specialists import list_specialists
from logistics.tables import CaseParticipantRow, CaseRow
from pricing.column_types import Row
from scheduling.errors import ItineraryNotFound, PlanNotFound
from scheduling.repository.itineraries import (
    find_itinerary_for_case,
    get_itinerary,
    list_revisions,
)
from scheduling.repository.plans import get_plan, list_plans, require_plan
from scheduling.tables import ItineraryRevisionRow, ItineraryRow, PlanProblemRow, PlanRow
from tests.api.scoped.worlds import (
    OURS,
    PAID,
    THEIRS,
    break_glass,
    principal,
    seen_by,
    seen_with,
    store_world,
)
from tests.storage.builders import case

_EVERY = (*OURS, *THEIRS)
_COORDINATOR = principal(Role.COORDINATOR)


@pytest.fixture(scope="module")
def world(lasting_database: Database) -> Database:
    """Return a database with two operators' cases in it, for tests which change none."""
    return _filled(lasting_database)


@pytest.fixture
def own_world(database: Database) -> Database:
    """Return another one, for a test which changes it."""
    return _filled(database)


def _filled(database: Database) -> Database:
    with database.write() as session:
        store_world(session)
    return database


def _references(session: Session) -> set[str]:
    return {one.reference for one in list_cases(session)}


@pytest.mark.parametrize(
    ("who", "action", "seen"),
    [
        (principal(Role.COORDINATOR), Action.CASE_LIST, OURS),
        (principal(Role.CASE_MANAGER), Action.CASE_READ, OURS),
        (principal(Role.COORDINATOR, organisation_id="other"), Action.CASE_LIST, THEIRS),
        (principal(Role.INSURER_REVIEWER, organisation_id="payer"), Action.CASE_LIST, PAID),
        (principal(Role.COORDINATOR, organisation_id="nobody"), Action.CASE_LIST, ()),
        (principal(Role.ADMINISTRATOR), Action.CASE_READ, ()),
        (principal(Role.ADMINISTRATOR), Action.USER_MANAGE, ()),
        (principal(Role.COORDINATOR), Action.SLOT_OFFER, ()),
        (ANONYMOUS, Action.PUBLIC_READ, ()),
        (SYSTEM, Action.UPKEEP, _EVERY),
    ],
)
def test_a_principal_sees_the_cases_within_reach(
    world: Database, who: Principal, action: Action, seen: tuple[str, ...]
) -> None:
    with seen_by(world, who, action).read() as session:
        assert _references(session) == set(seen)


def test_being_an_operator_does_not_make_a_payer(world: Database) -> None:
    reviewer = principal(Role.INSURER_REVIEWER, organisation_id="operator")

    with seen_by(world, reviewer, Action.CASE_LIST).read() as session:
        assert _references(session) == set()


def test_broken_glass_opens_that_case_to_that_user_until_it_ends(own_world: Database) -> None:
    with own_world.write() as session:
        break_glass(session, "SJ-2")
        break_glass(session, "NH-1")
    watch = principal(Role.ADMINISTRATOR)

    with seen_by(own_world, watch, Action.CASE_READ).read() as session:
        assert _references(session) == {"SJ-2"}, "another operator's case stays closed"
    with seen_by(own_world, watch, Action.CASE_READ, later=timedelta(hours=1)).read() as session:
        assert _references(session) == set()
    colleague = principal(Role.ADMINISTRATOR, user_id="colleague")
    with seen_by(own_world, colleague, Action.CASE_READ).read() as session:
        assert _references(session) == set()


_FOREIGN: tuple[tuple[Callable[[Session], object], type[Exception]], ...] = (
    (lambda session: get_case(session, "NH-1"), CaseNotFound),
    (lambda session: replace_case(session, case("NH-1")), CaseNotFound),
    (lambda session: get_plan(session, "P-NH-1"), PlanNotFound),
    (lambda session: require_plan(session, "P-NH-1"), PlanNotFound),
    (lambda session: list_plans(session, "NH-1"), CaseNotFound),
    (lambda session: get_itinerary(session, "I-NH-1"), ItineraryNotFound),
    (lambda session: get_itinerary(session, "I-NH-1", 1), ItineraryNotFound),
)


@pytest.mark.parametrize(("ask", "error"), _FOREIGN)
def test_what_is_foreign_is_missing(
    world: Database, ask: Callable[[Session], object], error: type[Exception]
) -> None:
    with pytest.raises(error), seen_by(world, _COORDINATOR, Action.CASE_CHANGE).write() as session:
        ask(session)


def test_lists_of_what_hangs_on_a_foreign_case_are_empty(world: Database) -> None:
    with seen_by(world, _COORDINATOR, Action.CASE_READ).read() as session:
        assert find_itinerary_for_case(session, "NH-1") is None
        assert list_revisions(session, "I-NH-1") == ()
        assert list_plans(session, "SJ-1") != ()


@pytest.mark.parametrize(
    "query",
    [
        select(func.count()).select_from(CaseRow),
        select(func.count(col(CaseRow.reference))),
        select(CaseRow.reference).where(exists().where(col(CaseRow.reference) == "NH-1")),
        select(PlanRow.id).where(PlanRow.case_reference == "NH-1"),
        select(PlanProblemRow.sha256).where(PlanProblemRow.plan_id == "P-NH-1"),
        select(ItineraryRow.id).where(ItineraryRow.case_reference == "NH-1"),
        select(ItineraryRevisionRow.document).where(ItineraryRevisionRow.itinerary_id == "I-NH-1"),
        select(CaseParticipantRow.part).where(CaseParticipantRow.case_reference == "NH-1"),
    ],
)
def test_columns_and_counts_carry_the_predicate(world: Database, query: Executable) -> None:
    with seen_by(world, _COORDINATOR, Action.CASE_LIST).read() as session:
        found = list(session.execute(query).scalars())
    assert found in ([], [len(OURS)])


def test_a_join_does_not_reach_a_foreign_row(world: Database) -> None:
    query = select(CaseRow.reference, ItineraryRow.id).join(
        ItineraryRow, col(ItineraryRow.case_reference) != col(CaseRow.reference)
    )
    with seen_by(world, _COORDINATOR, Action.CASE_LIST).read() as session:
        assert set(session.exec(query)) == {("SJ-1", "I-SJ-2"), ("SJ-2", "I-SJ-1")}


def test_update_and_delete_change_no_foreign_row(own_world: Database) -> None:
    with seen_by(own_world, _COORDINATOR, Action.CASE_CHANGE).write() as session:
        changed = session.exec(update(CaseRow).values(story="ours now"))
        gone = session.exec(delete(PlanProblemRow))
        assert (changed.rowcount, gone.rowcount) == (len(OURS), len(OURS))
    with own_world.read() as session:
        stories = dict(session.exec(select(CaseRow.reference, CaseRow.story)).all())
    assert {ref for ref, story in stories.items() if story == "ours now"} == set(OURS)


def test_the_same_statement_tells_two_principals_two_things(world: Database) -> None:
    """Compiled statements are cached: who asks must be a parameter, not part of what is kept."""
    for _again in range(2):
        for organisation_id, seen in (("operator", OURS), ("other", THEIRS)):
            who = principal(Role.COORDINATOR, organisation_id=organisation_id)
            with seen_by(world, who, Action.CASE_LIST).read() as session:
                assert _references(session) == set(seen)


def test_a_scope_ends_with_its_session(world: Database) -> None:
    with seen_by(world, _COORDINATOR, Action.CASE_LIST).read() as session:
        assert _references(session) == set(OURS)
    with world.read() as session:
        assert _references(session) == set(_EVERY)


def test_a_contact_sees_the_specialists_of_the_own_facility(world: Database) -> None:
    contact = principal(Role.FACILITY_CONTACT, organisation_id="zurich", facility_id="zurich")
    with seen_by(world, contact, Action.SLOT_OFFER).read() as session:
        assert [one.id for one in list_specialists(session)] == ["keller"]
        assert _references(session) == set()


@given(
    organisation_id=st.sampled_from(["operator", "other", "payer", "other-payer", "zurich", ""]),
    rows=st.sets(st.sampled_from([Rows.NONE, Rows.OPERATED, Rows.PAID, Rows.BROKEN_GLASS])),
)
def test_every_reach_is_what_counting_by_hand_says(
    world: Database, organisation_id: str, rows: set[Rows]
) -> None:
    operated = {"operator": OURS, "other": THEIRS}.get(organisation_id, ())
    paid = {
        "payer": PAID,
        "other-payer": tuple(one for one in _EVERY if one not in PAID),
    }.get(organisation_id, ())
    expected = {
        *(operated if Rows.OPERATED in rows else ()),
        *(paid if Rows.PAID in rows else ()),
    }
    who = principal(organisation_id=organisation_id)

    with seen_with(world, who, *rows).read() as session:
        assert _references(session) == expected
        assert {one for (one,) in session.execute(select(PlanRow.case_reference))} == expected
        problems = session.execute(select(PlanProblemRow.plan_id))
        assert {one for (one,) in problems} == {f"P-{reference}" for reference in expected}
        revisions = session.execute(select(ItineraryRevisionRow.itinerary_id))
        assert {one for (one,) in revisions} == {f"I-{reference}" for reference in expected}


def test_every_table_that_hangs_on_a_case_is_scoped() -> None:
    scoped = {str(row.__tablename__) for row in CASE_ROWS}
    hanging = {"sojourn_case"}
    tables = Row.metadata.tables.values()
    while (
        more := {
            table.name
            for table in tables
            for constraint in table.constraints
            if isinstance(constraint, ForeignKeyConstraint)
            and constraint.referred_table.name in hanging
        }
        - hanging
    ):
        hanging |= more
    # Whose glass is broken is a matter of the room of exceptions, which asks by user.
    assert hanging == scoped | UNSCOPED | {"broken_glass"}


def test_a_case_without_plans_has_none_and_one_of_others_is_missing(own_world: Database) -> None:
    with own_world.write() as session:
        add_case(session, case("SJ-3"))
        add_participants(session, {"SJ-3": "operator"}, part=CasePart.OPERATOR)

    with seen_by(own_world, _COORDINATOR, Action.PLAN_READ).read() as session:
        assert list_plans(session, "SJ-3") == ()
