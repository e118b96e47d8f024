"""Raises that are rounded: they stand first, where what they round is the rate itself."""

from __future__ import annotations

from pricing.contracts.documents.check_rates import list_rates
from pricing.contracts.documents.rate import Rate
from pricing.contracts.documents.terms_document import Terms
from pricing.documents.fault_list import FaultList


def check_raises(terms: Terms, found: FaultList) -> None:
    """Note every step of a rate that would round a product, or a sum, instead of a rate."""
    rounded = {name for name, one in terms.escalators.items() if one.round_to is not None}
    for place, term in enumerate(terms.terms):
        for path, rate, _ in list_rates(term.pays, ("terms", place, "pays"), alone=False):
            for number, step in enumerate(rate.then):
                is_first = number < len(rate.first_raises)
                if step.escalate in rounded and not is_first and _has_count(rate):
                    found.add_at_key(
                        (*path, "then", number, "escalate"),
                        "rounds what is counted already; write it first, below each rate that "
                        "is raised",
                    )


def _has_count(rate: Rate) -> bool:
    return rate.is_counted or any(_has_count(below) for below in rate.alternatives)
