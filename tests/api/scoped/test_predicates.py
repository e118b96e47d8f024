"""Predicates as SQL: each asks about the row at hand."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from api.access.actions import Action
from api.access.policy import find_reach
from api.access.principal import SYSTEM, Principal
from api.access.roles import Role
from api.database import Database
from api.scoped.predicates import CASE_ROWS, row_predicates
from logistics.tables import CaseRow
from pricing.column_types import Row
from tests.api.scoped.worlds import OURS, principal, seen_by, store_world
from tests.storage.builders import NOW

_READERS = [
    (principal(Role.COORDINATOR), Action.CASE_READ),
    (principal(Role.INSURER_REVIEWER, organisation_id="payer"), Action.CASE_READ),
    (principal(Role.PATIENT), Action.CASE_READ),
    (principal(Role.ADMINISTRATOR), Action.CASE_READ),
]


@pytest.mark.parametrize(("who", "action"), _READERS)
@pytest.mark.parametrize("row", CASE_ROWS)
def test_nobody_makes_a_list_of_all_cases_to_find_one(
    who: Principal, action: Action, row: type[Row]
) -> None:
    reach = find_reach(who, action)
    assert reach is not None
    predicates = row_predicates(who, reach, now=NOW)

    written = str(select(row).options(predicates[str(row.__tablename__)]))

    assert "EXISTS" in written
    assert " IN (" not in written


def test_who_reaches_everything_is_narrowed_by_nothing() -> None:
    reach = find_reach(SYSTEM, Action.UPKEEP)
    assert reach is not None

    assert row_predicates(SYSTEM, reach, now=NOW) == {}


def test_a_statement_that_is_run_again_is_narrowed_once() -> None:
    who = principal(Role.COORDINATOR)
    reach = find_reach(who, Action.CASE_READ)
    assert reach is not None
    predicates = row_predicates(who, reach, now=NOW)
    statement = select(CaseRow)

    assert predicates.narrow(statement) is predicates.narrow(statement)
    assert "EXISTS" in str(predicates.narrow(statement))


def test_a_statement_made_once_shows_each_what_is_theirs(database: Database) -> None:
    with database.write() as session:
        store_world(session)
    statement = select(CaseRow.reference)
    found = {}
    for organisation in ("operator", "nobody"):
        who = principal(Role.COORDINATOR, organisation_id=organisation)
        with seen_by(database, who, Action.CASE_READ).read() as session:
            found[organisation] = set(session.exec(statement))

    assert found == {"operator": set(OURS), "nobody": set()}


def test_an_alias_shows_no_more_than_the_table(database: Database) -> None:
    with database.write() as session:
        store_world(session)
    other = aliased(CaseRow)
    query = select(other.reference).join(CaseRow, col(CaseRow.reference) < other.reference)

    with seen_by(database, principal(Role.COORDINATOR), Action.CASE_READ).read() as session:
        found = set(session.exec(query))

    assert found == set(sorted(OURS)[1:])
