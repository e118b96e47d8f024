"""The claim's own steps, after all terms: stop-loss, floors and ceilings, discounts, reductions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from pricing.contracts.documents.rate import PERIODS, PromptPay, Ranked
from pricing.contracts.documents.terms_document import ClaimStep
from pricing.contracts.errors import CannotPrice, ClaimFactMissing
from pricing.contracts.ledger import Entry, Ledger
from pricing.contracts.periods import group_key
from pricing.contracts.ranking import Procedure, list_shares, session_of
from pricing.contracts.run import Run
from pricing.contracts.scene import Line, Scene
from pricing.contracts.scope import Scope
from pricing.contracts.selecting import claim_refusal, line_refusal, period_refusal
from pricing.contracts.steps import take_step
from pricing.contracts.tracing import Trace, result, shown
from pricing.expressions.evaluate import evaluate

_ZERO: Final = Fraction(0)
_OF_A_DAY: Final = frozenset({"line", "day"}) | PERIODS
"""How a step is grouped where what it holds together has a day of its own."""
_SATURDAY: Final = 5
_A_WHILE: Final = timedelta(days=6000)
"""Longer than any days of payment, so that no day beyond the calendar is reckoned."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step of the claim: the amount before and after, or why it was not taken."""

    step: ClaimStep
    before: Fraction
    after: Fraction
    lines: tuple[str, ...]
    trace: tuple[Trace, ...]
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class Conditional:
    """What would still change the amount: a prompt-pay discount before anything is paid."""

    step: ClaimStep
    until: date | None
    change: Fraction


@dataclass(slots=True)
class Settling:
    """A claim whose terms have been taken, while its steps are."""

    scene: Scene
    ledger: Ledger

    def allow(self, step: ClaimStep) -> tuple[Taken, ...]:
        """Take a step over what the terms allow."""
        scope = Scope(
            self.scene.dated_as(step), rule=f"step {step.id}", allowed=self.ledger.allowed()
        )
        entries = self._entries_of(step, scope)
        why_not = self._refusal(step, scope) or (None if entries else self._for_no_line(step))
        if why_not is not None:
            return (self._not_taken(step, entries, why_not),)
        if step.ranks is not None:
            return (self._rank(step, step.ranks, entries, scope),)
        return tuple(self._take(step, *one) for one in _groups(step, entries, scope))

    def pay(self, step: ClaimStep, payer: Fraction) -> Taken:
        """Take a step over what the payer pays, after the patient's share."""
        scope = Scope(
            self.scene.dated_as(step),
            rule=f"step {step.id}",
            group=self._covered(),
            allowed=self.ledger.allowed(),
        )
        why_not = self._refusal(step, scope)
        if why_not is None and not scope.with_amount(payer, _ZERO).holds(step.when):
            why_not = f"{step.when.text if step.when else ''} does not hold"
        if why_not is not None:
            return Taken(step, payer, payer, (), (), why_not)
        trace = take_step(step, payer, scope, Run(()))
        return Taken(step, payer, self.ledger.rounder.round_units(trace.amount), (), (trace,))

    def find_conditional(self, step: ClaimStep, payer: Fraction | None) -> Conditional | None:
        """Return a discount that depends on a payment not made yet, or None.

        ``payer``: what the payer pays, where the step is of that; else it is of what is allowed.
        """
        if step.prompt_pay is None or self.scene.claim.paid is not None:
            return None
        scope = Scope(
            self.scene.dated_as(step),
            rule=f"step {step.id}",
            group=self._covered(),
            allowed=self.ledger.allowed(),
        )
        if self._not_for(step, scope) is not None:
            return None
        if payer is None:
            groups = _groups(step, self._entries_of(step, scope), scope)
            held = [self._there(step, *one) for one in groups]
        else:
            held = [(payer, scope.with_amount(payer, _ZERO))]
        changes = [
            self.ledger.settled(take_step(step, before, there, Run(())).amount) - before
            for before, there in held
            if there.holds(step.when)
        ]
        total = self.ledger.allowed()["total"] if payer is None else payer
        round_units = self.ledger.rounder.round_units
        change = round_units(total + sum(changes, _ZERO)) - round_units(total)
        since = self._since(step.prompt_pay, scope)
        until = None if since is None else last_day(since, step.prompt_pay)
        return Conditional(step, until, change) if changes else None

    def _covered(self) -> tuple[Line, ...]:
        return _lines([entry for entry in self.ledger.entries if entry.is_covered])

    def _entries_of(self, step: ClaimStep, scope: Scope) -> list[Entry]:
        return [
            entry
            for entry in self.ledger.entries
            if entry.is_covered
            and (step.grouped != "line" or entry.how == "priced")
            and _is_applied_to(step, entry)
            and line_refusal(step.lines, entry.line, scope) is None
            and (step.grouped not in _OF_A_DAY or self._other_times(step, entry.line) is None)
        ]

    def _other_times(self, step: ClaimStep, line: Line | None) -> str | None:
        return period_refusal(
            step.valid_from, step.valid_to, self.scene.dated_as(step).rate_date(line)
        )

    def _for_no_line(self, step: ClaimStep) -> str:
        told = {self._other_times(step, line) for line in self.scene.lines}
        return (told.pop() if len(told) == 1 else None) or "it is for no line here"

    def _outside(self, step: ClaimStep) -> set[str]:
        """Return the lines whose charges a term that the step is not to touch pays for.

        An addition takes no line, so the line's own term may be one that the step is for: a line
        that it prices by itself stays inside, one among the others of a group does not.
        """
        apart, inside = set[str](), set[str]()
        for entry in self.ledger.entries:
            term = entry.term
            if term is not None and term.id in step.not_to:
                apart.add(entry.line.id)
            elif term is not None and term.grouped == "line" and not term.in_addition:
                inside.add(entry.line.id)
        return apart - inside

    def _refusal(self, step: ClaimStep, scope: Scope) -> str | None:
        return self._not_for(step, scope) or self._unpaid(step, scope)

    def _not_for(self, step: ClaimStep, scope: Scope) -> str | None:
        """Return why a step is not for this claim, or None."""
        phases = [scope.phase_of(line) for line in self.scene.lines] if step.claim.phases else []
        refusal = claim_refusal(step.claim, self.scene, phases)
        is_of_a_day = step.grouped in _OF_A_DAY
        return refusal or (None if is_of_a_day else self._other_times(step, None))

    def _unpaid(self, step: ClaimStep, scope: Scope) -> str | None:
        """Return why a prompt-pay discount is not taken, or None."""
        discount = step.prompt_pay
        if discount is None:
            return None
        paid = self.scene.claim.paid
        if paid is None:
            return "the claim states no day of payment"
        since = evaluate(discount.since, scope)
        assert isinstance(since, date)  # noqa: S101 — checked when the document was read
        last = last_day(since, discount)
        return None if paid <= last else f"paid on {paid}, after {last}"

    def _since(self, discount: PromptPay, scope: Scope) -> date | None:
        try:
            since = evaluate(discount.since, scope)
        except ClaimFactMissing:
            return None
        return since if isinstance(since, date) else None

    def _not_taken(self, step: ClaimStep, entries: list[Entry], why: str) -> Taken:
        amount = sum((entry.amount for entry in entries), _ZERO)
        return Taken(step, amount, amount, _ids(entries), (), why)

    def _there(self, step: ClaimStep, entries: list[Entry], scope: Scope) -> tuple[Fraction, Scope]:
        """Return what a step begins with, and the scope of the lines it holds."""
        group = _lines(entries)
        if step.grouped != "line":
            outside = self._outside(step)
            group = tuple(line for line in group if line.id not in outside)
        before = sum((entry.amount for entry in entries), _ZERO)
        units = sum((line.units for line in group), _ZERO)
        return before, replace(scope, group=group, amount=before, units=units)

    def _take(self, step: ClaimStep, entries: list[Entry], scope: Scope) -> Taken:
        before, there = self._there(step, entries, scope)
        group = there.group or ()
        if not there.holds(step.when):
            why = f"{step.when.text if step.when else ''} does not hold"
            return Taken(step, before, before, _ids(entries), (), why)
        trace = take_step(step, before, there, Run(group))
        if trace.amount < 0:
            raise CannotPrice(there.rule, f"comes to {shown(trace.amount)}, which is below 0")
        after = self.ledger.settled(trace.amount)
        if after != before:
            self.ledger.share_out(entries, after, _weights(step, entries, group))
        return Taken(step, before, after, _ids(entries), (trace,))

    def _rank(self, step: ClaimStep, ranked: Ranked, entries: list[Entry], scope: Scope) -> Taken:
        """Take each amount that the terms show by its rank; lines included elsewhere have none."""
        before, there = self._there(step, entries, scope)
        if not there.holds(step.when):
            why = f"{step.when.text if step.when else ''} does not hold"
            return Taken(step, before, before, _ids(entries), (), why)
        sessions: dict[date | None, list[Entry]] = {}
        for entry in entries:
            if entry.how == "priced":
                sessions.setdefault(session_of(ranked, entry.line, there), []).append(entry)
        words = []
        for session in sessions.values():
            procedures = [_procedure(ranked, entry, there) for entry in session]
            shares = list_shares(ranked, procedures, there)
            for entry, share in zip(session, shares, strict=True):
                words.append(f"{entry.line.id}: {shown(entry.amount)} × {shown(share)}")
                entry.amount = self.ledger.settled(entry.amount * share)
        after = sum((entry.amount for entry in entries), _ZERO)
        trace = Trace("ranked", result(" + ".join(words) or "0", after), after, step.text)
        return Taken(step, before, after, _ids(entries), (trace,))


def _procedure(ranked: Ranked, entry: Entry, scope: Scope) -> Procedure:
    there = scope.for_line(entry.line).with_amount(entry.amount, entry.line.units)
    height = entry.amount if ranked.by is None else there.number(ranked.by)
    return Procedure(entry.line, height, entry.amount)


def last_day(since: date, discount: PromptPay) -> date:
    """Return the last day on which a payment is prompt; business days are Monday to Friday."""
    if date.max - since < _A_WHILE:
        return date.max
    if discount.days == "calendar":
        return since + timedelta(days=discount.within_days)
    day, left = since, discount.within_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day


def _groups(step: ClaimStep, entries: list[Entry], scope: Scope) -> list[tuple[list[Entry], Scope]]:
    """Return the entries that a step holds together, each with the scope it looks from."""
    groups: dict[str | date | None, list[Entry]] = {}
    lines = _lines(entries)
    for entry in entries:
        groups.setdefault(_group_of(step, entry.line, lines, scope), []).append(entry)
    is_line = step.grouped == "line"
    return [(one, scope.for_line(one[0].line) if is_line else scope) for one in groups.values()]


def _group_of(
    step: ClaimStep, line: Line, lines: Sequence[Line], scope: Scope
) -> str | date | None:
    """Return by what lines are taken together: themselves, their date, their phase, the claim."""
    match step.grouped:
        case "line":
            return line.id
        case "phase":
            return scope.phase_of(line)
        case "claim":
            return "claim"
        case _:
            return group_key(step.grouped, line, lines, scope)


def _is_applied_to(step: ClaimStep, entry: Entry) -> bool:
    term = None if entry.term is None else entry.term.id
    if step.applies_to is not None and term not in step.applies_to:
        return False
    return term not in step.not_to


def _weights(step: ClaimStep, entries: list[Entry], group: tuple[Line, ...]) -> list[Fraction]:
    """Return by what a new total is shared out: charges for a first-dollar stop-loss."""
    inside = {line.id for line in group}
    is_of_charges = step.stop_loss is not None and step.stop_loss.form == "first_dollar"
    if is_of_charges or not any(entry.amount for entry in entries):
        seen: set[str] = set()
        weights = []
        for entry in entries:
            is_first = entry.line.id in inside - seen
            seen.add(entry.line.id)
            weights.append((entry.line.charge or _ZERO) if is_first else _ZERO)
        return weights
    return [entry.amount for entry in entries]


def _lines(entries: list[Entry]) -> tuple[Line, ...]:
    found = {entry.line.id: entry.line for entry in entries}
    return tuple(found.values())


def _ids(entries: list[Entry]) -> tuple[str, ...]:
    return tuple(line.id for line in _lines(entries))
