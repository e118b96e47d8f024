"""What a solve answers: status, cost, bound, choice, alternatives, and what stood in the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from scheduling.optimizer.choice import Choice, Parts, parse_choice, parse_parts
from scheduling.optimizer.errors import Fault


class Status(StrEnum):
    """How a search ended."""

    OPTIMAL = "OPTIMAL"  # proven best
    FEASIBLE = "FEASIBLE"  # a plan, but the time ran out before the proof
    INFEASIBLE = "INFEASIBLE"  # proven: no choice holds all rules
    INVALID = "INVALID"  # the document is not one
    UNKNOWN = "UNKNOWN"  # the time ran out before the first plan


EXIT_STATUS: Final[Mapping[Status, int]] = {
    Status.OPTIMAL: 0,
    Status.FEASIBLE: 0,
    Status.INFEASIBLE: 1,
    Status.UNKNOWN: 1,
    Status.INVALID: 2,
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One rule in the way: in words, and as numbers for whoever can say them as dates.

    `limit` is what the document demands and `nearest` the closest that is on offer, both in the
    unit of the rule (minutes, nights, seats, ...); None where the rule has no number.
    """

    rule: str
    sentence: str
    limit: int | str | None = None
    nearest: int | str | None = None

    def to_document(self) -> dict[str, Any]:
        """Return the obstacle as an entry of `in_the_way`."""
        return {
            "rule": self.rule,
            "sentence": self.sentence,
            "limit": self.limit,
            "nearest": self.nearest,
        }


@dataclass(frozen=True, slots=True)
class Alternative:
    """The best plan by another measure; every field but name and status is None without one."""

    name: str
    status: Status
    measure: int | None = None
    measure_bound: int | None = None
    cost: int | None = None
    choice: Choice | None = None
    parts: Parts | None = None
    same_as_best: bool | None = None

    def to_document(self) -> dict[str, Any]:
        """Return the alternative as an entry of `alternatives`."""
        return {
            "name": self.name,
            "status": self.status.value,
            "measure": self.measure,
            "measure_bound": self.measure_bound,
            "cost": self.cost,
            "choices": None if self.choice is None else self.choice.to_document(),
            "parts": None if self.parts is None else self.parts.to_document(),
            "same_as_best": self.same_as_best,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one problem document; `cost`, `choice`, `parts` are None without a plan.

    `bound` is a cost no choice undercuts, equal to `cost` when the status is OPTIMAL. `seconds` is
    wall time. `statistics` counts the search; its keys are for people and may change.
    """

    status: Status
    seconds: float
    cost: int | None = None
    bound: int | None = None
    choice: Choice | None = None
    parts: Parts | None = None
    alternatives: tuple[Alternative, ...] = ()
    in_the_way: tuple[Obstacle, ...] = ()
    faults: tuple[Fault, ...] = ()
    statistics: Mapping[str, int | float | str] = field(default_factory=dict)

    @property
    def exit_status(self) -> int:
        """Return the exit status of the command that printed this answer."""
        return EXIT_STATUS[self.status]


def answer_to_document(answer: Answer) -> dict[str, Any]:
    """Return the answer as section 6 of the page describes it."""
    document: dict[str, Any] = {
        "status": answer.status.value,
        "cost": answer.cost,
        "bound": answer.bound,
        "choices": None if answer.choice is None else answer.choice.to_document(),
        "parts": None if answer.parts is None else answer.parts.to_document(),
        "alternatives": [entry.to_document() for entry in answer.alternatives],
    }
    if answer.status is Status.INFEASIBLE:
        document["in_the_way"] = [entry.to_document() for entry in answer.in_the_way]
    if answer.status is Status.INVALID:
        document["faults"] = [
            {"path": fault.path, "message": fault.message} for fault in answer.faults
        ]
    document["seconds"] = answer.seconds
    document["statistics"] = dict(answer.statistics)
    return document


def parse_answer(document: Mapping[str, Any]) -> Answer:
    """Return the answer that `answer_to_document` described."""
    choices, parts = document["choices"], document["parts"]
    return Answer(
        status=Status(document["status"]),
        seconds=document["seconds"],
        cost=document["cost"],
        bound=document["bound"],
        choice=None if choices is None else parse_choice(choices),
        parts=None if parts is None else parse_parts(parts),
        alternatives=tuple(_parse_alternative(entry) for entry in document["alternatives"]),
        in_the_way=tuple(Obstacle(**entry) for entry in document.get("in_the_way", ())),
        faults=tuple(Fault(**entry) for entry in document.get("faults", ())),
        statistics=dict(document["statistics"]),
    )


def _parse_alternative(document: Mapping[str, Any]) -> Alternative:
    choices, parts = document["choices"], document["parts"]
    return Alternative(
        name=document["name"],
        status=Status(document["status"]),
        measure=document["measure"],
        measure_bound=document["measure_bound"],
        cost=document["cost"],
        choice=None if choices is None else parse_choice(choices),
        parts=None if parts is None else parse_parts(parts),
        same_as_best=document["same_as_best"],
    )
