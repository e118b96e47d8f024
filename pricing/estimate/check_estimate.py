"""What is wrong with an estimate although its shape is right."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from pricing.documents.fault_list import FaultList
from pricing.documents.faults import quoted
from pricing.documents.located import Step
from pricing.errors import InvalidAmount
from pricing.estimate.estimate_document import Estimate, Payers
from pricing.estimate.figures import money_of
from pricing.money import Money

_NPI_PREFIX: Final = "80840"


def check_estimate(estimate: Estimate, found: FaultList) -> None:
    """Note every fault of an estimate whose shape is right."""
    if not is_known_currency(estimate.currency, found):
        return
    check_ids("providers", [one.id for one in estimate.providers], found)
    check_ids("items", [one.id for one in estimate.items], found)
    _check_providers(estimate, found)
    are_whole = check_amounts(
        [
            *((("items", place, "charge"), one.charge) for place, one in enumerate(estimate.items)),
            *_shares(estimate.payers),
        ],
        estimate.currency,
        found,
    )
    _check_days(estimate, found)
    if are_whole:
        _check_sum(estimate, found)


def is_known_currency(currency: str, found: FaultList) -> bool:
    """Return whether money can be counted in a currency; notes where not."""
    try:
        Money.zero(currency)
    except InvalidAmount as error:
        found.add(("currency",), error.expected)
        return False
    return True


def check_ids(part: str, ids: list[str], found: FaultList) -> None:
    """Note ids that a part of the document uses twice."""
    seen: dict[str, int] = {}
    for place, one in enumerate(ids):
        first = seen.setdefault(one, place)
        if first != place:
            line = found.root.line_at((part, first))
            found.add((part, place, "id"), f"{quoted(one)} is on line {line} already")


def check_npi(npi: str | None, path: tuple[Step, ...], found: FaultList) -> None:
    """Note an NPI whose check digit is wrong (Luhn over the number after 80840)."""
    if npi is None:
        return
    digits = [int(digit) for digit in reversed(_NPI_PREFIX + npi)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    if (sum(digits[::2]) + sum(doubled)) % 10:
        found.add(path, f"{npi} is no NPI: its check digit is wrong; look for a typing error")


def check_amounts(
    amounts: Iterable[tuple[tuple[Step, ...], Decimal]], currency: str, found: FaultList
) -> bool:
    """Return whether all amounts are whole minor units of the currency; notes others."""
    are_whole = True
    for path, amount in amounts:
        try:
            money_of(amount, currency)
        except InvalidAmount as error:
            found.add(path, error.expected)
            are_whole = False
    return are_whole


def _check_providers(estimate: Estimate, found: FaultList) -> None:
    convening = [place for place, one in enumerate(estimate.providers) if one.convening]
    if len(convening) != 1:
        words = "exactly one provider must be convening: the one that gives the estimate"
        found.add(("providers", convening[1]) if convening else ("providers",), words)
    for place, one in enumerate(estimate.providers):
        check_npi(one.npi, ("providers", place, "npi"), found)
        if one.answered_on is not None and (one.asked_on is None or one.answered_on < one.asked_on):
            path = ("providers", place, "answered_on")
            found.add(path, "nobody answers before being asked; put asked_on right")
    known = [one.id for one in estimate.providers]
    for place, item in enumerate(estimate.items):
        if item.provider not in known:
            path = ("items", place, "provider")
            found.add(
                path, f"no provider has the id {quoted(item.provider)}; there is {', '.join(known)}"
            )


def _shares(payers: Payers | None) -> list[tuple[tuple[Step, ...], Decimal]]:
    if payers is None:
        return []
    return [(("payers", name), getattr(payers, name)) for name in ("plan", "patient", "self_pay")]


def _check_sum(estimate: Estimate, found: FaultList) -> None:
    if estimate.payers is None:
        return
    total = sum((one.charge for one in estimate.items), Decimal(0))
    paid = sum((amount for _, amount in _shares(estimate.payers)), Decimal(0))
    if paid != total:
        zero = Money.zero(estimate.currency)
        paid_text, total_text = (
            money_of(Decimal(one), zero.currency).to_decimal_text() for one in (paid, total)
        )
        found.add(
            ("payers",),
            f"plan, patient and self_pay make {paid_text}, the items "
            f"{total_text}: they must be equal",
        )


def _check_days(estimate: Estimate, found: FaultList) -> None:
    day = estimate.primary.date
    if estimate.valid_until < day:
        found.add(("valid_until",), f"must not be before the primary service on {day}")
    for name in ("scheduled_on", "requested_on", "changed_on", "issued_on"):
        stated = getattr(estimate, name)
        if stated is not None and stated > day:
            found.add((name,), f"must not be after the primary service on {day}")
    first, issued = estimate.first_issued_on, estimate.issued_on
    if estimate.version == 1 and first is not None and first != issued:
        found.add(("first_issued_on",), "is for later versions: the first is issued on issued_on")
    elif first is not None and issued is not None and issued < first:
        found.add(("issued_on",), f"must not be before the first version's {first}")
