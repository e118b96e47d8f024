"""Money: whole minor units of one currency, added exactly and divided without losing a cent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from pricing.errors import CurrencyMismatch, InvalidAmount

_WITHOUT_DECIMALS = ("ISK", "JPY", "KRW", "CLP", "VND")
_WITH_TWO = (
    *("USD", "EUR", "GBP", "CHF", "CAD", "AED", "AUD", "BRL", "CNY", "CZK", "DKK", "EGP", "HKD"),
    *("HUF", "IDR", "ILS", "INR", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "QAR", "RON", "SAR"),
    *("SEK", "SGD", "THB", "TRY", "ZAR"),
)
_WITH_THREE = ("BHD", "JOD", "KWD", "OMR")

_DECIMALS = {
    **dict.fromkeys(_WITH_TWO, 2),
    **dict.fromkeys(_WITHOUT_DECIMALS, 0),
    **dict.fromkeys(_WITH_THREE, 3),
}
"""Minor-unit digits of the currencies in use (ISO 4217 table A.1)."""

_AMOUNT = re.compile(r"-?\d{1,12}(?:\.(\d+))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in whole minor units (cents for USD) of an ISO 4217 currency."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse fractions of a minor unit and unknown currencies."""
        if type(self.minor) is not int:
            raise InvalidAmount(repr(self.minor), "minor units are whole numbers")
        if self.currency not in _DECIMALS:
            raise InvalidAmount(self.currency, f"currency must be one of {', '.join(_DECIMALS)}")

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Return the amount written as decimal text (``"1250.00"``) in major units.

        Raises InvalidAmount when the text is no plain decimal number or has more decimals
        than the currency has minor digits.
        """
        zero = cls(0, currency)
        decimals = zero.decimals
        match = _AMOUNT.fullmatch(text.strip())
        if match is None:
            raise InvalidAmount(text, f"write it like {zero.example}")
        fraction = match.group(1) or ""
        if len(fraction) > decimals:
            raise InvalidAmount(text, f"{currency} has {decimals} decimals, like {zero.example}")
        digits = text.strip().replace(".", "") + "0" * (decimals - len(fraction))
        return cls(int(digits), currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Return nothing at all, in that currency."""
        return cls(0, currency)

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str) -> Money:
        """Return the sum; the currency is needed because there may be no amounts."""
        zero = Money(0, currency)
        return Money(sum(zero._minor_of(amount) for amount in amounts), currency)

    @property
    def decimals(self) -> int:
        """Return how many digits follow the decimal point in this currency."""
        return _DECIMALS[self.currency]

    @property
    def example(self) -> str:
        """Return a well-formed amount of this currency, for error texts."""
        return "1250" + ("." + "0" * self.decimals if self.decimals else "")

    def to_decimal_text(self) -> str:
        """Return the amount in major units as plain text, such as ``"-1250.00"``."""
        sign = "-" if self.minor < 0 else ""
        digits = str(abs(self.minor)).rjust(self.decimals + 1, "0")
        if not self.decimals:
            return sign + digits
        return f"{sign}{digits[: -self.decimals]}.{digits[-self.decimals :]}"

    def at_most(self, limit: Money) -> Money:
        """Return the smaller of the two amounts."""
        return min(self, limit)

    def share(self, numerator: int, denominator: int) -> Money:
        """Return the fraction of this amount, rounded half up to a whole minor unit."""
        return Money((2 * self.minor * numerator + denominator) // (2 * denominator), self.currency)

    def split(self, parts: int) -> tuple[Money, ...]:
        """Return the amount in that many parts which sum to the whole; earlier parts get more."""
        base, rest = divmod(self.minor, parts)
        return tuple(Money(base + (place < rest), self.currency) for place in range(parts))

    def __add__(self, other: Money) -> Money:
        """Return the sum of two amounts of one currency."""
        return Money(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        """Return the difference of two amounts of one currency."""
        return Money(self.minor - self._minor_of(other), self.currency)

    def __mul__(self, count: int) -> Money:
        """Return the amount taken a whole number of times."""
        return Money(self.minor * count, self.currency)

    def __lt__(self, other: Money) -> bool:
        """Return whether this amount is smaller."""
        return self.minor < self._minor_of(other)

    def __le__(self, other: Money) -> bool:
        """Return whether this amount is not larger."""
        return self.minor <= self._minor_of(other)

    def __gt__(self, other: Money) -> bool:
        """Return whether this amount is larger."""
        return self.minor > self._minor_of(other)

    def __ge__(self, other: Money) -> bool:
        """Return whether this amount is not smaller."""
        return self.minor >= self._minor_of(other)

    def _minor_of(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(other.currency, self.currency)
        return other.minor
