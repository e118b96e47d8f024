"""Exchange rates of the European Central Bank, as the CurrencyConverter package ships them.

The ECB publishes on its working days, in units of a currency for one euro. A day without
publication takes the last one before it; a currency that the ECB does not know, or a day long
after the last published, has no rate: nothing is ever taken as 1 to 1.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Final

from currency_converter import CurrencyConverter, RateNotFoundError

from pricing.errors import NoRate
from pricing.exchange import Rate

SOURCE: Final = "European Central Bank, euro foreign exchange reference rates"

_DAYS_WITHOUT_PUBLICATION: Final = 7
"""The longest closing so far, around Easter and New Year, is five days."""


class EcbRates:
    """Implements ``ExchangeRates``; the file is read when the first rate is asked for."""

    def rate(self, source: str, target: str, day: date) -> Rate:
        """Return the rate of that day or the last published before it; raises NoRate."""
        for back in range(_DAYS_WITHOUT_PUBLICATION):
            published = day - timedelta(days=back)
            of_source = _for_one_euro(source, published)
            of_target = _for_one_euro(target, published)
            if of_source is not None and of_target is not None:
                return Rate(source, target, published, of_target / of_source)
        raise NoRate(source, target, day, _why(source, target))


@lru_cache(maxsize=1)
def _converter() -> CurrencyConverter:
    return CurrencyConverter(decimal=True)


@lru_cache(maxsize=4096)
def _for_one_euro(currency: str, day: date) -> Fraction | None:
    try:
        return Fraction(_converter().convert(1, "EUR", currency, date=day))
    except (RateNotFoundError, ValueError):
        return None


def _why(source: str, target: str) -> str:
    bounds = _converter().bounds
    for currency in (source, target):
        if currency not in bounds:
            return (
                f"the ECB publishes none for {currency}; state it in the trip's rates, "
                "with its day and source"
            )
    last = min(bounds[source].last_date, bounds[target].last_date)
    first = max(bounds[source].first_date, bounds[target].first_date)
    return f"the ECB's, as installed, reach from {first} to {last}; state it in the trip's rates"
