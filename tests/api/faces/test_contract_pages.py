"""Offers compared and claims priced by page and REST; nothing is stored."""

from __future__ import annotations

from importlib import resources
from typing import Any, Final

import pytest

from api.presenters.contracts import list_doubts
from tests.api.faces.page import Page, checked, fetch, text_of
from tests.api.faces.worlds import World

COMPARE: Final = "/contracts"
PRICE: Final = "/contracts/price"


def _sample(name: str) -> str:
    return (resources.files("seed_data") / "contracts" / f"sample-{name}.yaml").read_text("utf-8")


def _send(world: World, path: str, status: int = 200, **changes: str) -> Page:
    form = fetch(world.app, world.client, path).form(path) | changes
    return checked(world.app, world.client.post(path, data=form), status=status)


def test_the_samples_compare_with_their_break_even_named(world: World) -> None:
    page = _send(world, COMPARE)

    assert "From 7 days on sample-case-rate-offer is cheaper" in page.text
    assert "USD 31,500.00" in page.text
    curves = [str(one.get("points")).split() for one in page.all(".//{*}polyline")]
    assert [len(points) for points in curves] == [12, 12]
    flat = {point.split(",")[1] for point in curves[1][:4]}
    assert len(flat) == 1, "a case rate does not rise with the days"


def test_a_document_that_is_wrong_is_told_by_its_line_and_nothing_is_lost(world: World) -> None:
    wrong = _sample("per-diem-offer").replace("currency: USD", "curency: USD")
    page = _send(world, COMPARE, status=422, a=wrong)

    assert "line" in page.text
    assert "currency" in page.text
    assert page.form(COMPARE)["a"] == wrong


@pytest.mark.parametrize(
    ("text", "said"), [("", "paste or write"), ("a\x1bb", "U+001B"), ("x" * 600_000, "longer than")]
)
def test_what_is_no_document_is_refused(world: World, text: str, said: str) -> None:
    assert said in _send(world, COMPARE, status=422, stay=text).text


def test_a_claim_is_priced_line_by_line(world: World) -> None:
    page = _send(world, PRICE)

    assert "Allowed" in page.text
    assert page.all(".//tbody/tr")


def test_the_page_says_aloud_that_a_patients_share_is_cut(world: World) -> None:
    claim = _sample("hip-claim") + "patient_share: 900000\n"
    page = _send(world, PRICE, claim=claim)

    assert "the patient's share of 900000 is more than the allowed amount" in page.text


def test_rest_prices_and_compares_as_the_commands_do(world: World) -> None:
    offers = {"a": _sample("per-diem-offer"), "b": _sample("case-rate-offer")}
    compared: Any = world.client.post(
        "/api/v1/contracts/comparisons", json={**offers, "stay": _sample("hip-stay")}
    )
    priced: Any = world.client.post(
        "/api/v1/contracts/prices",
        json={"terms": offers["b"], "claim": _sample("hip-claim")},
    )

    assert compared.json["break_even"][0]["days"] == 7
    assert (
        sum(line["allowed_cents"] for line in priced.json["lines"]) <= priced.json["allowed_cents"]
    )
    assert priced.json["claim"]


def test_rest_tells_faults_by_document(world: World) -> None:
    answer: Any = world.client.post(
        "/api/v1/contracts/prices", json={"terms": "a: b", "claim": "x"}
    )

    assert answer.status_code == 422
    assert answer.json["title"] == "A document cannot be used"
    assert answer.json["errors"][0]["field"].startswith("terms")


TWICE: Final = (
    "format: sojourn-claim/1\nid: c\ncurrency: USD\nlines:\n"
    "- {code: A, charge: 10}\n- {code: A, charge: 10}\n"
)
UNREACHED: Final = """format: sojourn-contract/1
id: all
title: All
currency: USD
terms:
- {id: all, text: All., pays: {share: 50 %, of: charges}}
- {id: rest, text: Rest., pays: {share: 10 %, of: charges}}
"""


def test_what_looks_wrong_in_terms_and_claim_is_told_beside_the_price(world: World) -> None:
    page = _send(world, PRICE, terms=UNREACHED, claim=TWICE)
    answer: Any = world.client.post(
        "/api/v1/contracts/prices", json={"terms": UNREACHED, "claim": TWICE}
    )

    told = [
        text_of(one) for one in page.all(".//div[@class='notice notice-warn section-note']//li")
    ]
    assert [one.split(":")[0] for one in told] == ["Terms, line 7", "Claim, line 6"]
    assert "says the same as the line on 5" in told[1]
    assert [(one["file"], one["line"]) for one in answer.json["warnings"]] == [
        ("terms", 7),
        ("claim", 6),
    ]


def test_what_looks_wrong_in_offers_is_told_beside_the_comparison(world: World) -> None:
    page = _send(world, COMPARE, b=UNREACHED)

    (told,) = page.all(".//div[@class='notice notice-warn section-note']//li")
    assert text_of(told).startswith("Second offer, line 7: ")


def test_of_very_many_warnings_the_first_are_shown() -> None:
    told = [{"file": "claim", "line": n, "path": "", "message": "m"} for n in range(1, 53)]

    shown = list_doubts({"warnings": told})

    assert (len(shown), shown[0], shown[-1]) == (51, "Claim, line 1: m", "and 2 more")


def test_a_patient_prices_nothing(world: World) -> None:
    assert world.client_of("patient").get(COMPARE).status_code == 403
