"""The export: whole, in the same words on both databases, and checkable by somebody else."""

from __future__ import annotations

import json
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.access.principal import Principal, PrincipalKind
from api.audit.erasing import Erasure, erase_details
from api.audit.export import export_lines
from api.audit.trail import NewEntry, Outcome, add_entries
from api.audit.verify import verify_chain
from api.database import Database
from tests.api.audit.builders import COORDINATOR, store_entries
from tests.api.audit.second_verifier import faults_of
from tests.databases import undone
from tests.storage.builders import NOW

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
ENTRIES = st.builds(
    NewEntry,
    at=st.datetimes(timezones=st.just(NOW.tzinfo)),
    action=WORDS,
    outcome=st.sampled_from(Outcome),
    principal=st.builds(
        Principal,
        kind=st.sampled_from(PrincipalKind),
        user_id=WORDS,
        organisation_id=WORDS,
        credential_id=WORDS,
    ),
    case_references=st.lists(WORDS, max_size=3),
    detail=st.dictionaries(st.sampled_from(["read", "why", "from"]), WORDS),
    request_id=WORDS,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(ENTRIES, max_size=6))
def test_somebody_else_finds_every_chain_whole_that_we_find_whole(
    database: Database, entries: list[NewEntry]
) -> None:
    with undone(database) as session:
        add_entries(session, entries)
        erase_details(session, (2, 3), Erasure(principal=COORDINATOR, at=NOW, reason="asked"))

        assert verify_chain(session).is_whole
        assert faults_of(export_lines(session)) == []


def test_somebody_else_finds_what_was_tampered_with(database: Database) -> None:
    store_entries(database, 5)
    with database.read() as session:
        lines = list(export_lines(session))
    entries = [json.loads(line) for line in lines]

    entries[2]["user_id"] = "somebody"
    entries[3]["cases"] = []
    entries[4]["document"] = "{}"
    tampered = [json.dumps(one) for one in entries]

    assert faults_of(lines) == []
    assert faults_of(lines[1:])[:2] == ["1: number", "1: link"]
    assert set(faults_of([*tampered[:4], tampered[3]])) >= {"3: hash", "4: cases", "5: link"}


def test_periods_joined_are_the_whole(database: Database) -> None:
    store_entries(database, 5)
    noon = NOW + timedelta(minutes=3)
    with database.read() as session:
        whole = list(export_lines(session))
        parts = [*export_lines(session, until=noon), *export_lines(session, since=noon)]

    assert parts == whole
    assert len(whole) == 5


def test_an_erased_detail_is_exported_as_erased(database: Database) -> None:
    store_entries(database, 3)
    with database.write() as session:
        erase_details(session, (1,), Erasure(principal=COORDINATOR, at=NOW, reason="asked"))
    with database.read() as session:
        first = json.loads(next(export_lines(session)))

    assert (first["document"], first["salt"], first["erased_by"]) == (None, None, 4)
