"""Estimates and bills over REST: written, issued, superseded, read by those who may."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from tests.api.faces.estimate_worlds import BILL, ESTIMATE, store_estimate
from tests.api.faces.worlds import World

CASE: Final = "/api/v1/cases/SJ-1001"


@pytest.fixture
def estimated(world: World) -> World:
    """A world in which the case has an issued estimate and a bill."""
    with world.services.database.write() as session:
        store_estimate(session)
    return world


def json_of(world: World, address: str, who: str = "coordinator") -> Any:  # noqa: ANN401 — JSON
    """Return what is answered at an address."""
    return world.client_of(who).get(address).json


def put(world: World, revision: int = 0, who: str = "coordinator", **changes: Any) -> Any:  # noqa: ANN401 — an answer
    """Write the draft."""
    body = {"revision": revision, "estimate": ESTIMATE | changes}
    return world.client_of(who).put(f"{CASE}/estimate", json=body)


def issue(world: World, number: int, revision: int) -> Any:  # noqa: ANN401 — an answer
    """Issue a version."""
    address = f"{CASE}/estimates/{number}/issue"
    return world.client.post(address, json={"revision": revision})


def test_a_draft_is_written_issued_and_superseded(world: World) -> None:
    first = put(world)
    issued = issue(world, 1, first.json["revision"])
    dearer = [ESTIMATE["items"][0] | {"charge": "15000.00"}, ESTIMATE["items"][1]]
    second = put(world, items=dearer)
    issue(world, 2, second.json["revision"])

    assert (first.json["status"], issued.json["status"]) == ("draft", "issued")
    assert issued.json["issued_on"] == "2027-03-01"
    assert second.json["differences"]["by_cents"] == 963_86
    listed = json_of(world, f"{CASE}/estimates")["estimates"]
    assert [one["status"] for one in listed] == ["superseded", "issued"]


def test_whose_estimate_it_is_is_what_the_case_says(world: World) -> None:
    answer = put(world, id="X", patient={"name": "Q", "birth_date": "1900-01-01"}).json

    assert answer["estimate"]["id"] == "SJ-1001"
    assert answer["estimate"]["patient"]["name"] != "Q"


def test_a_fault_names_its_place(world: World) -> None:
    answer = put(world, payers={"plan": "1.00"})

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json["errors"]] == ["payers"]


def test_a_draft_that_was_changed_meanwhile_is_not_overwritten(world: World) -> None:
    put(world)

    assert put(world).status_code == 409
    assert put(world, 1).status_code == 200


def test_what_lacks_something_is_not_issued(world: World) -> None:
    put(world, diagnoses=[])

    answer = issue(world, 1, 1)

    assert answer.status_code == 409
    assert "no diagnosis code" in answer.json["detail"]


def test_a_version_is_withdrawn(estimated: World) -> None:
    address = f"{CASE}/estimates/1/withdraw"

    answer = estimated.client.post(address, json={"revision": 2})

    assert (answer.json or {})["status"] == "withdrawn"


@pytest.mark.parametrize("who", ["patient", "insurer_reviewer"])
def test_patient_and_reviewer_read_what_was_issued_and_no_draft(world: World, who: str) -> None:
    with world.services.database.write() as session:
        store_estimate(session)
    put(world)
    client = world.client_of(who)

    listed = json_of(world, f"{CASE}/estimates", who)["estimates"]
    assert [one["number"] for one in listed] == [1]
    assert client.get(f"{CASE}/estimates/1").status_code == 200
    assert client.get(f"{CASE}/estimates/2").status_code == 404
    assert put(world, 1, who).status_code == 403


def test_a_companion_reads_nothing_of_it(estimated: World) -> None:
    assert estimated.client_of("companion").get(f"{CASE}/estimates").status_code == 403


def test_a_bill_is_held_against_what_was_issued(estimated: World) -> None:
    answer = json_of(estimated, f"{CASE}/bills/1")

    assert answer["checked"]["dispute"]["about"] == ["facility"]
    assert answer["checked"]["providers"][0]["above_cents"] == 400_00


def test_a_bill_is_written_down(world: World) -> None:
    written = world.client.post(f"{CASE}/bills", json={"bill": BILL})

    assert written.status_code == 201
    assert written.headers["Location"] == f"{CASE}/bills/1"
    assert json_of(world, f"{CASE}/bills")["bills"][0]["bill"]["id"] == "B-77"
    # There is nothing yet to hold it against.
    assert world.client.get(f"{CASE}/bills/1").status_code == 404


def test_a_bill_that_is_not_right_names_its_fault(world: World) -> None:
    answer = world.client.post(f"{CASE}/bills", json={"bill": BILL | {"currency": "XXX"}})

    assert [one["field"] for one in (answer.json or {})["errors"]] == ["currency"]


def test_the_bundle_is_that_of_the_version(estimated: World) -> None:
    bundle = json_of(estimated, f"{CASE}/estimates/1/fhir")

    assert bundle["resourceType"] == "Bundle"
    assert bundle["entry"][0]["resource"]["total"] == {"value": 15836.14, "currency": "USD"}


def test_everything_kept_is_exported(estimated: World) -> None:
    archive = estimated.client.get(f"{CASE}/export").data

    for name in (b"estimates/1.json", b"estimates/bill-1.json"):
        assert name in archive


def test_a_bill_is_held_against_an_agreement_too(estimated: World) -> None:
    terms = {
        "format": "sojourn-contract/1",
        "id": "agreement",
        "title": "A.",
        "currency": "USD",
        "terms": [{"id": "stay", "text": "S.", "pays": {"amount": 14000}}],
    }

    answer = estimated.client.post(
        f"{CASE}/bills/1/comparisons", json={"terms": json.dumps(terms)}
    ).get_json()

    assert answer["checked"]["agreement"] == "agreement"
    assert answer["checked"]["above_agreement_cents"] == 436_14
    refused = estimated.client.post(f"{CASE}/bills/1/comparisons", json={"terms": "a: b"})
    assert (refused.status_code, refused.get_json()["title"]) == (
        422,
        "A document cannot be used",
    )
