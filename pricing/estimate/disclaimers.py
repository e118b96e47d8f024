"""What every good-faith estimate must say of itself (45 CFR 149.610(c)(1)), in plain words."""

from __future__ import annotations

from typing import Final

from pricing.estimate.estimate_document import Estimate

_MAY_BE_MORE: Final = (
    "There may be other items or services that the convening provider or facility recommends as "
    "part of the course of care. They are scheduled or asked for separately and are not in this "
    "estimate."
)
_ONLY_AN_ESTIMATE: Final = (
    "This is only an estimate of what is reasonably expected at the time it was made. What is "
    "really done, and what it costs, may differ."
)
_CAN_BE_DISPUTED: Final = (
    "You can start the patient-provider dispute resolution process if a provider or facility "
    "bills you 400 US dollars or more above what this estimate says for that provider or "
    "facility. You must start it within 120 calendar days after the date on the bill, and it "
    "costs 25 dollars. How to start it is told on www.cms.gov/nosurprises/consumers or at "
    "1-800-985-3059. Starting it does not make the care you get any worse."
)
_NO_CONTRACT: Final = (
    "This estimate is no contract. It does not require you to get the items or services from any "
    "of the providers or facilities it names."
)

STANDARD: Final = (_MAY_BE_MORE, _ONLY_AN_ESTIMATE, _CAN_BE_DISPUTED, _NO_CONTRACT)


def disclaimers_of(estimate: Estimate) -> tuple[str, ...]:
    """Return what an estimate says of itself: what all must, then its own."""
    return (*STANDARD, *estimate.disclaimers)
