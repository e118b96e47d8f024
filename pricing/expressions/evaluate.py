"""Evaluating an expression: facts in, an exact value out.

A tree is turned into nested closures once and then asked again and again. ``and``, ``or`` and
``if`` stop at the first part that decides, so a fact that does not matter need not be stated.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from pricing.expressions.arithmetic import APPLIED, OPERATIONS, negate, yes_no_of
from pricing.expressions.errors import CannotCompute
from pricing.expressions.tree import (
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

_Compiled = Callable[[Facts], Value]
_KEPT: Final = 8192
"""Compiled expressions kept: those of some hundred policies."""


def evaluate(expression: Expression, facts: Facts) -> Value:
    """Return the value of an expression.

    Raises FactNotStated for a fact that decides and is missing, CannotCompute when there is no
    value, such as for a division by zero or a day outside the calendar.
    """
    try:
        return _compiled(expression)(facts)
    except ArithmeticError as error:
        raise CannotCompute(expression.text, str(error)) from error


@lru_cache(maxsize=_KEPT)
def _compiled(expression: Expression) -> _Compiled:
    return _compile(expression.root)


def _compile(node: Node) -> _Compiled:
    match node:
        case Constant():
            return _constant(node.value)
        case Listed():
            return _constant(tuple(item.value for item in node.items))
        case Fact():
            path = node.path
            return lambda facts: facts.get(path)
        case Unary():
            return _unary(node)
        case Binary():
            return _binary(node)
        case Call():
            return _call(node)


def _constant(value: Value) -> _Compiled:
    return lambda _: value


def _unary(node: Unary) -> _Compiled:
    operand = _compile(node.operand)
    if node.operator is Operator.NOT:
        return lambda facts: not yes_no_of(operand(facts))
    return lambda facts: negate(operand(facts))


def _binary(node: Binary) -> _Compiled:
    left, right = _compile(node.left), _compile(node.right)
    if node.operator is Operator.AND:
        return lambda facts: yes_no_of(left(facts)) and yes_no_of(right(facts))
    if node.operator is Operator.OR:
        return lambda facts: yes_no_of(left(facts)) or yes_no_of(right(facts))
    operation = OPERATIONS[node.operator]
    return lambda facts: operation(left(facts), right(facts))


def _call(node: Call) -> _Compiled:
    if node.function == "stated" and isinstance(asked := node.arguments[0], Fact):
        path = asked.path
        return lambda facts: facts.is_stated(path)
    arguments = tuple(_compile(argument) for argument in node.arguments)
    if node.function == "if":
        return _choice(*arguments)
    if node.function == "lookup":
        return _lookup(arguments)
    applied = APPLIED[node.function]
    return lambda facts: applied(*[argument(facts) for argument in arguments])


def _choice(test: _Compiled, chosen: _Compiled, otherwise: _Compiled) -> _Compiled:
    return lambda facts: chosen(facts) if yes_no_of(test(facts)) else otherwise(facts)


def _lookup(arguments: tuple[_Compiled, ...]) -> _Compiled:
    name, keys = arguments[0], arguments[1:]

    def look_up(facts: Facts) -> Value:
        return facts.look_up(str(name(facts)), tuple([key(facts) for key in keys]))

    return look_up
