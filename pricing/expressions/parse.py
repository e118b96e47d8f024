"""Reading an expression: its text in, its tree out, or a sentence that says what to write instead.

Operators bind, from loose to tight: or, and, not, comparisons, plus and minus, times and divided
by, the sign of a number. Comparisons do not chain.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Final, TypeVar

from pricing.expressions.errors import InvalidExpression
from pricing.expressions.functions import FUNCTIONS, Signature
from pricing.expressions.tokens import Token, TokenKind, list_tokens, number_advice
from pricing.expressions.tree import (
    SIGN_STRENGTH,
    STRENGTH,
    Binary,
    Call,
    Constant,
    Expression,
    Fact,
    Listed,
    Node,
    Operator,
    Unary,
    children_of,
)

_Part = TypeVar("_Part")
_NESTED_MAX: Final = 40
_DEPTH_MAX: Final = 100
_HUNDRED: Final = 100
_THOUSANDS: Final = re.compile(r"[0-9]{3}(\.[0-9]+)?", re.ASCII)
"""What follows a comma in 1,200.50."""
_DECIMALS: Final = re.compile(r"[0-9]{1,2}", re.ASCII)
"""What follows a comma in 50,00."""
_CLOSE: Final = 0.5
"""How alike two names are (difflib) when one is taken for the other."""
_INFIX: Final = MappingProxyType(
    {str(operator): operator for operator in STRENGTH if operator is not Operator.NOT}
)
_YES_NO: Final = MappingProxyType({"yes": True, "true": True, "no": False, "false": False})
_RESERVED: Final = frozenset({"or", "and", "not", "in", "has", *_YES_NO})
_COMPARISON: Final = STRENGTH[Operator.EQUAL]
_FOREIGN: Final = MappingProxyType(
    {
        "then": "write a choice as if(test, a, b)",
        "else": "write a choice as if(test, a, b)",
        "is": "write = instead of is",
        "equals": "write = instead of equals",
        "contains": "write has instead of contains",
        "between": "write a >= 1 and a <= 5",
        "null": "ask stated(fact) whether a fact is there",
        "none": "ask stated(fact) whether a fact is there",
        "mod": "there is no remainder; write a - b * floor(a / b)",
        "xor": "write a != b",
        "x": "write * for times",
        "times": "write * for times",
        "nothing": "write 0",
        "zero": "write 0",
        "half": "write 50 %",
        "full": "write 100 %; an amount without a limit has none: leave the key out",
        "unlimited": "what has no limit leaves the key out",
        "per": "an amount stands alone; what it is for stands behind the key per",
    }
)


def parse_expression(text: str) -> Expression:
    """Return the expression that a text says; raises InvalidExpression for any fault in it."""
    parser = _Parser(text)
    root = parser.whole()
    _refuse_depth(text, root)
    return Expression(text, root)


class _Parser:
    """Reads the tokens of one text from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list_tokens(text)
        self._position = 0
        self._nested = 0

    def whole(self) -> Node:
        root = self._expression(0)
        if self._here.kind is not TokenKind.END:
            raise self._rest_fault()
        return root

    @property
    def _here(self) -> Token:
        return self._tokens[self._position]

    def _take(self) -> Token:
        token = self._here
        self._position += 1
        return token

    def _fault(self, token: Token, fault: str) -> InvalidExpression:
        return InvalidExpression(self._text, token.column, fault)

    def _is_sign(self, sign: str) -> bool:
        return self._here.kind is TokenKind.SIGN and self._here.written == sign

    def _require(self, sign: str, what: str) -> None:
        if self._is_sign(sign):
            self._take()
        elif self._here.kind is TokenKind.END:
            raise self._fault(self._here, f"the {what} has no end; write {sign}")
        else:
            raise self._rest_fault()

    def _expression(self, strength: int) -> Node:
        """Read what is joined more tightly than ``strength``."""
        self._nested += 1
        if self._nested > _NESTED_MAX:
            raise self._fault(self._here, "this is nested too deeply; use a table or more rules")
        left = self._operand(strength)
        compared = False
        while (operator := self._operator()) is not None and STRENGTH[operator] > strength:
            token = self._take_operator(operator)
            own = STRENGTH[operator]
            if own == _COMPARISON and compared:
                raise self._fault(token, "compare two things at a time: write a < b and b < c")
            compared = own == _COMPARISON
            left = Binary(operator, left, self._expression(own), token.column)
        self._nested -= 1
        return left

    def _operator(self) -> Operator | None:
        token = self._here
        if token.kind is TokenKind.SIGN and token.written == "==":
            return Operator.EQUAL
        if token.kind is TokenKind.NAME and token.written == "not":
            after = self._tokens[self._position + 1]
            is_joined = after.kind is TokenKind.NAME and after.written == "in"
            return Operator.NOT_IN if is_joined else None
        if token.kind in {TokenKind.SIGN, TokenKind.NAME}:
            return _INFIX.get(token.written)
        return None

    def _take_operator(self, operator: Operator) -> Token:
        token = self._take()
        if operator is Operator.NOT_IN:
            self._take()
        return token

    def _operand(self, strength: int) -> Node:
        token = self._take()
        match token.kind:
            case TokenKind.NUMBER:
                return Constant(self._number(token), token.column)
            case TokenKind.DATE:
                return Constant(self._day(token), token.column)
            case TokenKind.TEXT:
                return Constant(token.written[1:-1], token.column)
            case TokenKind.NAME:
                return self._word(token, strength)
            case TokenKind.SIGN:
                return self._signed(token)
            case TokenKind.END:
                raise self._fault(token, "something is missing at the end")

    def _number(self, token: Token) -> Fraction:
        number = Fraction(token.written)
        if self._is_sign("%"):
            self._take()
            return number / _HUNDRED
        return number

    def _day(self, token: Token) -> date:
        try:
            return date.fromisoformat(token.written)
        except ValueError as error:
            raise self._fault(token, f"there is no day {token.written}") from error

    def _signed(self, token: Token) -> Node:
        match token.written:
            case "(":
                inner = self._expression(0)
                self._require(")", "part in parentheses")
                return inner
            case "[":
                return self._list(token)
            case "-":
                return Unary(Operator.MINUS, self._expression(SIGN_STRENGTH), token.column)
            case "%":
                raise self._fault(token, "% stands right behind a number, such as 75 %")
            case _:
                raise self._fault(token, f"something is missing before {token.written}")

    def _parted(self, read: Callable[[], _Part], closing: str, what: str) -> list[_Part]:
        """Read what stands between commas, and the sign that closes it."""
        parts: list[_Part] = []
        if not self._is_sign(closing):
            parts.append(read())
        while parts and self._is_sign(","):
            self._take()
            parts.append(read())
        self._require(closing, what)
        return parts

    def _list(self, opening: Token) -> Listed:
        items = self._parted(self._item, "]", "list")
        if not items:
            raise self._fault(opening, "the list is empty; write at least one value into it")
        return Listed(tuple(items), opening.column)

    def _item(self) -> Constant:
        token = self._here
        node = self._expression(SIGN_STRENGTH)
        match node:
            case Constant():
                return node
            case Unary(operand=Constant(value=Fraction() as number)):
                return Constant(-number, token.column)
            case _:
                raise self._fault(token, "a list holds numbers, dates or quoted texts, no facts")

    def _word(self, token: Token, strength: int) -> Node:
        word = token.written
        if self._is_sign("(") and word not in _RESERVED:
            return self._call(token)
        if word == "not":
            if strength > STRENGTH[Operator.NOT]:
                raise self._fault(token, "write parentheses around it: (not …)")
            return Unary(Operator.NOT, self._expression(STRENGTH[Operator.NOT]), token.column)
        if word in _YES_NO:
            return Constant(_YES_NO[word], token.column)
        if "." in word:
            return Fact(word, token.column)
        raise self._fault(token, _word_fault(word))

    def _call(self, token: Token) -> Call:
        signature = FUNCTIONS.get(token.written)
        if signature is None:
            raise self._fault(token, _function_fault(token.written))
        self._take()
        arguments = self._parted(lambda: self._expression(0), ")", f"call of {token.written}")
        self._check_call(token, signature, arguments)
        return Call(token.written, tuple(arguments), token.column)

    def _check_call(self, token: Token, signature: Signature, arguments: list[Node]) -> None:
        most = signature.arguments_max
        count = len(arguments)
        if count < signature.arguments_min or (most is not None and count > most):
            raise self._fault(token, f"{token.written} is written {signature.written}")
        first = arguments[0]
        if token.written == "stated" and not isinstance(first, Fact):
            raise self._fault(token, "stated asks for one fact, such as stated(claim.filed)")
        is_name = isinstance(first, Constant) and isinstance(first.value, str)
        if token.written == "lookup" and not is_name:
            raise self._fault(token, "a table's name is quoted: lookup('mileage', …)")

    def _rest_fault(self) -> InvalidExpression:
        token = self._here
        fault = number_advice(self._text, token.column) or self._sign_fault(token)
        return self._fault(token, fault or self._gap_fault(token))

    def _sign_fault(self, token: Token) -> str:
        """Return what is wrong with a sign that cannot stand there; "" for another token."""
        match token.written:
            case ",":
                return f"a comma only parts arguments; {self._comma_advice()}"
            case ")" | "]":
                return f"this {token.written} closes nothing; leave it out"
            case "%":
                return "% stands right behind a number, such as 75 %"
        return ""

    def _gap_fault(self, token: Token) -> str:
        """Return what is wrong with two parts that nothing joins."""
        before, word = self._tokens[self._position - 1], token.written
        if token.kind is TokenKind.NAME:
            if word.lower() in {*_FOREIGN, "and", "or", "in", "has"}:
                return _word_fault(word)
            is_called = [one.written for one in self._tokens[self._position + 1 :][:1]] == ["("]
            if before.kind is TokenKind.NUMBER and word.isalpha() and not is_called:
                return _unit_fault(before.written, word)
        return f"between {before.written} and {word} something is missing: a comma, and, or, =, +"

    def _comma_advice(self) -> str:
        """Return how to write the number whose thousands commas part, or an example."""
        before, *rest = self._tokens[self._position - 1 :]
        whole = before.written
        for comma, part in pairwise(rest):
            if comma.written == "," and _THOUSANDS.fullmatch(part.written):
                whole += part.written
        if before.kind is not TokenKind.NUMBER:
            return "write 1000, not 1,000"
        if whole != before.written:
            return f"write {whole}"
        if _DECIMALS.fullmatch(rest[1].written):
            return f"decimals stand behind a point: {whole}.{rest[1].written}"
        return "write 1000, not 1,000"


def _unit_fault(number: str, unit: str) -> str:
    """Return what to write for a number with a unit, such as 50 EUR or 30 days."""
    if unit.lower() in {"percent", "pct"}:
        return f"write {number} %"
    later = f"add_{unit.lower().removesuffix('s')}s"
    if later in FUNCTIONS:
        after = f"{number} {unit} after a date is {later}(date, {number})"
        return f"a number has no unit; write {number} alone, and {after}"
    return f"a number has no unit; write {number} alone"


def _word_fault(word: str) -> str:
    small = word.lower()
    if small in _FOREIGN:
        return _FOREIGN[small]
    if word in _RESERVED:
        return f"something is missing before {word}"
    if small in _YES_NO:
        return f"write {small} in small letters, or '{word}' for a text"
    if small in _RESERVED:
        return f"write {small} in small letters"
    if small in FUNCTIONS:
        return f"{small} is written {FUNCTIONS[small].written}"
    return f"{word} is no word of the language; quote a text: '{word}'; a fact is like line.date"


def _function_fault(name: str) -> str:
    close = get_close_matches(name.lower(), FUNCTIONS, n=1, cutoff=_CLOSE)
    advice = f"did you mean {FUNCTIONS[close[0]].written}?" if close else _all_functions()
    return f"there is no function {name}; {advice}"


def _all_functions() -> str:
    return f"there are {', '.join(FUNCTIONS)}"


def _refuse_depth(text: str, root: Node) -> None:
    """Refuse a tree so deep that evaluating it could exhaust the stack; walks level by level."""
    level: tuple[Node, ...] = (root,)
    for _ in range(_DEPTH_MAX):
        level = tuple(child for node in level for child in children_of(node))
        if not level:
            return
    fault = f"more than {_DEPTH_MAX} parts are joined; use a list with in, a table or more rules"
    raise InvalidExpression(text, level[0].column, fault)
