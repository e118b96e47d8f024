"""Where an expression of the terms looks from: the claim, a line, a group of lines, an amount.

A fact is read by its path. What the claim states is read from it and named by its place there
when it is missing; everything else is computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from pricing.contracts.errors import ClaimFactMissing
from pricing.contracts.facts import of_line
from pricing.contracts.line_facts import LineFacts, Unstated
from pricing.contracts.own_facts import to_value
from pricing.contracts.scene import Line, Scene
from pricing.contracts.selecting import choose_lines, claim_refusal
from pricing.contracts.stay_facts import read_stay_fact
from pricing.expressions.errors import CannotCompute
from pricing.expressions.evaluate import evaluate
from pricing.expressions.tree import Expression
from pricing.expressions.values import Value

_Found = Value | Unstated


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a stay: its number, from 1, and its date where the claim tells it."""

    number: Fraction
    date: date | Unstated


@dataclass(frozen=True, slots=True)
class Counted:
    """What lines before one count in a period, and that period in words."""

    before: Fraction
    period: str


@dataclass(frozen=True, slots=True)
class Scope:
    """The facts as one rate, step or selector sees them.

    ``rule`` is who asks; ``line`` the one line that is priced, ``group`` all lines priced
    together; ``amount`` what a step begins with; ``allowed`` what the terms allow so far;
    ``raised_on`` the day of the raise that is reckoned; ``day`` the one day of a stay that a per
    diem prices; ``counted`` what lines before this one count, where a count goes on.
    """

    scene: Scene
    rule: str = ""
    line: Line | None = None
    group: tuple[Line, ...] | None = None
    amount: Fraction | None = None
    units: Fraction | None = None
    raised_on: date | None = None
    allowed: Mapping[str, Fraction] = field(default_factory=dict)
    day: Day | None = None
    counted: Counted | None = None

    def get(self, path: str) -> Value:
        """Return a fact; raises ClaimFactMissing naming the field that would state it."""
        found = self._read(path)
        if isinstance(found, Unstated):
            raise ClaimFactMissing(path, field=found.field, rule=self.rule)
        return found

    def is_stated(self, path: str) -> bool:
        """Return whether `get` would answer."""
        try:
            return not isinstance(self._read(path), Unstated)
        except ClaimFactMissing:
            return False

    def look_up(self, table: str, arguments: tuple[Value, ...]) -> Fraction:
        """Return a table's value for the arguments; raises NoTableRow."""
        row = self.scene.prepared.tables[table].find(arguments)
        return self.number(row)

    def number(self, expression: Expression) -> Fraction:
        """Return what an expression that is a number is worth here."""
        value = self._evaluated(expression)
        assert isinstance(value, Fraction)  # noqa: S101 — checked when the document was read
        return value

    def holds(self, expression: Expression | None) -> bool:
        """Return whether a condition holds here; one that is not written does."""
        return expression is None or self._evaluated(expression) is True

    def _evaluated(self, expression: Expression) -> Value:
        """Return what an expression is worth here; raises CannotCompute naming the rule."""
        try:
            return evaluate(expression, self)
        except CannotCompute as error:
            if not self.rule or error.fault.startswith(self.rule):
                raise
            fault = f"{self.rule} of the terms: {error.fault}"
            raise CannotCompute(error.text, fault, field=error.field) from error

    def for_line(self, line: Line) -> Scope:
        """Return the scope of one line, priced alone."""
        return replace(self, line=line, group=(line,))

    def on_day(self, day: Day) -> Scope:
        """Return the scope of one day of a stay."""
        return replace(self, day=day)

    def with_amount(self, amount: Fraction, units: Fraction | None = None) -> Scope:
        """Return the scope of a step that begins with an amount."""
        return replace(self, amount=amount, units=units)

    def for_raise(self, on: date) -> Scope:
        """Return the scope of a raise that begins on a day."""
        return replace(self, raised_on=on)

    def phase_of(self, line: Line) -> str | None:
        """Return the phase a line states, or whose days hold its date; None: neither.

        Raises ClaimFactMissing where none holds it and the days of one are not known.
        """
        if line.phase is not None or line.date is None:
            return line.phase
        asking = replace(self, line=None, group=None)
        unknown: ClaimFactMissing | None = None
        for phase in self.scene.prepared.terms.phases:
            bounds = [b for b in (phase.first, phase.last) if b is not None]
            try:
                days = [evaluate(bound, asking) for bound in bounds]
            except ClaimFactMissing as missing:
                unknown = unknown or missing
                continue
            first = days[0] if phase.first is not None else date.min
            last = days[-1] if phase.last is not None else date.max
            if isinstance(first, date) and isinstance(last, date) and first <= line.date <= last:
                return phase.id
        if unknown is not None:
            raise unknown
        return None

    def day_of(self, line: Line, lines: Sequence[Line]) -> date | None:
        """Return the day that a line belongs to among those that are parted by day.

        Raises ClaimFactMissing for one without a date, unless it stands alone.
        """
        if line.date is None and len(lines) > 1:
            field = of_line("date", line.id)
            raise ClaimFactMissing("line.date", field=field, rule=self.rule)
        return line.date

    def _read(self, path: str) -> _Found:
        owner, _, name = path.partition(".")
        if name.startswith("facts."):
            return self._own(path, owner, name.removeprefix("facts."))
        match owner:
            case "stay":
                return read_stay_fact(self.scene, name)
            case "line":
                return self._line_fact(name)
            case "this" | "raise" | "day":
                return self._at_hand(owner, name)
            case "measure" | "amount" | "allowed" | "test":
                return self._named(owner, name)
            case _:
                return self._lines_fact(owner, name)

    def _line_fact(self, name: str) -> _Found:
        assert self.line is not None  # noqa: S101 — checked when the document was read
        if name == "rate_date":
            return self.scene.rate_date(self.line) or Unstated(of_line("date", self.line.id))
        if name == "phase":
            return self.phase_of(self.line) or Unstated(of_line("phase", self.line.id))
        return LineFacts(self.scene, (self.line,)).of_line(name)

    def _at_hand(self, owner: str, name: str) -> _Found:
        """Return what a day, a step or a raise begins with: a date, an amount, units."""
        if owner == "day":
            assert self.day is not None  # noqa: S101 — checked when the document was read
            return self.day.number if name == "number" else self.day.date
        value = {"amount": self.amount, "units": self.units, "on": self.raised_on}[name]
        assert value is not None  # noqa: S101 — checked when the document was read
        return value

    def _named(self, owner: str, name: str) -> _Found:
        terms = self.scene.prepared.terms
        if owner == "allowed":
            return self.allowed.get(name, Fraction(0))
        if owner == "amount":
            return evaluate(terms.amounts[name], replace(self, line=None, group=None, amount=None))
        if owner == "test":
            said = terms.tests[name]
            phases = [self.phase_of(line) for line in self.scene.lines] if said.phases else []
            return claim_refusal(said, self.scene, phases) is None
        measure = terms.measures[name]
        lines = choose_lines(measure.lines, self.scene.lines, self)
        return LineFacts(self.scene, lines).of_lines(measure.of)

    def _lines_fact(self, owner: str, name: str) -> _Found:
        if owner == "group":
            assert self.group is not None  # noqa: S101 — checked when the document was read
            if name == "rate_date":
                return self.scene.rate_date_of(self.group) or Unstated("claim.admitted")
            return LineFacts(self.scene, self.group, alone=self.line is not None).of_lines(name)
        if name == "rate_date":
            return self.scene.rate_date(None) or Unstated("claim.admitted")
        return LineFacts(self.scene, self.scene.lines).of_claim(name)

    def _own(self, path: str, owner: str, name: str) -> _Found:
        if owner == "line":
            assert self.line is not None  # noqa: S101 — checked when the document was read
            stated, where = self.line.facts, of_line(f"facts.{name}", self.line.id)
        else:
            stated, where = self.scene.claim.facts, f"claim.facts.{name}"
        if name not in stated:
            return Unstated(where)
        return to_value(stated[name], self.scene.prepared.own_facts[path], where)
