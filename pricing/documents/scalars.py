"""What single values of a document may look like: ids, expressions, yes and no, exact amounts.

A document's scalars arrive as the text that was written (see ``located``), so that no YAML rule
turns ``NO`` into a boolean or ``0.205`` into a float; the models here convert them.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from pricing.expressions.errors import InvalidExpression
from pricing.expressions.parse import parse_expression
from pricing.expressions.tree import Expression


def fault_at(key: str, message: str) -> PydanticCustomError:
    """Return an error of a part that is about one of its keys, and is told on that key's line."""
    return PydanticCustomError("at_key", "{message}", {"key": key, "message": message})


class Part(BaseModel):
    """A part of a document: frozen, and no key that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


_ONE_EXPRESSION: Final = (
    "must be one expression, such as 500 (in the document's currency) or line.distance_km > 100"
)


def _to_expression(written: object) -> object:
    if isinstance(written, Expression):
        return written
    if not isinstance(written, str):
        raise ValueError(_ONE_EXPRESSION)  # noqa: TRY004 — pydantic reads ValueError alone
    try:
        return parse_expression(written)
    except InvalidExpression as error:
        raise ValueError(str(error)) from error


def _to_yes_no(written: object) -> object:
    if isinstance(written, bool):
        return written
    answers = {"yes": True, "no": False, "true": True, "false": False}
    if isinstance(written, str) and written.lower() in answers:
        return answers[written.lower()]
    raise ValueError("must be yes or no")


_NUMBER = re.compile(r"\d{1,12}(\.\d{1,9})?", re.ASCII)


_TIME = re.compile(r"(\d{1,2}):([0-5]\d)", re.ASCII)
_COMMA = re.compile(r"(\d{1,12}),(\d{1,2})", re.ASCII)
_PARTED = re.compile(r"\d{1,3}(?:[,'’_ \xa0\u202f]\d{3})+(\.\d{1,2})?", re.ASCII)


def _number_advice(written: str) -> str:
    """Return what to write instead of a text that is no number."""
    if time := _TIME.fullmatch(written):
        hours = Decimal(time[1]) + Decimal(time[2]) / 60
        return f"must be a number; hours are decimal: {written} is {round(hours, 2).normalize():f}"
    if comma := _COMMA.fullmatch(written):
        return f"must be a number; decimals stand behind a point: {comma[1]}.{comma[2]}"
    if _PARTED.fullmatch(written):
        plain = "".join(sign for sign in written if sign.isdigit() or sign == ".")
        return f"must be a number without signs between thousands: {plain}"
    if written.isascii() and written.replace(".", "", 1).isdigit():
        return "must be a smaller number, of at most 12 digits and 9 decimals"
    return "must be a number like 95.50, without currency or thousands separators"


def _to_decimal(written: object) -> object:
    # Left alone, "1e-999999" and "1_000" would be numbers too.
    if isinstance(written, str) and not _NUMBER.fullmatch(written):
        if _NUMBER.fullmatch(written.removeprefix("-")):
            raise ValueError("must not be negative")
        raise ValueError(_number_advice(written))
    return written


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


Formula = Annotated[
    Expression,
    BeforeValidator(_to_expression),
    WithJsonSchema({"type": ["string", "number", "boolean"], "description": "an expression"}),
]

YesNo = Annotated[
    bool,
    BeforeValidator(_to_yes_no),
    WithJsonSchema({"enum": [True, False, "yes", "no", "true", "false"]}),
]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _to_day(written: object) -> object:
    # Left alone, "20260131" would be read as seconds since 1970.
    if isinstance(written, str) and not _DAY.fullmatch(written):
        raise ValueError("must be a date like 2026-01-31")
    return written


def _calendar_day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError("must be a day of the calendar, like 2026-01-31") from None


def to_moment(written: object) -> object:
    """Return a day, or a time of the clock without a zone, that a text says; raises ValueError."""
    if not isinstance(written, str):
        return written
    if _DAY.fullmatch(written):
        return _calendar_day(written)
    if not _CLOCK.fullmatch(written):
        raise ValueError("must be a local date or time like 2026-01-31 or 2026-01-31T08:00")
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        raise ValueError("must be a day and a time of the clock, like 2026-01-31T08:00") from None


_CLOCK = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?", re.ASCII)

Day = Annotated[date, BeforeValidator(_to_day)]

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
"""The name of a policy, a rule, a set or a table."""

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^\S(.*\S)?$")]
"""The name of a thing of a trip: a person, an expense, an approval code."""

Sentence = Annotated[str, Field(max_length=2000), AfterValidator(_not_blank)]

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]

Amount = Annotated[
    Decimal,
    BeforeValidator(_to_decimal),
    Field(ge=0, lt=Decimal(10) ** 12, allow_inf_nan=False),
]
"""Money in units with decimals, or a length."""

Bound = Annotated[
    str, Field(max_length=30), WithJsonSchema({"type": ["string", "number"], "maxLength": 30})
]
"""A date or a number at which a row of a table begins or ends, as written."""

_FACT_SCALAR: Final = {"type": ["string", "number", "boolean"], "maxLength": 500}

FactValue = Annotated[
    Annotated[str, Field(max_length=500), WithJsonSchema(_FACT_SCALAR), Tag("one")]
    | Annotated[tuple[Annotated[str, Field(max_length=500)], ...], Tag("list")],
    Discriminator(lambda written: "one" if isinstance(written, str) else "list"),
]
"""A fact of a policy's own, as written; converted by the type that the policy declares."""

FactsOf = dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")], FactValue]

WINDOW: Final = r"^[1-9]\d{0,3} (day|week|month|year)s?$"
"""How far a rolling cap looks back."""

PATTERN_WORDS: Final = MappingProxyType({
    r"^[a-z0-9][a-z0-9_-]{0,63}$": "small letters, digits and hyphens, such as room-and-board",
    r"^\S(.*\S)?$": "one line of text without spaces around it",
    r"^[A-Z]{3}$": "three capital letters, such as USD",
    r"^[a-z][a-z0-9_]{0,63}$": "small letters, digits and _, such as income_percent",
    r"^[a-z][a-z_]*$": "a kind of expense or a group, such as lodging",
    WINDOW: "so many days, weeks, months or years, such as 12 months",
    r"^\d\d-\d\d$": "a month and a day, such as 07-01",
    r"^[a-z_]+_to_[a-z_]+$": "two places joined by _to_, such as home_to_site",
    r"^\d{10}$": "ten digits",
    r"^\d{2}-?\d{7}$": "nine digits, such as 12-3456789",
    r"^[0-9a-f]{64}$": "a SHA-256 of 64 small hexadecimal digits",
    r"^[\w][\w .-]*$": "the name of a file in the same folder",
})  # fmt: skip
"""What to write where a text must match a pattern."""
