"""What the shape of a terms document cannot say: names that exist, expressions that go together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from pricing.contracts.documents.check_bases import check_bases
from pricing.contracts.documents.check_codes import check_codes
from pricing.contracts.documents.check_dates import check_dates
from pricing.contracts.documents.check_figures import check_figure
from pricing.contracts.documents.check_raises import check_raises
from pricing.contracts.documents.check_rates import check_rates
from pricing.contracts.documents.check_schedules import list_row_faults
from pricing.contracts.documents.formulas import Formula, Path, list_formulas
from pricing.contracts.documents.selector import LinesSaid
from pricing.contracts.documents.terms_document import ClaimStep, ScheduleRow, Term, Terms
from pricing.contracts.facts import AMOUNT, OWNERS_OF_OWN, type_of
from pricing.documents.check_tables import check_tables, looked_up_by
from pricing.documents.cycles import list_cycles
from pricing.documents.fault_list import FaultList
from pricing.documents.sentences import suggestion
from pricing.errors import InvalidAmount
from pricing.expressions.errors import InvalidExpression
from pricing.expressions.tree import Expression, list_facts
from pricing.expressions.types import FactType, check
from pricing.money import Money

RESERVED: Final = "total"


def check_terms(terms: Terms, found: FaultList) -> None:
    """Note every fault of a terms document whose shape is right."""
    _check_head(terms, found)
    check_tables(terms.tables, found)
    _check_ids(terms, found)
    check_rates(terms, found)
    check_bases(terms, found)
    check_raises(terms, found)
    check_dates(terms, found)
    for formula in list_formulas(terms):
        _check_formula(formula, terms, found)
    _check_amounts(terms, found)
    _check_phases(terms, found)
    for name, schedule in terms.schedules.items():
        if isinstance(schedule, tuple):
            _check_rows(schedule, ("schedules", name), found)


def _check_head(terms: Terms, found: FaultList) -> None:
    try:
        minor = 10 ** Money.zero(terms.currency).decimals
    except InvalidAmount as error:
        found.add(("currency",), str(error))
    else:
        to = terms.rounding.to
        if to is not None and to * minor % 1:
            words = f"is less than the smallest coin of {terms.currency}, or no multiple of it"
            found.add(("rounding", "to"), words)
    for path in terms.facts:
        if not path.startswith(OWNERS_OF_OWN):
            found.add_at_key(("facts", path), f"begins with {' or '.join(OWNERS_OF_OWN)}")
    _check_period(terms, (), found)
    for key, parts in (("terms", terms.terms), ("steps", terms.steps)):
        for place, part in enumerate(parts):
            _check_period(part, (key, place), found)


def _check_period(part: object, path: Path, found: FaultList) -> None:
    first, last = getattr(part, "valid_from", None), getattr(part, "valid_to", None)
    if first is not None and last is not None and last < first:
        found.add((*path, "valid_to"), f"must not be before valid_from, {first}")


def _check_ids(terms: Terms, found: FaultList) -> None:
    seen: dict[str, Path] = {}
    named: list[tuple[Path, str]] = [
        *((("terms", place, "id"), term.id) for place, term in enumerate(terms.terms)),
        *((("steps", place, "id"), step.id) for place, step in enumerate(terms.steps)),
    ]
    for path, name in named:
        first = seen.setdefault(name, path)
        if name == RESERVED:
            words = f"allowed.{RESERVED} is the sum of all terms; take another id"
            found.add(path, f"{RESERVED} is reserved: {words}")
        if first != path:
            found.add(path, f"is the id on line {found.root.line_at(first)} too")


def _check_formula(formula: Formula, terms: Terms, found: FaultList) -> None:
    own = {path: FactType(fact.type) for path, fact in terms.facts.items()}
    try:
        check(
            formula.expression,
            fact_type=partial(type_of, own=own, named=_named(terms)),
            tables={name: looked_up_by(rows) for name, rows in terms.tables.items()},
            expected=formula.type,
        )
    except InvalidExpression as error:
        found.add(formula.path, str(error))
        return
    _check_owners(formula, found)
    check_codes(formula, found)
    check_figure(formula, found)


def _named(terms: Terms) -> Mapping[str, FactType]:
    dates = [f"measure.{name}" for name, measure in terms.measures.items() if measure.is_date]
    numbers = [f"measure.{name}" for name in terms.measures]
    numbers += [f"{AMOUNT}{name}" for name in terms.amounts]
    numbers += [f"allowed.{one.id}" for one in terms.terms]
    named = dict.fromkeys([*numbers, f"allowed.{RESERVED}"], FactType.NUMBER)
    named |= dict.fromkeys(dates, FactType.DATE)
    return named | {f"test.{name}": FactType.YES_NO for name in terms.tests}


_OBSTACLES: Final = {
    "line": "one line's facts stand only where one line is priced: in `lines`, below "
    "`each_line`, in a term `for: line`; use group.charges and the like",
    "group": "there is no group here; use claim or measure facts",
    "day": "a day's facts stand only in per_diem, which prices each day of a stay",
    "this": "this.amount stands only in steps: the amount so far",
    "raise": "raise.on stands only in an escalator's `by`: the day on which the raise begins",
    "allowed": "what terms allow is known only in the document's own steps",
    "measure": "tables, phases and other measures cannot read measures; they could lead back here",
    "amount": "tables, phases and measures cannot read amounts; they could lead back here",
    "test": "tables and phases cannot read tests; they could lead back here",
}


def _check_owners(formula: Formula, found: FaultList) -> None:
    told = set()
    for fact in list_facts(formula.expression):
        owner = fact.path.partition(".")[0]
        if owner not in formula.owners and owner not in told:
            told.add(owner)
            found.add(formula.path, f"{fact.path}: {_OBSTACLES[owner]}")


def _check_amounts(terms: Terms, found: FaultList) -> None:
    leads_to = {name: list(_amounts_of(expr)) for name, expr in terms.amounts.items()}
    for cycle in list_cycles(leads_to):
        found.add(("amounts", cycle[0]), f"leads back to itself: {' → '.join(cycle)}")


def _amounts_of(expression: Expression) -> Iterator[str]:
    for fact in list_facts(expression):
        if fact.path.startswith(AMOUNT):
            yield fact.path.removeprefix(AMOUNT)


def _check_phases(terms: Terms, found: FaultList) -> None:
    known = [phase.id for phase in terms.phases]
    if not known:
        return  # the claim names its phases itself
    for path, lines in _selectors(terms):
        for place, name in enumerate(lines.phases or ()):
            if name not in known:
                found.add((*path, "phases", place), f"no such phase; {suggestion(name, known)}")


def _selectors(terms: Terms) -> Iterator[tuple[Path, LinesSaid]]:
    named: dict[str, tuple[Term | ClaimStep, ...]] = {"terms": terms.terms, "steps": terms.steps}
    for key, rules in named.items():
        for place, rule in enumerate(rules):
            path = (key, place, "lines")
            yield path, rule.lines
            for part, said in rule.lines.parts.items():
                yield (*path, part), said


def _check_rows(rows: tuple[ScheduleRow, ...], path: Path, found: FaultList) -> None:
    for fault in list_row_faults(rows, lambda place: found.root.line_at((*path, place))):
        where = (*path, fault.place) if fault.key is None else (*path, fault.place, fault.key)
        found.add(where, fault.words)
