"""How the text of a cell or header is read: trimmed, compared, as number, count or date.

The official validator is JavaScript: its blanks, capitals and digits are the ones that count.
"""

from __future__ import annotations

import re
from typing import Final

from pricing.price_files.validation.standard import NINE_NINES

BLANKS: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What ECMAScript trims; Python's own list has four separators more and no byte order mark."""

_POSITIVE: Final = re.compile(r"(?=[0.]*[1-9])(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_COUNT: Final = re.compile(r"0|1 THROUGH 10|1[1-9]|[2-9][0-9]+|[1-9][0-9]{2,}")
_ISO_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_US_DATE: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_BASED: Final = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_YEAR_OF_FOUR_DIGITS: Final = 100
"""Earlier years of a slashed date are taken for years of the last century or this one."""

NINES_LENGTH: Final = 9
"""Nothing shorter reads as nine nines."""


def is_positive_number(text: str) -> bool:
    """Tell whether a text is plain digits, perhaps with a point, that stand for more than zero."""
    return _POSITIVE.fullmatch(text) is not None


def is_count(text: str) -> bool:
    """Tell whether a text is a count of allowed amounts: 0, "1 through 10", 11 or more."""
    return _COUNT.fullmatch(text.upper()) is not None


def is_nine_nines(text: str) -> bool:
    """Tell whether a text reads as the number 999,999,999, however it is written."""
    if len(text) < NINES_LENGTH:
        return False
    if _DECIMAL.fullmatch(text):
        # No amount is computed: the comparison is the official one, in binary floating point.
        return float(text) == NINE_NINES
    return _BASED.fullmatch(text) is not None and int(text, 0) == NINE_NINES


def is_iso_date(text: str) -> bool:
    """Tell whether a text is a day of the calendar as YYYY-MM-DD."""
    matched = _ISO_DATE.fullmatch(text)
    return matched is not None and _is_day(*(int(part) for part in matched.groups()))


def is_date(text: str) -> bool:
    """Tell whether a text is a day of the calendar as YYYY-MM-DD or M/D/YYYY."""
    matched = _US_DATE.fullmatch(text)
    if matched is None:
        return is_iso_date(text)
    month, day, year = (int(part) for part in matched.groups())
    return year >= _YEAR_OF_FOUR_DIGITS and _is_day(year, month, day)


def _is_day(year: int, month: int, day: int) -> bool:
    if not 1 <= month <= len(_DAYS):
        return False
    leaps = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)  # noqa: PLR2004 — the Gregorian calendar
    return 1 <= day <= _DAYS[month - 1] + leaps


def header_key(header: str) -> tuple[str, ...]:
    """Return what two headers that mean the same have in common: parts trimmed, in capitals."""
    return tuple(part.strip(BLANKS).upper() for part in header.split("|"))


def is_same(text: str, expected: str) -> bool:
    """Tell whether two texts differ in nothing but capitals."""
    return text.upper() == expected.upper()


def header_parts(header: str) -> list[str]:
    """Return the parts of a header between its pipes, trimmed."""
    return [part.strip(BLANKS) for part in header.split("|")]


def column_letters(column: int) -> str:
    """Return what a spreadsheet calls a column; ``column`` counts from 0."""
    letters = ""
    while column >= 0:
        column, letter = divmod(column, 26)
        letters = chr(ord("A") + letter) + letters
        column -= 1
    return letters
