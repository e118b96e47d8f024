"""Explaining a value: the arithmetic as a person would write it down, with the trip's figures.

``max(0, line.distance_km - 100)`` becomes ``max(0, 600 − 100) = 500``. Numbers and dates replace
their facts; texts and yes-or-no stand behind the fact's name, since alone they would say nothing.
What did not decide (the other branch of ``if``, the rest of ``and`` and ``or``) is ``…``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from pricing.expressions.arithmetic import APPLIED, OPERATIONS, negate, yes_no_of
from pricing.expressions.errors import CannotCompute
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
)
from pricing.expressions.values import Facts, Value

_DECIMALS_MAX: Final = 6
_MILLION: Final = 10**_DECIMALS_MAX
_FRACTION_MAX: Final = 9
"""Characters of a fraction that people read; a longer one is told in decimals, marked ≈."""
_WHOLE: Final = 9
"""Strength of what never needs parentheses."""
_SKIPPED: Final = "…"
_SIGNS: Final = MappingProxyType(
    {
        Operator.MINUS: "−",
        Operator.TIMES: "×",
        Operator.DIVIDE: "÷",
        Operator.UNEQUAL: "≠",
        Operator.AT_MOST: "≤",
        Operator.AT_LEAST: "≥",
    }
)


def explain(expression: Expression, facts: Facts) -> str:
    """Return the arithmetic of an expression with the facts' values, and what comes out.

    Raises FactNotStated and CannotCompute as `evaluate` does.
    """
    try:
        told = _tell(expression.root, facts)
    except ArithmeticError as error:
        raise CannotCompute(expression.text, str(error)) from error
    return _with_result(expression.root, told)


def to_shown(value: Value) -> str:
    """Return a value as people write it; 6 decimals at most, else as a short fraction, else ≈."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Fraction():
            return _number(value)
        case str():
            return f"'{value}'"
        case date():
            return value.isoformat()
        case tuple():
            return ", ".join(to_shown(item) for item in value)


@dataclass(frozen=True, slots=True)
class _Told:
    """A part as text, how tightly that text holds together, and its value."""

    text: str
    strength: int
    value: Value


def _with_result(root: Node, told: _Told) -> str:
    result = to_shown(told.value)
    if isinstance(root, Fact) and isinstance(told.value, bool):
        return f"{root.path}: {result}"
    is_itself = isinstance(root, Constant | Fact) or _is_lookup(root) or told.text == result
    if is_itself:
        return told.text
    return f"{told.text}: {result}" if isinstance(told.value, bool) else f"{told.text} = {result}"


def _is_lookup(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "lookup"


def _number(number: Fraction) -> str:
    sign = "−" if number.numerator < 0 else ""
    over, under = abs(number.numerator), number.denominator
    if under == 1:
        return f"{sign}{over}"
    if _MILLION % under:
        fraction = f"{sign}{over}/{under}"
        if len(fraction) <= _FRACTION_MAX:
            return fraction
        return f"≈{_number(Fraction(round(number * _MILLION), _MILLION))}"
    whole, millionths = divmod(over * (_MILLION // under), _MILLION)
    decimals = f"{millionths:0{_DECIMALS_MAX}}".rstrip("0")
    return f"{sign}{whole}.{decimals}"


def _plain(value: Value) -> _Told:
    text = to_shown(value)
    if isinstance(value, Fraction):
        return _Told(text, _strength(value, text), value)
    return _Told(text, _WHOLE, value)


def _strength(number: Fraction, text: str) -> int:
    if number.numerator < 0:
        return STRENGTH[Operator.MINUS]
    return STRENGTH[Operator.DIVIDE] if "/" in text else _WHOLE


def _tell(node: Node, facts: Facts) -> _Told:
    match node:
        case Constant() | Listed():
            return _written(node)
        case Fact():
            return _fact(node, facts)
        case Unary():
            return _unary(node, facts)
        case Binary(Operator.AND | Operator.OR):
            return _joined(node, facts)
        case Binary():
            return _binary(node, facts)
        case Call():
            return _call(node, facts)


def _written(node: Constant | Listed) -> _Told:
    if isinstance(node, Constant):
        return _plain(node.value)
    values = tuple(item.value for item in node.items)
    return _Told(f"[{to_shown(values)}]", _WHOLE, values)


def _fact(node: Fact, facts: Facts) -> _Told:
    value = facts.get(node.path)
    told = _plain(value)
    if isinstance(value, bool | str | tuple):
        return _Told(f"{node.path} ({told.text})", _WHOLE, value)
    return told


def _held(told: _Told, strength: int) -> str:
    """Return the text, in parentheses unless it holds at least that tightly."""
    return told.text if told.strength >= strength else f"({told.text})"


def _unary(node: Unary, facts: Facts) -> _Told:
    operand = _tell(node.operand, facts)
    if node.operator is Operator.NOT:
        own = STRENGTH[Operator.NOT]
        return _Told(f"not {_held(operand, own)}", own, not yes_no_of(operand.value))
    text = f"−{_held(operand, SIGN_STRENGTH)}"
    return _Told(text, STRENGTH[Operator.MINUS], negate(operand.value))


def _joined(node: Binary, facts: Facts) -> _Told:
    own = STRENGTH[node.operator]
    left = _tell(node.left, facts)
    value = yes_no_of(left.value)
    if value is (node.operator is Operator.OR):
        return _Told(f"{_held(left, own)} {node.operator} {_SKIPPED}", own, value)
    right = _tell(node.right, facts)
    text = f"{_held(left, own)} {node.operator} {_held(right, own + 1)}"
    return _Told(text, own, yes_no_of(right.value))


def _binary(node: Binary, facts: Facts) -> _Told:
    own = STRENGTH[node.operator]
    left, right = _tell(node.left, facts), _tell(node.right, facts)
    is_comparison = own == STRENGTH[Operator.EQUAL]
    sign = _SIGNS.get(node.operator, str(node.operator))
    text = f"{_held(left, own + is_comparison)} {sign} {_held(right, own + 1)}"
    return _Told(text, own, OPERATIONS[node.operator](left.value, right.value))


def _call(node: Call, facts: Facts) -> _Told:
    match node.function:
        case "stated":
            return _stated(node, facts)
        case "if":
            return _choice(node, facts)
        case "lookup":
            return _lookup(node, facts)
        case _:
            told = [_tell(argument, facts) for argument in node.arguments]
            value = APPLIED[node.function](*[part.value for part in told])
            text = f"{node.function}({', '.join(part.text for part in told)})"
            return _Told(text, _WHOLE, value)


def _stated(node: Call, facts: Facts) -> _Told:
    asked = node.arguments[0]
    path = asked.path if isinstance(asked, Fact) else ""
    is_stated = facts.is_stated(path)
    return _Told(f"{path} is {'' if is_stated else 'not '}stated", _WHOLE, is_stated)


def _choice(node: Call, facts: Facts) -> _Told:
    asked = node.arguments[0]
    told = _tell(asked, facts)
    holds = yes_no_of(told.value)
    test = told.text
    if isinstance(asked, Unary):
        # "not x (no)" alone would leave open whether the no is of x or of not x.
        test = f"{test}: {to_shown(holds)}"
    if holds:
        taken = _tell(node.arguments[1], facts)
        return _Told(f"if({test}, {taken.text}, {_SKIPPED})", _WHOLE, taken.value)
    taken = _tell(node.arguments[2], facts)
    return _Told(f"if({test}, {_SKIPPED}, {taken.text})", _WHOLE, taken.value)


def _lookup(node: Call, facts: Facts) -> _Told:
    name, *keys = [_tell(argument, facts).value for argument in node.arguments]
    value = facts.look_up(str(name), tuple(keys))
    written = ", ".join(key if isinstance(key, str) else to_shown(key) for key in keys)
    return _Told(f"{to_shown(value)} ({name} for {written})", _WHOLE, value)
