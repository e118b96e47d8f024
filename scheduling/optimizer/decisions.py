"""The decisions of the CP-SAT model: which slot, journey, lodging, and transfer; which nights."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from ortools.sat.python import cp_model

from scheduling.optimizer.numbers import Bools
from scheduling.optimizer.problem import Lodging, Outbound, Problem, Return, Slot, Transfer
from scheduling.optimizer.selection import Selection


class _Row(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=_Row)
P = TypeVar("P", bound="_OfParty")


class OneOf(Generic[R]):
    """Exactly one of some options, or none of them where `optional`.

    `rows` are the options and `numbers` their positions in the document's list.
    """

    def __init__(
        self,
        model: cp_model.CpModel,
        name: str,
        options: Sequence[tuple[int, R]],
        *,
        optional: bool = False,
    ) -> None:
        """Add one literal for each option."""
        self.numbers: Final = [number for number, _ in options]
        self.rows: Final = [row for _, row in options]
        self.literals: Final = [model.new_bool_var(f"{name} {row.id}") for row in self.rows]
        self._groups: dict[str, dict[str, list[cp_model.IntVar]]] = {}
        if optional:
            model.add_at_most_one(self.literals)
        else:
            model.add_exactly_one(self.literals)

    def value_of(self, amount: Callable[[R], int]) -> cp_model.LinearExpr:
        """Return the amount of the chosen option, 0 when none is."""
        return weighted(self.literals, [amount(row) for row in self.rows])

    def of(self, key: str) -> cp_model.LinearExpr:
        """Return the number under a key of the chosen option, 0 when none is chosen."""
        return weighted(self.literals, [getattr(row, key) for row in self.rows])

    def has(self, key: str, value: str) -> cp_model.LinearExpr:
        """Return 1 when the chosen option has the value under the key, else 0."""
        if key not in self._groups:
            groups: dict[str, list[cp_model.IntVar]] = {}
            for row, literal in zip(self.rows, self.literals, strict=True):
                groups.setdefault(getattr(row, key), []).append(literal)
            self._groups[key] = groups
        found = self._groups[key].get(value, [])
        return weighted(found, [1] * len(found))

    def forbid(self, model: cp_model.CpModel, test: Callable[[R], bool]) -> None:
        """Forbid every option that passes the test."""
        for row, literal in zip(self.rows, self.literals, strict=True):
            if test(row):
                model.add(literal == 0)

    def chosen(self, solver: cp_model.CpSolver) -> int | None:
        """Return the position of the chosen option in the document's list."""
        for number, literal in zip(self.numbers, self.literals, strict=True):
            if solver.boolean_value(literal):
                return number
        return None


def weighted(literals: Sequence[cp_model.IntVar], amounts: Sequence[int]) -> cp_model.LinearExpr:
    """Return the weighted sum, an expression even when there is nothing to sum."""
    return cp_model.LinearExpr.weighted_sum(list(literals), list(amounts))


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """Every decision; lists are in the order of needs and parties.

    `check_in`, `check_out`, `nights` are whole days; `in_city[c]` and `on_night[d]` are literals;
    `overnight` is true when there is a lodging.
    """

    model: cp_model.CpModel
    problem: Problem
    slots: list[OneOf[Slot]]
    outbound: list[OneOf[Outbound]]
    returns: list[OneOf[Return]]
    lodging: OneOf[Lodging]
    arrivals: list[OneOf[Transfer]]
    departures: list[OneOf[Transfer]]
    in_city: dict[str, cp_model.IntVar]
    overnight: cp_model.IntVar
    check_in: cp_model.IntVar
    check_out: cp_model.IntVar
    nights: cp_model.IntVar
    on_night: dict[int, cp_model.IntVar]


def decide(problem: Problem, selection: Selection) -> Decisions | None:
    """Return the decisions over the selected options; None when a list has none to choose from."""
    model = cp_model.CpModel()
    slots = _picked(problem.slots, selection.slots)
    outbound = _picked(problem.outbound, selection.outbound)
    returns = _picked(problem.returns, selection.returns)
    needs, parties = problem.needs, problem.parties
    groups = [[pair for pair in slots if pair[1].need == need.id] for need in needs]
    if not all(groups) or not all(
        any(row.party == party.id for _, row in rows)
        for party in parties
        for rows in (outbound, returns)
    ):
        return None
    first, last = min(row.day for _, row in outbound), max(row.day for _, row in returns)
    if last < first:
        return None
    return Decisions(
        model=model,
        problem=problem,
        slots=[
            OneOf(model, f"slot for {need.id}", group)
            for need, group in zip(needs, groups, strict=True)
        ],
        outbound=_by_party(model, problem, "out", outbound),
        returns=_by_party(model, problem, "back", returns),
        lodging=OneOf(
            model, "lodging", _picked(problem.lodgings, selection.lodgings), optional=True
        ),
        arrivals=_by_party(
            model, problem, "arrive by", _picked(problem.transfers, selection.arrivals)
        ),
        departures=_by_party(
            model, problem, "depart by", _picked(problem.transfers, selection.departures)
        ),
        in_city={
            city: model.new_bool_var(f"in {city}")
            for city in dict.fromkeys(row.city for _, row in slots)
        },
        overnight=model.new_bool_var("overnight"),
        check_in=model.new_int_var(first, last, "check-in"),
        check_out=model.new_int_var(first, last, "check-out"),
        nights=model.new_int_var(0, last - first, "nights"),
        on_night={day: model.new_bool_var(f"night {day}") for day in range(first, last)},
    )


class _OfParty(_Row, Protocol):
    @property
    def party(self) -> str: ...


def _picked(rows: Sequence[R], mask: Bools) -> list[tuple[int, R]]:
    return [(number, row) for number, row in enumerate(rows) if mask[number]]


def _by_party(
    model: cp_model.CpModel, problem: Problem, name: str, options: Sequence[tuple[int, P]]
) -> list[OneOf[P]]:
    return [
        OneOf(model, f"{party.id} {name}", [pair for pair in options if pair[1].party == party.id])
        for party in problem.parties
    ]
