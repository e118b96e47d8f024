"""Over the real faces: sent twice, done once; an answer given again is noted, and only theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from api.app import _wait_of
from api.errors import KeyInUse, KeyReused
from api.tables.audit import AuditCaseRow, AuditEntryRow
from api.tables.requests import AnsweredRequestRow
from logistics.tables import CaseParticipantRow
from tests.api.faces.test_bad_input import SLOT
from tests.api.faces.test_rest import CASE
from tests.api.faces.worlds import World

KEY = {"Idempotency-Key": "0b5c"}


def _paths(world: World) -> dict[str, Any]:
    return {
        "/api/v1/cases": CASE,
        "/api/v1/slots": SLOT,
        "/api/v1/cases/SJ-1001/plans": None,
        f"/api/v1/plans/{world.template.plan_id}/accept": {"proposal": "best"},
        f"/api/v1/plans/{world.template.plan_id}/cancel": None,
    }


@pytest.mark.parametrize("which", range(5))
def test_every_rest_post_sent_twice_is_done_once(world: World, which: int) -> None:
    path, body = list(_paths(world).items())[which]
    client = world.client_of("facility_contact" if "slots" in path else "coordinator")

    first = client.post(path, json=body, headers=KEY) if body else client.post(path, headers=KEY)
    again = client.post(path, json=body, headers=KEY) if body else client.post(path, headers=KEY)

    assert first.status_code in {201, 202}, first.text
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.headers.get("Location") == first.headers.get("Location")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Cache-Control"] == "no-store"


def test_an_answer_given_again_is_noted_as_read(world: World) -> None:
    client = world.client
    client.post("/api/v1/cases", json=CASE, headers=KEY)
    with world.services.database.read() as session:
        before = len(session.exec(select(AuditEntryRow)).all())

    client.post("/api/v1/cases", json=CASE, headers=KEY)

    with world.services.database.read() as session:
        entries = session.exec(select(AuditEntryRow).order_by("seq")).all()
        about = session.exec(
            select(AuditCaseRow.case_reference).where(AuditCaseRow.seq == entries[-1].seq)
        ).all()
    assert len(entries) == before + 1
    assert entries[-1].action == "case.open"
    assert about == ["SJ-4000"]


def test_an_answer_about_a_case_out_of_reach_is_not_given_again(world: World) -> None:
    path = "/api/v1/cases/SJ-1001/plans"
    assert world.client.post(path, headers=KEY).status_code == 202
    with world.services.database.write() as session:
        for row in session.exec(
            select(CaseParticipantRow).where(CaseParticipantRow.case_reference == "SJ-1001")
        ):
            session.delete(row)

    answer = world.client.post(path, headers=KEY)

    assert answer.status_code == 404
    assert "PL-" not in answer.text


def test_the_answer_names_its_case_and_goes_with_it(world: World) -> None:
    world.client.post("/api/v1/cases", json=CASE, headers=KEY)

    with world.services.database.read() as session:
        (row,) = session.exec(select(AnsweredRequestRow)).all()

    assert row.case_reference == "SJ-4000"
    assert row.answered_at <= world.services.now() + timedelta(0)


def test_a_key_under_way_says_when_to_ask_again() -> None:
    assert _wait_of(KeyInUse(), 409) == 1
    assert _wait_of(KeyReused(), 422) == 0
