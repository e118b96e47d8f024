"""What a good-faith estimate must say and does not."""

from __future__ import annotations

from pricing.estimate.disclaimers import STANDARD, disclaimers_of
from pricing.estimate.gaps import list_gaps
from tests.pricing.estimate.estimates import documented_estimate, estimate_of


def test_the_page_s_estimate_lacks_nothing() -> None:
    assert list_gaps(documented_estimate()) == ()


def test_every_gap_is_told() -> None:
    assert list_gaps(estimate_of()) == (
        "Hospital lacks its taxpayer number (TIN)",
        "Hospital lacks the state where it is",
        "Surgeon lacks its NPI",
        "Surgeon lacks its taxpayer number (TIN)",
        "Surgeon lacks the state where it is",
        "no diagnosis code is stated",
        "neither the day it was scheduled nor the day it was asked for is stated",
        "no item is expected from Surgeon; leave it out, or add what it will bill",
    )


def test_an_estimate_s_own_disclaimers_follow_those_of_all() -> None:
    own = "Prices are those of this year."

    assert disclaimers_of(estimate_of(disclaimers=[own])) == (*STANDARD, own)
