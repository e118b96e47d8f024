"""Why lines of a claim were paid less: the rules of a decision's traces, in plain words.

Lines that one rule lowered stand together under that rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pricing.coverage.decision import Stage
from pricing.money import Money
from scheduling.documents import wording

_NAMED_MOST: Final = 5
"""Of more expenses than this a sentence gives the number and not the names."""

_LOWERING: Final = frozenset(
    {Stage.CONDITION, Stage.BENEFIT, Stage.ROUNDING, Stage.NOT_COVERED, Stage.LIMIT}
)

_SAYS_NO_MORE: Final = frozenset({"", "excluded"})
"""Arithmetic without a figure."""

Step = Mapping[str, Any]
"""A step of a trace as ``pricing.coverage.answer`` writes it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that lowered what is paid.

    ``text`` is its sentence in the policy, ``effects`` are sentences that say which expenses it
    lowered and how, ``lowered`` is by how much it did so in all. Where two rules refuse the same
    expense each has lowered it by the whole, so the sums of reasons may exceed what is not paid.
    """

    number: int
    rule: str
    text: str
    effects: tuple[str, ...]
    lowered: Money


def reasons_of(
    lines: Sequence[Mapping[str, Any]], labels: Mapping[str, str], currency: str
) -> tuple[tuple[Reason, ...], dict[str, tuple[int, ...]]]:
    """Return the reasons, numbered from 1 in order of appearance, and those of each line by its id.

    ``lines`` are a decision's, ``labels`` say what each line's id is called.
    """
    rules: dict[tuple[str, ...], list[tuple[str, Step]]] = {}
    of_line: dict[str, tuple[int, ...]] = {}
    for line in lines:
        steps = lowering_steps(line)
        for step in steps:
            rules.setdefault(_rule_of(step), []).append((line["id"], step))
        numbers = [list(rules).index(_rule_of(step)) + 1 for step in steps]
        of_line[line["id"]] = tuple(dict.fromkeys(numbers))
    reasons = tuple(
        _reason(number, steps, labels, currency)
        for number, steps in enumerate(rules.values(), start=1)
    )
    return reasons, of_line


def lowering_steps(line: Mapping[str, Any]) -> list[Step]:
    """Return the steps that left less to be paid of a line that is not paid in full."""
    if line["payable_cents"] == line["claimed_cents"]:
        return []
    return [
        step
        for step in line["trace"]
        if step["stage"] in _LOWERING and step["after_cents"] < step["before_cents"]
    ]


def _rule_of(step: Step) -> tuple[str, ...]:
    return step["policy"], step["version"], step["rule"], step["text"]


def _reason(
    number: int, steps: Sequence[tuple[str, Step]], labels: Mapping[str, str], currency: str
) -> Reason:
    by_sentence: dict[str, list[str]] = {}
    for line, step in steps:
        by_sentence.setdefault(_sentence(step), []).append(labels[line])
    first = steps[0][1]
    lowered = sum(step["before_cents"] - step["after_cents"] for _, step in steps)
    return Reason(
        number=number,
        rule="" if first["rule"] == first["stage"] else wording.one_line(first["rule"]),
        text=wording.one_line(first["text"]),
        effects=tuple(
            f"{_named(names, number)}: {sentence}" for sentence, names in by_sentence.items()
        ),
        lowered=Money(lowered, currency),
    )


def _named(labels: Sequence[str], number: int) -> str:
    """Return the expenses by name, or, where they are many, by the mark they have in the table."""
    names = [wording.isolated(label) for label in dict.fromkeys(labels)]
    if len(labels) == 1:
        return names[0]
    if len(names) > _NAMED_MOST or len(names) < len(labels):
        return f"{len(labels)} expenses (marked {number} above), each"
    return f"{wording.people(names)}, each"


def _sentence(step: Step) -> str:
    """Return how a step lowered its line, without what only a program reads."""
    sentence, arithmetic = step["sentence"], step["arithmetic"]
    match step["stage"]:
        case Stage.CONDITION:
            said = sentence.replace(f" ({arithmetic})", "") if arithmetic else sentence
        case Stage.NOT_COVERED:
            said = _without_ids(sentence, step["rule"])
        case _ if arithmetic in _SAYS_NO_MORE:
            said = sentence
        case _:
            said = f"{sentence.removesuffix('.')} ({arithmetic})."
    return wording.one_line(said)


def _without_ids(sentence: str, rules: str) -> str:
    """Return the sentence without the ids of the rules it names, whose texts are told anyway."""
    for rule in rules.split(", "):
        sentence = sentence.replace(f" {rule}: ", " ")
    return sentence
