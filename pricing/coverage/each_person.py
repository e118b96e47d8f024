"""Caps and deductibles of each person, for the trip or each day of it.

Of what several share each bears an equal part, the first of them the odd cents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from pricing.coverage.at_most import AtMost
from pricing.coverage.benefits import Written
from pricing.coverage.groups import Covered
from pricing.coverage.limit_run import Run, amount_for, cap_for
from pricing.coverage.wording import explained, money
from pricing.expressions.tree import Expression

Owner = tuple[str, date | None]
"""A person, and the day where each has its own amount."""


def cap_each(run: Run, cap: Written) -> None:
    """Pay no more than the cap of each person, or each person and day, whatever the kinds."""
    limits = {
        owner: cap_for(run, cap, places, owner[0]) for owner, places in drawing_on_each(run).items()
    }
    left = {owner: limit for owner, (limit, _) in limits.items()}
    for place in run.applies_to():
        paid, line = 0, run.granted[place].piece.line
        for owner, wished in parts_of(run, place):
            part = min(wished, left[owner])
            left[owner] -= part
            paid += part
            if part < wished:
                limit, why = limits[owner]
                words = f"at most {money(run.scene, limit)}{why} ({name_of(owner)})"
                run.say(line, owner, words)
        run.lower(place, paid, "")


def deduct_each(run: Run, deductible: Expression) -> None:
    """Take the deductible of each person, or each person and day, off their parts of the pieces."""
    drawing = drawing_on_each(run)
    left = {
        owner: run.round_taken(places, amount_for(run, deductible, places, owner[0]))
        for owner, places in drawing.items()
    }
    why = {
        owner: explained(deductible, run.view(places, owner[0]))
        for owner, places in drawing.items()
    }
    for place in run.applies_to():
        _deduct_parts(run, place, left, why)


def _deduct_parts(run: Run, place: int, left: dict[Owner, int], why: Mapping[Owner, str]) -> None:
    at_most, taken = AtMost(run), 0
    told: list[str] = []
    for owner, wished in parts_of(run, place):
        part = at_most.take(place, min(wished, left[owner]), people=[owner[0]])
        left[owner] -= part
        taken += part
        if part and why[owner]:
            told += [f"{one} ({name_of(owner)})" for one in own_words(run, why[owner], 0, 0)]
    run.lower(
        place,
        run.current[place] - taken,
        patients_own(run, taken, [*told, *at_most.bound.values()]),
    )


def drawing_on_each(run: Run) -> dict[Owner, list[int]]:
    """Return the pieces that draw on each amount, in order of service date."""
    drawing: dict[Owner, list[int]] = {}
    for place in run.applies_to():
        for owner in _owners(run, run.granted[place].covered):
            drawing.setdefault(owner, []).append(place)
    return drawing


def _owners(run: Run, covered: Covered) -> list[Owner]:
    day = covered.piece.day if run.rule.per == "person_day" else None
    return [(person, day) for person in covered.people]


def parts_of(run: Run, place: int) -> Iterator[tuple[Owner, int]]:
    """Yield what each of a piece's people has of its amount."""
    owners = _owners(run, run.granted[place].covered)
    base, rest = divmod(run.current[place], len(owners))
    for number, owner in enumerate(owners):
        yield owner, base + (number < rest)


def name_of(owner: Owner) -> str:
    """Return whose it is, and of which day."""
    return ", ".join(str(one) for one in owner if one is not None)


def patients_own(run: Run, taken: int, told: Sequence[str], here: int | None = None) -> str:
    """Return what is taken off, how much of it of one line, and what made it that much."""
    part = "" if here in {None, taken} else f", {money(run.scene, here or 0)} of it here"
    why = f": {'; '.join(told)}" if told else ""
    return f"{money(run.scene, taken)} is the patient's own{part}{why}"


def own_words(run: Run, why: str, whole: int, used: int) -> list[str]:
    """Return how a deductible was reckoned, and how much of it was paid before; or nothing."""
    if not used:
        return [why.removeprefix(" (").removesuffix(")")] if why else []
    return [f"{money(run.scene, whole)}{why} less {money(run.scene, used)} before"]
