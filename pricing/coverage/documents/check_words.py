"""Words that facts are compared with: a misspelt one never holds, and nobody would notice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pricing.coverage.documents.formulas import list_formulas
from pricing.coverage.documents.policy_document import Policy
from pricing.coverage.vocabulary import find_misspelling
from pricing.documents.fault_list import FaultList
from pricing.expressions.tree import (
    Binary,
    Call,
    Constant,
    Expression,
    Fact,
    Listed,
    Node,
    Operator,
    walk,
)

_COMPARED: Final = frozenset(
    {Operator.EQUAL, Operator.UNEQUAL, Operator.IN, Operator.NOT_IN, Operator.HAS}
)


def check_words(policy: Policy, found: FaultList) -> None:
    """Note every word that a fact is compared with, or looked up by, and can never hold."""
    own = {path: fact.values for path, fact in policy.facts.items() if fact.values is not None}
    for formula in list_formulas(policy):
        for fact, word in compared(formula.expression):
            fault = find_misspelling(fact, word, own)
            if fault is not None:
                found.add(formula.path, fault)
        for fact, table in looked_up(formula.expression):
            for place, row in enumerate(policy.tables.get(table, ())):
                fault = None if row.key is None else find_misspelling(fact, row.key, own)
                if fault is not None:
                    found.add(("tables", table, place, "key"), fault)


def compared(expression: Expression) -> Iterator[tuple[str, str]]:
    """Yield each fact with each word that it is compared with."""
    for node in walk(expression.root):
        if isinstance(node, Binary) and node.operator in _COMPARED:
            for one, other in ((node.left, node.right), (node.right, node.left)):
                if isinstance(one, Fact):
                    yield from ((one.path, word) for word in _words(other))


def _words(node: Node) -> Iterator[str]:
    items = node.items if isinstance(node, Listed) else (node,)
    for item in items:
        if isinstance(item, Constant) and isinstance(item.value, str):
            yield item.value


def looked_up(expression: Expression) -> Iterator[tuple[str, str]]:
    """Yield each fact that a table is looked up by, with the table."""
    for node in walk(expression.root):
        if isinstance(node, Call) and node.function == "lookup":
            name, *keys = node.arguments
            for key in keys:
                if isinstance(key, Fact) and isinstance(name, Constant):
                    yield key.path, str(name.value)
