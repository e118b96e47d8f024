"""Figures, codes and keys that are allowed and hardly meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from pricing.contracts.documents.check_rates import list_rates
from pricing.contracts.documents.formulas import list_formulas
from pricing.contracts.documents.selector import Lines, LinesSaid
from pricing.contracts.documents.terms_document import ClaimStep, Term, Terms
from pricing.documents.fault_list import FaultList
from pricing.documents.located import Step as PathStep
from pricing.expressions.constants import constant_of

_Path = tuple[PathStep, ...]
_FACTOR_MIN: Final = 20
"""A whole factor above it is a forgotten percent sign; a conversion factor has decimals."""
_LIKE_REVENUE: Final = re.compile(r"0\d{3}|\d{3}")
_LIKE_RANGE: Final = re.compile(r"[A-Z]?\d{3,}-[A-Z]?\d{3,}")


def doubt_figures(terms: Terms, found: FaultList) -> None:
    """Note what is allowed and looks like a slip."""
    _doubt_lists(terms, found)
    _doubt_factors(terms, found)
    for path, rule in _rules(terms):
        _doubt_times(rule, path, terms, found)
        for where, lines in _lists_of(rule.lines, (*path, "lines")):
            _doubt_codes(lines, where, found)
    for place, term in enumerate(terms.terms):
        if term.grouped == "line":
            _doubt_grouping(term, ("terms", place), found)


def _rules(terms: Terms) -> Iterator[tuple[_Path, Term | ClaimStep]]:
    for place, term in enumerate(terms.terms):
        yield ("terms", place), term
    for place, step in enumerate(terms.steps):
        yield ("steps", place), step


def _doubt_lists(terms: Terms, found: FaultList) -> None:
    for place, term in enumerate(terms.terms):
        for path, rate, _ in list_rates(term.pays, ("terms", place, "pays"), alone=False):
            if rate.kind in {"lesser_of", "greater_of"} and len(rate.alternatives) == 1:
                words = "compares nothing: one rate stands here; write the other below it"
                found.add_at_key((*path, rate.kind), words)


def _doubt_factors(terms: Terms, found: FaultList) -> None:
    for formula in list_formulas(terms):
        if formula.path[-1] != "times" or "%" in formula.expression.text:
            continue
        factor = constant_of(formula.expression)
        if factor is not None and factor > _FACTOR_MIN and factor.denominator == 1:
            found.add(formula.path, f"multiplies by {factor}; did you mean {factor} %?")


def _doubt_times(rule: Term | ClaimStep, path: _Path, terms: Terms, found: FaultList) -> None:
    """Note a rule whose days all lie outside of the contract's; others may be dated otherwise."""
    if rule.dated_by not in {None, terms.dated_by} or terms.dated_by == "service":
        return
    first, last = rule.valid_from or date.min, rule.valid_to or date.max
    if first > (terms.valid_to or date.max):
        words = f"is never in force: the contract ends on {terms.valid_to}"
        found.add((*path, "valid_from"), words)
    if last < (terms.valid_from or date.min):
        words = f"is never in force: the contract begins on {terms.valid_from}"
        found.add((*path, "valid_to"), words)


def _lists_of(lines: Lines, path: _Path) -> Iterator[tuple[_Path, LinesSaid]]:
    yield path, lines
    for key, said in lines.parts.items():
        yield (*path, key), said


def _doubt_codes(lines: LinesSaid, path: _Path, found: FaultList) -> None:
    for code in lines.codes or ():
        if _LIKE_REVENUE.fullmatch(code):
            words = f"{code} looks like a revenue code; these stand below revenue_codes"
            found.add_at_key((*path, "codes"), words)
        first, _, last = code.partition("-")
        if _LIKE_RANGE.fullmatch(code.upper()) and len(first) != len(last):
            words = f"{code} is taken for one code, not a range: the ends of one are of one length"
            found.add_at_key((*path, "codes"), words)


def _doubt_grouping(term: Term, path: _Path, found: FaultList) -> None:
    """Note what says how a group is shown, where each line is priced by itself."""
    for key, is_said in (("allot", term.allot != "first"), ("shown_on", term.shown_on is not None)):
        if is_said:
            words = "changes nothing: each line is priced by itself; write what is for: claim"
            found.add_at_key((*path, key), words)
