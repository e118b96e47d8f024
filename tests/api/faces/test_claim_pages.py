"""Claims: a patient's way from the trip to a filed claim, and everybody who may not."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

import pytest
from sqlalchemy import text as sql

from tests.api.faces.page import Page, checked, fetch
from tests.api.faces.visitors import Visitor, real_app
from tests.api.faces.worlds import World

PDF: Final = b"%PDF-1.7\n% a bill\n"
PNG: Final = b"\x89PNG\r\n\x1a\nrest"
CLAIM: Final = "SJ-1001-C1"


def _page(world: World, who: str, path: str, status: int = 200) -> Page:
    return fetch(world.app, world.client_of(who), path, status=status)


def _post(world: World, who: str, path: str, **fields: Any) -> Any:  # noqa: ANN401 — an answer
    return world.client_of(who).post(path, data=fields)


def _opened(world: World, who: str = "patient") -> str:
    answer = _post(world, who, "/cases/SJ-1001/claims", starts="2027-03-08", ends="2027-03-10")
    assert answer.status_code == 303, answer.text
    return f"/claims/{CLAIM}"


def _add(world: World, kind: str, who: str = "patient", **fields: Any) -> Any:  # noqa: ANN401 — an answer
    """Send the form of a new expense as it is shown, with these fields filled in."""
    address = f"/claims/{CLAIM}/expenses/new?kind={kind}"
    form = _page(world, who, address).form(f"kind={kind}")
    return world.client_of(who).post(address, data={**form, **fields})


def _with_hotel(world: World) -> str:
    _opened(world)
    answer = _add(world, "lodging", check_in="2027-03-08", check_out="2027-03-10", amount="312.50")
    assert answer.status_code == 303, answer.text
    return f"/claims/{CLAIM}"


def _send(world: World, content: bytes, name: str = "bill.pdf", who: str = "patient") -> Any:  # noqa: ANN401 — an answer
    address = f"/claims/{CLAIM}/expenses/hotel-1/receipts"
    return world.client_of(who).post(address, data={"file": (BytesIO(content), name)})


def _version(world: World) -> int:
    with world.services.database.read() as session:
        return int(session.execute(sql("SELECT version FROM claim")).scalar_one())


def _status(world: World) -> str:
    with world.services.database.read() as session:
        return str(session.execute(sql("SELECT status FROM claim")).scalar_one())


def test_a_patient_opens_a_claim_adds_hotel_and_taxi_sends_a_bill_and_files_it(
    world: World,
) -> None:
    patient = Visitor(real_app(world))
    patient.come_in_as("demo-patient")

    empty = patient.open("/cases/SJ-1001/claims")
    assert "No claim yet" in empty.text
    assert empty.form("/claims")["starts"] == "2027-03-08"
    opened = patient.send("/cases/SJ-1001/claims")
    assert opened.heading == "Claim 1 of SJ-1001"
    assert "2 tickets DEN → RST" in opened.text

    patient.open(f"/claims/{CLAIM}/expenses/new?kind=lodging")
    patient.send("kind=lodging", check_in="2027-03-08", check_out="2027-03-10", amount="312.50")
    patient.open(f"/claims/{CLAIM}/expenses/new?kind=taxi")
    added = patient.send("kind=taxi", date="2027-03-10", direction="return", amount="40")
    assert "USD 352.50" in added.text
    assert "taxi-1" in added.text

    patient.open(f"/claims/{CLAIM}/expenses/hotel-1")
    sent = patient.send("/receipts", file=(BytesIO(PDF), "bill.pdf"))
    assert "bill.pdf" in sent.text

    patient.open(f"/claims/{CLAIM}")
    filed = patient.send("/file")
    assert "Filed, waits for a decision" in filed.text
    assert "bill.pdf" in filed.text
    assert not filed.all(".//a[@href='/claims/SJ-1001-C1/expenses/new']")
    taken = patient.send("/take-back")
    assert "Draft, not filed yet" in taken.text
    assert "Withdrawn" in patient.send("/withdraw").text
    listed = patient.open("/cases/SJ-1001/claims")
    assert "Claim 1 of SJ-1001" in listed.text
    assert "Withdrawn" in listed.text


def test_case_and_itinerary_lead_to_the_claims(world: World) -> None:
    for path in ("/cases/SJ-1001", f"/itineraries/{world.template.itinerary_id}"):
        assert _page(world, "patient", path).all(".//a[@href='/cases/SJ-1001/claims']")
    companions = _page(world, "companion", f"/itineraries/{world.template.itinerary_id}")
    assert not companions.all(".//a[@href='/cases/SJ-1001/claims']")


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        ("", "2027-03-10", "First day away: write an existing day"),
        ("2027-02-30", "2027-03-10", "First day away: write an existing day"),
        ("2027-03-10", "2027-03-08", "Last day away: must not be before"),
    ],
)
def test_days_away_that_cannot_be_are_told_at_their_field(
    world: World, starts: str, ends: str, said: str
) -> None:
    answer = _post(world, "patient", "/cases/SJ-1001/claims", starts=starts, ends=ends)

    page = checked(world.app, answer, status=422)
    assert said in page.text
    assert page.form("/claims") == {**page.form("/claims"), "starts": starts, "ends": ends}


def test_a_case_without_an_itinerary_asks_for_the_days_and_plans_nothing(world: World) -> None:
    page = _page(world, "coordinator", "/cases/SJ-1002/claims")
    assert page.form("/claims")["starts"] == ""

    _post(world, "coordinator", "/cases/SJ-1002/claims", starts="2027-03-08", ends="2027-03-08")

    claim = _page(world, "coordinator", "/claims/SJ-1002-C1").text
    assert "What was planned" not in claim
    assert "Days awayMon 8 Mar 2027 Travellers" in claim


@pytest.mark.parametrize("who", ["stranger", "strange_reviewer"])
def test_a_foreign_claim_is_not_there(world: World, who: str) -> None:
    path = _with_hotel(world)
    _send(world, PDF)

    statuses = {
        world.client_of(who).get("/cases/SJ-1001/claims").status_code,
        world.client_of(who).get(path).status_code,
    }
    assert statuses == {404}
    if who == "stranger":
        assert _post(world, who, f"{path}/file", version="2").status_code == 404
        assert _send(world, PNG, who=who).status_code == 404
        assert _post(world, who, "/cases/SJ-1001/claims", starts="2027-03-08").status_code == 404
        assert world.client_of(who).get(f"{path}/expenses/hotel-1").status_code == 404


def test_the_patient_of_one_case_reaches_no_other(world: World) -> None:
    _post(world, "coordinator", "/cases/SJ-1002/claims", starts="2027-03-08", ends="2027-03-08")

    for path in ("/cases/SJ-1002/claims", "/claims/SJ-1002-C1"):
        assert world.client_of("patient").get(path).status_code == 404


def test_a_companion_has_nothing_to_do_with_claims(world: World) -> None:
    path = _with_hotel(world)

    for address in ("/cases/SJ-1001/claims", path, f"{path}/expenses/new"):
        assert world.client_of("companion").get(address).status_code == 403
    assert _post(world, "companion", f"{path}/file", version="2").status_code == 403


def test_a_reviewer_reads_and_writes_nothing(world: World) -> None:
    path = _with_hotel(world)

    page = _page(world, "insurer_reviewer", path)

    assert not [one for one in page.all(".//form") if "/claims/" in str(one.get("action"))]
    assert _post(world, "insurer_reviewer", f"{path}/file", version="2").status_code == 403


def test_a_claim_is_filed_once(world: World) -> None:
    path = _with_hotel(world)

    first = _post(world, "patient", f"{path}/file", version="2")
    again = _post(world, "patient", f"{path}/file", version="3")

    assert first.status_code == 303
    assert "is filed, so nobody can file it" in checked(world.app, again, status=409).text
    assert _status(world) == "filed"


def test_a_claim_without_an_expense_is_not_filed(world: World) -> None:
    path = _opened(world)

    assert not [one for one in _page(world, "patient", path).all(".//form")
                if str(one.get("action")).endswith("/file")]  # fmt: skip
    assert _post(world, "patient", f"{path}/file", version="1").status_code == 409


@pytest.mark.parametrize("version", ["1", "", "two", "9" * 30])
def test_what_somebody_else_has_changed_is_looked_at_again(world: World, version: str) -> None:
    path = _with_hotel(world)

    for address in ("/file", "/expenses/hotel-1/remove", "/withdraw"):
        answer = _post(world, "patient", f"{path}{address}", version=version)
        assert "look at it again" in checked(world.app, answer, status=409).text
    assert (_status(world), _version(world)) == ("draft", 2)


def test_a_filed_claim_is_not_changed(world: World) -> None:
    path = _with_hotel(world)
    _send(world, PDF)
    _post(world, "patient", f"{path}/file", version="2")

    assert world.client_of("patient").get(f"{path}/expenses/hotel-1").status_code == 409
    assert world.client_of("patient").get(f"{path}/expenses/new").status_code == 409
    assert _send(world, PNG).status_code == 409
    assert (
        _post(world, "patient", f"{path}/expenses/hotel-1/remove", version="3").status_code == 409
    )


def test_a_removed_expense_takes_its_receipts_along(world: World) -> None:
    path = _with_hotel(world)
    _send(world, PDF)

    _post(world, "patient", f"{path}/expenses/hotel-1/remove", version="2")

    assert "Nothing has been written down yet" in _page(world, "patient", path).text
    with world.services.database.read() as session:
        assert session.execute(sql("SELECT count(*) FROM receipt")).scalar_one() == 0


def test_the_trail_says_what_was_done_with_a_claim(world: World) -> None:
    path = _with_hotel(world)
    _post(world, "patient", f"{path}/file", version="2")

    query = "SELECT count(*) FROM audit_entry WHERE action = 'claim.write' AND outcome = 'done'"
    with world.services.database.read() as session:
        assert session.execute(sql(query)).scalar_one() >= 3


def test_a_receipt_comes_back_as_it_was_sent(world: World) -> None:
    path = _with_hotel(world)
    _send(world, PNG, "Hôtel 10 €.png")

    (link,) = [
        str(one.get("href")) for one in _page(world, "patient", path).all(".//a")
        if "/receipts/" in str(one.get("href"))
    ]  # fmt: skip
    for who in ("patient", "case_manager", "insurer_reviewer"):
        answer = world.client_of(who).get(link)
        assert (answer.status_code, answer.data, answer.mimetype) == (200, PNG, "image/png")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "H%C3%B4tel%2010%20%E2%82%AC.png" in answer.headers["Content-Disposition"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert world.client_of("stranger").get(link).status_code == 404
    assert world.client_of("companion").get(link).status_code == 403


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\scans\\bill.pdf", "bill.pdf"),
        ("<script>alert(1)</script>.pdf", "script>.pdf"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
        ('bill"; filename="x.html', "x.html"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_a_hostile_file_name_is_only_a_name(world: World, name: str, shown: str) -> None:
    path = _with_hotel(world)

    answer = _send(world, PDF, name)

    assert answer.status_code == 303, answer.text
    page = _page(world, "patient", path)
    assert shown in page.text
    (link,) = [one for one in page.all(".//a") if "/receipts/" in str(one.get("href"))]
    disposition = (
        world.client_of("patient").get(str(link.get("href"))).headers["Content-Disposition"]
    )
    assert disposition.startswith("attachment; filename")
    assert "\n" not in disposition


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"<html>", "bill.pdf", "send a PDF, a JPEG or a PNG"),
        (b"MZ\x90", "bill.png", "send a PDF, a JPEG or a PNG"),
        (b"", "bill.pdf", "the file is empty"),
        (PDF, "", "choose a file"),
    ],
)
def test_what_is_no_receipt_is_told_at_the_file(
    world: World, content: bytes, name: str, said: str
) -> None:
    _with_hotel(world)

    page = checked(world.app, _send(world, content, name), status=422)

    assert f"File: {said}" in page.text or said in page.text
    assert page.all(".//a[@href='#field-file']")


def test_a_photo_of_six_megabytes_is_kept_as_it_was_sent(world: World) -> None:
    _with_hotel(world)
    photo = b"\xff\xd8\xff" + bytes(range(256)) * 23_437

    assert _send(world, photo, "photo.jpg").status_code == 303

    page = _page(world, "patient", f"/claims/{CLAIM}/expenses/hotel-1")
    (link,) = [one for one in page.all(".//a") if "/receipts/" in str(one.get("href"))]
    assert "at most 10 MB" in page.text
    assert world.client_of("patient").get(str(link.get("href"))).data == photo


def test_a_receipt_larger_than_the_setting_says_is_refused_at_the_file(world: World) -> None:
    _with_hotel(world)
    patient = Visitor(real_app(world, max_receipt_bytes=20_000))
    patient.come_in_as("demo-patient")
    shown = patient.open(f"/claims/{CLAIM}/expenses/hotel-1")
    assert "at most 20 kB" in shown.text

    large, largest = (PDF + b"x" * (size - len(PDF)) for size in (20_001, 20_000))
    refused = patient.send("/receipts", file=(BytesIO(large), "bill.pdf"), status=422)
    assert "more than 0.02 MB" in refused.text
    assert "bill.pdf" in patient.send("/receipts", file=(BytesIO(largest), "bill.pdf")).text


def test_what_is_far_too_large_for_a_receipt_is_not_read_and_says_how_much_may_be(
    world: World,
) -> None:
    _with_hotel(world)

    answer = _send(world, PDF + b"x" * 10_020_000)

    assert answer.status_code == 413
    assert "A receipt has at most 10 MB; send a smaller picture" in answer.text


def test_a_file_that_is_sent_is_never_written_to_a_disk(world: World) -> None:
    sent = {"file": (BytesIO(PDF + bytes(900_000)), "bill.pdf")}

    with world.app.test_request_context("/", method="POST", data=sent) as context:
        assert isinstance(context.request.files["file"].stream, BytesIO)


def test_no_other_form_takes_what_a_receipt_may_have(world: World) -> None:
    path = _with_hotel(world)

    answer = world.client_of("patient").post(path, data={"item": "x" * 1_100_000})

    assert answer.status_code == 413
    assert "send less" in answer.text


def test_the_same_file_is_kept_once(world: World) -> None:
    _with_hotel(world)
    _send(world, PDF)

    assert "that very file already" in checked(world.app, _send(world, PDF), status=422).text


def test_another_file_under_the_key_of_the_first_is_no_repetition(world: World) -> None:
    _with_hotel(world)
    address = f"/claims/{CLAIM}/expenses/hotel-1/receipts"
    key = "0" * 32
    client = world.client_of("patient")

    first = client.post(address, data={"file": (BytesIO(PDF), "a.pdf"), "request_key": key})
    same = client.post(address, data={"file": (BytesIO(PDF), "a.pdf"), "request_key": key})
    other = client.post(address, data={"file": (BytesIO(PNG), "b.png"), "request_key": key})

    assert [first.status_code, same.status_code, other.status_code] == [303, 303, 422]


def test_a_receipt_is_removed_from_a_draft(world: World) -> None:
    path = _with_hotel(world)
    _send(world, PDF)
    page = _page(world, "patient", f"{path}/expenses/hotel-1")
    (form,) = [one for one in page.all(".//form") if "/receipts/" in str(one.get("action"))]

    answer = _post(world, "patient", str(form.get("action")))

    assert answer.headers["Location"] == f"{path}/expenses/hotel-1#receipts"
    assert "No file has been sent yet" in _page(world, "patient", f"{path}/expenses/hotel-1").text
