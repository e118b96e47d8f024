"""Organisations and their parts in cases, on both databases."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, insert

from api.database import Database
from logistics.errors import InvalidField, OrganisationNotFound
from logistics.organisation import CasePart, OrganisationKind
from logistics.repository.organisations import (
    add_organisations,
    add_participants,
    get_organisation,
    list_organisations,
    list_participants,
)
from logistics.tables import CaseParticipantRow
from tests.storage.builders import organisation, store_people

_PAYER = organisation("payer", kind=OrganisationKind.PAYER)
_FACILITY = organisation("hospital", kind=OrganisationKind.FACILITY)


def _store(session: Session) -> None:
    store_people(session)
    add_organisations(session, [organisation(), _PAYER, _FACILITY])


def test_what_is_stored_comes_back(database: Database) -> None:
    with database.write() as session:
        _store(session)

    with database.read() as session:
        assert get_organisation(session, "hospital") == _FACILITY
        assert list_organisations(session) == (_FACILITY, organisation(), _PAYER)
        assert list_organisations(session, kind=OrganisationKind.PAYER) == (_PAYER,)


def test_an_unknown_organisation_is_named(database: Database) -> None:
    with database.read() as session, pytest.raises(OrganisationNotFound, match="nobody"):
        get_organisation(session, "nobody")


def test_a_part_that_is_given_stays(database: Database) -> None:
    with database.write() as session:
        _store(session)
        add_organisations(session, [organisation("second", prefix="NH")])
        add_participants(session, {"SJ-1001": "operator"}, part=CasePart.OPERATOR)

        add_participants(session, {"SJ-1001": "second"}, part=CasePart.OPERATOR)

        assert list_participants(session, "SJ-1001") == {CasePart.OPERATOR: "operator"}


def test_a_case_cannot_have_two_operators(database: Database) -> None:
    rows = [
        {"case_reference": "SJ-1001", "part": "operator", "organisation_id": one}
        for one in ("operator", "second")
    ]
    with database.write() as session:
        _store(session)
        add_organisations(session, [organisation("second", prefix="NH")])

    with pytest.raises(IntegrityError), database.write() as session:
        session.exec(insert(CaseParticipantRow), params=rows)


def test_two_operators_cannot_share_a_prefix(database: Database) -> None:
    with pytest.raises(InvalidField, match="another organisation's"), database.write() as session:
        add_organisations(session, [organisation(), organisation("second")])
