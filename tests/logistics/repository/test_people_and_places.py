"""Facilities and specialists are kept as they are, and found by what people ask for."""

import pytest

from api.database import Database
from logistics.errors import FacilityNotFound, SpecialistNotFound
from logistics.repository.errors import AlreadyStored
from logistics.repository.facilities import add_facility, get_facility, list_facilities
from logistics.repository.specialists import (
    add_specialist,
    get_specialist,
    list_specialists,
)
from tests.storage.builders import facility, specialist


def test_a_facility_comes_back_as_it_was(database: Database) -> None:
    stored = facility(name="Großes Spital 王 🏥 <b>'\"")

    with database.write() as session:
        add_facility(session, stored)
    with database.read() as session:
        assert get_facility(session, stored.id) == stored


def test_facilities_come_in_order_of_name(database: Database) -> None:
    stored = [facility("b", "Zeta"), facility("c", "Alpha"), facility("a", "Zeta")]

    with database.write() as session:
        for one in stored:
            add_facility(session, one)
    with database.read() as session:
        assert [one.id for one in list_facilities(session)] == ["c", "a", "b"]


def test_an_unknown_facility_is_named(database: Database) -> None:
    with database.read() as session, pytest.raises(FacilityNotFound, match="nowhere"):
        get_facility(session, "nowhere")


def test_a_facility_is_stored_once(database: Database) -> None:
    with database.write() as session:
        add_facility(session, facility())
        with pytest.raises(AlreadyStored, match="zurich"):
            add_facility(session, facility())


def test_a_specialist_comes_back_as_it_was(database: Database) -> None:
    stored = specialist()

    with database.write() as session:
        add_facility(session, facility())
        add_specialist(session, stored)
    with database.read() as session:
        assert get_specialist(session, stored.id) == stored


def test_a_specialist_works_at_a_known_facility(database: Database) -> None:
    with database.write() as session, pytest.raises(FacilityNotFound):
        add_specialist(session, specialist(facility_id="nowhere"))


def test_a_specialist_is_stored_once(database: Database) -> None:
    with database.write() as session:
        add_facility(session, facility())
        add_specialist(session, specialist())
        with pytest.raises(AlreadyStored, match="keller"):
            add_specialist(session, specialist())


def test_an_unknown_specialist_is_named(database: Database) -> None:
    with database.read() as session, pytest.raises(SpecialistNotFound, match="nobody"):
        get_specialist(session, "nobody")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["ada", "bo", "cy"]),
        ({"facility_ids": ["zurich"]}, ["ada", "bo"]),
        ({"facility_ids": ["zurich", "basel"]}, ["ada", "bo", "cy"]),
        ({"facility_ids": []}, []),
        ({"specialty": "oncology"}, ["bo", "cy"]),
        ({"facility_ids": ["basel"], "specialty": "cardiology"}, []),
    ],
)
def test_specialists_are_found_by_facility_and_specialty(
    database: Database, wanted: dict[str, object], found: list[str]
) -> None:
    with database.write() as session:
        add_facility(session, facility("zurich"))
        add_facility(session, facility("basel"))
        add_specialist(session, specialist("cy", facility_id="basel", specialty="oncology"))
        add_specialist(session, specialist("ada"))
        add_specialist(session, specialist("bo", specialty="oncology"))

    with database.read() as session:
        assert [one.id for one in list_specialists(session, **wanted)] == found  # type: ignore[arg-type]  # — each case has its own keywords
