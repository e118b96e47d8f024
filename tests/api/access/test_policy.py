"""The policy table: denied unless granted, and what roles give together."""

from dataclasses import replace

import pytest

from api.access.actions import OPEN_TO_ANYBODY, Action, acts, find_action
from api.access.policy import (
    EVERY_FIELD,
    NEEDS_SECOND_PERSON,
    POLICY,
    Field,
    Rows,
    find_reach,
    may,
)
from api.access.principal import ANONYMOUS, SYSTEM, Principal, PrincipalKind
from api.access.roles import Role


def _user(*roles: Role) -> Principal:
    return Principal(
        kind=PrincipalKind.USER, user_id="u", organisation_id="o", roles=frozenset(roles)
    )


def test_every_role_is_in_the_table() -> None:
    assert set(POLICY) == set(Role)


@pytest.mark.parametrize("action", Action)
def test_nobody_known_can_do_only_what_is_open_to_anybody(action: Action) -> None:
    assert may(ANONYMOUS, action) is (action in OPEN_TO_ANYBODY)


@pytest.mark.parametrize("action", sorted(OPEN_TO_ANYBODY))
def test_what_is_open_to_anybody_reaches_no_case(action: Action) -> None:
    reach = find_reach(_user(Role.COORDINATOR), action)

    assert reach is not None
    assert reach.rows == {Rows.NONE}
    assert reach.fields == frozenset()


@pytest.mark.parametrize("action", Action)
def test_the_service_itself_reaches_everything(action: Action) -> None:
    reach = find_reach(SYSTEM, action)

    assert reach is not None
    assert action in OPEN_TO_ANYBODY or reach.rows == {Rows.EVERYTHING}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_no_person_reaches_everything(role: Role) -> None:
    assert Rows.EVERYTHING not in {grant.rows for grant in POLICY[role].values()}
    assert Action.UPKEEP not in POLICY[role]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.FACILITY_CONTACT])
def test_who_keeps_watch_or_keys_reaches_no_case_by_role(role: Role) -> None:
    of_cases = {Rows.OPERATED, Rows.PAID, Rows.MEMBER}
    unseen = {Action.BREAK_GLASS, Action.APPROVAL_DECIDE}
    reading = {action: grant for action, grant in POLICY[role].items() if action not in unseen}

    assert not of_cases & {grant.rows for grant in reading.values()}
    assert not any(POLICY[role][action].fields for action in unseen if action in POLICY[role])


def test_a_companion_sees_no_guarded_field() -> None:
    fields = [grant.fields for grant in POLICY[Role.COMPANION].values()]

    assert set().union(*fields) == set()


def test_whoever_changes_a_case_sees_every_field_of_it() -> None:
    changing = {Action.CASE_OPEN, Action.CASE_CHANGE, Action.PLAN_MAKE, Action.PLAN_ACCEPT}
    blind = [
        (role, action)
        for role, grants in POLICY.items()
        for action, grant in grants.items()
        if action in changing and grant.fields != EVERY_FIELD
    ]

    assert not blind, "what is hidden could not be written back"


def test_roles_together_reach_the_rows_of_each() -> None:
    reach = find_reach(_user(Role.COORDINATOR, Role.ADMINISTRATOR), Action.CASE_READ)

    assert reach is not None
    assert reach.rows == {Rows.OPERATED, Rows.BROKEN_GLASS}


def test_roles_together_show_only_fields_that_each_would() -> None:
    reach = find_reach(_user(Role.PATIENT, Role.COMPANION), Action.ITINERARY_READ)

    assert reach is not None
    assert reach.hidden == EVERY_FIELD


def test_a_role_that_reaches_no_row_takes_no_field_away() -> None:
    reach = find_reach(_user(Role.COORDINATOR, Role.ADMINISTRATOR), Action.JOB_READ)

    assert reach is not None
    assert Field.DIAGNOSIS in reach.fields


def test_a_scope_narrows_what_the_roles_allow() -> None:
    token = replace(_user(Role.COORDINATOR), scopes=frozenset({Action.CASE_LIST.value}))

    assert may(token, Action.CASE_LIST)
    assert not may(token, Action.CASE_READ)


def test_a_scope_widens_nothing() -> None:
    token = replace(_user(Role.AUDITOR), scopes=frozenset({Action.CASE_READ.value}))

    assert not may(token, Action.CASE_READ)


@pytest.mark.parametrize("action", sorted(NEEDS_SECOND_PERSON))
def test_what_two_people_decide_has_two_roles_that_can(action: Action) -> None:
    asking = [role for role, grants in POLICY.items() if action in grants]
    deciding = [role for role, grants in POLICY.items() if Action.APPROVAL_DECIDE in grants]

    assert set(asking) - {Role.SYSTEM}
    assert set(deciding) - {Role.SYSTEM}


def test_a_view_tells_what_it_does() -> None:
    @acts(Action.CASE_READ)
    def view() -> None: ...

    assert find_action(view) is Action.CASE_READ


def test_a_view_that_says_nothing_has_no_action() -> None:
    def view() -> None: ...

    assert find_action(view) is None
