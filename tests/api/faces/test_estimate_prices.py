"""Pricing an item of a draft from published prices and by an agreement, with its source kept."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

import pytest

from logistics.repository.estimates import get_estimate
from pricing.estimate.estimate_document import Item
from pricing.import_price_file import ImportWish, import_price_file
from tests.api.faces.estimate_worlds import ESTIMATE, store_estimate
from tests.api.faces.page import Page, checked, fetch, text_of
from tests.api.faces.worlds import NOW, World
from tests.pricing.price_files.made_up import FEE, HEAD, Pays, tall
from tests.pricing.price_files.made_up import Item as Charge

CASE: Final = "/cases/SJ-1001/estimate"
PRICE: Final = f"{CASE}/items/1/price"
AGREEMENT: Final = f"{PRICE}/agreement"
_KNEE: Final = Charge(
    cells={"gross": "40000", "cash": "30000.505", "description": "Knee"},
    payers=(Pays(payer="Alder Mutual", cells={"dollar": "21000", **FEE}),),
)
_TERMS: Final = """
format: sojourn-contract/1
id: agreement
title: Agreement
currency: USD
terms:
- id: stay
  text: The stay is $9,000, and $1,000 a day from the third.
  claim: {settings: inpatient}
  lines: {codes: '470'}
  for: claim
  pays: {case_rate: 9000, days_included: 2, then_per_day: 1000}
"""


@pytest.fixture
def drafted(world: World) -> World:
    """A world with a draft of the estimate, and a price file that knows its code."""
    _publish(world, "Alder", _KNEE)
    with world.services.database.write() as session:
        store_estimate(session, is_issued=False, with_bill=False)
    return world


def _publish(world: World, hospital: str, *charges: Charge) -> None:
    root = world.services.settings.price_files
    file = root.parent / f"{hospital}.csv"
    file.write_text(tall(charges, {**HEAD, "hospital_name": hospital}), "utf-8")
    import_price_file(ImportWish(file=file, root=root, now=NOW), lambda *_: None)


def _page(world: World, path: str = PRICE) -> Page:
    return fetch(world.app, world.client, path)


def _send(world: World, action: str, **typed: str) -> Any:  # noqa: ANN401 — an answer
    return world.client.post(action, data=_page(world).form(action) | typed)


def _item(world: World) -> Item:
    with world.services.database.read() as session:
        return get_estimate(session, "SJ-1001", 1).estimate.items[0]


def _choice(world: World, words: str) -> str:
    for option in _page(world).all(".//div[@class='option']"):
        if words in text_of(option):
            radio = option.find("input")
            assert radio is not None
            return str(radio.get("value"))
    raise KeyError(words)


def test_a_published_price_is_taken_with_file_row_and_date(drafted: World) -> None:
    link = next(one for one in _page(drafted, CASE).all(".//a") if one.get("href") == PRICE)
    assert "Price it" in text_of(link)

    saved = _send(drafted, PRICE, published=_choice(drafted, "discounted cash price"))

    assert saved.status_code == 303, saved.text
    item = _item(drafted)
    assert str(item.charge) == "30000.51", "half up to the cent"
    source = item.source
    assert (source.kind, source.row, str(source.date)) == ("evidence", 4, "2026-03-02")
    assert source.file is not None
    assert "Alder, discounted cash price" in _page(drafted, CASE).text
    assert (
        "The price is in the draft"
        in fetch(drafted.app, drafted.client, f"{CASE}?done=priced").text
    )


def test_each_payers_rate_can_be_taken(drafted: World) -> None:
    _send(drafted, PRICE, published=_choice(drafted, "negotiated rate of Alder Mutual"))

    item = _item(drafted)
    assert str(item.charge) == "21000.00"
    assert item.source.note == "Alder, negotiated rate of Alder Mutual, PPO"


def test_what_many_rows_say_is_offered_once_hospital_by_hospital(drafted: World) -> None:
    aetna = replace(_KNEE, payers=(Pays(payer="Aetna", cells={"dollar": "20000", **FEE}),))
    _publish(drafted, "Birch", _KNEE, aetna)

    birch = _page(drafted).all(".//details")[1]

    options = [text_of(one) for one in birch.findall(".//div[@class='option']")]
    assert "Birch: 4 prices, USD 20,000.00 to USD 40,000.00 a unit" in text_of(birch)
    assert [one for one in options if "discounted cash price" in one] == [
        "USD 30,000.51: discounted cash pricerow 4 and 1 more, file of Mon 2 Mar 2026"
    ]


def test_the_charge_is_for_all_units_of_the_item(drafted: World) -> None:
    items = [ESTIMATE["items"][0] | {"quantity": 3}, ESTIMATE["items"][1]]
    drafted.client.put(
        "/api/v1/cases/SJ-1001/estimate",
        json={"revision": 1, "estimate": ESTIMATE | {"items": items}},
    )

    _send(drafted, PRICE, published=_choice(drafted, "gross charge"))

    assert str(_item(drafted).charge) == "120000.00"


def test_a_price_that_is_not_on_the_list_is_not_taken(drafted: World) -> None:
    for wanted in ("", "0" * 24):
        answer = _send(drafted, PRICE, published=wanted)
        page = checked(drafted.app, answer, status=422)
        assert "choose a price of the list" in page.text
    assert _item(drafted).source.kind == "typed"


def test_an_agreement_prices_an_item(drafted: World) -> None:
    saved = _send(drafted, AGREEMENT, terms=_TERMS, setting="inpatient", days="5")

    assert saved.status_code == 303, saved.text
    item = _item(drafted)
    assert str(item.charge) == "12000.00"
    assert (item.source.kind, item.source.terms, item.source.term) == (
        "contract",
        "agreement",
        "stay",
    )


def test_what_a_term_prices_together_changes_together(drafted: World) -> None:
    extra = ESTIMATE["items"][0] | {"id": "3", "code_type": "RC", "code": "0420"}
    drafted.client.put(
        "/api/v1/cases/SJ-1001/estimate",
        json={"revision": 1, "estimate": ESTIMATE | {"items": [*ESTIMATE["items"], extra]}},
    )
    whole = _TERMS.replace("  lines: {codes: '470'}\n", "")

    _send(drafted, AGREEMENT, terms=whole, setting="inpatient", days="2")

    with drafted.services.database.read() as session:
        items = get_estimate(session, "SJ-1001", 1).estimate.items
    assert [(str(one.charge), one.source.kind) for one in items] == [
        ("9000.00", "contract"),
        ("1800.00", "typed"),
        ("0.00", "contract"),
    ]


def test_a_share_of_charges_is_of_what_was_charged_and_not_of_an_agreed_price(
    drafted: World,
) -> None:
    share = _TERMS.partition("terms:\n")[0] + (
        "terms: [{id: half, text: Half., pays: {share: 50 %, of: charges}}]\n"
    )

    _send(drafted, AGREEMENT, terms=share)
    again = checked(drafted.app, _send(drafted, AGREEMENT, terms=share), status=422)

    assert str(_item(drafted).charge) == "7018.07"
    assert "line.charge of line 1" in again.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"terms": _TERMS, "setting": "inpatient"}, "claim.days"),
        ({"terms": _TERMS, "days": "5"}, "the claim's setting (none) is not among inpatient"),
        ({"terms": _TERMS, "days": "-1"}, "whole number of days"),
        ({"terms": _TERMS, "setting": "moon"}, "choose one of inpatient"),
        ({"terms": ""}, "paste or write a document"),
    ],
)
def test_what_an_agreement_cannot_price_says_why(
    drafted: World, typed: dict[str, str], said: str
) -> None:
    page = checked(drafted.app, _send(drafted, AGREEMENT, **typed), status=422)

    assert said in page.text


def test_an_agreement_that_pays_in_another_currency_prices_nothing(drafted: World) -> None:
    """It could: the charges have a rate. But its euros are no dollars of the estimate."""
    passed = json.loads(json.dumps(ESTIMATE).replace("2027-0", "2026-0"))
    stored = drafted.client.put(
        "/api/v1/cases/SJ-1001/estimate", json={"revision": 1, "estimate": passed}
    )
    other = _TERMS.replace("USD", "EUR\nexchange: {date: admission}")

    page = checked(
        drafted.app,
        _send(drafted, AGREEMENT, terms=other, setting="inpatient", days="5"),
        status=422,
    )

    assert stored.status_code == 200, stored.text
    assert "the agreement pays in EUR, and the estimate is in USD; write it in EUR" in page.text
    assert str(_item(drafted).charge) == "14036.14"
    assert _item(drafted).source.kind == "typed"


def test_who_pays_what_is_not_changed_behind_anybodys_back(drafted: World) -> None:
    payers = {"plan": "15000", "self_pay": "836.14"}
    drafted.client.put(
        "/api/v1/cases/SJ-1001/estimate",
        json={"revision": 1, "estimate": ESTIMATE | {"payers": payers}},
    )

    answer = _send(drafted, PRICE, published=_choice(drafted, "gross charge"))

    assert "change who pays what" in checked(drafted.app, answer, status=422).text
    assert str(_item(drafted).charge) == "14036.14"


def test_what_somebody_else_changed_is_not_overwritten(drafted: World) -> None:
    form = _page(drafted).form(PRICE) | {"published": _choice(drafted, "gross charge")}
    _send(drafted, PRICE, published=_choice(drafted, "discounted cash price"))

    assert drafted.client.post(PRICE, data=form).status_code == 409


def test_only_a_draft_is_priced(world: World) -> None:
    with world.services.database.write() as session:
        store_estimate(session, with_bill=False)

    assert world.client.get(PRICE).status_code == 404
    assert "Price it" not in fetch(world.app, world.client, CASE).text


def test_a_currency_that_no_price_file_has_is_said(drafted: World) -> None:
    drafted.client.put(
        "/api/v1/cases/SJ-1001/estimate",
        json={"revision": 1, "estimate": ESTIMATE | {"currency": "EUR"}},
    )

    assert "Price files are in USD, and the estimate is in EUR" in _page(drafted).text


_REST: Final = "/api/v1/cases/SJ-1001/estimate/items/1"


def test_over_rest_a_published_price_is_chosen_by_its_key(drafted: World) -> None:
    told = drafted.client.get(f"{_REST}/prices").json
    assert told is not None
    cash = next(one for one in told["prices"] if one["what"] == "discounted cash price")
    body = {"revision": told["revision"], "published": cash["key"]}

    answer = drafted.client.post(f"{_REST}/price", json=body)

    assert answer.status_code == 200, answer.text
    assert (cash["unit_price"], cash["charge_cents"], cash["row"]) == ("30000.505", 3_000_051, 4)
    assert str(_item(drafted).charge) == "30000.51"
    assert _item(drafted).source.file == cash["file"]
    again = drafted.client.post(f"{_REST}/price", json=body)
    assert again.status_code == 409, "the draft has another revision now"


def test_over_rest_an_unknown_key_names_its_field(drafted: World) -> None:
    answer = drafted.client.post(f"{_REST}/price", json={"revision": 1, "published": "x"})

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["field"] == "published"


def test_over_rest_an_agreement_prices_an_item(drafted: World) -> None:
    body = {"revision": 1, "terms": _TERMS, "setting": "inpatient", "days": 5}

    answer = drafted.client.post(f"{_REST}/agreement", json=body)

    assert answer.status_code == 200, answer.text
    assert str(_item(drafted).charge) == "12000.00"


def test_over_rest_what_an_agreement_cannot_price_is_refused(drafted: World) -> None:
    body = {"revision": 1, "terms": _TERMS, "days": 5}

    answer = drafted.client.post(f"{_REST}/agreement", json=body)

    assert answer.status_code == 422
    assert "is not among inpatient" in answer.text
    assert _item(drafted).source.kind == "typed"


def test_no_price_file_is_no_price(world: World) -> None:
    with world.services.database.write() as session:
        store_estimate(session, is_issued=False, with_bill=False)

    assert "No imported price file says" in _page(world).text
