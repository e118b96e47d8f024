"""Claims over REST: opening one with what was spent, reading it, filing it."""

from __future__ import annotations

from typing import Any, Final

import pytest

from logistics.claims.receipt import new_receipt
from logistics.handle_claim import send_receipt
from tests.api.faces.worlds import NOW, World

SPENT: Final[dict[str, Any]] = {
    "id": "taxi-1",
    "kind": "taxi",
    "date": "2027-03-09",
    "amount": "40.50",
}
CASE: Final = "/api/v1/cases/SJ-1001/claims"
CLAIM: Final = "/api/v1/claims/SJ-1001-C1"


def _open(world: World, who: str = "coordinator", **body: Any) -> Any:  # noqa: ANN401 — an answer
    return world.client_of(who).post(CASE, json={"expenses": [SPENT], **body})


def _told(world: World, path: str) -> Any:  # noqa: ANN401 — JSON
    return world.client.get(path).json


def test_a_claim_is_opened_with_what_was_spent_and_filed(world: World) -> None:
    opened = _open(world)
    read = world.client.get(opened.headers["Location"])
    filed: Any = world.client.post(f"{CLAIM}/file", json={"version": opened.json["version"]})

    assert (opened.status_code, opened.json["status"]) == (201, "draft")
    assert opened.json["expenses"] == [SPENT]
    assert (opened.json["starts"], opened.json["ends"]) == ("2027-03-08", "2027-03-09")
    assert opened.json["may"] == ["file", "withdraw"]
    assert read.json == opened.json
    assert (filed.status_code, filed.json["status"]) == (200, "filed")
    assert [one["status"] for one in _told(world, CASE)["claims"]] == ["filed"]


def test_a_number_is_an_amount_as_well_as_text_is(world: World) -> None:
    opened = _open(world, expenses=[{**SPENT, "amount": 40.5, "receipt": True}])

    assert opened.json["expenses"] == [{**SPENT, "amount": "40.5", "receipt": True}]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"expenses": [{**SPENT, "amount": "dear"}]}, "expenses[taxi-1].amount", "95.50"),
        ({"expenses": [{**SPENT, "speed": "9"}]}, "expenses[taxi-1].speed", ""),
        ({"expenses": [SPENT, SPENT]}, "expenses[taxi-1].id", ""),
        ({"expenses": [{**SPENT, "item": "a\x1bb"}]}, "expenses.0", "U+001B"),
        ({"expenses": [{**SPENT, "item": "\ud800"}]}, "expenses.0", "U+D800"),
        ({"expenses": [{"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {}}}}}}}}}]}, "", "nested"),
        ({"expenses": [3]}, "expenses.0", "JSON object"),
        ({"expenses": [SPENT] * 201}, "expenses", "200"),
        ({"ends": "2027-03-01"}, "ends", "before the first day"),
        ({"starts": "soon"}, "starts", "YYYY-MM-DD"),
    ],
)
def test_what_cannot_be_kept_is_told_by_its_path(
    world: World, changes: dict[str, Any], field: str, said: str
) -> None:
    answer = _open(world, **changes)

    assert answer.status_code == 422, answer.text
    assert any(
        one["field"].startswith(field) and said in one["message"] for one in answer.json["errors"]
    ), answer.json["errors"]
    assert world.client.get(CASE).json == {"claims": []}


def test_without_an_itinerary_the_days_are_asked_for(world: World) -> None:
    answer: Any = world.client.post("/api/v1/cases/SJ-1002/claims", json={})

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json["errors"]] == ["starts"]


def test_who_is_paid_does_not_vouch_for_receipts(world: World) -> None:
    refused = _open(world, "patient", expenses=[{**SPENT, "receipt": "yes"}])

    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "expenses.0.receipt"
    assert _open(world, "patient").status_code == 201


def test_a_stale_version_and_a_second_filing_are_refused(world: World) -> None:
    version = _open(world).json["version"]

    assert world.client.post(f"{CLAIM}/file", json={"version": version - 1}).status_code == 409
    assert world.client.post(f"{CLAIM}/file", json={"version": version}).status_code == 200
    assert world.client.post(f"{CLAIM}/file", json={"version": version + 1}).status_code == 409


def _change(world: World, who: str = "coordinator", **body: Any) -> Any:  # noqa: ANN401 — as above
    return world.client_of(who).put(f"{CLAIM}/expenses", json=body)


def test_what_was_spent_is_replaced_whole_in_a_draft(world: World) -> None:
    version = _open(world).json["version"]
    other = {**SPENT, "id": "taxi-2", "amount": "12"}

    changed = _change(world, version=version, expenses=[other])

    assert (changed.status_code, changed.json["version"]) == (200, version + 1)
    assert changed.json["expenses"] == [other]
    assert world.client.get(CLAIM).json == changed.json


def test_receipts_stay_with_the_expenses_that_stay(world: World) -> None:
    version = _open(world, expenses=[SPENT, {**SPENT, "id": "taxi-2"}]).json["version"]
    for expense in ("taxi-1", "taxi-2"):
        receipt = new_receipt(
            claim_id="SJ-1001-C1", expense_id=expense, name="a.pdf", content=b"%PDF-1"
        )
        with world.services.database.write() as session:
            send_receipt(session, receipt, by="demo-patient", now=NOW)

    changed = _change(world, version=version, expenses=[{**SPENT, "amount": "41"}])

    assert [one["expense_id"] for one in changed.json["receipts"]] == ["taxi-1"]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(world: World) -> None:
    version = _open(world).json["version"]
    _change(world, version=version, expenses=[])

    stale = _change(world, version=version, expenses=[SPENT])

    assert stale.status_code == 409
    assert "changed by somebody else" in stale.json["detail"]
    assert _told(world, CLAIM)["expenses"] == []


def test_what_was_filed_is_not_changed(world: World) -> None:
    version = _open(world).json["version"]
    world.client.post(f"{CLAIM}/file", json={"version": version})

    assert _change(world, version=version + 1, expenses=[]).status_code == 409


def test_a_change_that_cannot_be_kept_leaves_what_was(world: World) -> None:
    version = _open(world).json["version"]

    faulty = _change(world, version=version, expenses=[{**SPENT, "amount": "dear"}])
    vouched = _change(world, "patient", version=version, expenses=[{**SPENT, "receipt": True}])
    vague = _change(world, version=version)

    assert [one.status_code for one in (faulty, vouched, vague)] == [422] * 3
    assert faulty.json["errors"][0]["field"] == "expenses[taxi-1].amount"
    assert vouched.json["errors"][0]["field"] == "expenses.0.receipt"
    assert _told(world, CLAIM)["expenses"] == [SPENT]


def test_the_same_key_opens_one_claim(world: World) -> None:
    headers = {"Idempotency-Key": "once"}

    answers: list[Any] = [
        world.client.post(CASE, json={"expenses": [SPENT]}, headers=headers) for _ in range(2)
    ]

    assert [one.json["id"] for one in answers] == ["SJ-1001-C1"] * 2
    assert len(_told(world, CASE)["claims"]) == 1


def test_a_foreign_claim_is_not_there(world: World) -> None:
    _open(world)
    stranger = world.client_of("stranger")

    assert stranger.get(CASE).status_code == 404
    assert stranger.get(CLAIM).status_code == 404
    assert stranger.post(CASE, json={}).status_code == 404
    assert stranger.post(f"{CLAIM}/file", json={"version": 2}).status_code == 404
    assert _change(world, "stranger", version=2, expenses=[]).status_code == 404
    assert _change(world, "companion", version=2, expenses=[]).status_code == 403
    assert world.client_of("companion").get(CLAIM).status_code == 403
    assert world.client_of("insurer_reviewer").post(CASE, json={}).status_code == 403
