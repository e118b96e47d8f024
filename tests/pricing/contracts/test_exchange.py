"""A claim in another currency: converted by the contract's day, refused without a rate."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from pricing.contracts.answer import to_document
from pricing.contracts.documents.read import read_claim, read_terms
from pricing.contracts.errors import ClaimFactMissing, OtherCurrency
from pricing.contracts.prepared import nothing_beside, prepare
from pricing.contracts.price import price_claim
from pricing.ecb_rates import EcbRates
from pricing.errors import NoRate
from pricing.exchange import ExchangeRates, Rate
from tests.pricing.contracts.pricing_of import CLAIM_HEAD, TERMS_HEAD, with_head

ALL = "terms: [{id: t, text: T., pays: {share: 50 %, of: charges}}]\n"
CLAIM = """currency: EUR
admitted: 2026-03-02
discharged: 2026-03-05
received: 2026-03-09
paid: 2026-03-20
patient_share: 10
lines:
- {charge: 100.01, date: 2026-03-03}
- {charge: 0, date: 2026-03-04}
- {charge: 200}
"""


class ByDay:
    """Rates of 1 and as many hundredths as the day of the month."""

    def rate(self, source: str, target: str, day: date) -> Rate:
        """Return the rate of a day."""
        return Rate(source, target, day, 1 + Fraction(day.day, 100))


def priced(terms: str, claim: str, rates: ExchangeRates) -> dict[str, Any]:
    """Return a claim priced with these rates."""
    prepared = prepare(read_terms(with_head(terms, TERMS_HEAD), "terms"), nothing_beside)
    return to_document(price_claim(prepared, read_claim(with_head(claim, CLAIM_HEAD), "c"), rates))


@pytest.mark.parametrize(
    ("by", "lines", "patient"),
    [
        # 103.0103 → 103.01, half 51.505 → 51.51; 204, half 102; 10 × 1.03
        ("service", [51_51, 0, 102_00], 10_30),
        # 102.0102 → 102.01, half 51.005 → 51.01
        ("admission", [51_01, 0, 102_00], 10_20),
        # 105.0105 → 105.01, half 52.505 → 52.51; 210, half 105
        ("discharge", [52_51, 0, 105_00], 10_50),
        # 109.0109 → 109.01, half 54.505 → 54.51; 218, half 109
        ("received", [54_51, 0, 109_00], 10_90),
        # 120.012 → 120.01, half 60.005 → 60.01; 240, half 120
        ("paid", [60_01, 0, 120_00], 12_00),
    ],
)
def test_amounts_are_converted_at_the_rate_of_the_contracts_day(
    by: str, lines: list[int], patient: int
) -> None:
    answer = priced(f"exchange: {{date: {by}}}\n{ALL}", CLAIM, ByDay())

    assert [line["allowed_cents"] for line in answer["lines"]] == lines
    assert answer["patient_cents"] == patient
    assert answer["payer_cents"] == sum(lines) - patient
    assert answer["currency"] == "USD"


def test_the_trace_begins_with_the_conversion() -> None:
    answer = priced(f"exchange: {{date: service}}\n{ALL}", CLAIM, ByDay())

    first = answer["lines"][0]["trace"][0]
    assert first["what"] == "exchange"
    assert first["arithmetic"] == "charge 100.01 EUR × 1.03 (ECB, 2026-03-03) = 103.01 USD"


def test_the_rates_are_those_of_the_central_bank() -> None:
    published = EcbRates().rate("EUR", "USD", date(2024, 3, 1)).value
    claim = "currency: EUR\nlines: [{charge: 1000, date: 2024-03-02}]"

    # a Saturday takes Friday's rate
    answer = priced(f"exchange: {{date: service}}\n{ALL}", claim, EcbRates())

    assert answer["allowed_cents"] == round(published * 1000 * 100) // 2


def test_a_contract_without_exchange_refuses_another_currency() -> None:
    with pytest.raises(OtherCurrency, match=r"add `exchange: \{date: service\}` to the terms"):
        priced(ALL, CLAIM, ByDay())


def test_a_currency_without_a_rate_is_an_error() -> None:
    claim = "currency: AED\nlines: [{charge: 1000, date: 2024-03-01}]"

    with pytest.raises(NoRate, match="publishes none for AED; state the claim in USD"):
        priced(f"exchange: {{date: service}}\n{ALL}", claim, EcbRates())


def test_a_day_that_is_not_stated_is_asked_for() -> None:
    claim = "currency: EUR\nlines: [{charge: 1000}]"

    with pytest.raises(ClaimFactMissing) as caught:
        priced(f"exchange: {{date: service}}\n{ALL}", claim, ByDay())
    assert caught.value.field == "line.date of line 1"

    with pytest.raises(ClaimFactMissing) as caught:
        priced(f"exchange: {{date: paid}}\n{ALL}", claim, ByDay())
    assert caught.value.field == "claim.paid"
