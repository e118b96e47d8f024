"""The arithmetic of the language on values: exact, and the same for deciding and for explaining.

Whatever has no value raises ArithmeticError with a sentence; who called turns it into
CannotCompute, which knows the expression.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import MAXYEAR, MINYEAR, date, timedelta
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from pricing.expressions.tree import Operator
from pricing.expressions.values import Value

_HALF: Final = Fraction(1, 2)
_MONTHS: Final = 12
_BITS_MAX: Final = 10_000
"""Short enough to be written down, and to be reckoned with quickly."""
_TOO_LONG: Final = "the number becomes longer than three thousand digits"


def add(left: Value, right: Value) -> Value:
    """Return the sum of two numbers, or the day so many days after another."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return _bounded(left + right)
    if isinstance(left, date):
        return add_days(left, right)
    if isinstance(right, date):
        return add_days(right, left)
    raise ArithmeticError(f"{_named(left)} and {_named(right)} cannot be added")


def subtract(left: Value, right: Value) -> Value:
    """Return a difference: of numbers, of days in days, or the day so many days before."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return _bounded(left - right)
    if isinstance(left, date):
        if isinstance(right, date):
            return Fraction((left - right).days)
        return add_days(left, -number_of(right))
    raise ArithmeticError(f"{_named(right)} cannot be taken from {_named(left)}")


def multiply(left: Value, right: Value) -> Fraction:
    """Return the product of two numbers."""
    return _bounded(number_of(left) * number_of(right))


def divide(left: Value, right: Value) -> Fraction:
    """Return the exact quotient of two numbers."""
    divisor = number_of(right)
    if not divisor:
        raise ArithmeticError("nothing can be divided by 0")
    return _bounded(number_of(left) / divisor)


def negate(operand: Value) -> Fraction:
    """Return the number with the other sign."""
    return -number_of(operand)


def is_equal(left: Value, right: Value) -> bool:
    """Return whether both are the same value of the same type."""
    return type(left) is type(right) and left == right


def is_unequal(left: Value, right: Value) -> bool:
    """Return whether two values differ."""
    return not is_equal(left, right)


def is_less(left: Value, right: Value) -> bool:
    """Return whether a number is less, or a day earlier, than another."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left < right
    if isinstance(left, date) and isinstance(right, date):
        return left < right
    raise ArithmeticError(f"{_named(left)} and {_named(right)} have no order")


def is_more(left: Value, right: Value) -> bool:
    """Return whether a number is more, or a day later, than another."""
    return is_less(right, left)


def is_at_most(left: Value, right: Value) -> bool:
    """Return whether a number or day is not after another."""
    return not is_less(right, left)


def is_at_least(left: Value, right: Value) -> bool:
    """Return whether a number or day is not before another."""
    return not is_less(left, right)


def has(left: Value, right: Value) -> bool:
    """Return whether a list holds a text."""
    if isinstance(left, tuple):
        return right in left
    raise ArithmeticError(f"{_named(left)} is no list")


def is_in(left: Value, right: Value) -> bool:
    """Return whether a text is in a list."""
    return has(right, left)


def is_not_in(left: Value, right: Value) -> bool:
    """Return whether a text is missing from a list."""
    return not has(right, left)


def smallest(*values: Value) -> Value:
    """Return the least number or the earliest day."""
    least = values[0]
    for value in values[1:]:
        if is_less(value, least):
            least = value
    return least


def largest(*values: Value) -> Value:
    """Return the greatest number or the latest day."""
    most = values[0]
    for value in values[1:]:
        if is_less(most, value):
            most = value
    return most


def floor(operand: Value) -> Fraction:
    """Return the greatest whole number that is not above."""
    return Fraction(math.floor(number_of(operand)))


def ceil(operand: Value) -> Fraction:
    """Return the least whole number that is not below."""
    return Fraction(math.ceil(number_of(operand)))


def round_half_up(operand: Value) -> Fraction:
    """Return the nearest whole number; a half goes away from zero, as money's does."""
    number = number_of(operand)
    size = Fraction(math.floor(abs(number) + _HALF))
    return size if number >= 0 else -size


def absolute(operand: Value) -> Fraction:
    """Return the number without its sign."""
    return abs(number_of(operand))


def power(base: Value, times: Value) -> Fraction:
    """Return a number multiplied by itself a whole number of times; below 0 times: divided."""
    number, count = number_of(base), number_of(times)
    if count.denominator != 1:
        raise ArithmeticError(f"a power is a whole number of times, and {count} is not")
    if not number and count < 0:
        raise ArithmeticError("nothing can be divided by 0")
    bits = max(abs(number.numerator), number.denominator).bit_length() - 1
    if bits * abs(count.numerator) > _BITS_MAX:
        raise ArithmeticError(_TOO_LONG)
    return _bounded(Fraction(number**count.numerator))


def add_days(day: Value, count: Value) -> date:
    """Return the day so many whole days later, or earlier for a negative count."""
    days = _whole(count)
    try:
        return _day_of(day) + timedelta(days=days)
    except OverflowError as error:
        raise ArithmeticError(f"{days} days from {day} lead out of the calendar") from error


def add_months(day: Value, count: Value) -> date:
    """Return the same day so many months later, or the last of a month that is shorter."""
    start, months = _day_of(day), _whole(count)
    year, month = divmod(start.year * _MONTHS + start.month - 1 + months, _MONTHS)
    if not MINYEAR <= year <= MAXYEAR:
        raise ArithmeticError(f"{months} months from {start} lead out of the calendar")
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


def add_years(day: Value, count: Value) -> date:
    """Return the same day so many years later; 29 February becomes the 28th where it must."""
    return add_months(day, Fraction(_whole(count) * _MONTHS))


def year(day: Value) -> Fraction:
    """Return the year of a day."""
    return Fraction(_day_of(day).year)


def years_between(first: Value, last: Value) -> Fraction:
    """Return how many anniversaries of a day have come by another; below 0: it lies before."""
    start, end = _day_of(first), _day_of(last)
    years = end.year - start.year
    if add_years(start, Fraction(years)) > end:
        years -= 1
    return Fraction(years)


def month(day: Value) -> Fraction:
    """Return the month of a day, from 1 to 12."""
    return Fraction(_day_of(day).month)


def weekday(day: Value) -> Fraction:
    """Return the day of the week, from 1 for Monday to 7 for Sunday."""
    return Fraction(_day_of(day).isoweekday())


def number_of(value: Value) -> Fraction:
    """Return the value as the number it has to be."""
    if isinstance(value, Fraction):
        return value
    raise ArithmeticError(f"{_named(value)} is no number")


def yes_no_of(value: Value) -> bool:
    """Return the value as the yes or no it has to be."""
    if isinstance(value, bool):
        return value
    raise ArithmeticError(f"{_named(value)} is neither yes nor no")


def _bounded(number: Fraction) -> Fraction:
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > _BITS_MAX:
        raise ArithmeticError(_TOO_LONG)
    return number


def _day_of(value: Value) -> date:
    if isinstance(value, date):
        return value
    raise ArithmeticError(f"{_named(value)} is no date")


def _whole(value: Value) -> int:
    number = number_of(value)
    if number.denominator != 1:
        raise ArithmeticError(f"a count of days, months or years is whole, and {number} is not")
    return number.numerator


def _named(value: Value) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Fraction():
            return str(value)
        case str():
            return f"'{value}'"
        case date():
            return value.isoformat()
        case tuple():
            return "a list"


OPERATIONS: Final[Mapping[Operator, Callable[[Value, Value], Value]]] = MappingProxyType(
    {
        Operator.EQUAL: is_equal,
        Operator.UNEQUAL: is_unequal,
        Operator.LESS: is_less,
        Operator.AT_MOST: is_at_most,
        Operator.MORE: is_more,
        Operator.AT_LEAST: is_at_least,
        Operator.IN: is_in,
        Operator.NOT_IN: is_not_in,
        Operator.HAS: has,
        Operator.PLUS: add,
        Operator.MINUS: subtract,
        Operator.TIMES: multiply,
        Operator.DIVIDE: divide,
    }
)
"""Every operator that needs both of its sides."""

APPLIED: Final[Mapping[str, Callable[..., Value]]] = MappingProxyType(
    {
        "abs": absolute,
        "add_days": add_days,
        "add_months": add_months,
        "add_years": add_years,
        "ceil": ceil,
        "floor": floor,
        "max": largest,
        "min": smallest,
        "month": month,
        "power": power,
        "round": round_half_up,
        "weekday": weekday,
        "year": year,
        "years_between": years_between,
    }
)
"""Every function that needs nothing but the values of all its arguments."""
