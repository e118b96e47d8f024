"""Why not this option? For any option of a document, what kept it out of the best plan.

Four answers: a rule excludes it by itself; no plan can contain it, because of a smallest set of
rules; the cheapest plan with it costs so many cents more, part by part; or it ties. The cheapest
plan with an option is found by the same search, with the option's rivals left out.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

import numpy as np

from scheduling.optimizer.aim import aim_of
from scheduling.optimizer.answer import Answer, Obstacle
from scheduling.optimizer.choice import Choice, CostParts, Parts
from scheduling.optimizer.columns import Columns, to_columns
from scheduling.optimizer.errors import InvalidProblem, UnknownOption
from scheduling.optimizer.memory import Memory
from scheduling.optimizer.numbers import Bools
from scheduling.optimizer.obstacles import Demand, Forced, Ground, find_obstacles
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.planned import checked, choice_of
from scheduling.optimizer.problem import Problem
from scheduling.optimizer.search import Outcome, Search
from scheduling.optimizer.selection import Selection, select_all
from scheduling.optimizer.solve import SECONDS, OnProgress, solve
from scheduling.optimizer.unary import list_broken
from scheduling.optimizer.watch import Watch

# The lists an option can be in: the document's key, and the selection's masks for it.
TABLES: Final = {
    "slots": ("slots",),
    "outbound": ("outbound",),
    "return": ("returns",),
    "lodgings": ("lodgings",),
    "transfers": ("arrivals", "departures"),
}


class Verdict(StrEnum):
    """Why an option is not in the best plan."""

    CHOSEN = "chosen"  # it is
    RULE = "rule"  # it breaks a rule by itself
    IMPOSSIBLE = "impossible"  # no plan that holds all rules contains it
    DEARER = "dearer"  # the cheapest plan with it costs more
    TIE = "tie"  # a plan with it costs the same; the order of the lists decided
    UNKNOWN = "unknown"  # the time ran out


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The answer for one option.

    `rules` are the ones in the way (RULE, IMPOSSIBLE). `extra` is what the cheapest plan with the
    option costs beyond the best, part by part (parts may be negative), and `choice`, `parts` are
    that plan (DEARER, TIE).
    """

    table: str
    option: str
    verdict: Verdict
    sentence: str
    rules: tuple[Obstacle, ...] = ()
    extra: CostParts | None = None
    choice: Choice | None = None
    parts: Parts | None = None

    @property
    def extra_cents(self) -> int | None:
        """Return how much more the cheapest plan with the option costs, in cost cents."""
        return None if self.extra is None else self.extra.total

    def to_document(self) -> dict[str, Any]:
        """Return the answer as `sojourn why --json` prints it."""
        return {
            "list": self.table,
            "option": self.option,
            "verdict": self.verdict.value,
            "sentence": self.sentence,
            "rules": [rule.to_document() for rule in self.rules],
            "extra_cents": self.extra_cents,
            "extra": None if self.extra is None else self.extra.to_document(),
            "choices": None if self.choice is None else self.choice.to_document(),
            "parts": None if self.parts is None else self.parts.to_document(),
        }


def why_not(problem: Problem, answer: Answer, option: str, *, seconds: float = SECONDS) -> WhyNot:
    """Return why an option is not in the plan of an OPTIMAL answer.

    `option` is an id, or list/id (`outbound/F7`) where several lists have the id.

    Raises:
        UnknownOption: no list has it, or several do.
    """
    table, index = find_option(problem, option)
    return _Asker(problem, answer, Watch(seconds)).ask(table, index)


def why_not_all(
    problem: Problem,
    answer: Answer,
    *,
    seconds: float = SECONDS,
    on_progress: Callable[[int, int], None] | None = None,
) -> Iterator[WhyNot]:
    """Yield the answer for every option, in document order; `on_progress` gets (done, of).

    Rules in the way are named but not measured; `why_not` measures them for one option.
    """
    asker = _Asker(problem, answer, Watch(seconds), measured=False)
    options = [(table, index) for table in TABLES for index in range(len(_rows(problem, table)))]
    for done, (table, index) in enumerate(options):
        if on_progress is not None:
            on_progress(done, len(options))
        yield asker.ask(table, index)


def explain_document(
    document: str | bytes,
    *,
    options: Sequence[str] | None,
    seconds: float,
    on_progress: OnProgress,
) -> dict[str, Any]:
    """Solve a document and say why options (None: all) are not in its best plan.

    Returns {"status", "cost", "options"}; {"status": "INVALID", "faults"} when the document is not
    one, {"status": "UNKNOWN_OPTION", "message"} when an option is not in it.
    """
    try:
        problem = parse_problem(document)
        found = None if options is None else [find_option(problem, name) for name in options]
    except InvalidProblem as error:
        faults = [{"path": fault.path, "message": fault.message} for fault in error.faults]
        return {"status": "INVALID", "faults": faults}
    except UnknownOption as error:
        return {"status": "UNKNOWN_OPTION", "message": str(error)}
    watch = Watch(seconds)
    answer = solve(problem, seconds=seconds)
    head = {"status": answer.status.value, "cost": answer.cost}
    if found is None:

        def tell(done: int, of: int) -> None:
            on_progress("why", done, of)

        everything = why_not_all(problem, answer, seconds=watch.left, on_progress=tell)
        return {**head, "options": [reason.to_document() for reason in everything]}
    asker = _Asker(problem, answer, Watch(watch.left))
    reasons = [asker.ask(table, index) for table, index in found]
    return {**head, "options": [reason.to_document() for reason in reasons]}


def find_option(problem: Problem, option: str) -> tuple[str, int]:
    """Return the list and the position of an option given as id or as list/id.

    Raises:
        UnknownOption: no list has it, or several do.
    """
    found = [
        (table, index)
        for table in TABLES
        for index, row in enumerate(_rows(problem, table))
        if option in {row.id, f"{table}/{row.id}"}
    ]
    if len(found) != 1:
        raise UnknownOption(option, [table for table, _ in found])
    return found[0]


def _rows(problem: Problem, table: str) -> Sequence[Any]:
    rows: Sequence[Any] = problem.returns if table == "return" else getattr(problem, table)
    return rows


class _Asker:
    """Asks about options of one document, with what the searches share kept."""

    def __init__(
        self, problem: Problem, answer: Answer, watch: Watch, *, measured: bool = True
    ) -> None:
        self.problem = problem
        self.answer = answer
        self.watch = watch
        self.columns = to_columns(problem)
        self.selection = select_all(self.columns)
        self.aim = aim_of(problem)
        self.memory = Memory()
        self.ground = Ground(self.columns)
        self.measured = measured

    def ask(self, table: str, index: int) -> WhyNot:
        option = _rows(self.problem, table)[index].id
        if self._is_chosen(table, option):
            return WhyNot(table, option, Verdict.CHOSEN, "It is in the best plan.")
        broken = list_broken(self.problem, table, index)
        if broken:
            sentence = " ".join(rule.sentence for rule in broken)
            return WhyNot(table, option, Verdict.RULE, sentence, rules=broken)
        outcome = self._search(table, index)
        if outcome.plan is not None and outcome.is_complete and self.answer.parts is not None:
            return self._compare(table, option, outcome, self.answer.parts)
        if outcome.plan is not None or not outcome.is_complete:
            sentence = "The time ran out before this could be told."
            return WhyNot(table, option, Verdict.UNKNOWN, sentence)
        return self._in_the_way(table, index, option)

    def _is_chosen(self, table: str, option: str) -> bool:
        choice = self.answer.choice
        if choice is None:
            return False
        rides = [
            ride for pair in choice.transfers.values() for ride in (pair.arrival, pair.departure)
        ]
        chosen: dict[str, Iterable[str | None]] = {
            "slots": choice.slots.values(),
            "outbound": choice.outbound.values(),
            "return": choice.returns.values(),
            "lodgings": [choice.lodging],
            "transfers": rides,
        }
        return option in chosen[table]

    def _search(self, table: str, index: int) -> Outcome:
        """Return the cheapest plan with the option; a transfer may serve either way."""
        best: Outcome | None = None
        for force in forcing(self.columns, table, index):
            search = Search(
                self.columns, self.aim, force(self.selection), self.watch, memory=self.memory
            )
            found = search.run(None if best is None else best.plan)
            complete = found.is_complete and (best is None or best.is_complete)
            best = Outcome(found.plan, found.bound, complete)
        if best is None:
            raise RuntimeError("every option can be forced in at least one way")
        return best

    def _compare(self, table: str, option: str, outcome: Outcome, best: Parts) -> WhyNot:
        if outcome.plan is None:
            raise RuntimeError("there is a plan to compare with")
        choice = choice_of(self.problem, outcome.plan)
        parts = checked(self.problem, choice, outcome.plan.cost)
        extra = subtract(parts.cost, best.cost)
        if extra.total == 0:
            verdict = Verdict.TIE
            sentence = "A plan with it costs the same; the order of the lists decided."
        else:
            verdict = Verdict.DEARER
            sentence = f"The cheapest plan with it costs {extra.total} cost cents more."
        return WhyNot(table, option, verdict, sentence, extra=extra, choice=choice, parts=parts)

    def _in_the_way(self, table: str, index: int, option: str) -> WhyNot:
        demand = Demand(forcing(self.columns, table, index))
        rules, _ = find_obstacles(self.ground, self.watch, demand, measured=self.measured)
        if not rules:
            sentence = (
                "No plan contains it; the time ran out before the rules in the way were known."
            )
        elif rules[0].rule == "offers":
            sentence = "Nothing else in the document goes with it."
            rules = (Obstacle("offers", sentence),)
        else:
            sentence = "No plan contains it. " + " ".join(rule.sentence for rule in rules)
        return WhyNot(table, option, Verdict.IMPOSSIBLE, sentence, rules=rules)


def subtract(left: CostParts, right: CostParts) -> CostParts:
    """Return the difference of two costs, part by part."""
    return CostParts(
        patient=left.patient - right.patient,
        payer=left.payer - right.payer,
        burden=left.burden - right.burden,
        waiting=left.waiting - right.waiting,
        mismatch=left.mismatch - right.mismatch,
        expected_loss=left.expected_loss - right.expected_loss,
    )


def forcing(columns: Columns, table: str, index: int) -> list[Forced]:
    """Return how to force an option: one way, or for a transfer two (arrival, departure)."""
    rivals = _rivals(columns, table, index)
    return [_force(columns, mask, index, rivals) for mask in TABLES[table]]


def _rivals(columns: Columns, table: str, index: int) -> Bools:
    """Return the options that cannot be in the same plan in the same role."""
    roles = {
        "slots": columns.slots.need,
        "outbound": columns.outbound.party,
        "return": columns.returns.party,
        "lodgings": np.zeros_like(columns.lodgings.city),
        "transfers": columns.transfers.party,
    }[table]
    same: Bools = roles == roles[index]
    return same


def _force(columns: Columns, mask: str, index: int, rivals: Bools) -> Forced:
    def force(selection: Selection) -> Selection:
        forced = selection.only(mask, index, rivals)
        if mask in {"lodgings", "arrivals", "departures"}:
            return _at_the_place(columns, forced, mask, index)
        return forced

    return force


def _at_the_place(columns: Columns, forced: Selection, mask: str, index: int) -> Selection:
    """Leave out what the place of a forced lodging or transfer rules out anyway."""
    lodgings = len(columns.lodgings.city)
    place = index if mask == "lodgings" else int(columns.transfers.place[index])
    if not 0 <= place < lodgings:
        return replace(forced, overnight=False)
    everything = np.ones(lodgings, dtype=np.bool_)
    return replace(forced.only("lodgings", place, everything), day_visit=False)
