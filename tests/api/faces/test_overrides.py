"""Pages for exceptions: an emergency, and the word of a second person."""

from __future__ import annotations

import io
import json
import zipfile

from werkzeug.test import TestResponse

from logistics.case_facts import CaseFacts
from logistics.claims.receipt import new_receipt
from logistics.organisation import CasePart
from logistics.repository.case_facts import save_case_facts
from logistics.repository.cases import add_case
from logistics.repository.organisations import add_participants
from logistics.repository.receipts import add_receipt
from tests.api.faces.claim_worlds import store_claim
from tests.api.faces.page import checked, fetch
from tests.api.faces.worlds import NOW, World
from tests.storage.builders import case


def test_an_administrator_opens_a_case_for_an_hour_and_its_people_see_that(world: World) -> None:
    client = world.client_of("administrator")
    assert client.get("/cases/SJ-1001").status_code == 404
    form = fetch(world.app, client, "/emergency").form("/emergency")
    form |= {"reference": "sj-1001", "reason": "Patient stranded, nobody on duty"}

    opened = client.post("/emergency", data=form)

    assert (opened.status_code, opened.headers["Location"]) == (303, "/cases/SJ-1001")
    assert client.get("/cases/SJ-1001").status_code == 200
    (crumb,) = fetch(world.app, client, "/cases/SJ-1001").all(".//nav[@aria-label='Breadcrumb']//a")
    assert (crumb.text, crumb.get("href")) == ("Emergency", "/emergency")
    assert client.get("/cases/SJ-1002").status_code == 404
    again = fetch(world.app, client, "/emergency")
    assert again.all(".//tbody//a[@href='/cases/SJ-1001']")
    seen = fetch(world.app, world.client, "/cases/SJ-1001")
    assert "Opened in an emergency" in seen.text
    assert "Patient stranded, nobody on duty" in seen.text
    reviewer = fetch(world.app, world.client_of("insurer_reviewer"), "/cases/SJ-1001")
    assert "emergency" not in reviewer.text


def test_without_a_reason_nothing_is_opened(world: World) -> None:
    client = world.client_of("administrator")
    form = fetch(world.app, client, "/emergency").form("/emergency")

    answer = client.post("/emergency", data={**form, "reference": "SJ-1001", "reason": "now"})

    page = checked(world.app, answer, status=422)
    assert "say why" in page.text
    assert client.get("/cases/SJ-1001").status_code == 404


def test_another_operators_case_is_not_there(world: World) -> None:
    client = world.client_of("strange_administrator")
    form = fetch(world.app, client, "/emergency").form("/emergency")
    reason = "Patient stranded, nobody on duty"

    foreign = client.post("/emergency", data={**form, "reference": "SJ-1001", "reason": reason})
    missing = client.post("/emergency", data={**form, "reference": "SJ-4040", "reason": reason})

    assert foreign.status_code == missing.status_code == 404


def _ask_for_erasure(world: World, reference: str) -> None:
    manager = world.client_of("case_manager")
    asked = fetch(world.app, manager, f"/cases/{reference}/erasure").form("/erasure")
    manager.post(f"/cases/{reference}/erasure", data={**asked, "reason": "asked for in writing"})


def _approve(world: World) -> TestResponse:
    """Return the answer to a second person's approval of the one wish that waits."""
    second = world.client_of("administrator")
    theirs = fetch(world.app, second, "/approvals")
    (address,) = {
        str(form.get("action"))
        for form in theirs.all(".//form")
        if "/approvals/" in str(form.get("action"))
    }
    return second.post(address, data={**theirs.form(address), "decision": "approved"})


def _store_case(world: World, reference: str) -> None:
    with world.services.database.write() as session:
        add_case(session, case(reference))
        add_participants(session, {reference: "sojourn-sample"}, part=CasePart.OPERATOR)


def _proposed(world: World) -> str:
    form = fetch(world.app, world.client_of("case_manager"), "/cases/new").form("/cases")
    return str(form["reference"])


def test_the_reference_of_an_erased_case_is_not_proposed_again(world: World) -> None:
    _store_case(world, "SJ-3000")
    _ask_for_erasure(world, "SJ-3000")
    assert _approve(world).status_code == 303

    assert _proposed(world) == "SJ-3001"


def test_a_number_too_long_to_count_is_stepped_over(world: World) -> None:
    for reference in ("SJ-999999999", "SJ-1000000000"):
        _store_case(world, reference)

    assert _proposed(world) == "SJ-1000000001"


def test_erasing_a_case_takes_two_people(world: World) -> None:
    manager = world.client_of("case_manager")
    _ask_for_erasure(world, "SJ-1002")

    own = fetch(world.app, manager, "/approvals")
    assert "somebody else has to decide" in own.text
    assert not own.all(".//button[@value='approved']")

    assert _approve(world).status_code == 303
    assert world.client.get("/cases/SJ-1002").status_code == 404
    assert "approved" in fetch(world.app, manager, "/approvals").text


def test_a_visit_still_to_come_is_not_erased(world: World) -> None:
    _ask_for_erasure(world, "SJ-1001")

    answer = _approve(world)

    assert answer.status_code == 409
    assert "cancel the visit first" in answer.get_data(as_text=True)


def test_nobody_decides_for_another_operator(world: World) -> None:
    _ask_for_erasure(world, "SJ-1002")

    assert (
        "Nothing waits"
        in fetch(world.app, world.client_of("strange_administrator"), "/approvals").text
    )


def test_everything_about_the_people_of_a_case_is_one_archive(world: World) -> None:
    claim = store_claim(world)
    bill = new_receipt(
        claim_id=claim.id, expense_id="hotel-1", name="../bill.pdf", content=b"%PDF-1.7"
    )
    with world.services.database.write() as session:
        facts = CaseFacts(household="F-1")
        save_case_facts(session, "SJ-1001", facts, 0, by="demo-coordinator", now=NOW)
        receipt = add_receipt(session, bill, by="demo-patient", now=NOW)

    answer = world.client.get("/api/v1/cases/SJ-1001/export")

    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    names = set(archive.namelist())
    assert archive.testzip() is None
    assert {"README.txt", "case.json", "accounts.json", "access.json"} <= names
    assert json.loads(archive.read("case.json"))["patient"]["name"] == "Walter Haskins"
    assert {one["relation"] for one in json.loads(archive.read("accounts.json"))["accounts"]} == {
        "patient",
        "companion",
    }
    assert json.loads(archive.read("facts.json")) == {"household": "F-1"}
    assert json.loads(archive.read(f"claims/{claim.id}.json"))["status"] == "filed"
    assert archive.read(f"claims/{claim.id}-receipts/{receipt.id}.pdf") == b"%PDF-1.7"
    assert f"itineraries/{world.template.itinerary_id}-1.pdf" in names
    assert world.client_of("stranger").get("/api/v1/cases/SJ-1001/export").status_code == 404
    assert (
        world.client_of("insurer_reviewer").get("/api/v1/cases/SJ-1001/export").status_code == 403
    )
