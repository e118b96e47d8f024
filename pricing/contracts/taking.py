"""Terms, in the order written, take lines of a claim and price them."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import Final

from pricing.contracts.documents.rate import Rate
from pricing.contracts.documents.terms_document import Term
from pricing.contracts.errors import CannotPrice
from pricing.contracts.ledger import Entry, Ledger
from pricing.contracts.patterns import REVENUE_DIGITS, codes_of
from pricing.contracts.periods import group_key
from pricing.contracts.rates import can_price, price_rate
from pricing.contracts.run import Run
from pricing.contracts.scene import Line, Scene
from pricing.contracts.scope import Scope
from pricing.contracts.selecting import (
    choose_lines,
    claim_refusal,
    line_refusal,
    period_refusal,
)
from pricing.contracts.tracing import Priced, shown

_ROOMS: Final = codes_of(["0100-0219"], REVENUE_DIGITS)
"""Room and board, of all kinds and levels (NUBC)."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A term at work: the lines of one group and what they come to together."""

    term: Term
    lines: tuple[Line, ...]
    priced: Priced


@dataclass(slots=True)
class Taking:
    """A claim while its lines are taken; ``refusals`` say why terms passed lines over."""

    scene: Scene
    ledger: Ledger
    taken: set[str] = field(default_factory=set)
    refusals: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    applied: list[Applied] = field(default_factory=list)

    def take(self, term: Term) -> None:
        """Let one term take and price its lines."""
        scope = Scope(self.scene.dated_as(term), rule=f"term {term.id}")
        lines = self._lines_of(term, scope)
        groups = [group for group in _groups(term, lines, scope) if self._may(term, group, scope)]
        run = Run(tuple(line for group in groups for line in group))
        for group in groups:
            self._price(term, group, scope, run)

    def finish(self) -> None:
        """Book every line that no term took, with the reasons.

        Raises CannotPrice where two terms pay the same stay, or all days of it.
        """
        self._refuse_days_twice()
        self._refuse_stay_twice()
        for line in self.scene.lines:
            if line.id not in self.taken:
                entry = Entry(line, None, Fraction(0), "unpriced", reason=self._why_not(line))
                self.ledger.book(entry)

    def _lines_of(self, term: Term, scope: Scope) -> list[Line]:
        phases = [scope.phase_of(line) for line in self.scene.lines] if term.claim.phases else []
        refusal = claim_refusal(term.claim, self.scene, phases)
        lines = []
        for line in self.scene.lines:
            if line.id in self.taken and not term.in_addition:
                continue
            day = scope.scene.rate_date(line)
            found = (
                refusal
                or period_refusal(term.valid_from, term.valid_to, day)
                or line_refusal(term.lines, line, scope)
            )
            if found is None:
                lines.append(line)
            else:
                self._refuse(term, line, found)
        return lines

    def _may(self, term: Term, group: tuple[Line, ...], scope: Scope) -> bool:
        """Tell whether a group meets the term's ``when`` and is listed where it has to be."""
        there = _scope_of(term, group, scope)
        if not there.holds(term.when):
            refusal = f"{term.when.text if term.when else ''} does not hold"
        elif not can_price(term.pays, there):
            refusal = "a schedule that it needs does not list it"
        else:
            return True
        for line in group:
            self._refuse(term, line, refusal)
        return False

    def _price(self, term: Term, group: tuple[Line, ...], scope: Scope, run: Run) -> None:
        there = _scope_of(term, group, scope)
        priced = price_rate(term.pays, there, run)
        if priced.amount < 0:
            raise CannotPrice(there.rule, f"comes to {shown(priced.amount)}, which is below 0")
        if not term.in_addition:
            self.taken.update(line.id for line in group)
        self.applied.append(Applied(term, group, priced))
        for entry in _entries(term, group, priced, there, self.ledger):
            self.ledger.book(entry)

    def _refuse_days_twice(self) -> None:
        """Refuse two per diems that each count the whole stay: a patient lies in one room."""
        whole = [one for one in self.applied if _pays_whole_stay(one)]
        for one, other in combinations(whole, 2):
            if _are_apart(one.term, other.term):
                continue
            raise CannotPrice(
                f"term {other.term.id}",
                f"pays every day of the stay, as {one.term.id} does, and both took room lines; "
                "price room lines by their units ({amount: …, per: unit}), or say with count "
                "which days are whose (count: stay.days, if both pay them all)",
            )

    def _refuse_stay_twice(self) -> None:
        """Refuse the old and the new of one rate, both for all of a claim that crosses the day."""
        whole = [one.term for one in self.applied if one.term.grouped == "claim"]
        for one, other in combinations(whole, 2):
            is_same = (one.claim, one.lines) == (other.claim, other.lines)
            if is_same and _are_apart(one, other) and _pays_all(one.pays) and not other.in_addition:
                raise CannotPrice(
                    f"term {other.id}",
                    f"pays for the claim, as {one.id} does, which is in force on other days; the "
                    "claim has lines of both: write one term, its figure by the day that counts, "
                    "such as lookup('rates', claim.admitted), or claim.first_date",
                )

    def _refuse(self, term: Term, line: Line, why: str) -> None:
        self.refusals.setdefault(line.id, []).append((term.id, why))

    def _why_not(self, line: Line) -> str:
        told = [f"{term}: {why}" for term, why in self.refusals.get(line.id, [])]
        most = 8
        more = f"; and {len(told) - most} terms more" if len(told) > most else ""
        return f"no term covers it. {'; '.join(told[:most])}{more}"


def _pays_whole_stay(applied: Applied) -> bool:
    """Tell whether a per diem of all days took a room line."""
    term = applied.term
    return (
        term.pays.per_diem is not None
        and term.pays.count is None
        and not term.in_addition
        and any(_ROOMS.has(line.revenue_code) for line in applied.lines)
    )


def _pays_all(rate: Rate) -> bool:
    """Tell whether a rate, or one that it is made of, is the same however few lines it is for."""
    is_once = rate.kind == "amount" and rate.per in {None, "once"} and rate.count is None
    if is_once or rate.kind in {"case_rate", "drg"}:
        return True
    return rate.each_line is None and any(_pays_all(below) for below in rate.alternatives)


def _are_apart(one: Term, other: Term) -> bool:
    """Tell whether two terms are never in force on one day."""
    return any(
        before.valid_to is not None
        and after.valid_from is not None
        and before.valid_to < after.valid_from
        for before, after in ((one, other), (other, one))
    )


def _scope_of(term: Term, group: tuple[Line, ...], scope: Scope) -> Scope:
    if term.grouped == "line":
        return scope.for_line(group[0])
    return Scope(scope.scene, rule=scope.rule, group=group)


def _groups(term: Term, lines: list[Line], scope: Scope) -> list[tuple[Line, ...]]:
    """Return the lines that are priced together, groups in the order of their first lines."""
    found: dict[object, list[Line]] = {}
    for line in lines:
        key: object
        match term.grouped:
            case "line":
                key = line.id
            case "code":
                key = line.code
            case "revenue_code":
                key = line.revenue_code
            case "phase":
                key = scope.phase_of(line)
            case "claim":
                key = "claim"
            case _:
                key = group_key(term.grouped, line, lines, scope)
        found.setdefault(key, []).append(line)
    return [tuple(group) for group in found.values()]


def _entries(
    term: Term, group: tuple[Line, ...], priced: Priced, scope: Scope, ledger: Ledger
) -> list[Entry]:
    """Return what a group comes to, line by line."""
    how, reason = priced.how, priced.reason
    if len(group) == 1 or how != "priced":
        zero_or_all = [priced.amount, *[Fraction(0)] * (len(group) - 1)]
        return [
            Entry(line, term, amount, how, priced.trace, reason)
            for line, amount in zip(group, zero_or_all, strict=True)
        ]
    lead = _lead(term, group, scope)
    if term.allot == "charges":
        weights = [line.charge or Fraction(0) for line in group]
        parts = ledger.rounder.spread(ledger.settled(priced.amount), weights)
        words = f"its part, by charges, of what {term.id} pays for {len(group)} lines together"
        return [
            Entry(line, term, part, "priced", priced.trace, words)
            for line, part in zip(group, parts, strict=True)
        ]
    included = f"included in what {term.id} pays for {len(group)} lines, shown on line {lead.id}"
    return [
        Entry(line, term, priced.amount, "priced", priced.trace)
        if line is lead
        else Entry(line, term, Fraction(0), "included", (), included)
        for line in group
    ]


def _lead(term: Term, group: tuple[Line, ...], scope: Scope) -> Line:
    if term.shown_on is None:
        return group[0]
    meant = choose_lines(term.shown_on, group, scope)
    return meant[0] if meant else group[0]
