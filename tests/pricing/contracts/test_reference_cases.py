"""The hand-computed cases of the reference material, where it lies beside the checkout."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Final

from tests.pricing.contracts.pricing_of import price
from tests.pricing.contracts.test_situations import situation, without

_NOT_OF_CONTRACTS: Final = {"PCTILE-01"}
"""Percentiles: how a price file is read, not what a contract pays."""

Written = tuple[str, Callable[[dict[str, Any]], str]]


def _days(drg: str) -> Callable[[dict[str, Any]], str]:
    return lambda given: f"drg: {drg}\ndays: {given['days']}\nlines: [{{charge: 1}}]"


def _first_dollar(given: dict[str, Any]) -> str:
    return f"drg: 470\nlines: [{{charge: {given['charges']}}}]"


def _pacemaker(given: dict[str, Any]) -> str:
    network = "PPO" if given["pct"] == 110 else "HMO"
    line = f"{{code: C1785, revenue_code: 278, invoice: {given['invoice']}}}"
    return f"network: {network}\nlines: [{line}]"


WRITTEN: Final[dict[str, Written]] = {
    "HPT-01": ("hpt-cesarean-platform", _days("786")),
    "HPT-02": ("hpt-cesarean-region", _days("786")),
    "HPT-03": (
        "hpt-psychoses-lesser-of",
        lambda given: f"drg: 885\nlines: [{{charge: {given['billed']}}}]",
    ),
    "HPT-05": ("hpt-pacemaker-invoice", _pacemaker),
    "HPT-06": (
        "hpt-residential-tiers",
        lambda given: f"lines: [{{code: H0017, units: {given['days']}}}]",
    ),
    "HPT-07": ("hpt-first-dollar-platform", _first_dollar),
    "HPT-09": (
        "hpt-emergency-share",
        lambda given: f"lines: [{{revenue_code: 450, charge: {given['billed']}}}]",
    ),
    "IPPS-470": (
        "ipps-470",
        lambda _: "drg: 470\ndrg_weight: 1.9289\nwage_index: 1\nlines: [{charge: 1}]",
    ),
}


def _came_to(case: str, given: dict[str, Any]) -> int:
    name, claim = WRITTEN[case]
    if given.get("payer") == "Region":
        name = "hpt-first-dollar-region"
    told = situation(name)
    cents: int = price(without(told, ("says", "source", "claims")), claim(given))["allowed_cents"]
    return cents


def test_every_case_of_the_reference_comes_to_its_answer(shared: Path) -> None:
    cases = json.loads((shared / "domain" / "contract-cases.json").read_text("utf-8"))["cases"]

    assert {case["id"] for case in cases} == set(WRITTEN) | _NOT_OF_CONTRACTS
    for case in cases:
        if case["id"] in _NOT_OF_CONTRACTS:
            continue
        for given, expected in zip(case["inputs"], case["expected"], strict=True):
            cents = (Decimal(str(expected)) * 100).quantize(Decimal(1), ROUND_HALF_UP)
            assert _came_to(case["id"], given) == cents, (case["id"], given)
