"""Rates and steps: names that exist, rows in order, steps where they can be taken."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import Final

from pricing.contracts.documents.check_counts import (
    check_contract_year,
    check_counts,
    check_own_limits,
)
from pricing.contracts.documents.rate import (
    LISTS_OF_RATES,
    Bracket,
    CountedRow,
    Ranked,
    Rate,
    Step,
)
from pricing.contracts.documents.selector import Lines
from pricing.contracts.documents.terms_document import ClaimStep, Group, Terms
from pricing.documents.fault_list import FaultList
from pricing.documents.located import Step as PathStep
from pricing.documents.sentences import suggestion
from pricing.expressions.constants import constant_of

_Path = tuple[PathStep, ...]

_IN_PROPORTION: Final = frozenset({"times", "reduce_by", "escalate", "prompt_pay"})
"""Steps that come to the same, whatever is taken together."""
_PARTS_OF_A_YEAR: Final = frozenset(
    {
        ("calendar_month", "calendar_quarter"),
        ("calendar_month", "calendar_year"),
        ("calendar_quarter", "calendar_year"),
    }
)
"""What the calendar parts, and what parts that, of whole months."""


def check_rates(terms: Terms, found: FaultList) -> None:
    """Note what is wrong with the rates of terms and with all steps."""
    for place, term in enumerate(terms.terms):
        is_line = term.grouped == "line"
        for path, rate, alone in list_rates(term.pays, ("terms", place, "pays"), alone=is_line):
            _check_rate(rate, path, terms, found)
            _check_days(rate, path, term.grouped, found)
            check_counts(rate, path, terms, found, alone=alone)
            check_own_limits(rate, path, term.grouped, found)
            for number, step in enumerate(rate.then):
                _check_step(step, (*path, "then", number), terms, found, alone=alone)
        check_contract_year(term.grouped, ("terms", place, "for"), terms, found)
    ids = [term.id for term in terms.terms]
    for place, step in enumerate(terms.steps):
        path = ("steps", place)
        _check_step(step, path, terms, found, alone=step.grouped == "line")
        _check_lines_of_groups(step, path, terms, found)
        check_contract_year(step.grouped, (*path, "for"), terms, found)
        _check_names(step.applies_to or (), ids, (*path, "applies_to"), "term", found)
        _check_names(step.not_to, ids, (*path, "not_to"), "term", found)
        is_chosen = step.applies_to is not None or step.not_to or step.lines != Lines()
        for name in sorted({*(step.applies_to or ())} & {*step.not_to}):
            found.add_at_key((*path, "not_to"), f"{name} stands in applies_to too; keep one")
        if step.of == "payer" and (is_chosen or step.grouped != "claim"):
            found.add_at_key((*path, "of"), "the payer pays one amount; leave out lines and terms")
        if step.ranks is not None:
            _check_ranks(step, step.ranks, path, terms, found)


def _check_days(rate: Rate, path: _Path, grouped: Group, found: FaultList) -> None:
    """Note a rate that would pay the days of the whole stay for each of several groups."""
    is_case = rate.kind in {"case_rate", "drg"}
    if grouped == "phase" and is_case:
        return  # one phase of an episode holds the admission
    is_daily = rate.kind == "per_diem" or rate.per == "day" or rate.days_included is not None
    is_of_stay = is_daily or (grouped == "line" and is_case)
    if grouped == "claim" or not is_of_stay or rate.count is not None:
        return
    if grouped == "line":
        words = "each line by itself; write for: claim, or count: line.units"
    else:
        count = "1" if grouped == "day" else "group.service_days"
        words = (
            f"the lines of each {grouped.replace('_', ' ')}, each time with all its days; "
            f"write for: claim, or say which days, such as count: {count}"
        )
    key = "per" if rate.per == "day" else rate.kind
    found.add_at_key((*path, key), f"prices a stay, and this term prices {words}")


def _check_ranks(
    step: ClaimStep, ranks: Ranked, path: _Path, terms: Terms, found: FaultList
) -> None:
    """Note ranks that a step of the document cannot tell: by units, by parts of a group."""
    where = (*path, "ranked")
    if step.of == "payer" or step.grouped != "claim":
        found.add_at_key(where, "ranks amounts among each other: within says which, not for or of")
    if ranks.each == "unit":
        found.add_at_key(where, "ranks what terms pay; units are ranked below the rate, under then")
    for term in terms.terms:
        is_meant = step.applies_to is None or term.id in step.applies_to
        if not is_meant or term.id in step.not_to:
            continue
        if term.allot == "charges":
            words = f"ranks what a term shows, and {term.id} spreads it: leave its allot out"
            found.add_at_key(where, f"{words}, or name it in not_to")
        elif ranks.within != "claim" and _reaches_over(term.grouped, ranks.within):
            words = f"ranks within each {ranks.within.replace('_', ' ')}, and {term.id} prices more"
            found.add_at_key(where, f"{words} than that together; name it in not_to")


def _check_lines_of_groups(step: ClaimStep, path: _Path, terms: Terms, found: FaultList) -> None:
    """Note a step that compares the lines of a group that shows its amount on one of them."""
    if step.grouped == "claim" or step.kind in _IN_PROPORTION or step.ranked is not None:
        return
    for term in terms.terms:
        is_meant = step.applies_to is None or term.id in step.applies_to
        if (
            is_meant
            and term.id not in step.not_to
            and term.allot == "first"
            and _reaches_over(term.grouped, step.grouped)
        ):
            found.add_at_key(
                (*path, "for"),
                f"looks at each {step.grouped.replace('_', ' ')}, and {term.id} shows what "
                "several lines come to on one of them; give that term allot: charges, or name "
                "it in not_to",
            )
            return


def _reaches_over(term: Group, step: Group) -> bool:
    """Tell whether what a term prices together may lie in several groups of a step."""
    is_of_one_day = term == "day" and step != "line"
    return not (term in {"line", step} or is_of_one_day or (term, step) in _PARTS_OF_A_YEAR)


def list_rates(rate: Rate, path: _Path, *, alone: bool) -> Iterator[tuple[_Path, Rate, bool]]:
    """Yield a rate and all below it, each with its path and whether it prices a line alone."""
    yield path, rate, alone
    if rate.each_line is not None:
        yield from list_rates(rate.each_line, (*path, "each_line"), alone=True)
    for key in LISTS_OF_RATES:
        for place, below in enumerate(getattr(rate, key) or ()):
            yield from list_rates(below, (*path, key, place), alone=alone)


def _check_rate(rate: Rate, path: _Path, terms: Terms, found: FaultList) -> None:
    if rate.schedule is not None:
        _check_names((rate.schedule,), terms.schedules, (*path, "schedule"), "schedule", found)
    for key in ("per_diem", "per_unit"):
        rows = getattr(rate, key)
        if isinstance(rows, tuple):
            _check_counted(rows, (*path, key), found)
            if rows[0].first > 1 and rate.count_from is None:
                words = "says nothing of 1: begin the rows with it (amount: 0 if it is not paid)"
                found.add((*path, key, 0), words)
    _check_brackets(rate.brackets or (), (*path, "brackets"), found)


def _check_brackets(brackets: tuple[Bracket, ...], path: _Path, found: FaultList) -> None:
    for place, bracket in enumerate(brackets[:-1]):
        if bracket.up_to is None:
            found.add((*path, place), "only the last bracket has no up_to")
    if brackets and brackets[-1].up_to is not None:
        words = "says nothing of what lies above; end with a bracket without up_to (share: 0 %)"
        found.add((*path, len(brackets) - 1), words)
    tops = [None if one.up_to is None else constant_of(one.up_to) for one in brackets]
    for place, (top, after) in enumerate(pairwise(tops), start=1):
        if top is not None and after is not None and after <= top:
            found.add((*path, place, "up_to"), f"must be more than the bracket above, {top}")


def _check_counted(rows: tuple[CountedRow, ...], path: _Path, found: FaultList) -> None:
    for place, row in enumerate(rows):
        if row.last is not None and row.last < row.first:
            found.add((*path, place, "to"), f"must not be before from, {row.first}")
    for place, (row, after) in enumerate(pairwise(rows), start=1):
        if row.last is None or after.first <= row.last:
            found.add((*path, place), "begins before the row above ends; write from and to")
        elif after.first > row.last + 1:
            found.add((*path, place), f"leaves a gap: nothing is said of {row.last + 1}")


def _check_step(step: Step, path: _Path, terms: Terms, found: FaultList, *, alone: bool) -> None:
    for key in ("ranked", "modifiers"):
        is_of_terms = key == "ranked" and path[0] == "steps"
        if getattr(step, key) is not None and not alone and not is_of_terms:
            found.add_at_key(
                (*path, key), "is about single lines; write for: line, or put it below each_line"
            )
    if step.ranks is not None:
        check_contract_year(step.ranks.within, (*path, "ranked", "within"), terms, found)
    if step.modifiers is not None:
        _check_names((step.modifiers,), terms.modifiers, (*path, "modifiers"), "set", found)
    if step.escalate is not None:
        _check_names((step.escalate,), terms.escalators, (*path, "escalate"), "escalator", found)
    if step.prompt_pay is not None and path[0] != "steps":
        found.add_at_key((*path, "prompt_pay"), "is a step of the whole claim; put it below steps")


def _check_names(
    names: Collection[str], known: Collection[str], path: _Path, what: str, found: FaultList
) -> None:
    for place, name in enumerate(names):
        if name not in known:
            where = path if found.root.find((*path, place)) is None else (*path, place)
            found.add(where, f"there is no {what} {name}; {suggestion(name, list(known))}")
