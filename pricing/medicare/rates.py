"""National rates by year, from ``seed_data/medicare.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

from pricing.medicare.errors import BenchmarkNotFound

_FILE: Final = "medicare.yaml"


@dataclass(frozen=True, slots=True)
class InpatientRates:
    """Amounts in dollars for a stay of weight 1, and what of them follows the wage index."""

    year: int
    first_day: date
    last_day: date
    operating: Decimal
    capital: Decimal
    labor_share_above: Decimal
    labor_share_at_most: Decimal
    capital_power: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class OutpatientRates:
    """The share of a rate that follows the wage index, and the status indicators it does for."""

    year: int
    first_day: date
    last_day: date
    labor_share: Decimal
    wage_adjusted: frozenset[str]
    source: str


def inpatient_rates(year: int) -> InpatientRates:
    """Return the rates of a fiscal year (from October); raises BenchmarkNotFound."""
    found = _of_year("inpatient", year)
    names = (
        "operating",
        "capital",
        "labor_share_above",
        "labor_share_at_most",
        "capital_power",
    )
    return InpatientRates(
        year=year,
        first_day=found["from"],
        last_day=found["to"],
        source=found["source"],
        **{name: Decimal(found[name]) for name in names},
    )


def outpatient_rates(year: int) -> OutpatientRates:
    """Return the rates of a calendar year; raises BenchmarkNotFound."""
    found = _of_year("outpatient", year)
    return OutpatientRates(
        year=year,
        first_day=found["from"],
        last_day=found["to"],
        labor_share=Decimal(found["labor_share"]),
        wage_adjusted=frozenset(found["wage_adjusted"]),
        source=found["source"],
    )


def _of_year(kind: str, year: int) -> dict[str, Any]:
    years = {one["year"]: one for one in _document()[kind]}
    if year not in years:
        raise BenchmarkNotFound(f"national {kind} rates", year, tuple(sorted(years, reverse=True)))
    found: dict[str, Any] = years[year]
    return found


@cache
def _document() -> dict[str, list[dict[str, Any]]]:
    text = (resources.files("seed_data") / _FILE).read_text("utf-8")
    document: dict[str, list[dict[str, Any]]] = yaml.safe_load(text)
    return document
