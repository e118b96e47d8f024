"""What the shape of a claim or an expected stay cannot say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

from pricing.contracts.documents.claim_document import Claim, LineHead
from pricing.contracts.documents.stay_document import SCENARIOS, Stay, Three
from pricing.documents.fault_list import FaultList
from pricing.documents.located import Step
from pricing.errors import InvalidAmount
from pricing.money import Money

_RATIO_MAX: Final = 10
"""A cost-to-charge ratio or wage index above it is a percentage."""


def check_claim(claim: Claim, found: FaultList) -> None:
    """Note every fault of a claim whose shape is right."""
    _check_currency(claim.currency, found)
    _check_line_ids(claim.lines, found)
    if claim.admitted is not None and claim.discharged is not None:
        if claim.discharged < claim.admitted:
            found.add(("discharged",), f"must not be before admitted, {claim.admitted}")
    elif claim.discharged is not None:
        found.add(("discharged",), "is stated without admitted; state both")
    if claim.received is not None and claim.paid is not None and claim.paid < claim.received:
        found.add(("paid",), f"must not be before received, {claim.received}")
    _check_ratios(claim, found)
    if found.faults:
        return
    decimals = Money.zero(claim.currency).decimals
    for path, amount in _amounts(claim):
        if amount is not None and -amount.as_tuple().exponent > decimals:
            found.add(path, f"has more than the {decimals} decimals of {claim.currency}")


def _check_ratios(claim: Claim, found: FaultList) -> None:
    """Note a ratio that was written as a percentage."""
    for key, example in (("cost_to_charge", "0.30"), ("wage_index", "1.05")):
        ratio = getattr(claim, key)
        if ratio is not None and ratio > _RATIO_MAX:
            found.add((key,), f"is a ratio, such as {example}; did you mean {ratio / 100}?")


def _amounts(claim: Claim) -> Iterator[tuple[tuple[Step, ...], Any]]:
    """Yield every amount of money that a claim states, with its place."""
    for key in ("medicare", "patient_share"):
        yield (key,), getattr(claim, key)
    for place, line in enumerate(claim.lines):
        for key in ("charge", "invoice", "medicare"):
            yield ("lines", place, key), getattr(line, key)


def check_stay(stay: Stay, found: FaultList) -> None:
    """Note every fault of an expected stay whose shape is right."""
    _check_currency(stay.currency, found)
    _check_line_ids(stay.lines, found)
    days = stay.days
    if not days.low <= days.expected <= days.high:
        found.add(("days",), "must not fall from low to expected to high")
    for place, line in enumerate(stay.lines):
        path = ("lines", place)
        if line.charge is not None and line.charge_per_day is not None:
            found.add((*path, "charge_per_day"), "give either charge or charge_per_day")
        if line.days is not None and line.charge_per_day is None:
            found.add((*path, "days"), "counts the days of charge_per_day; give that, or units")
        for key in ("charge", "charge_per_day", "units", "invoice", "medicare", "days"):
            figure = getattr(line, key)
            if isinstance(figure, Three) and not _rises(figure):
                found.add((*path, key), "must not fall from low to expected to high")


def _rises(figure: Three) -> bool:
    amounts = [getattr(figure, scenario) for scenario in SCENARIOS]
    return all(one <= after for one, after in pairwise(amounts))


def _check_currency(currency: str, found: FaultList) -> None:
    try:
        Money.zero(currency)
    except InvalidAmount as error:
        found.add(("currency",), str(error))


def _check_line_ids(lines: Sequence[LineHead], found: FaultList) -> None:
    seen: dict[str, int] = {}
    for place, line in enumerate(lines):
        name = line.id or str(place + 1)
        first = seen.setdefault(name, place)
        if first != place:
            where = found.root.line_at(("lines", first))
            found.add(("lines", place), f"has the id of the line on {where} too: {name}")
