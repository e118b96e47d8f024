"""The best plan under a policy whose decision is no sum over options: bound, decide, divide.

The document's payable cents are bounds then (see `translation.tariff`), so its optimum is a bound
of every plan's true cost, and the engine decides what a plan truly costs. Plans are divided as
Lawler does it: the set that a document describes is its optimum and, for each of its slots,
journeys and lodging in turn, the plans that agree with it before and differ there. These are
documents with rows left out; each is solved for its own bound and closed once that reaches the best
true cost. Rides are few: of plans that differ in them alone each is decided. When nothing is left
open the best plan is proven; when the time is over the least open bound is the answer's.
"""

from __future__ import annotations

import heapq
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count, product
from typing import Any, Final

from scheduling.errors import PlanDisagrees
from scheduling.optimizer.answer import Alternative, Answer, Status
from scheduling.optimizer.check import list_breaches, parts_of
from scheduling.optimizer.choice import Choice, CostParts, Parts, PartyTransfers
from scheduling.optimizer.errors import InvalidProblem
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.problem import Problem
from scheduling.plans_by_year import parts_by_year
from scheduling.solver_port import Solver
from scheduling.translation.translate import Translation
from scheduling.used_up_year import first_name
from scheduling.visit_coverage import decide_visit

Document = dict[str, Any]
_OF_MONEY: Final = frozenset({"cheapest_patient", "cheapest_payer", "runner_up"})


def search_plan(
    translation: Translation,
    solver: Solver,
    *,
    seconds: float,
    alternatives: int,
    cancelled: Callable[[], bool],
) -> Answer:
    """Return the answer to a supply's problem with the cents that the engine decides.

    Raises what the solver raises, and PricingError where the engine cannot decide.
    """
    started = time.monotonic()
    root = solver(
        translation.document, seconds=seconds, alternatives=alternatives, cancelled=cancelled
    )
    if translation.rows.tariff.is_exact or root.choice is None:
        return root
    search = _Search(translation, solver, started + seconds, cancelled)
    search.open(json.loads(translation.document), root)
    search.run()
    return search.answer(root, time.monotonic() - started)


@dataclass(order=True)
class _Open:
    """Plans not yet looked at: none of them costs less than ``bound``."""

    bound: int
    number: int
    document: Document = field(compare=False)
    choice: Choice = field(compare=False)


class _Search:
    """One search: what is open, and the best plan so far with its true parts."""

    def __init__(
        self,
        translation: Translation,
        solver: Solver,
        deadline: float,
        cancelled: Callable[[], bool],
    ) -> None:
        self._translation = translation
        self._problem: Problem = parse_problem(translation.document)
        self._solver = solver
        self._deadline = deadline
        self._by_year = partial(parts_by_year, translation)
        self._cancelled = cancelled
        self._heap: list[_Open] = []
        self._numbers = count()
        self._best: tuple[int, Choice, Parts] | None = None
        self._decided = 0

    def open(self, document: Document, answer: Answer) -> None:
        """Look at the plans of a document whose answer is known."""
        if answer.choice is None or answer.bound is None:
            return
        self._decide(answer.choice)
        entry = _Open(answer.bound, next(self._numbers), document, answer.choice)
        heapq.heappush(self._heap, entry)

    def run(self) -> None:
        """Divide the most promising plans until none is open or the time is over."""
        while self._heap and not self._is_closed(self._heap[0].bound):
            left = self._deadline - time.monotonic()
            if left <= 0:
                return
            entry = heapq.heappop(self._heap)
            for choice in self._with_other_rides(entry.choice):
                self._decide(choice)
            if not self._divide(entry):
                heapq.heappush(self._heap, entry)
                return

    def answer(self, root: Answer, seconds: float) -> Answer:
        """Return the best plan with its true cost and what was proven of it."""
        if self._best is None:
            raise PlanDisagrees("the optimizer's plan breaks a rule of its own document")
        cost, choice, parts = self._best
        bound = min([cost, *(one.bound for one in self._heap)])
        return replace(
            root,
            status=Status.OPTIMAL if bound == cost else Status.FEASIBLE,
            seconds=seconds,
            cost=cost,
            bound=bound,
            choice=choice,
            parts=parts,
            alternatives=tuple(self._alternatives(root, choice, bound)),
            statistics={
                **root.statistics,
                "relaxed_cost": root.cost or 0,
                "policy_solves": next(self._numbers),
                "policy_decisions": self._decided,
            },
        )

    def _is_closed(self, bound: int) -> bool:
        return self._best is not None and bound >= self._best[0]

    def _decide(self, choice: Choice) -> None:
        if list_breaches(self._problem, choice):
            return
        parts = self._true_parts(choice)
        if self._best is None or parts.total < self._best[0]:
            self._best = (parts.total, choice, parts)

    def _true_parts(self, choice: Choice) -> Parts:
        """Return the parts of a choice with the cents that the engine decides."""
        self._decided += 1
        visit = self._translation.read(choice.to_document())
        decision = decide_visit(visit, self._translation)
        parts, prices = parts_of(self._problem, choice), self._problem.prices
        cost = parts.cost
        payer, patient = decision.payer.minor, decision.patient.minor
        return replace(
            parts,
            price_cents=decision.amount.minor,
            payable_cents=sum(line.payable.minor for line in decision.lines),
            payer_cents=payer,
            patient_cents=patient,
            cost=CostParts(
                patient=patient * prices.patient_cent,
                payer=payer * prices.payer_cent,
                burden=cost.burden,
                waiting=cost.waiting,
                mismatch=cost.mismatch,
                expected_loss=cost.expected_loss,
            ),
        )

    def _divide(self, entry: _Open) -> bool:
        """Open every part of an entry's other plans; False when the time is over first.

        All plans are divided by the years of caps first, where there are any.
        """
        found = []
        by_year = tuple(self._by_year(entry.document)) if entry.number == 0 else ()
        for document in by_year or _parts_of_rest(entry.document, entry.choice):
            left = self._deadline - time.monotonic()
            if left <= 0:
                return False
            text = json.dumps(document, ensure_ascii=False).encode()
            answer = self._solver(
                text, seconds=left, alternatives=0, cancelled=self._cancelled, explains=False
            )
            if answer.status is Status.INVALID:
                raise InvalidProblem(answer.faults)
            if answer.status is Status.UNKNOWN:
                return False
            found.append((document, with_first_names(answer)))
        for document, answer in found:
            self.open(document, answer)
        return True

    def _with_other_rides(self, choice: Choice) -> Iterator[Choice]:
        """Yield the choice with every combination of rides between the same places."""
        rides = {one.id: one for one in self._problem.transfers}
        ways: list[list[str]] = []
        for party, pair in choice.transfers.items():
            for ride in (rides[pair.arrival], rides[pair.departure]):
                place = (party, ride.gateway, ride.place)
                ways.append([
                    one.id for one in rides.values()
                    if (one.party, one.gateway, one.place) == place
                ])  # fmt: skip
        for picked in product(*ways):
            pairs = zip(picked[::2], picked[1::2], strict=True)
            transfers = {
                party: PartyTransfers(arrival, departure)
                for party, (arrival, departure) in zip(choice.transfers, pairs, strict=True)
            }
            yield replace(choice, transfers=transfers)

    def _alternatives(self, root: Answer, best: Choice, bound: int) -> Iterator[Alternative]:
        for one in root.alternatives:
            if one.choice is None:
                yield one
                continue
            parts = self._true_parts(one.choice)
            cost = parts.total
            measures = {
                "cheapest_patient": (parts.patient_cents, 0),
                "cheapest_payer": (parts.payer_cents, 0),
                "runner_up": (cost, bound),
            }
            measure, measure_bound = measures.get(one.name, (one.measure, one.measure_bound))
            yield replace(
                one,
                status=Status.FEASIBLE if one.name in _OF_MONEY else one.status,
                measure=measure,
                measure_bound=measure_bound,
                cost=cost,
                parts=parts,
                same_as_best=one.choice.is_same_plan(best),
            )


def with_first_names(answer: Answer) -> Answer:
    """Return an answer to a part whose rides bear the ids they have in the whole document."""
    if answer.choice is None:
        return answer
    transfers = {
        party: PartyTransfers(first_name(pair.arrival), first_name(pair.departure))
        for party, pair in answer.choice.transfers.items()
    }
    return replace(answer, choice=replace(answer.choice, transfers=transfers))


def _parts_of_rest(document: Document, choice: Choice) -> Iterator[Document]:
    """Yield documents whose plans are the document's but those that differ in rides alone."""
    fixed = document
    for key, owner, name, option in _picks(choice):
        yield _filtered(fixed, key, owner, name, partial(_is_another, option))
        fixed = _filtered(fixed, key, owner, name, partial(_is_the_same, option))


def _is_another(option: str, row: Document) -> bool:
    return bool(row["id"] != option)


def _is_the_same(option: str, row: Document) -> bool:
    return bool(row["id"] == option)


def _picks(choice: Choice) -> Iterable[tuple[str, str, str, str]]:
    """Yield what was picked: the list, the key that tells whose it is, whose, and the option."""
    picks: list[tuple[str, Mapping[str, str], str]] = [
        ("slots", choice.slots, "need"),
        ("outbound", choice.outbound, "party"),
        ("return", choice.returns, "party"),
    ]
    for key, chosen, owner in picks:
        for name, option in chosen.items():
            yield key, owner, name, option
    if choice.lodging is not None:
        yield "lodgings", "", "", choice.lodging


def _filtered(
    document: Document, key: str, owner: str, name: str, keep: Callable[[Document], bool]
) -> Document:
    """Return the document with fewer rows of one owner, and nothing that leads to what is gone."""
    rows = [row for row in document[key] if (owner and row[owner] != name) or keep(row)]
    left = {**document, key: rows}
    lodgings = {row["id"] for row in left["lodgings"]}
    sites = {row["site"] for row in left["slots"]}
    left["transfers"] = [row for row in left["transfers"] if row["place"] in lodgings | sites]
    left["commutes"] = [
        row for row in left["commutes"] if row["lodging"] in lodgings and row["site"] in sites
    ]
    return left
