"""What a good-faith estimate must say (45 CFR 149.610(c)(1)) and this one does not yet."""

from __future__ import annotations

from typing import Final

from pricing.estimate.estimate_document import Estimate, Provider

_MUST_HAVE: Final = {
    "npi": "its NPI",
    "tin": "its taxpayer number (TIN)",
    "state": "the state where it is",
}


def list_gaps(estimate: Estimate) -> tuple[str, ...]:
    """Return what is missing before an estimate can be issued, one sentence for each gap."""
    gaps = [gap for one in estimate.providers for gap in _gaps_of(one)]
    if not estimate.diagnoses:
        gaps.append("no diagnosis code is stated")
    if estimate.scheduled_on is None and estimate.requested_on is None:
        gaps.append("neither the day it was scheduled nor the day it was asked for is stated")
    billing = {one.provider for one in estimate.items}
    gaps += [
        f"no item is expected from {one.name}; leave it out, or add what it will bill"
        for one in estimate.providers
        if one.id not in billing and not one.convening
    ]
    return tuple(gaps)


def _gaps_of(provider: Provider) -> list[str]:
    return [
        f"{provider.name} lacks {words}"
        for name, words in _MUST_HAVE.items()
        if getattr(provider, name) is None
    ]
