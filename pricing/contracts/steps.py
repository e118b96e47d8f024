"""Steps: what is done to an amount after a rate, or after all terms of a claim."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from pricing.contracts.documents.rate import Step, StopLoss
from pricing.contracts.escalators import escalate
from pricing.contracts.ranking import rank
from pricing.contracts.rounding import round_half_up
from pricing.contracts.run import Run
from pricing.contracts.scope import Scope
from pricing.contracts.tracing import Considered, Trace, in_parentheses, result, shown, told

_Taken = Callable[[Step, Fraction, Scope, Run], Trace]
_ZERO: Final = Fraction(0)


def take_step(step: Step, amount: Fraction, scope: Scope, run: Run) -> Trace:
    """Return the amount after a step, and how; ``when`` has been looked at before."""
    units = sum((line.units for line in scope.group or ()), _ZERO)
    return _STEPS[step.kind](step, amount, scope.with_amount(amount, units), run)


def _times(step: Step, amount: Fraction, scope: Scope, _: Run) -> Trace:
    assert step.times is not None  # noqa: S101 — the step's kind
    after = amount * scope.number(step.times)
    text = f"{shown(amount)} × {in_parentheses(told(step.times, scope))}"
    return Trace("times", result(text, after), after, step.text)


def _plus(step: Step, amount: Fraction, scope: Scope, _: Run) -> Trace:
    assert step.plus is not None  # noqa: S101 — the step's kind
    after = amount + scope.number(step.plus)
    text = f"{shown(amount)} + {told(step.plus, scope)}"
    return Trace("plus", result(text, after), after, step.text)


def _less(step: Step, amount: Fraction, scope: Scope, _: Run) -> Trace:
    assert step.less is not None  # noqa: S101 — the step's kind
    less = scope.number(step.less)
    after = max(_ZERO, amount - less)
    text = f"{shown(amount)} − {in_parentheses(told(step.less, scope))}"
    if less > amount:
        text += ", not below 0"
    return Trace("less", result(text, after), after, step.text)


def _reduce(step: Step, amount: Fraction, scope: Scope, _: Run) -> Trace:
    assert step.reduce_by is not None  # noqa: S101 — the step's kind
    share = scope.number(step.reduce_by)
    after = amount * (1 - share)
    text = f"{shown(amount)} × (1 − {shown(share)})"
    return Trace("reduced by", result(text, after), after, step.text)


def _at_most(step: Step, amount: Fraction, scope: Scope, _: Run) -> Trace:
    assert step.at_most is not None  # noqa: S101 — the step's kind
    bound, words = scope.number(step.at_most), told(step.at_most, scope)
    return _bounded("at most", step, amount, min(amount, bound), bound, words)


def _at_least(step: Step, amount: Fraction, scope: Scope, _: Run) -> Trace:
    assert step.at_least is not None  # noqa: S101 — the step's kind
    bound, words = scope.number(step.at_least), told(step.at_least, scope)
    return _bounded("at least", step, amount, max(amount, bound), bound, words)


def _bounded(  # noqa: PLR0917 — six parts of one sentence, called twice
    what: str, step: Step, amount: Fraction, after: Fraction, bound: Fraction, words: str
) -> Trace:
    considered = (
        Considered("the rate", shown(amount), amount, after == amount),
        Considered(f"{what} this", result(words, bound), bound, after != amount),
    )
    text = f"{shown(amount)}, {what} {result(words, bound)}: {shown(after)}"
    return Trace(what, text, after, step.text, considered)


def _becomes(step: Step, _: Fraction, scope: Scope, __: Run) -> Trace:
    assert step.becomes is not None  # noqa: S101 — the step's kind
    after = scope.number(step.becomes)
    return Trace("becomes", result(told(step.becomes, scope), after), after, step.text)


def _round(step: Step, amount: Fraction, _: Scope, __: Run) -> Trace:
    assert step.round_to is not None  # noqa: S101 — the step's kind
    after = round_half_up(amount, Fraction(step.round_to))
    text = f"{shown(amount)} to {shown(Fraction(step.round_to))}, half up: {shown(after)}"
    return Trace("rounded", text, after, step.text)


def _modify(step: Step, amount: Fraction, scope: Scope, _: Run) -> Trace:
    assert step.modifiers is not None  # noqa: S101 — the step's kind
    assert scope.line is not None  # noqa: S101 — checked when the document was read
    factors = scope.scene.prepared.terms.modifiers[step.modifiers]
    after, words = amount, shown(amount)
    for code, factor in factors.items():
        if code.upper() in scope.line.modifiers:
            share = scope.number(factor)
            after *= share
            words += f" × {shown(share)} (modifier {code})"
    if words == shown(amount):
        words += ": no modifier that changes it"
        return Trace("modifiers", words, after, step.text)
    return Trace("modifiers", result(words, after), after, step.text)


def _ranked(step: Step, amount: Fraction, scope: Scope, run: Run) -> Trace:
    return rank(step, amount, scope, run)


def _escalate(step: Step, amount: Fraction, scope: Scope, _: Run) -> Trace:
    return escalate(step, amount, scope)


def _outlier(step: Step, amount: Fraction, scope: Scope, _: Run) -> Trace:
    outlier = step.cost_outlier
    assert outlier is not None  # noqa: S101 — the step's kind
    charges, ratio = scope.number(outlier.charges), scope.number(outlier.cost_to_charge)
    costs = charges * ratio
    if outlier.threshold is not None:
        bound = scope.number(outlier.threshold)
        bound_words = shown(bound)
    else:
        assert outlier.fixed_loss is not None  # noqa: S101 — checked with the shape
        loss = scope.number(outlier.fixed_loss)
        bound = amount + loss
        bound_words = f"({shown(amount)} + {shown(loss)})"
    costs_words = f"costs {shown(charges)} × {shown(ratio)} = {shown(costs)}"
    if costs <= bound:
        text = f"{costs_words}, not above {bound_words}: no outlier"
        return Trace("cost outlier", text, amount, step.text)
    share = scope.number(outlier.marginal)
    after = amount + share * (costs - bound)
    text = (
        f"{costs_words}; {shown(amount)} + {shown(share)} × ({shown(costs)} − {bound_words})"
        f" = {shown(after)}"
    )
    return Trace("cost outlier", text, after, step.text)


def _stop_loss(step: Step, amount: Fraction, scope: Scope, _: Run) -> Trace:
    stop = step.stop_loss
    assert stop is not None  # noqa: S101 — the step's kind
    measured, bound, is_over = _held_against(stop, scope)
    verb = "exceed" if stop.exceeds is not None else "reach"
    what = f"stop-loss ({stop.form.replace('_', '-')})"
    if not is_over:
        text = f"{shown(measured)} does not {verb} {shown(bound)}: {shown(amount)} stays"
        return Trace(what, text, amount, step.text)
    share = scope.number(stop.share)
    exceeds = f"{shown(measured)} {'exceeds' if verb == 'exceed' else 'reaches'} {shown(bound)}"
    if stop.form == "first_dollar":
        base = scope.number(stop.base)
        after = share * base
        text = f"{exceeds}: {shown(share)} × {shown(base)} = {shown(after)}"
    else:
        after = amount + share * (measured - bound)
        excess = f"{shown(measured)} − {shown(bound)}"
        text = f"{exceeds}: {shown(amount)} + {shown(share)} × ({excess}) = {shown(after)}"
    considered = (
        Considered("without stop-loss", shown(amount), amount, is_taken=False),
        Considered(what, text, after, is_taken=True),
    )
    return Trace(what, text, after, step.text, considered)


def _held_against(stop: StopLoss, scope: Scope) -> tuple[Fraction, Fraction, bool]:
    """Return what is measured, the bound, and whether the measure is over it."""
    measured = scope.number(stop.of)
    if stop.exceeds is not None:
        bound = scope.number(stop.exceeds)
        return measured, bound, measured > bound
    assert stop.reaches is not None  # noqa: S101 — checked with the shape
    bound = scope.number(stop.reaches)
    return measured, bound, measured >= bound


def _prompt_pay(step: Step, amount: Fraction, scope: Scope, _: Run) -> Trace:
    discount = step.prompt_pay
    assert discount is not None  # noqa: S101 — the step's kind
    share = scope.number(discount.discount)
    after = amount * (1 - share)
    text = f"paid in time: {shown(amount)} × (1 − {shown(share)})"
    return Trace("prompt pay", result(text, after), after, step.text)


_STEPS: Final[Mapping[str, _Taken]] = MappingProxyType(
    {
        "times": _times,
        "plus": _plus,
        "less": _less,
        "reduce_by": _reduce,
        "at_most": _at_most,
        "at_least": _at_least,
        "becomes": _becomes,
        "round_to": _round,
        "modifiers": _modify,
        "ranked": _ranked,
        "escalate": _escalate,
        "cost_outlier": _outlier,
        "stop_loss": _stop_loss,
        "prompt_pay": _prompt_pay,
    }
)
"""By the key that says what a step does."""
