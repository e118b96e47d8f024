"""Deciding a trip: each line's payable amount under its own cap, then the trip cap over all.

Both steps only take minima of whole cents, so nothing is ever rounded. The optimizer is given
the payable amount of every option by the same ``payable_of`` and takes the same minimum for the
trip, which is why its cents and the decision's cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass

from pricing.errors import CurrencyMismatch
from pricing.money import Money
from pricing.service_levels.decision import CoverageDecision, DecidedLine, LineKind
from pricing.service_levels.policy import CoveragePolicy

_UNIT = {
    LineKind.APPOINTMENT: "an appointment",
    LineKind.AIR: "a ticket",
    LineKind.LODGING: "a room and night",
    LineKind.GROUND: "a ride",
    LineKind.MEALS: "a person and day",
}

_WHOSE = {
    LineKind.AIR: "travellers",
    LineKind.LODGING: "rooms",
    LineKind.GROUND: "rides",
    LineKind.MEALS: "travellers",
    LineKind.APPOINTMENT: "appointments",
}


@dataclass(frozen=True, slots=True)
class CostPart:
    """So many units at one price, of which the policy looks at ``covered_units``."""

    unit_price: Money
    units: int
    covered_units: int

    def __post_init__(self) -> None:
        """Refuse negative prices and more covered units than there are."""
        if self.unit_price.minor < 0 or not 0 <= self.covered_units <= self.units:
            raise ValueError(f"impossible cost part {self}")


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of a trip's cost: parts that differ in price, such as the nights of a stay."""

    key: str
    kind: LineKind
    label: str
    parts: tuple[CostPart, ...]


def amount_of(line: CostLine, currency: str) -> Money:
    """Return what the line costs in all."""
    return Money.total((part.unit_price * part.units for part in line.parts), currency)


def payable_of(policy: CoveragePolicy, line: CostLine) -> Money:
    """Return what the policy pays of the line before the trip cap.

    Σ over the parts of min(unit price, cap of the kind) × covered units; zero without a cap.
    Raises CurrencyMismatch when the line is not in the policy's currency.
    """
    cap = policy.caps[line.kind]
    for part in line.parts:
        if part.unit_price.currency != policy.currency:
            raise CurrencyMismatch(part.unit_price.currency, policy.currency)
    if cap is None:
        return Money.zero(policy.currency)
    return Money.total(
        (part.unit_price.at_most(cap) * part.covered_units for part in line.parts), policy.currency
    )


def decide(policy: CoveragePolicy, lines: tuple[CostLine, ...]) -> CoverageDecision:
    """Return every line's split; the trip cap is used up in the order of the lines."""
    left = policy.trip_cap
    decided: list[DecidedLine] = []
    for line in lines:
        payable = payable_of(policy, line)
        payer = payable if left is None else payable.at_most(left)
        if left is not None:
            left -= payer
        decided.append(_decided(policy, line, payable, payer))
    return CoverageDecision(
        level=policy.level,
        policy_version=policy.version,
        policy_source=policy.source,
        currency=policy.currency,
        lines=tuple(decided),
        trip_cap=policy.trip_cap,
    )


def _decided(policy: CoveragePolicy, line: CostLine, payable: Money, payer: Money) -> DecidedLine:
    amount = amount_of(line, policy.currency)
    return DecidedLine(
        key=line.key,
        kind=line.kind,
        label=line.label,
        amount=amount,
        payable=payable,
        payer=payer,
        rule="trip_cap" if payer < payable else f"caps.{line.kind}",
        reason=_reason(policy, line, payer=payer, payable=payable),
    )


def _reason(policy: CoveragePolicy, line: CostLine, *, payer: Money, payable: Money) -> str:
    cap = policy.caps[line.kind]
    if cap is None:
        return f"{policy.title} does not pay {line.kind}."
    sentences = [_cap_sentence(line, cap), _cover_sentence(line)]
    if payer < payable and policy.trip_cap is not None:
        sentences.append(
            f"The plan pays at most {_written(policy.trip_cap)} for the whole visit; "
            f"{_written(payable - payer)} of this line is above that."
        )
    return " ".join(sentence for sentence in sentences if sentence)


def _cap_sentence(line: CostLine, cap: Money) -> str:
    above = sum(part.units for part in line.parts if part.unit_price > cap)
    limit = f"up to {_written(cap)} {_UNIT[line.kind]}"
    if not above:
        return f"Paid in full: {limit}."
    return f"Paid {limit}; {above} of {sum(part.units for part in line.parts)} cost more."


def _cover_sentence(line: CostLine) -> str:
    units = sum(part.units for part in line.parts)
    covered = sum(part.covered_units for part in line.parts)
    if covered == units:
        return ""
    share = f"{covered} of {units}" if covered else "none"
    return f"Covers {share}: the policy limits how many {_WHOSE[line.kind]} it pays for."


def _written(amount: Money) -> str:
    whole, _, decimals = amount.to_decimal_text().partition(".")
    return f"{amount.currency} {int(whole):,}" + (f".{decimals}" if decimals else "")
