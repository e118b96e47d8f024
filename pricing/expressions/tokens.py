"""An expression's text cut into words, numbers and signs; whatever is none of them is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from pricing.expressions.errors import InvalidExpression

TEXT_LENGTH_MAX: Final = 2000
_DIGITS_MAX: Final = 30


class TokenKind(StrEnum):
    """What a token is; ``end`` stands behind the last one."""

    DATE = "date"
    NUMBER = "number"
    NAME = "name"
    TEXT = "text"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, text or sign as written, and the column (from 1) at which it begins."""

    kind: TokenKind
    written: str
    column: int


_INSTEAD: Final = MappingProxyType(
    {
        "&&": "write and",
        "&": "write and",
        "||": "write or",
        "|": "write or",
        "<>": "write !=",
        "=<": "write <=",
        "=>": "write >=",
        "!": "write not, or != for unequal",
        "**": "there are no powers; write x * x",
        "^": "there are no powers; write x * x",
        "//": "write floor(a / b)",
        "≤": "write <=",
        "≥": "write >=",
        "≠": "write !=",
        "−": "write -",
        "–": "write -",
        "×": "write *",
        "·": "write *",
        "÷": "write /",
        "“": "use straight quotes: 'hotel'",
        "”": "use straight quotes: 'hotel'",
        "„": "use straight quotes: 'hotel'",
        "\N{LEFT SINGLE QUOTATION MARK}": "use straight quotes: 'hotel'",
        "’": "use straight quotes: 'hotel'",
        "`": "use straight quotes: 'hotel'",
        "$": "write an amount as a plain number: 50",
        "€": "write an amount as a plain number: 50",
        "£": "write an amount as a plain number: 50",
        "?": "write if(test, a, b)",
        ":": "write if(test, a, b) for a choice",
        "#": "an expression holds no comments; write it into the rule's text",
        ";": "an expression is one single value; join parts with and, or, +",
        ".": "a number begins with a digit (0.5), a fact with its owner (line.date)",
    }
)
_REFUSED_SIGNS: Final = "|".join(
    re.escape(sign) for sign in sorted(_INSTEAD, key=len, reverse=True) if sign != "!"
)
_TOKEN: Final = re.compile(
    rf"""
      (?P<space>\s+)
    | (?P<date>\d{{4}}-\d\d-\d\d(?![\w.]))
    | (?P<wrong_date>\d{{4}}-\d\d?-\d\d?(?:T[\d:.]*)?)
    | (?P<number>\d+(?:\.\d+)?(?![\w.]))
    | (?P<wrong_number>\.?\d[\w.]*)
    | (?P<balance>(?:used|left)(?:\.[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*)+)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<open_text>['"])
    | (?P<sign>==|!=|<=(?!>)|>=)
    | (?P<refused>{_REFUSED_SIGNS})
    | (?P<single>[=<>+*/%()\[\],-])
    | (?P<other>.)
    """,
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_MEANT_NUMBER: Final = re.compile(
    r"(?<![\w.'\"])(?:(?P<hours>[0-2]?\d):(?P<minutes>[0-5]\d)"
    r"|\d{1,3}(?:['_ \N{RIGHT SINGLE QUOTATION MARK}\xa0\u202f]\d{3})+)(?![\w.'\"])"
)
"""What people write for a time of day, or with a sign between thousands that is no comma."""

_EXACT: Final = 5
"""Characters of hours that come out even, such as 10.25."""

_DAY_FIRST: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_PERCENT: Final = re.compile(r"(\d+(?:\.\d+)?)(?:pct|percent)", re.ASCII | re.IGNORECASE)

_KINDS: Final = MappingProxyType(
    {
        "date": TokenKind.DATE,
        "number": TokenKind.NUMBER,
        "balance": TokenKind.NAME,
        "name": TokenKind.NAME,
        "text": TokenKind.TEXT,
        "sign": TokenKind.SIGN,
        "single": TokenKind.SIGN,
    }
)


def list_tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of a text, the last of them of kind ``end``.

    Raises InvalidExpression for a text that is empty or too long, or holds a foreign sign.
    """
    if len(text) > TEXT_LENGTH_MAX:
        fault = f"an expression has at most {TEXT_LENGTH_MAX} characters; use a table or more rules"
        raise InvalidExpression(text, TEXT_LENGTH_MAX, fault)
    if not text.strip():
        raise InvalidExpression(text, 1, "nothing is written here; write a number, fact or test")
    return (*_tokens(text), Token(TokenKind.END, "", len(text) + 1))


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        group = match.lastgroup or "other"
        written, column = match.group(), match.start() + 1
        if group == "space" or written.isspace():
            continue
        kind = _KINDS.get(group)
        fault = _fault(group, written) if kind is None else _limit_fault(kind, written)
        if kind is None or fault:
            fault = number_advice(text, column) or fault
            raise InvalidExpression(text, column, fault)
        yield Token(kind, written, column)


def number_advice(text: str, column: int) -> str:
    """Return how to write the number or time of day that a fault's column is part of, or ""."""
    for meant in _MEANT_NUMBER.finditer(text):
        if meant.start() < column <= meant.end():
            if meant["minutes"] is None:
                plain = "".join(digit for digit in meant.group() if digit.isdigit())
                return f"digits of a number stand together; write {plain}"
            hours, minutes = int(meant["hours"]), int(meant["minutes"])
            decimal = format(Decimal(hours) + Decimal(minutes) / 60, "g")
            whole = decimal if len(decimal) <= _EXACT else f"{hours} + {minutes}/60"
            return f"{meant.group()} is no number; hours are decimal: write {whole}"
    return ""


def _limit_fault(kind: TokenKind, written: str) -> str:
    if kind is TokenKind.NUMBER and len(written) > _DIGITS_MAX:
        return f"a number has at most {_DIGITS_MAX} digits"
    return ""


def _fault(group: str, written: str) -> str:
    match group:
        case "wrong_date":
            return f"{written} is no date; write it as 2026-01-31, without a time"
        case "wrong_number":
            return _number_fault(written)
        case "open_text":
            return f"the text that begins here has no end; close it with {written}"
        case _:
            return f"{written} has no meaning here; {_INSTEAD.get(written, 'leave it out')}"


def _number_fault(written: str) -> str:
    if day := _DAY_FIRST.fullmatch(written):
        return f"{written} is no date; write {day[3]}-{int(day[2]):02}-{int(day[1]):02}"
    if share := _PERCENT.fullmatch(written):
        return f"{written} is no number; write {share[1]} %"
    digits = re.match(r"\d+(?:\.\d+)?", written, re.ASCII)
    if digits is None:
        return f"{written} is no number; write 0{written}"
    if written.endswith("."):
        return f"{written} is no number; write {digits.group()}"
    return f"{written} is no number; write plain digits, such as 100 or 0.205, and no unit"
