"""An expected stay as claims: one for each scenario, one for each length of stay."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from pricing.contracts.documents.claim_document import Claim, ClaimHead, ClaimLine, LineHead
from pricing.contracts.documents.stay_document import Figure, Scenario, Stay, StayLine, Three
from pricing.contracts.errors import StaysDiffer

_ZERO = Decimal(0)


def claim_of(stay: Stay, scenario: Scenario, days: int | None = None) -> Claim:
    """Return the claim that a stay would become.

    ``days``: another length of stay than the scenario's; days of lines are cut to it. Raises
    StaysDiffer where the lines count more days than the stay has.
    """
    length = getattr(stay.days, scenario) if days is None else days
    lines = _lines(stay, scenario, Decimal(length), is_cut=days is not None)
    head = {name: getattr(stay, name) for name in ClaimHead.model_fields}
    return Claim(
        **head,
        format="sojourn-claim/1",
        id=f"{stay.id}-{scenario}" if days is None else f"{stay.id}-{days}",
        currency=stay.currency,
        admitted=stay.admitted,
        discharged=stay.admitted + timedelta(days=int(length)),
        days=Decimal(length),
        lines=tuple(lines),
    )


def _lines(stay: Stay, scenario: Scenario, length: Decimal, *, is_cut: bool) -> list[ClaimLine]:
    counted, left = {}, length
    for place, line in enumerate(stay.lines):
        if isinstance(line.days, (Three, Decimal)):
            counted[place] = _figure(line.days, scenario)
            if is_cut:
                counted[place] = min(counted[place], left)
            left -= counted[place]
    if left < 0:
        raise StaysDiffer("days", f"of the lines are {-left} more than the {length} of the stay")
    found = []
    for place, line in enumerate(stay.lines):
        days = counted.get(place, left if line.days == "rest" else length)
        made = _line(line, scenario, days, name=line.id or str(place + 1))
        found += [] if made is None else [made]
    if not found:
        raise StaysDiffer("lines", f"are all of 0 days in a stay of {length}; add one without days")
    return found


def _line(line: StayLine, scenario: Scenario, days: Decimal, *, name: str) -> ClaimLine | None:
    """Return a line of the claim; none for a daily charge of 0 days."""
    said: dict[str, Any] = {key: getattr(line, key) for key in LineHead.model_fields}
    for key in ("units", "charge", "invoice", "medicare"):
        figure = getattr(line, key)
        said[key] = None if figure is None else _figure(figure, scenario)
    if line.charge_per_day is not None:
        if not days:
            return None
        said["charge"] = _figure(line.charge_per_day, scenario) * days
        said["units"] = said["units"] if said["units"] is not None else days
    return ClaimLine(**{**said, "id": name})


def _figure(figure: Figure, scenario: Scenario) -> Decimal:
    if isinstance(figure, Three):
        value: Decimal = getattr(figure, scenario)
        return value
    return figure
