"""Shares: what they are of is money, and no number of days, units or lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from pricing.contracts.documents.check_rates import list_rates
from pricing.contracts.documents.rate import Step
from pricing.contracts.documents.terms_document import Terms
from pricing.contracts.facts import AMOUNT
from pricing.documents.fault_list import FaultList
from pricing.documents.located import Step as PathStep
from pricing.expressions.tree import Binary, Call, Constant, Expression, Fact, Node, Operator, Unary

_Path = tuple[PathStep, ...]
_MEASURE: Final = "measure."
_COUNTS: Final = frozenset({
    *(f"stay.{name}" for name in ("days", "covered_days", "nights", "hours")),
    *(f"claim.{name}" for name in ("days", "covered_days", "hours", "mean_days", "patient_age")),
    *(f"{owner}.{name}" for owner in ("claim", "group") for name in ("units", "lines",
                                                                    "service_days")),
    "line.units", "line.number", "this.units",
})  # fmt: skip
_SUMS: Final = frozenset({Operator.PLUS, Operator.MINUS})
_OF_SAME: Final[Mapping[str, int]] = MappingProxyType(
    {"min": 0, "max": 0, "floor": 0, "ceil": 0, "round": 0, "abs": 0, "if": 1}
)
"""Functions that make days of days, and from which argument on."""


def check_bases(terms: Terms, found: FaultList) -> None:
    """Note every share of something that is counted, not paid."""
    for path, base in _bases(terms):
        if _is_counted(base.root, terms):
            found.add(path, f"{base.text} is no money; a share is of charges, or of an amount")
    for path, step in _steps(terms):
        stop = step.stop_loss
        is_of_excess = stop is not None and stop.form == "second_dollar"
        if stop is not None and is_of_excess and _is_counted(stop.of.root, terms):
            found.add(
                (*path, "stop_loss", "of"),
                f"{stop.of.text} is no money, and second_dollar pays a share of what exceeds the "
                "bound; write `when` and what is added",
            )


def _bases(terms: Terms) -> Iterator[tuple[_Path, Expression]]:
    for place, term in enumerate(terms.terms):
        for path, rate, _ in list_rates(term.pays, ("terms", place, "pays"), alone=False):
            if rate.of is not None:
                yield (*path, "of"), rate.of
    for path, step in _steps(terms):
        if step.stop_loss is not None and step.stop_loss.share_of is not None:
            yield (*path, "stop_loss", "share_of"), step.stop_loss.share_of
        if step.cost_outlier is not None:
            yield (*path, "cost_outlier", "charges"), step.cost_outlier.charges


def _steps(terms: Terms) -> Iterator[tuple[_Path, Step]]:
    """Yield every step, below rates and of the document."""
    for place, term in enumerate(terms.terms):
        for path, rate, _ in list_rates(term.pays, ("terms", place, "pays"), alone=False):
            for number, step in enumerate(rate.then):
                yield (*path, "then", number), step
    for place, step in enumerate(terms.steps):
        yield ("steps", place), step


def _is_counted(node: Node, terms: Terms) -> bool:
    """Tell whether a part of an expression is a number of days, units or lines for certain.

    Days times an amount are money, so a product or a quotient never is.
    """
    match node:
        case Fact():
            return _is_count(node.path, terms)
        case Unary():
            return _is_counted(node.operand, terms)
        case Binary() if node.operator in _SUMS:
            return _are_counted((node.left, node.right), terms)
        case Call() if node.function in _OF_SAME:
            return _are_counted(node.arguments[_OF_SAME[node.function] :], terms)
        case _:
            return False


def _are_counted(nodes: tuple[Node, ...], terms: Terms) -> bool:
    told = [node for node in nodes if not isinstance(node, Constant)]
    return bool(told) and all(_is_counted(node, terms) for node in told)


def _is_count(path: str, terms: Terms) -> bool:
    if path.startswith(_MEASURE):
        measure = terms.measures.get(path.removeprefix(_MEASURE))
        return measure is not None and measure.of in {"units", "lines", "service_days"}
    if path.startswith(AMOUNT):
        amount = terms.amounts.get(path.removeprefix(AMOUNT))
        # An amount that leads back to itself is told elsewhere; only plain ones are looked into.
        return amount is not None and isinstance(amount.root, Fact) and amount.root.path in _COUNTS
    return path in _COUNTS
