"""The trace of every line: which rule made which step, with its sentence and its arithmetic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pricing.coverage.assess import Assessed
from pricing.coverage.conditions import Tested
from pricing.coverage.decision import CoveredLine, Stage, Step
from pricing.coverage.documents.policy_document import Benefit
from pricing.coverage.scene import Scene
from pricing.coverage.tax import Taxed
from pricing.coverage.wording import money


@dataclass(frozen=True, slots=True)
class _Line:
    """One expense: its places among the pieces."""

    scene: Scene
    assessed: Assessed
    places: tuple[int, ...]

    def worth(self, places: Iterable[int]) -> int:
        """Return what these pieces cost, or would be granted where no cost is stated."""
        return sum(self.assessed.worth[place] for place in places)


def lines_of(scene: Scene, assessed: Assessed, taxed: Taxed) -> tuple[CoveredLine, ...]:
    """Return every expense of the trip with its amounts and its trace."""
    places: dict[int, list[int]] = {line: [] for line in range(len(scene.trip.expenses))}
    for piece in scene.pieces:
        places[piece.line].append(piece.place)
    return tuple(
        _line(_Line(scene, assessed, tuple(of_line)), line, taxed)
        for line, of_line in places.items()
    )


def _line(line: _Line, number: int, taxed: Taxed) -> CoveredLine:
    scene, assessed = line.scene, line.assessed
    expense = scene.trip.expenses[number]
    eligible = sum(assessed.eligible[place] for place in line.places)
    granted = sum(assessed.granted[place] for place in line.places)
    steps = [
        *_condition_steps(line),
        *_benefit_steps(line),
        *_penalty_steps(line, number),
        *_not_covered_steps(line),
        *_limit_steps(line, number),
    ]
    if number in taxed.steps:
        steps.append(taxed.steps[number])
    return CoveredLine(
        id=expense.id,
        kind=expense.kind,
        claimed=max(line.worth(line.places), granted),
        eligible=eligible,
        capped=eligible - sum(assessed.capped_off[place] for place in line.places),
        payable=sum(assessed.payable[place] for place in line.places),
        taxable=sum(taxed.amounts[place] for place in line.places),
        trace=tuple(steps),
    )


def _step(
    line: _Line,
    stage: Stage,
    rule: str,
    *,
    text: str,
    arithmetic: str,
    before: int,
    after: int,
    sentence: str,
) -> Step:
    version = line.scene.version
    return Step(
        stage=stage,
        rule=rule,
        text=text,
        policy=line.scene.policy.id,
        version=version.version,
        source=version.source,
        arithmetic=arithmetic,
        before=before,
        after=after,
        sentence=sentence,
    )


def _condition_steps(line: _Line) -> list[Step]:
    """Return a step for each condition that refuses pieces of the line, or is set aside."""
    failed: dict[str, list[Tested]] = {}
    for place in line.places:
        for one in line.assessed.tested[place]:
            if one.is_met is False and (not one.share or one.override is not None):
                failed.setdefault(one.condition.id, []).append(one)
    return [_condition_step(line, tests) for tests in failed.values()]


def _condition_step(line: _Line, tests: Sequence[Tested]) -> Step:
    first = tests[0]
    rule, override = first.condition, first.override
    worth = line.worth(one.piece.place for one in tests)
    if override is not None:
        return _step(
            line,
            Stage.OVERRIDE,
            rule.id,
            text=rule.text,
            arithmetic=first.words,
            before=worth,
            after=worth,
            sentence=f"Set aside by {override.by} on {override.date}: {override.reason}",
        )
    parts = f" of {len(tests)} of {len(line.places)} parts"
    return _step(
        line,
        Stage.CONDITION,
        rule.id,
        text=rule.text,
        arithmetic=first.words,
        before=worth,
        after=0,
        sentence=f"This does not hold ({first.words}), so nothing is paid"
        + ("" if len(tests) == len(line.places) else parts)
        + "."
        + _refused_override(first)
        + (f" {rule.remedy}" if rule.remedy else ""),
    )


def _refused_override(tested: Tested) -> str:
    if tested.refused is None:
        return ""
    return f" The policy does not let {tested.refused.by} set it aside."


def _penalty_steps(line: _Line, number: int) -> list[Step]:
    """Return a step for each condition that is not met and leaves a part."""
    return [
        _step(
            line,
            Stage.CONDITION,
            one.condition.id,
            text=one.condition.text,
            arithmetic=one.words,
            before=one.before,
            after=one.after,
            sentence="This does not hold, so only a part is paid."
            + (f" {one.condition.remedy}" if one.condition.remedy else ""),
        )
        for one in line.assessed.penalties
        if one.line == number
    ]


def _is_refused(line: _Line, place: int) -> bool:
    return any(not one.share for one in line.assessed.tested[place])


def _benefit_steps(line: _Line) -> list[Step]:
    by_benefit: dict[str, tuple[Benefit, list[int]]] = {}
    for place in line.places:
        given = line.assessed.grants[place]
        if given is not None:
            by_benefit.setdefault(given.benefit.id, (given.benefit, []))[1].append(place)
    return [_benefit_step(line, benefit, places) for benefit, places in by_benefit.values()]


def _benefit_step(line: _Line, benefit: Benefit, places: Sequence[int]) -> Step:
    scene = line.scene
    cost = line.worth(places)
    granted = sum(line.assessed.granted[place] for place in places)
    return _step(
        line,
        Stage.BENEFIT,
        benefit.id,
        text=benefit.text,
        arithmetic=_arithmetic(line, places),
        before=max(cost, granted),
        after=granted,
        sentence=_granted(scene, benefit, max(cost, granted), granted),
    )


def _granted(scene: Scene, benefit: Benefit, cost: int, eligible: int) -> str:
    if benefit.pays == "nothing":
        return "The policy excludes this."
    currency = scene.policy.currency
    if not cost:
        return "This comes to nothing."
    if eligible == cost:
        return f"Eligible in full: {currency} {money(scene, eligible)}."
    return f"{currency} {money(scene, eligible)} of {money(scene, cost)} is eligible."


def _arithmetic(line: _Line, places: Sequence[int]) -> str:
    """Return the arithmetic of the groups, equal ones counted."""
    groups: dict[int, str] = {}
    for place in places:
        given = line.assessed.grants[place]
        if given is not None:
            groups.setdefault(given.group, given.arithmetic)
    counted = Counter(groups.values())
    return "; ".join(_times(many, words) for words, many in counted.items())


def _times(many: int, words: str) -> str:
    if many == 1:
        return words
    return f"{many} × ({words})" if " " in words else f"{many} × {words}"


def _not_covered_steps(line: _Line) -> list[Step]:
    """Return steps for pieces that pass the conditions and that no benefit pays, by reason."""
    by_reason: dict[tuple[str, str, str], list[int]] = {}
    for place in line.places:
        found = line.assessed.found[place]
        if found.benefit is None and not _is_refused(line, place):
            by_reason.setdefault(_why_not(line, place), []).append(place)
    return [
        _step(
            line,
            Stage.NOT_COVERED,
            rule,
            text=text,
            arithmetic="",
            before=line.worth(places),
            after=0,
            sentence=sentence,
        )
        for (rule, text, sentence), places in by_reason.items()
    ]


def _why_not(line: _Line, place: int) -> tuple[str, str, str]:
    """Return the rules that came close, their sentences, and why they do not pay."""
    found = line.assessed.found[place]
    policy, kind = line.scene.policy, line.scene.pieces[place].kind
    if not found.missed:
        return (
            Stage.NOT_COVERED,
            f"{policy.title} names no benefit for {kind}.",
            "What the policy does not name is not paid.",
        )
    rules = ", ".join(one.benefit.id for one in found.missed)
    texts = " ".join(one.benefit.text for one in found.missed)
    reasons = "; ".join(f"{one.benefit.id}: {one.reason}" for one in found.missed)
    return rules, texts, f"No rule pays this. {reasons}."


def _limit_steps(line: _Line, number: int) -> list[Step]:
    scene = line.scene
    return [
        _step(
            line,
            Stage.LIMIT,
            one.limit.id,
            text=one.limit.text,
            arithmetic=one.words,
            before=one.before,
            after=one.after,
            sentence=f"{scene.policy.currency} {money(scene, one.before)} becomes "
            f"{money(scene, one.after)}.",
        )
        for one in line.assessed.limit_steps
        if one.line == number
    ]
