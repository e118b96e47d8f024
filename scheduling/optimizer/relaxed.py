"""How far a rule is from being met: the same document with one limit moved, until a plan exists.

For every rule with a number there is one function that moves it by so many minutes, nights, or
seats. The least move that helps, with the other rules in the way dropped, makes the sentence.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from scheduling.optimizer.answer import Obstacle
from scheduling.optimizer.columns import Columns, to_columns
from scheduling.optimizer.problem import Party, Problem
from scheduling.optimizer.watch import OutOfTime

# Moves beyond this are not looked for: about two thousand years of minutes.
MOVE_MAX: Final = 2**30


class Asked(Protocol):
    """Is there a plan when these rules are dropped? See `obstacles.Question`."""

    @property
    def columns(self) -> Columns:
        """Return the document asked about."""
        ...

    def is_answered(self, dropped: frozenset[str]) -> bool:
        """Answer whether a plan exists."""
        ...

    def about(self, columns: Columns) -> "Asked":
        """Return the same question about another document."""
        ...


@dataclass(frozen=True, slots=True)
class Scale:
    """A rule with a number: how to move it, which way, and how to say it.

    `sentence` may use {limit}, {nearest}, and {move}. `limit` reads the number where the document
    has exactly one.
    """

    move: Callable[[Problem, int], Problem]
    limit: Callable[[Problem], int | None]
    sign: int
    sentence: str


def say_how_far(question: Asked, dropped: Iterable[str], rule: str) -> Obstacle:
    """Return a rule in the way as a sentence with its limit and the nearest that is on offer."""
    scale = SCALES.get(rule)
    if scale is None:
        return Obstacle(rule, _say_services(question.columns.problem, rule))
    others = frozenset(dropped) - {rule}
    move = _least_move(question, scale, others)
    limit = scale.limit(question.columns.problem)
    if move is None:
        return name_rule(question.columns.problem, rule)
    nearest = None if limit is None else limit + scale.sign * move
    words = {"limit": _say(limit), "nearest": _say(nearest), "move": _say(move)}
    return Obstacle(rule, scale.sentence.format(**words), limit, nearest)


def name_rule(problem: Problem, rule: str) -> Obstacle:
    """Return a rule in the way with its limit, but not how far it is from being met."""
    scale = SCALES.get(rule)
    if scale is None:
        return Obstacle(rule, _say_services(problem, rule))
    limit = scale.limit(problem)
    at = "" if limit is None else f" (limit {limit})"
    return Obstacle(rule, f"The rule “{rule}” is in the way{at}.", limit)


def _say(number: int | None) -> str:
    return "(several)" if number is None else f"{number:,}" if abs(number) < 10**4 else str(number)


def _least_move(question: Asked, scale: Scale, dropped: frozenset[str]) -> int | None:
    """Return the least move that lets a plan exist, or None when the time ran out."""

    def helps(move: int) -> bool:
        moved = to_columns(scale.move(question.columns.problem, move))
        return question.about(moved).is_answered(dropped)

    try:
        high = 1
        while not helps(high):
            high *= 2
            if high > MOVE_MAX:
                return None
        low = high // 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if helps(middle) else (middle, high)
    except OutOfTime:
        return None
    return high


def _rules(problem: Problem, **changes: int | None) -> Problem:
    rules = problem.rules.model_copy(update=changes)
    return problem.model_copy(update={"rules": rules})


def _rows(problem: Problem, table: str, change: Callable[[Any], dict[str, Any]]) -> Problem:
    rows = tuple(row.model_copy(update=change(row)) for row in getattr(problem, table))
    return problem.model_copy(update={table: rows})


def _moved(value: int | None, move: int) -> int | None:
    return None if value is None else value + move


def _order(problem: Problem, move: int) -> Problem:
    return _rows(
        problem,
        "needs",
        lambda row: {
            "gap_min_minutes": row.gap_min_minutes - move,
            "gap_max_minutes": _moved(row.gap_max_minutes, move),
        },
    )


def _arrival_buffer(problem: Problem, move: int) -> Problem:
    return _rows(problem, "outbound", lambda row: {"buffer_minutes": row.buffer_minutes - move})


def _recovery(problem: Problem, move: int) -> Problem:
    return _rows(problem, "returns", lambda row: {"lead_minutes": row.lead_minutes - move})


def _seats(problem: Problem, move: int) -> Problem:
    for table in ("outbound", "returns"):
        problem = _rows(problem, table, lambda row: {"seats": row.seats + move})
    return problem


def _of_rules(key: str, sign: int) -> Callable[[Problem, int], Problem]:
    def change(problem: Problem, move: int) -> Problem:
        return _rules(problem, **{key: _moved(getattr(problem.rules, key), sign * move)})

    return change


def _of_parties(key: str, sign: int) -> Callable[[Problem, int], Problem]:
    def change(problem: Problem, move: int) -> Problem:
        return _rows(problem, "parties", lambda row: {key: _moved(getattr(row, key), sign * move)})

    return change


def _of_table(table: str, key: str, sign: int) -> Callable[[Problem, int], Problem]:
    def change(problem: Problem, move: int) -> Problem:
        return _rows(problem, table, lambda row: {key: getattr(row, key) + sign * move})

    return change


def _rule_limit(key: str) -> Callable[[Problem], int | None]:
    def read(problem: Problem) -> int | None:
        limit: int | None = getattr(problem.rules, key)
        return limit

    return read


def _party_limit(key: str) -> Callable[[Problem], int | None]:
    """Return the parties' limit when they do not differ, else None."""

    def read(problem: Problem) -> int | None:
        limits = {getattr(party, key) for party in problem.parties} - {None}
        return limits.pop() if len(limits) == 1 else None

    return read


def _no_limit(problem: Problem) -> int | None:
    del problem
    return None


def _zero(problem: Problem) -> int | None:
    del problem
    return 0


SCALES: Final[dict[str, Scale]] = {
    "order": Scale(
        _order,
        _zero,
        1,
        "The appointments cannot keep their distances: the best slots miss them by {move} minutes.",
    ),
    "arrival_buffer": Scale(
        _arrival_buffer,
        _zero,
        1,
        "Nobody can be ready in time: the earliest arrival that fits is ready {move} minutes after "
        "the first appointment starts.",
    ),
    "recovery": Scale(
        _recovery,
        _zero,
        1,
        "The latest return journey that fits leaves {move} minutes before the patient may go.",
    ),
    "earliest_departure": Scale(
        _of_rules("earliest_departure", -1),
        _rule_limit("earliest_departure"),
        -1,
        "Nobody may depart before minute {limit}; the latest outbound journey that fits departs "
        "{move} minutes earlier.",
    ),
    "home_by": Scale(
        _of_rules("home_by", 1),
        _rule_limit("home_by"),
        1,
        "Everybody must be home by minute {limit}; the earliest return journey that fits arrives "
        "{move} minutes later.",
    ),
    "max_nights": Scale(
        _of_rules("max_nights", 1),
        _rule_limit("max_nights"),
        1,
        "The stay may last at most {limit} nights; the shortest that fits lasts {nearest}.",
    ),
    "meeting": Scale(
        _of_rules("meeting_minutes", 1),
        _rule_limit("meeting_minutes"),
        1,
        "The parties must arrive within {limit} minutes of the patient's party; the closest "
        "arrivals that fit are {nearest} minutes apart.",
    ),
    "parting": Scale(
        _of_rules("parting_minutes", 1),
        _rule_limit("parting_minutes"),
        1,
        "The parties must depart for home within {limit} minutes of the patient's party; the "
        "closest departures that fit are {nearest} minutes apart.",
    ),
    "seats": Scale(
        _seats, _no_limit, 1, "The journeys that fit are {move} seats short of their travellers."
    ),
    "connections": Scale(
        _of_parties("max_connections", 1),
        _party_limit("max_connections"),
        1,
        "The journeys that fit have {move} more changes of flight than allowed.",
    ),
    "connection_time": Scale(
        _of_parties("min_connection_minutes", -1),
        _party_limit("min_connection_minutes"),
        -1,
        "The connections that fit are {move} minutes shorter than the party needs.",
    ),
    "segment_length": Scale(
        _of_parties("max_segment_minutes", 1),
        _party_limit("max_segment_minutes"),
        1,
        "The longest flight of the journeys that fit is {move} minutes longer than allowed.",
    ),
    "travel_time": Scale(
        _of_parties("max_travel_minutes", 1),
        _party_limit("max_travel_minutes"),
        1,
        "The shortest journeys that fit take {move} minutes longer than allowed.",
    ),
    "rooms": Scale(
        _of_rules("rooms", -1),
        _rule_limit("rooms"),
        -1,
        "The visit needs {limit} rooms every night; the lodgings that fit have {nearest}.",
    ),
    "min_nights": Scale(
        _of_table("lodgings", "min_nights", -1),
        _no_limit,
        -1,
        "The lodgings that fit sell no stay shorter than {move} nights more.",
    ),
    "transfer_seats": Scale(
        _of_table("transfers", "seats", 1),
        _no_limit,
        1,
        "The transfers that fit are {move} seats short of their travellers.",
    ),
}


def _say_services(problem: Problem, rule: str) -> str:
    wanted = {
        "journey_services": [_say_party(party, party.services) for party in problem.parties],
        "transfer_services": [
            _say_party(party, party.transfer_services) for party in problem.parties
        ],
        "lodging_services": [", ".join(problem.rules.lodging_services)],
    }[rule]
    what = {"journey_services": "journey", "transfer_services": "transfer"}.get(rule, "lodging")
    needs = "; ".join(words for words in wanted if words)
    return f"No {what} that fits offers everything needed ({needs})."


def _say_party(party: Party, services: Iterable[str]) -> str:
    names = ", ".join(services)
    return f"{party.id}: {names}" if names else ""
