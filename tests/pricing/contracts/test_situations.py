"""Clauses a contract analyst can read: terms, claims, and what must come out.

Each file of ``situations/`` is one agreement: ``says``, ``source``, parts of a terms document, and
``claims``, each with ``allowed`` (at will ``payer``, ``lines_allowed``) in whole units. Comments
are the arithmetic by hand.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.pricing.contracts.pricing_of import price

SITUATIONS: Final = Path(__file__).parent / "situations"
NAMES: Final = sorted(file.stem for file in SITUATIONS.glob("*.yaml"))
_OURS: Final = ("says", "source", "claims")
_EXPECTED: Final = ("allowed", "payer", "lines_allowed")


@cache
def situation(name: str) -> dict[str, Any]:
    """Return a situation, every figure as it is written."""
    text = (SITUATIONS / f"{name}.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=yaml.CBaseLoader)
    return found


def without(document: dict[str, Any], keys: tuple[str, ...]) -> str:
    """Return a document without some of its keys, as text."""
    kept = {key: value for key, value in document.items() if key not in keys}
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True)


def cents(amount: str) -> int:
    """Return an amount with two decimals in cents."""
    return int(amount.replace(".", ""))


CASES: Final = [(name, n) for name in NAMES for n in range(len(situation(name)["claims"]))]


@pytest.mark.parametrize(("name", "number"), CASES, ids=str)
def test_a_situation_comes_to_what_was_computed_by_hand(name: str, number: int) -> None:
    told = situation(name)
    claim = told["claims"][number]

    answer = price(without(told, _OURS), without(claim, _EXPECTED))

    assert answer["allowed_cents"] == cents(claim["allowed"])
    if "payer" in claim:
        assert answer["payer_cents"] == cents(claim["payer"])
    if "lines_allowed" in claim:
        allowed = [line["allowed_cents"] for line in answer["lines"]]
        assert allowed == [cents(amount) for amount in claim["lines_allowed"]]
    assert sum(line["allowed_cents"] for line in answer["lines"]) == answer["allowed_cents"]
    assert not answer["unpriced"]


@pytest.mark.parametrize("name", NAMES)
def test_a_situation_says_what_it_is_and_whence(name: str) -> None:
    told = situation(name)

    assert told["says"].endswith(".")
    assert told["source"]
