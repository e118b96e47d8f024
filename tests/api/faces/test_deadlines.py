"""Deadlines of all cases in one list: on a page, over REST, from the command line."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest
from sqlalchemy import event

from api.operations.deadlines import open_deadlines
from api.presenters.deadlines import time_left
from logistics.deadlines import Deadline, DeadlineKind
from tests.api.faces.estimate_worlds import ESTIMATE, store_estimate
from tests.api.faces.page import fetch, text_of
from tests.api.faces.worlds import NOW, World

PAGE: Final = "/deadlines"
REST: Final = "/api/v1/deadlines"


def _deadline(due_on: date, kind: DeadlineKind = DeadlineKind.ASK) -> Deadline:
    return Deadline(
        case_reference="SJ-1", kind=kind, number=1, text="Ask", rule="a rule", due_on=due_on
    )


def test_an_empty_page_says_how_to_begin(world: World) -> None:
    page = fetch(world.app, world.client, PAGE)

    assert "Nothing is due" in page.text
    assert "write an estimate" in page.text
    assert world.client.get(REST).json == {"deadlines": []}


def test_deadlines_of_several_cases_stand_in_one_list_what_is_late_first(world: World) -> None:
    late = ESTIMATE | {"scheduled_on": "2027-02-15"}
    world.client.put("/api/v1/cases/SJ-1002/estimate", json={"revision": 0, "estimate": late})
    with world.services.database.write() as session:
        store_estimate(session)

    answer = world.client.get(REST).json
    assert answer is not None
    found = [
        (one["case"], one["task"], one["due_on"], one["is_late"]) for one in answer["deadlines"]
    ]

    assert found == [
        ("SJ-1002", "issue", "2027-02-18", True),
        ("SJ-1001", "answer", "2027-03-02", False),
        ("SJ-1002", "answer", "2027-03-02", False),
        ("SJ-1001", "dispute", "2027-08-28", False),
    ]
    page = fetch(world.app, world.client, PAGE)
    rows = [text_of(row) for row in page.all(".//tbody/tr")]
    assert [any(f"SJ-100{n}" in row for n in (one,)) for one, row in zip("2121", rows, strict=True)]
    assert "7 business days late" in rows[0]
    assert "180 days left" in rows[3]
    hrefs = [str(one.get("href")) for one in page.all(".//tbody//a")]
    assert hrefs[0] == "/cases/SJ-1002/estimate?version=1"
    assert hrefs[3] == "/cases/SJ-1001/bills/1"


def test_of_however_many_cases_nothing_is_read_but_their_titles(world: World) -> None:
    with world.services.database.write() as session:
        for number in (1001, 1002, 1003):
            store_estimate(session, reference=f"SJ-{number}", with_bill=False)
    asked: list[str] = []
    with world.services.database.read() as session:
        event.listen(
            session.connection(),
            "before_cursor_execute",
            lambda _c, _cursor, statement, *_: asked.append(statement),
        )
        found = open_deadlines(session, NOW.date())

    assert len({one.title for one in found}) == 3
    (of_cases,) = [one for one in asked if "FROM sojourn_case" in one]
    assert "diagnosis" not in of_cases
    assert "patient" not in of_cases


@pytest.mark.parametrize("who", ["coordinator", "case_manager"])
def test_the_navigation_leads_there(world: World, who: str) -> None:
    page = fetch(world.app, world.client_of(who), "/")

    assert PAGE in [one.get("href") for one in page.all(".//nav//a")]


def test_a_patient_neither_sees_nor_reaches_it(world: World) -> None:
    patient = world.client_of("patient")

    assert patient.get(PAGE).status_code == 403
    assert PAGE not in [one.get("href") for one in fetch(world.app, patient, "/").all(".//nav//a")]


@pytest.mark.parametrize(
    ("due_on", "kind", "said"),
    [
        (date(2027, 3, 1), DeadlineKind.ASK, "due today"),
        (date(2027, 3, 2), DeadlineKind.ASK, "1 business day left"),
        (date(2027, 3, 8), DeadlineKind.ASK, "5 business days left"),
        (date(2027, 2, 26), DeadlineKind.ASK, "1 business day late"),
        (date(2027, 3, 8), DeadlineKind.DISPUTE, "7 days left"),
    ],
)
def test_time_left_is_told_in_the_days_of_the_rule(
    due_on: date, kind: DeadlineKind, said: str
) -> None:
    assert time_left(_deadline(due_on, kind), date(2027, 3, 1)) == said
