"""Rates by date of service: each line, each group, each day at its own."""

from __future__ import annotations

import pytest

from tests.pricing.contracts.pricing_of import paid

BY_DATE = """
dated_by: service
tables: {rates: [{to: 2026-12-31, value: 100}, {from: 2027-01-01, value: 200}]}
escalators: {yearly: {first: 2027-01-01, every_months: 12, by: 10 %}}
"""
TWO_DAYS = "lines: [{charge: 1, date: 2026-12-31}, {charge: 1, date: 2027-01-01}]"


@pytest.mark.parametrize(
    ("grouped", "pays", "allowed"),
    [
        ("line", "{amount: \"lookup('rates', line.rate_date)\"}", "300.00"),
        ("day", "{amount: \"lookup('rates', group.rate_date)\"}", "300.00"),
        ("claim", "{amount: \"lookup('rates', group.rate_date)\"}", "100.00"),
        ("claim", "{amount: \"lookup('rates', claim.rate_date)\"}", "100.00"),
        ("line", "{amount: 100, then: [{escalate: yearly}]}", "210.00"),
        ("day", "{amount: 100, then: [{escalate: yearly}]}", "210.00"),
        ("claim", "{amount: 100, then: [{escalate: yearly}]}", "100.00"),
    ],
)
def test_what_is_priced_together_has_the_rate_of_its_first_day(
    grouped: str, pays: str, allowed: str
) -> None:
    terms = f"{BY_DATE}terms: [{{id: t, text: T., for: {grouped}, pays: {pays}}}]"

    assert paid(terms, TWO_DAYS) == allowed
