"""A choice with its rows looked up in the document; where `check` and `recount` read."""

from dataclasses import dataclass

from scheduling.optimizer.choice import Choice
from scheduling.optimizer.errors import InvalidChoice
from scheduling.optimizer.problem import (
    Lodging,
    Outbound,
    Party,
    Problem,
    Return,
    Slot,
    Transfer,
)


@dataclass(frozen=True, slots=True)
class Picked:
    """A choice with its rows looked up; lists are in the order of needs and parties."""

    problem: Problem
    slots: list[Slot]
    outbound: list[Outbound]
    returns: list[Return]
    lodging: Lodging | None
    arrivals: list[Transfer]
    departures: list[Transfer]
    check_in: int
    check_out: int

    @property
    def nights(self) -> int:
        """Return the nights between check-in and check-out."""
        return self.check_out - self.check_in

    @property
    def parties(self) -> tuple[Party, ...]:
        """Return the parties of the document."""
        return self.problem.parties


def look_up(problem: Problem, choice: Choice) -> Picked:
    """Return the rows a choice names.

    Raises:
        InvalidChoice: an id is unknown, a need or party is missing, or the days are not derived.
    """
    try:
        picked = _rows(problem, choice)
    except KeyError as error:
        raise InvalidChoice(f"the choice lacks or does not know {error.args[0]!r}") from error
    if (choice.check_in_day, choice.check_out_day) != (picked.check_in, picked.check_out):
        raise InvalidChoice(
            f"check-in and check-out must be {picked.check_in} and {picked.check_out}, "
            f"not {choice.check_in_day} and {choice.check_out_day}"
        )
    return picked


def _rows(problem: Problem, choice: Choice) -> Picked:
    slots = {row.id: row for row in problem.slots}
    outbound = {row.id: row for row in problem.outbound}
    returns = {row.id: row for row in problem.returns}
    lodgings = {row.id: row for row in problem.lodgings}
    transfers = {row.id: row for row in problem.transfers}
    parties = [party.id for party in problem.parties]
    out_rows = [outbound[choice.outbound[party]] for party in parties]
    return_rows = [returns[choice.returns[party]] for party in parties]
    return Picked(
        problem=problem,
        slots=[slots[choice.slots[need.id]] for need in problem.needs],
        outbound=out_rows,
        returns=return_rows,
        lodging=None if choice.lodging is None else lodgings[choice.lodging],
        arrivals=[transfers[choice.transfers[party].arrival] for party in parties],
        departures=[transfers[choice.transfers[party].departure] for party in parties],
        check_in=min(row.day for row in out_rows),
        check_out=max(row.day for row in return_rows),
    )
