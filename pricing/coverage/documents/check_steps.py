"""Tables of whole numbers that are looked up by what may be a fraction, such as a distance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pricing.coverage.documents.formulas import list_formulas
from pricing.coverage.documents.policy_document import Policy
from pricing.documents.check_tables import list_steps
from pricing.documents.fault_list import FaultList
from pricing.expressions.tree import (
    Binary,
    Call,
    Constant,
    Expression,
    Fact,
    Node,
    Operator,
    children_of,
    walk,
)

_MAY_BE_A_FRACTION: Final = frozenset(
    {
        *(
            "hours",
            "start_hour",
            "end_hour",
            "departure_hour",
            "arrival_hour",
            "claimed",
            "tax",
            "amount",
            "scheduled_hours",
            "distance_mi",
            "distance_km",
        ),
        *("care_cost", "travel_cost", "cheapest_alternative", "other_payments"),
        *("road_mi", "road_km", "straight_mi", "straight_km"),
    }
)
"""Last names of facts that are measured, not counted."""
_WHOLE: Final = frozenset({"floor", "ceil", "round", "year", "month", "weekday"})


def check_steps(policy: Policy, found: FaultList) -> None:
    """Note every lookup of a measured number in a table that only has rows for counted ones."""
    steps = {name: list_steps(rows) for name, rows in policy.tables.items()}
    for formula in list_formulas(policy):
        for table, key in _lookups(formula.expression):
            measured = _find_measured(key)
            for last, first in steps.get(table, ())[:1]:
                if measured is not None:
                    found.add(
                        formula.path,
                        f"{measured} may lie between {last} and {first}, where the table {table} "
                        f"has no row: write over: {last} instead of from: {first} there, "
                        "or round here with ceil or floor",
                    )


def _lookups(expression: Expression) -> Iterator[tuple[str, Node]]:
    for node in walk(expression.root):
        if isinstance(node, Call) and node.function == "lookup":
            name, *keys = node.arguments
            if isinstance(name, Constant):
                yield from ((str(name.value), key) for key in keys)


def _find_measured(node: Node) -> str | None:
    """Return the fact that makes a number one with decimals, or None."""
    if isinstance(node, Fact):
        is_measured = node.path.rpartition(".")[2] in _MAY_BE_A_FRACTION
        return node.path if is_measured and ".facts." not in node.path else None
    if isinstance(node, Call) and node.function in _WHOLE:
        return None
    if isinstance(node, Binary) and node.operator is Operator.DIVIDE:
        return "a quotient"
    below = (_find_measured(child) for child in children_of(node))
    return next((found for found in below if found is not None), None)
