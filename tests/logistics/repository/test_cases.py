"""Cases are kept exactly, under one reference each."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from api.database import Database
from logistics.case.model import Case
from logistics.errors import CaseNotFound, DuplicateCase, InvalidField
from logistics.repository.cases import add_case, get_case, list_cases, list_titles, replace_case
from logistics.repository.sealed import HIDDEN, HIDDEN_FIELDS
from tests.storage.builders import case
from tests.storage.strategies import cases

_REFERENCES = itertools.count(1)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=cases)
def test_any_case_comes_back_as_it_was(database: Database, drawn: Case) -> None:
    stored = replace(drawn, reference=f"SJ-{next(_REFERENCES)}")

    with database.write() as session:
        add_case(session, stored)
    with database.read() as session:
        assert get_case(session, stored.reference) == stored


def test_an_unknown_case_is_named(database: Database) -> None:
    with database.read() as session, pytest.raises(CaseNotFound, match="SJ-404"):
        get_case(session, "SJ-404")


def test_cases_come_in_order_of_reference(database: Database) -> None:
    with database.write() as session:
        for reference in ("SJ-10", "SJ-2", "SJ-1"):
            add_case(session, case(reference))
    with database.read() as session:
        assert [one.reference for one in list_cases(session)] == ["SJ-1", "SJ-10", "SJ-2"]


def test_titles_are_those_of_the_cases_asked_for(database: Database) -> None:
    with database.write() as session:
        for reference, title in (("SJ-1", "A heart"), ("SJ-2", "A knee"), ("SJ-3", "A hip")):
            add_case(session, case(reference, title=title))
    with database.read() as session:
        assert list_titles(session, {"SJ-1", "SJ-3", "SJ-404"}) == {
            "SJ-1": "A heart",
            "SJ-3": "A hip",
        }
        assert list_titles(session, set()) == {}


def test_a_title_that_is_hidden_is_told_to_be(database: Database) -> None:
    with database.write() as session:
        add_case(session, case("SJ-1", title="A heart"))
    with database.read() as session:
        session.info[HIDDEN_FIELDS] = {"sojourn_case.title"}
        assert list_titles(session, ["SJ-1"]) == {"SJ-1": HIDDEN}


def test_a_reference_belongs_to_one_case(database: Database) -> None:
    with database.write() as session:
        add_case(session, case(story="first"))
        with pytest.raises(DuplicateCase, match="SJ-1001"):
            add_case(session, case(story="second"))

    with database.read() as session:
        assert get_case(session, "SJ-1001").story == "first"


def test_the_same_case_sent_twice_is_one_case(database: Database) -> None:
    for _ in range(2):
        with database.write() as session:
            add_case(session, case())

    with database.read() as session:
        assert list_cases(session) == (case(),)


def test_a_case_is_replaced_whole(database: Database) -> None:
    changed = replace(case(), companions=(), story="Comes alone now.")

    with database.write() as session:
        add_case(session, case())
        replace_case(session, changed)
    with database.read() as session:
        assert get_case(session, changed.reference) == changed


def test_only_a_known_case_is_replaced(database: Database) -> None:
    with database.write() as session, pytest.raises(CaseNotFound):
        replace_case(session, case())


@pytest.mark.parametrize(
    ("field", "broken"),
    [
        ("title", replace(case(), title="a\x00b")),
        ("story", replace(case(), story="\ud83e")),
        ("patient", replace(case(), patient=replace(case().patient, name="\udc00"))),
    ],
)
def test_text_no_database_can_hold_is_refused_by_field(
    database: Database, field: str, broken: Case
) -> None:
    with database.write() as session, pytest.raises(InvalidField) as raised:
        add_case(session, broken)

    assert raised.value.field == field
