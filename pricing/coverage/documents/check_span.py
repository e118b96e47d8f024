"""How long a trip, a stay or meals may last: a slip in the year makes thousands of nights."""

from __future__ import annotations

from datetime import date
from typing import Final

from pricing.documents.fault_list import FaultList
from pricing.documents.located import Step

DAYS_MAX: Final = 1100
"""Three years: longer than any treatment away from home is one trip."""


def check_span(path: tuple[Step, ...], span: tuple[date, date], found: FaultList) -> None:
    """Note a last day too long after the first one."""
    days = (span[1] - span[0]).days
    if days > DAYS_MAX:
        message = f"is {days:,} days after {span[0]}, at most {DAYS_MAX:,}; look at the year"
        found.add(path, message)
