"""Situations a benefits person can read: a trip, a sentence, and what must come out.

Each file of ``situations/`` is one: ``policy`` (an id), ``says``, ``trip``, at will ``balances``
and ``as_of``, and ``expected`` in whole units: ``payable``, ``taxable``, ``tax_free``, ``patient``.
The comment above ``expected`` is the arithmetic by hand.
"""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.pricing.coverage.answering import SHIPPED, answer_to, policy_of

SITUATIONS: Final = Path(__file__).parent / "situations"

NAMES: Final = sorted(file.stem for file in SITUATIONS.glob("*.yaml"))


@cache
def situation(name: str) -> dict[str, Any]:
    """Return a situation by name; its figures stay as they are written."""
    text = (SITUATIONS / f"{name}.yaml").read_text()
    found: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    found["expected"] = yaml.load(text, Loader=yaml.CBaseLoader)["expected"]
    return found


def cents(amount: object) -> int:
    """Return an amount in whole units as cents."""
    return int(Decimal(str(amount)) * 100)


def outcome(answer: dict[str, Any]) -> dict[str, int]:
    """Return what a situation may expect of an answer."""
    payable, taxable = answer["payable_cents"], answer["taxable_cents"]
    return {
        "payable": payable,
        "taxable": taxable,
        "tax_free": payable - taxable,
        "patient": answer["patient_cents"],
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_situation_comes_out_as_reckoned_by_hand(name: str) -> None:
    told = situation(name)

    answer = answer_to(
        policy_of(told["policy"]),
        told["trip"],
        balances=told.get("balances"),
        as_of=told.get("as_of"),
    )

    expected = {key: cents(amount) for key, amount in told["expected"].items()}
    assert {key: outcome(answer)[key] for key in expected} == expected, told["says"]


@pytest.mark.parametrize("name", NAMES)
def test_a_situation_is_named_as_its_file_and_tells_its_arithmetic(name: str) -> None:
    lines = (SITUATIONS / f"{name}.yaml").read_text().splitlines()

    assert situation(name)["id"] == situation(name)["trip"]["id"] == name
    assert lines[lines.index("expected:") - 1].startswith("# ")


@pytest.mark.parametrize("name", NAMES)
def test_every_line_that_pays_nothing_says_which_rule_and_why(name: str) -> None:
    told = situation(name)

    answer = answer_to(policy_of(told["policy"]), told["trip"], balances=told.get("balances"))

    for line in answer["lines"]:
        if line["claimed_cents"] and not line["payable_cents"]:
            last = line["trace"][-1]
            assert last["rule"]
            assert last["sentence"]


def test_every_shipped_policy_has_a_situation() -> None:
    told = {situation(name)["policy"] for name in NAMES}

    assert {file.stem for file in SHIPPED.glob("*.yaml")} <= told


def test_every_hand_computed_case_of_the_reference_has_a_situation(shared: Path) -> None:
    cases = json.loads((shared / "domain" / "coverage-cases.json").read_text())

    told = {name: situation(name)["expected"] for name in NAMES}

    wrong = [
        case["id"]
        for case in cases
        if cents(case["expected"]) not in map(cents, told.get(case["id"], {}).values())
    ]
    assert len(cases) >= len({case["id"] for case in cases}) > 0
    assert wrong == []
