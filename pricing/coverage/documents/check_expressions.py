"""Expressions: well typed, of facts that exist and are known where they are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from pricing.coverage.documents.formulas import Formula, list_formulas
from pricing.coverage.documents.policy_document import Policy
from pricing.coverage.facts import Level, Place, find_obstacle, level_of, type_of
from pricing.documents.check_tables import looked_up_by
from pricing.documents.fault_list import FaultList
from pricing.expressions.constants import constant_of, is_share_alone
from pricing.expressions.errors import CannotCompute, InvalidExpression
from pricing.expressions.tree import Expression, list_facts, list_tables
from pricing.expressions.types import FactType, check

_AMOUNTS: Final = frozenset(
    {"amount", "up_to", "cap", "deductible", "minimum", "at_most", "otherwise_at_most"}
)
"""Keys of amounts: 80 % alone would be 80 cents there."""

_WHOLE: Final = MappingProxyType(
    {
        Place.PIECE: "trip.claimed",
        Place.BENEFIT_AMOUNT: "covered.claimed",
        Place.LIMIT: "covered.amount",
    }
)
"""What a share may be meant of, where amounts stand."""


def check_expressions(policy: Policy, found: FaultList) -> None:
    """Note every expression that cannot be computed, whatever the trip."""
    declared = {path: FactType(fact.type) for path, fact in policy.facts.items()}
    tables = {name: looked_up_by(rows) for name, rows in policy.tables.items()}
    for formula in list_formulas(policy):
        try:
            check(
                formula.expression,
                fact_type=partial(_type_of, declared=declared),
                tables=tables,
                expected=formula.type,
            )
        except InvalidExpression as error:
            found.add(formula.path, str(error))
            continue
        _check_constant(formula, found)
        _check_places(formula, policy, found)


def _type_of(path: str, declared: Mapping[str, FactType]) -> FactType:
    if path.startswith(("used.", "left.")):
        return FactType.NUMBER  # whether the limit exists is looked at with the limits
    return type_of(path, declared)


def _check_constant(formula: Formula, found: FaultList) -> None:
    if formula.type is not FactType.NUMBER:
        return
    try:
        value = constant_of(formula.expression)
    except CannotCompute as error:
        found.add(formula.path, str(error))
        return
    if value is None:
        return
    text = formula.expression.text.strip()
    if value < 0:
        found.add(formula.path, "must not be negative")
    elif _is_amount(formula) and is_share_alone(formula.expression):
        whole = f"say of what, such as {text} * {_WHOLE[formula.place]}"
        found.add(formula.path, f"is a share where an amount belongs: {whole}")
    elif formula.is_share and value > 1:
        advice = "" if text.endswith("%") else f"; did you mean {text} %?"
        found.add(formula.path, f"is a share of more than everything{advice}")


def _is_amount(formula: Formula) -> bool:
    """Tell whether an amount stands there, be it one of several by currency."""
    return formula.path[-1] in _AMOUNTS or formula.path[-2] in {"up_to", "amount", "cap"}


def _check_places(formula: Formula, policy: Policy, found: FaultList) -> None:
    told = set()
    for path, table in _facts_read(formula.expression, policy):
        is_own = formula.is_of_persons and level_of(path) is Level.PERSON
        obstacle = None if is_own else find_obstacle(path, formula.kinds, formula.place)
        if obstacle is not None and obstacle not in told:
            told.add(obstacle)
            found.add(formula.path, f"{obstacle}{f' (read by the table {table})' if table else ''}")


def _facts_read(expression: Expression, policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield the facts of an expression and of the tables it looks up, these with the table."""
    for fact in list_facts(expression):
        yield fact.path, ""
    seen: set[str] = set()
    waiting = [str(table.value) for table in list_tables(expression)]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for row in policy.tables.get(name, ()):
            for fact in list_facts(row.value):
                yield fact.path, name
            waiting += [str(table.value) for table in list_tables(row.value)]
