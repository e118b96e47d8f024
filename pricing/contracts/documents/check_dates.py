"""Days whose rates count, where each line has its own: no formula may read the claim's instead."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from pricing.contracts.documents.check_rates import list_rates
from pricing.contracts.documents.formulas import Formula, list_formulas
from pricing.contracts.documents.terms_document import Terms
from pricing.contracts.facts import AMOUNT
from pricing.documents.fault_list import FaultList
from pricing.expressions.tree import Expression, list_facts

_OF_CLAIM: Final = "claim.rate_date"
_HAVE: Final = MappingProxyType(
    {
        "day.date": "each day has a date of its",
        "line.rate_date": "each line has a day of its",
        "group.rate_date": "these lines have a day of their",
    }
)


def check_dates(terms: Terms, found: FaultList) -> None:
    """Note every formula of a line, or of some lines, that reads the day of the whole claim."""
    of_terms, of_steps = ([one.dated_by for one in rules] for rules in (terms.terms, terms.steps))
    if "service" not in {terms.dated_by, *of_terms, *of_steps}:
        return
    _check_stays(terms, found)
    readers = _readers_of_it(terms)
    for formula in list_formulas(terms):
        own = _own_day(formula, terms)
        if own is None or _dated_by(formula, terms) != "service":
            continue
        read = _first_of(readers, formula.expression)
        if read is not None:
            what = f"reads {read}" if read == _OF_CLAIM else f"{read} reads {_OF_CLAIM}"
            found.add(
                formula.path,
                f"{what}, the claim's first day; under dated_by: service {_HAVE[own]} own: write "
                f"{own} (claim.first_date where the claim's first day is meant)",
            )


def _check_stays(terms: Terms, found: FaultList) -> None:
    """Note a term that is in force for some days of a stay, and would pay them all."""
    for place, term in enumerate(terms.terms):
        is_by_service = (term.dated_by or terms.dated_by) == "service"
        if not is_by_service or (term.valid_from is None and term.valid_to is None):
            continue
        rates = list_rates(term.pays, ("terms", place, "pays"), alone=term.grouped == "line")
        for path, rate, alone in rates:
            is_daily = rate.per_diem is not None or rate.per == "day"
            if is_daily and (rate.count is None or alone):
                found.add_at_key(
                    (*path, "per_diem" if rate.per_diem is not None else "per"),
                    "pays days on both sides of the term's valid_from or valid_to; under "
                    "dated_by: service each is paid at its own rate: write one term without "
                    "these, per_diem: lookup('rates', day.date), and a table of rates by date",
                )


def _dated_by(formula: Formula, terms: Terms) -> str:
    """Return which day counts for a formula; of what several rules may use the lines' own."""
    part, place, *_ = (*formula.path, None)
    if not isinstance(place, int) or part not in {"terms", "steps"}:
        return "service"
    rule = (terms.terms if part == "terms" else terms.steps)[place]
    return rule.dated_by or terms.dated_by


def _own_day(formula: Formula, terms: Terms) -> str | None:
    """Return the fact that is the day of the lines a formula is about; None: it is the claim's."""
    if "day" in formula.owners:
        return "day.date"
    if "line" in formula.owners:
        return "line.rate_date"
    part, place, *_ = (*formula.path, None)
    if not isinstance(place, int) or part not in {"terms", "steps"}:
        return None
    grouped = (terms.terms if part == "terms" else terms.steps)[place].grouped
    return None if grouped == "claim" else "group.rate_date"


def _readers_of_it(terms: Terms) -> frozenset[str]:
    """Return the claim's day and the amounts that read it, be it through other amounts."""
    found: frozenset[str] = frozenset({_OF_CLAIM})
    while True:
        more = found | {
            f"{AMOUNT}{name}" for name, one in terms.amounts.items() if _first_of(found, one)
        }
        if more == found:
            return found
        found = more


def _first_of(paths: frozenset[str], expression: Expression) -> str | None:
    return next((fact.path for fact in list_facts(expression) if fact.path in paths), None)
