"""Every example of the page is well and comes to what the page says."""

from __future__ import annotations

import json
import re
from importlib import resources
from itertools import pairwise
from typing import Final

import pytest
import yaml
from jsonschema import Draft202012Validator

from pricing.contracts.documents.read import read_claim, read_stay, read_terms
from pricing.contracts.documents.schemas import MODELS, document_schema
from pricing.contracts.facts import FACTS
from tests.pricing.contracts.pricing_of import CLAIM_HEAD, TERMS_HEAD, price, with_head
from tests.pricing.coverage.documents.examples import DOCS, blocks_of

BLOCKS: Final = blocks_of("contract-documents.md")
TERMS, CLAIM = BLOCKS[:2]
RECIPES: Final = [
    (terms, claim) for terms, claim in pairwise(BLOCKS) if claim.startswith("# claim")
]


def test_the_whole_example_of_the_page_comes_to_what_it_says() -> None:
    assert price(TERMS, CLAIM)["allowed_cents"] == 12_810_00


def first_id(block: str) -> str:
    """Return what a block is called in a test's name."""
    return block.partition("- id: ")[2].partition("\n")[0] or "claim"


@pytest.mark.parametrize(("terms", "claim"), RECIPES, ids=first_id)
def test_every_clause_of_the_page_comes_to_what_it_says(terms: str, claim: str) -> None:
    answer = price(terms, claim)

    for what, amount in re.findall(r"# (allowed|payer): ([\d.]+)", claim):
        assert answer[f"{what}_cents"] == int(amount.replace(".", ""))
    assert "# allowed:" in claim


def test_every_block_of_the_page_is_looked_at() -> None:
    shown_alone = [TERMS, CLAIM, section_of_the_head(), stay()]

    assert len(BLOCKS) == len(shown_alone) + 2 * len(RECIPES)


def section_of_the_head() -> str:
    """Return the block that shows tables, schedules and the like."""
    return next(block for block in BLOCKS if block.startswith("tables:"))


def stay() -> str:
    """Return the block that shows an expected stay."""
    return next(block for block in BLOCKS if block.startswith("format: sojourn-stay/1"))


def test_everything_that_terms_can_use_is_well_as_shown() -> None:
    terms = "terms: [{id: t, text: T., pays: {amount: amount.drg}}]\n"

    read_terms(with_head(section_of_the_head() + terms, TERMS_HEAD), "page")


def test_the_stay_of_the_page_is_well() -> None:
    assert read_stay(stay(), "page").days.high == 9


def test_the_page_tells_of_every_fact() -> None:
    page = (DOCS / "contract-documents.md").read_text("utf-8")
    table = page[page.index("| facts | |") : page.index("In expressions codes are in capitals")]
    rows = dict(re.findall(r"^\| `(\w+)\.…`(.*)$", table, re.MULTILINE))

    for path in FACTS:
        owner, _, name = path.partition(".")
        assert owner == "this" or f"`{name}`" in rows[owner], path


@pytest.mark.parametrize("name", MODELS)
def test_the_published_schema_is_that_of_the_model(name: str) -> None:
    file = resources.files("seed_data") / "schemas" / f"{name}-1.json"

    assert json.loads(file.read_text("utf-8")) == document_schema(name)
    Draft202012Validator.check_schema(document_schema(name))


def test_the_claim_of_the_page_is_well() -> None:
    assert [line.id for line in read_claim(CLAIM, "page").lines] == ["room", "pharmacy", "knee"]


def as_json(text: str) -> object:
    """Return what any YAML reader makes of a document, dates as texts."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


@pytest.mark.parametrize(
    ("name", "text"),
    [("contract", TERMS), ("claim", CLAIM), ("stay", stay())]
    + [("contract", with_head(terms, TERMS_HEAD)) for terms, _ in RECIPES]
    + [("claim", with_head(claim, CLAIM_HEAD)) for _, claim in RECIPES],
    ids=first_id,
)
def test_every_document_of_the_page_satisfies_the_published_schema(name: str, text: str) -> None:
    Draft202012Validator(document_schema(name)).validate(as_json(text))
