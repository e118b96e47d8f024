"""Every expression of a terms document: where it stands, its type, which facts it may read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pydantic import BaseModel

from pricing.contracts.documents.rate import LISTS_OF_RATES, Rate, Step
from pricing.contracts.documents.selector import Lines
from pricing.contracts.documents.terms_document import ClaimStep, Term, Terms
from pricing.contracts.facts import CLAIM
from pricing.documents.located import Step as PathStep
from pricing.expressions.tree import Expression
from pricing.expressions.types import FactType

Path = tuple[PathStep, ...]

_STATED: Final = frozenset({"claim", "stay"})
"""What tables and phases may read: nothing that could lead back to them."""
_LINE: Final = CLAIM | {"line"}
_RAISE: Final = CLAIM | {"raise"}
_GROUP: Final = CLAIM | {"group"}
_BOTH: Final = _LINE | {"group"}
_DAY: Final = frozenset({"day"})
_TYPES: Final = MappingProxyType({"when": FactType.YES_NO, "since": FactType.DATE})
"""By field, where it is no number."""


@dataclass(frozen=True, slots=True)
class Formula:
    """One expression: its place in the document, its type, the owners of facts it may read."""

    path: Path
    expression: Expression
    type: FactType
    owners: frozenset[str]
    is_share: bool = False


def list_formulas(terms: Terms) -> Iterator[Formula]:
    """Yield every expression of a document."""
    yield from _of_head(terms)
    for place, term in enumerate(terms.terms):
        yield from _of_term(term, ("terms", place))
    for place, step in enumerate(terms.steps):
        yield from _of_claim_step(step, ("steps", place))


def _of_head(terms: Terms) -> Iterator[Formula]:
    for name, expression in terms.amounts.items():
        yield Formula(("amounts", name), expression, FactType.NUMBER, CLAIM)
    for name, measure in terms.measures.items():
        owners = _LINE - {"measure", "amount"}
        yield from _of_lines(measure.lines, ("measures", name, "lines"), owners)
    for place, phase in enumerate(terms.phases):
        for key, bound in (("from", phase.first), ("to", phase.last)):
            if bound is not None:
                yield Formula(("phases", place, key), bound, FactType.DATE, _STATED)
    yield from _of_tables(terms)
    for name, escalator in terms.escalators.items():
        yield from _of_part(escalator, ("escalators", name), _RAISE)
        for place, one in enumerate(escalator.raises):
            yield from _of_part(one, ("escalators", name, "raises", place), _RAISE)


def _of_tables(terms: Terms) -> Iterator[Formula]:
    for table, rows in terms.tables.items():
        for place, row in enumerate(rows):
            path = ("tables", table, place, "value")
            yield Formula(path, row.value, FactType.NUMBER, _STATED)
    for name, schedule in terms.schedules.items():
        for place, fee in enumerate(schedule if isinstance(schedule, tuple) else ()):
            yield from _of_part(fee, ("schedules", name, place), _LINE)
    for name, factors in terms.modifiers.items():
        for code, factor in factors.items():
            where = ("modifiers", name, code)
            yield Formula(where, factor, FactType.NUMBER, _LINE, is_share=True)


def _of_term(term: Term, path: Path) -> Iterator[Formula]:
    yield from _of_lines(term.lines, (*path, "lines"))
    if term.shown_on is not None:
        yield from _of_lines(term.shown_on, (*path, "shown_on"))
    if term.when is not None:
        yield Formula((*path, "when"), term.when, FactType.YES_NO, _GROUP)
    owners = _BOTH if term.grouped == "line" else _GROUP
    yield from _of_rate(term.pays, (*path, "pays"), owners)


def _of_claim_step(step: ClaimStep, path: Path) -> Iterator[Formula]:
    yield from _of_lines(step.lines, (*path, "lines"))
    owners = _BOTH if step.grouped == "line" else _GROUP
    yield from _of_step(step, path, owners | {"allowed"})


def _of_lines(lines: Lines, path: Path, owners: frozenset[str] = _LINE) -> Iterator[Formula]:
    yield from _of_part(lines, path, owners)
    for key, said in lines.parts.items():
        yield from _of_part(said, (*path, key), owners)


def _of_rate(rate: Rate, path: Path, owners: frozenset[str]) -> Iterator[Formula]:
    yield from _of_part(rate, path, owners)
    for where, part in _parts_of(rate):
        is_day = where[0] == "per_diem"
        yield from _of_part(part, (*path, *where), owners | _DAY if is_day else owners)
    if rate.lines is not None:
        yield from _of_lines(rate.lines, (*path, "lines"))
    if rate.each_line is not None:
        yield from _of_rate(rate.each_line, (*path, "each_line"), owners | {"line"})
    for key in LISTS_OF_RATES:
        for place, below in enumerate(getattr(rate, key) or ()):
            yield from _of_rate(below, (*path, key, place), owners)
    for place, step in enumerate(rate.then):
        yield from _of_step(step, (*path, "then", place), owners)


def _parts_of(rate: Rate) -> Iterator[tuple[Path, BaseModel]]:
    """Yield what a rate is made of besides other rates and steps."""
    for key in ("per_diem", "per_unit", "brackets"):
        rows = getattr(rate, key)
        for place, row in enumerate(rows if isinstance(rows, tuple) else ()):
            yield (key, place), row
    if rate.drg is not None:
        yield ("drg",), rate.drg
        if rate.drg.transfer is not None:
            yield ("drg", "transfer"), rate.drg.transfer


def _of_step(step: Step, path: Path, owners: frozenset[str]) -> Iterator[Formula]:
    owners |= {"this"}
    yield from _of_part(step, path, owners)
    for key in ("cost_outlier", "stop_loss", "prompt_pay"):
        part: BaseModel | None = getattr(step, key)
        if part is not None:
            yield from _of_part(part, (*path, key), owners)
    ranks = step.ranks
    if ranks is not None:
        where = (*path, "ranked") if isinstance(step.ranked, tuple) else (*path, "ranked", "shares")
        yield from _of_part(ranks, (*path, "ranked"), owners | {"line"})
        for place, share in enumerate(ranks.shares):
            yield Formula((*where, place), share, FactType.NUMBER, owners | {"line"}, is_share=True)


_SHARES: Final = frozenset(
    {"share", "by", "marginal", "discount", "reduce_by", "labor_share", "add_on", "capital_add_on"}
)


def _of_part(part: BaseModel, path: Path, owners: frozenset[str]) -> Iterator[Formula]:
    """Yield the expressions that stand directly below a part."""
    for name, field in type(part).model_fields.items():
        expression = getattr(part, name)
        if isinstance(expression, Expression):
            where = (*path, field.alias or name)
            kind = _TYPES.get(name, FactType.NUMBER)
            read = owners | _DAY if name == "per_diem" else owners
            yield Formula(where, expression, kind, read, is_share=name in _SHARES)
