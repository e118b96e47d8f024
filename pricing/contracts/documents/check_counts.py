"""Counts: of lines priced one by one, and by years that the contract's first day parts."""

from __future__ import annotations

from fractions import Fraction

from pricing.contracts.documents.rate import Rate
from pricing.contracts.documents.terms_document import Group, Terms
from pricing.documents.fault_list import FaultList
from pricing.documents.located import Step as PathStep
from pricing.expressions.constants import constant_of
from pricing.expressions.tree import Expression, list_facts

_Path = tuple[PathStep, ...]
_YEAR = "contract_year"
_OF_ITS_DAY = frozenset({"line.date", "line.rate_date"})
"""What may differ from line to line where a limit is one for all: which day it is of."""

_BY_CODE = frozenset({"code", "revenue_code"})
"""Groups whose lines are alike, each of which counts by itself."""


def check_counts(rate: Rate, path: _Path, terms: Terms, found: FaultList, *, alone: bool) -> None:
    """Note a count that cannot go on from line to line, or that is of what is paid once."""
    if rate.count_within is not None:
        check_contract_year(rate.count_within, (*path, "count_within"), terms, found)
        if not alone:
            found.add_at_key(
                (*path, "count_within"),
                "goes on from line to line; write for: line, or group the lines: for: "
                f"{rate.count_within}, with count_at_most or rows",
            )
    least, most = _bound(rate.count_at_least), _bound(rate.count_at_most)
    if least is not None and most is not None and least > most:
        found.add_at_key((*path, "count_at_most"), f"is less than count_at_least, {least}")
    is_once = rate.schedule is not None and rate.per is None and rate.count is None and not alone
    if is_once and (rate.count_at_least is not None or rate.count_at_most is not None):
        found.add_at_key(
            (*path, "count_at_most" if rate.count_at_most is not None else "count_at_least"),
            "counts nothing here: in a group a schedule's highest row is paid once; "
            "write per: unit, or each_line",
        )


def check_own_limits(rate: Rate, path: _Path, grouped: Group, found: FaultList) -> None:
    """Note a limit that differs between lines which count together towards it."""
    if rate.count_within is None or rate.count_at_most is None or grouped in _BY_CODE:
        return
    for fact in list_facts(rate.count_at_most):
        if fact.path.startswith("line.") and fact.path not in _OF_ITS_DAY:
            found.add_at_key(
                (*path, "count_at_most"),
                f"is one limit for all lines that this rate prices, and {fact.path} is each "
                "line's own; write for: code, where each code counts by itself, and this rate "
                "below each_line",
            )
            return


def _bound(written: Expression | None) -> Fraction | None:
    return None if written is None else constant_of(written)


def check_contract_year(said: str, path: _Path, terms: Terms, found: FaultList) -> None:
    """Note a contract year where the contract does not say on which day it begins."""
    if said == _YEAR and terms.valid_from is None:
        found.add(path, "a contract year begins on the day of valid_from; write that into the head")
