"""The functions of the language: their names and how many arguments each takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Signature:
    """How a function is written; ``arguments_max`` of None means as many as one likes."""

    written: str
    arguments_min: int
    arguments_max: int | None


FUNCTIONS: Final[Mapping[str, Signature]] = MappingProxyType(
    {
        "abs": Signature("abs(x)", 1, 1),
        "add_days": Signature("add_days(date, number)", 2, 2),
        "add_months": Signature("add_months(date, number)", 2, 2),
        "add_years": Signature("add_years(date, number)", 2, 2),
        "ceil": Signature("ceil(x)", 1, 1),
        "floor": Signature("floor(x)", 1, 1),
        "if": Signature("if(test, a, b)", 3, 3),
        "lookup": Signature("lookup('table', key, …)", 2, None),
        "max": Signature("max(a, b, …)", 2, None),
        "min": Signature("min(a, b, …)", 2, None),
        "month": Signature("month(date)", 1, 1),
        "power": Signature("power(x, n)", 2, 2),
        "round": Signature("round(x)", 1, 1),
        "stated": Signature("stated(fact)", 1, 1),
        "weekday": Signature("weekday(date)", 1, 1),
        "year": Signature("year(date)", 1, 1),
        "years_between": Signature("years_between(date, date)", 2, 2),
    }
)
"""In order of name."""
