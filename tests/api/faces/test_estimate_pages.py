"""The pages of estimates and bills: written in a form, given out, read in plain words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import pytest

from logistics.repository.estimates import forget_estimates, get_estimate, list_bills
from tests.api.faces.estimate_worlds import ESTIMATE, store_estimate
from tests.api.faces.page import Page, checked, fetch, text_of
from tests.api.faces.worlds import World

PAGE: Final = "/cases/SJ-1001/estimate"
EDIT: Final = f"{PAGE}/edit"
NEW_BILL: Final = "/cases/SJ-1001/bills/new"
TYPED: Final = {
    "primary.date": "2027-04-12",
    "scheduled_on": "2027-03-01",
    "diagnoses.0.code": "M16.11",
    "providers.0.npi": "1234567893",
    "providers.0.tin": "12-3456789",
    "providers.0.state": "MN",
    "items.0.provider": "facility",
    "items.0.code_type": "MS-DRG",
    "items.0.code": "470",
    "items.0.description": "The stay",
    "items.0.charge": "14036.14",
}
LINE: Final = {
    "id": "B-1",
    "date": "2027-04-30",
    "lines.0.provider": "facility",
    "lines.0.code_type": "MS-DRG",
    "lines.0.code": "470",
    "lines.0.amount": "14436.14",
}


@pytest.fixture
def estimated(world: World) -> World:
    """A world in which the case has an issued estimate and a bill."""
    with world.services.database.write() as session:
        store_estimate(session)
    return world


def page_of(world: World, path: str = PAGE, who: str = "coordinator") -> Page:
    """Return a page that is well."""
    return fetch(world.app, world.client_of(who), path)


def send(world: World, path: str, **typed: str) -> Any:  # noqa: ANN401 — an answer
    """Send the form of a page with something typed into it."""
    form = page_of(world, path).form(path)
    return world.client.post(path, data=form | typed)


def send_from(world: World, action: str) -> Any:  # noqa: ANN401 — an answer
    """Press a button of the estimate's page."""
    return world.client.post(action, data=page_of(world).form(action))


def test_an_estimate_is_written_given_out_and_read(world: World) -> None:
    assert "No estimate yet" in page_of(world).text

    saved = send(world, EDIT, **TYPED)
    assert saved.status_code == 303, saved.text
    assert "Draft" in page_of(world).text
    assert "No estimate yet" in page_of(world, who="patient").text

    issued = send_from(world, "/cases/SJ-1001/estimates/1/issue")
    assert issued.status_code == 303, issued.text
    read = page_of(world, who="patient").text
    assert "USD 14,036.14" in read
    assert "In force" in read
    assert "Deadlines" not in read


def test_the_form_begins_with_what_the_case_tells(world: World) -> None:
    form = page_of(world, EDIT).form(EDIT)

    assert form["providers.0.name"] == "Mayo Clinic"
    assert form["providers.0.convening"] == ["yes"]


def test_a_fault_stands_beside_its_field(world: World) -> None:
    answer = send(world, EDIT, **TYPED | {"items.0.charge": "1.234", "items.1.charge": "5"})

    page = checked(world.app, answer, status=422)
    assert "is missing" in text_of(page.by_id("field-items-1-code-fault"))
    assert page.form(EDIT)["items.0.charge"] == "1.234"


def test_a_fault_of_what_all_fields_say_is_told(world: World) -> None:
    answer = send(world, EDIT, **TYPED | {"payers.plan": "5.00"})

    assert "must be equal" in checked(world.app, answer, status=422).text


def test_what_is_missing_for_giving_it_out_is_listed(world: World) -> None:
    send(world, EDIT, **TYPED | {"providers.0.npi": ""})

    assert "Mayo Clinic lacks its NPI" in page_of(world).text


def test_the_next_version_shows_what_differs(estimated: World) -> None:
    saved = send(estimated, EDIT, **{"items.0.charge": "15000.00"})
    assert saved.status_code == 303, saved.text

    shown = page_of(estimated).text
    assert "expected charge: 14036.14 → 15000.00" in shown
    assert "USD 963.86 more" in shown
    assert "Version 1" in shown


def test_a_charge_that_is_typed_over_is_typed_and_one_that_stays_keeps_its_source(
    estimated: World,
) -> None:
    source = {"kind": "contract", "terms": "agreement", "term": "hip"}
    address = "/api/v1/cases/SJ-1001/estimate"
    known = estimated.client.get("/api/v1/cases/SJ-1001/estimates/1").get_json()["estimate"]
    for one in known["items"]:
        one["source"] = source
    estimated.client.put(address, json={"revision": 0, "estimate": known})

    send(estimated, EDIT, **{"items.0.charge": "15000.00"})

    with estimated.services.database.read() as session:
        items = get_estimate(session, "SJ-1001", 2).estimate.items
    assert [one.source.kind for one in items] == ["typed", "contract"]


def test_a_draft_that_somebody_else_changed_is_not_overwritten(world: World) -> None:
    form = page_of(world, EDIT).form(EDIT) | TYPED
    send(world, EDIT, **TYPED)

    assert world.client.post(EDIT, data=form).status_code == 409


def test_a_version_is_withdrawn(estimated: World) -> None:
    assert send_from(estimated, "/cases/SJ-1001/estimates/1/withdraw").status_code == 303
    assert "Withdrawn" in page_of(estimated).text


def test_a_bill_is_written_down_and_held_against_the_estimate(estimated: World) -> None:
    answer = send(estimated, NEW_BILL, **LINE)
    assert answer.status_code == 303, answer.text

    shown = page_of(estimated, "/cases/SJ-1001/bills/2").text
    assert "This bill can be disputed until" in shown
    assert "missing on the bill" in shown
    assert "dearer" in shown


def test_a_bill_is_changed(estimated: World) -> None:
    path = "/cases/SJ-1001/bills/1/edit"

    assert send(estimated, path, **{"lines.0.amount": "14436.13"}).status_code == 303
    assert "cannot be disputed" in page_of(estimated, "/cases/SJ-1001/bills/1").text
    with estimated.services.database.read() as session:
        assert [one.revision for one in list_bills(session, "SJ-1001")] == [2]


def test_a_fault_of_a_bill_stands_beside_its_field(estimated: World) -> None:
    answer = send(estimated, NEW_BILL, **LINE | {"lines.0.provider": "nobody"})

    page = checked(estimated.app, answer, status=422)
    assert "no provider has the id" in text_of(page.by_id("field-lines-0-provider-fault"))


@pytest.mark.parametrize(
    "path", ["/cases/SJ-1001/estimates/1/estimate.pdf", "/cases/SJ-1001/bills/1/letter.pdf"]
)
def test_papers_are_given_to_the_patient(estimated: World, path: str) -> None:
    answer = estimated.client_of("patient").get(path)

    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")


def test_a_version_or_bill_that_is_not_there_is_not_found(estimated: World) -> None:
    for path in (f"{PAGE}?version=7", "/cases/SJ-1001/bills/7"):
        assert estimated.client.get(path).status_code == 404


def test_a_bill_whose_estimate_was_forgotten_says_so(estimated: World) -> None:
    later = date(2033, 3, 2) + timedelta(days=1)
    with estimated.services.database.write() as session:
        assert forget_estimates(session, later) == 1

    page = checked(estimated.app, estimated.client.get("/cases/SJ-1001/bills/1"), status=404)

    assert "No estimate was issued for case SJ-1001" in page.text
    assert "B-77" in page_of(estimated).text


BILL_PAGE: Final = "/cases/SJ-1001/bills/1"
TERMS: Final = """
format: sojourn-contract/1
id: agreement
title: Agreement
currency: USD
terms:
- {id: stay, text: "The stay is $14,000.", claim: {drgs: 470}, pays: {amount: 14000}}
"""


def test_a_bill_is_held_against_an_agreement_on_its_page(estimated: World) -> None:
    form = page_of(estimated, BILL_PAGE).form(BILL_PAGE)
    assert form["provider"] == "facility"

    answer = estimated.client.post(BILL_PAGE, data=form | {"terms": TERMS})

    page = checked(estimated.app, answer)
    row = text_of(page.all(".//section[@aria-labelledby='agreement']//tbody/tr")[0])
    for told in ("14,436.14", "14,036.14", "14,000.00", "above what the agreement allows"):
        assert told in row
    assert "USD 436.14" in page.text
    assert "Against the agreement" not in page_of(estimated, BILL_PAGE).text, "nothing is stored"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"terms": ""}, "paste or write a document"),
        ({"terms": TERMS.replace("currency: USD", "currency: EUR")}, "EUR"),
        ({"terms": TERMS.replace("title:", "titel:")}, "did you mean title?"),
        ({"terms": TERMS, "provider": "surgeon"}, "surgeon bills nothing"),
    ],
)
def test_an_agreement_that_cannot_price_the_bill_says_why(
    estimated: World, typed: dict[str, str], said: str
) -> None:
    form = page_of(estimated, BILL_PAGE).form(BILL_PAGE)

    page = checked(estimated.app, estimated.client.post(BILL_PAGE, data=form | typed), status=422)

    assert said in page.text
    assert str(page.form(BILL_PAGE)["terms"]).strip() == typed["terms"].strip()


def test_a_patient_reads_the_bill_and_holds_it_against_nothing(estimated: World) -> None:
    patient = estimated.client_of("patient")

    assert "Hold it against" not in page_of(estimated, BILL_PAGE, who="patient").text
    assert patient.post(BILL_PAGE, data={"terms": TERMS}).status_code == 403


def _answers(page: Page) -> dict[str, str]:
    pairs = page.all(".//dl[@class='answers']/div")
    return {text_of(one[0]): "; ".join(text_of(text) for text in one[1:]) for one in pairs}


def test_a_patient_reads_in_plain_words_what_it_costs_and_until_when(estimated: World) -> None:
    page = page_of(estimated, who="patient")

    assert _answers(page) == {
        "What is done?": "A new hip, on Mon 12 Apr 2027.",
        "Who will send a bill?": (
            "Mayo Clinic, USD 14,036.14; Sample Anesthesia Group, USD 1,800.00"
        ),
        "What does it cost in all?": "USD 15,836.14.",
        "What do you pay?": "USD 15,836.14.",
        "How long does it hold?": "It holds until Wed 30 Jun 2027.",
    }
    steps = [text_of(one) for one in page.all(".//ol[@class='advice']/li")]
    assert "bills USD 400.00 or more above" in steps[2]
    assert "within 120 days after the date on the bill, for a fee of USD 25.00" in steps[2]


def test_a_patients_trip_leads_to_its_estimate(estimated: World) -> None:
    trip = page_of(estimated, "/cases/SJ-1001", who="patient")

    assert PAGE in [one.get("href") for one in trip.all(".//a")]


def test_a_patient_downloads_the_paper(estimated: World) -> None:
    page = page_of(estimated, who="patient")
    (link,) = [one for one in page.all(".//a") if text_of(one) == "Download as PDF"]

    paper = estimated.client_of("patient").get(str(link.get("href")))

    assert paper.status_code == 200
    assert paper.data.startswith(b"%PDF-")


def test_who_writes_estimates_has_the_working_page(estimated: World) -> None:
    assert _answers(page_of(estimated)) == {}


@pytest.mark.parametrize("path", [PAGE, "/cases/SJ-1001/estimates/1/estimate.pdf"])
def test_a_companion_sees_nothing_of_it(estimated: World, path: str) -> None:
    assert estimated.client_of("companion").get(path).status_code == 403


def test_where_a_plan_pays_a_part_no_dispute_is_promised(world: World) -> None:
    shared = ESTIMATE | {"payers": {"plan": "15000.00", "patient": "836.14"}}
    world.client.put("/api/v1/cases/SJ-1001/estimate", json={"revision": 0, "estimate": shared})
    send_from(world, "/cases/SJ-1001/estimates/1/issue")

    page = page_of(world, who="patient")

    assert _answers(page)["What do you pay?"] == "USD 836.14. The plan pays USD 15,000.00."
    steps = [text_of(one) for one in page.all(".//ol[@class='advice']/li")]
    assert "not open here" in steps[2]


def test_what_no_longer_holds_says_so_to_the_patient(estimated: World) -> None:
    send_from(estimated, "/cases/SJ-1001/estimates/1/withdraw")

    said = _answers(page_of(estimated, who="patient"))["How long does it hold?"]

    assert said == "It was withdrawn. Ask your coordinator what holds instead."
