"""Whatever is written into terms or a claim gives an answer or an error of ours, never another."""

from __future__ import annotations

import contextlib
from typing import Any, Final

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.errors import PricingError
from tests.pricing.contracts.pricing_of import CLAIM_HEAD, TERMS_HEAD, price, with_head
from tests.pricing.contracts.test_documented import CLAIM, RECIPES, TERMS

NASTY: Final = st.sampled_from([
    "", "0", "-1", "1e9", "9" * 30, "yes", "line.charge", "group.charges", "this.amount",
    "stay.days", "claim.rate_date", "allowed.total", "1 / 0", "0.5", "0000-00-00", "9999-12-31",
    "0001-01-01", "inpatient", "claim", "line", "day", "*", "-", "A-B", "0120-0129", "max(1, 2)",
    "'x'", "٣", "null", [], {}, [[]], ["1"], {"a": "b"}, {"amount": "1"}, [{"amount": "2"}],
    [{"share": "3 %"}], {"times": "2"},
])  # fmt: skip
PAIRS: Final = [(TERMS, CLAIM), *RECIPES]


def paths_of(node: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of everything below a document."""
    found = [path] if path else []
    items = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node if isinstance(node, list) else ())
    )
    for key, below in items:
        found += paths_of(below, (*path, key))
    return found


def spoiled(text: str, head: dict[str, str], place: int, value: object) -> str:
    """Return a document with the value at one of its places replaced."""
    document = yaml.load(with_head(text, head), Loader=yaml.CBaseLoader)
    paths = paths_of(document)
    *way, last = paths[place % len(paths)]
    node = document
    for key in way:
        node = node[key]
    node[last] = value
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


@settings(max_examples=100)
@given(st.sampled_from(PAIRS), st.integers(0, 10_000), NASTY, st.booleans())
def test_a_spoiled_document_is_priced_or_refused(
    pair: tuple[str, str],
    place: int,
    value: object,
    is_claim: bool,  # noqa: FBT001 — drawn by hypothesis
) -> None:
    terms, claim = pair
    if is_claim:
        claim = spoiled(claim, CLAIM_HEAD, place, value)
    else:
        terms = spoiled(terms, TERMS_HEAD, place, value)

    with contextlib.suppress(PricingError):
        answer = price(terms, claim)

        assert sum(line["allowed_cents"] for line in answer["lines"]) == answer["allowed_cents"]
