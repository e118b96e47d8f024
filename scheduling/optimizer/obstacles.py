"""What stands in the way when no plan exists: the smallest set of rules to drop, in words.

A set of rules is a conflict when no plan holds all of them, whatever else is dropped; every set
whose dropping helps must hit every conflict. So candidates are tried by size and then in the
order of the page's table, those that miss a known conflict are skipped unseen, and each candidate
that fails yields another conflict. The first that helps is the answer, exactly.
"""

from collections.abc import Callable, Iterator
from itertools import combinations

from scheduling.optimizer.aim import aim_of, any_plan
from scheduling.optimizer.answer import Obstacle
from scheduling.optimizer.columns import Columns
from scheduling.optimizer.memory import Memory
from scheduling.optimizer.offers import say_what_is_missing
from scheduling.optimizer.relaxed import name_rule, say_how_far
from scheduling.optimizer.search import Search
from scheduling.optimizer.selection import RULES, Selection, select_all
from scheduling.optimizer.watch import OutOfTime, Watch

OFFERS = "offers"

Forced = Callable[[Selection], Selection]


class Ground:
    """A document to ask about; what one question has worked out serves the next."""

    def __init__(self, columns: Columns) -> None:
        """Start without having asked anything."""
        self.columns = columns
        self.aim = any_plan(aim_of(columns.problem))
        self.memory = Memory(limit=2_000)

    def select(self, dropped: frozenset[str]) -> Selection:
        """Return every option that no kept rule excludes; the same object every time."""
        return self.memory.recall(
            ("selection", dropped), (self.columns,), lambda: select_all(self.columns, dropped)
        )


class Question:
    """Is there a plan when these rules are dropped? About one document and one demand on it."""

    def __init__(self, ground: Ground, watch: Watch, demand: "Demand | None" = None) -> None:
        """Ask about all plans, or about those that meet a demand."""
        self.ground = ground
        self.watch = watch
        self.demand = demand

    @property
    def columns(self) -> Columns:
        """Return the document asked about."""
        return self.ground.columns

    def is_answered(self, dropped: frozenset[str]) -> bool:
        """Answer whether a plan exists.

        Raises:
            OutOfTime: before the search could tell.
        """
        ground = self.ground
        selection = ground.select(dropped)
        selections = [selection] if self.demand is None else self.demand.of(selection)
        for chosen in selections:
            search = Search(ground.columns, ground.aim, chosen, self.watch, memory=ground.memory)
            outcome = search.run()
            if outcome.plan is not None:
                return True
            if not outcome.is_complete:
                raise OutOfTime
        return False

    def about(self, columns: Columns) -> "Question":
        """Return the same question about a document with other limits."""
        return Question(Ground(columns), self.watch, self.demand)


class Demand:
    """That a plan contains one option: the selections (two for a transfer) that force it."""

    def __init__(self, forced: list[Forced]) -> None:
        """Keep the ways to force the option."""
        self.forced = forced

    def of(self, selection: Selection) -> Iterator[Selection]:
        """Yield the selections in which only plans with the option are left."""
        for force in self.forced:
            yield force(selection)


def find_obstacles(
    ground: Ground, watch: Watch, demand: Demand | None = None, *, measured: bool = True
) -> tuple[tuple[Obstacle, ...], bool]:
    """Return what is in the way, and whether it is proven to be the smallest set.

    Call it only when no plan exists (that meets the demand). `measured` says how far each rule is
    from being met, which takes longer than finding it.
    """
    question = Question(ground, watch, demand)
    columns = ground.columns
    rules = [rule for rule in RULES if not is_idle(columns, rule)]
    try:
        if not question.is_answered(frozenset(rules)):
            return (Obstacle(OFFERS, say_what_is_missing(columns.problem)),), True
    except OutOfTime:
        return (), False
    smallest, is_proven = _smallest(question, rules)
    if not measured:
        return tuple(name_rule(columns.problem, rule) for rule in smallest), is_proven
    return tuple(say_how_far(question, smallest, rule) for rule in smallest), is_proven


def _smallest(question: Question, rules: list[str]) -> tuple[list[str], bool]:
    conflicts: list[frozenset[str]] = []
    try:
        for size in range(1, len(rules) + 1):
            for candidate in combinations(rules, size):
                chosen = frozenset(candidate)
                if any(chosen.isdisjoint(conflict) for conflict in conflicts):
                    continue
                if question.is_answered(chosen):
                    return list(candidate), True
                conflicts.append(_conflict(question, chosen, rules))
    except OutOfTime:
        pass
    # Dropping all of them helps, which was tried first; nothing smaller is known.
    return rules, False


def _conflict(question: Question, dropped: frozenset[str], rules: list[str]) -> frozenset[str]:
    """Return a set of rules that no plan holds together, none of them among the dropped."""
    for rule in rules:
        if rule not in dropped and not question.is_answered(dropped | {rule}):
            dropped |= {rule}
    return frozenset(rules) - dropped


def is_idle(columns: Columns, rule: str) -> bool:
    """Answer whether a rule excludes nothing in this document: dropping it changes nothing."""
    problem = columns.problem
    tables = (columns.outbound, columns.returns, columns.lodgings, columns.transfers)
    masks = [table.holds[rule] for table in tables if rule in table.holds]
    if masks:
        return all(bool(mask.all()) for mask in masks)
    idle = {
        "order": len(problem.needs) == 1,
        "max_nights": problem.rules.max_nights is None,
        "meeting": problem.rules.meeting_minutes is None or len(problem.parties) == 1,
        "parting": problem.rules.parting_minutes is None or len(problem.parties) == 1,
        "rooms": not columns.lodgings.full_sums.any(),
        "min_nights": bool((columns.lodgings.min_nights <= 1).all()),
    }
    return idle.get(rule, False)
