"""The trace of every line: which rule made which step, with its sentence and its arithmetic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pricing.coverage.alike import arithmetic_of
from pricing.coverage.assess import Assessed
from pricing.coverage.conditions import Tested
from pricing.coverage.decision import CoveredLine, Stage, Step
from pricing.coverage.documents.policy_document import Benefit
from pricing.coverage.grants import Grant
from pricing.coverage.rounding import CENTS, RoundedOff, rounder_of
from pricing.coverage.scene import Scene
from pricing.coverage.tax import Taxed
from pricing.coverage.wording import amount, decimal, money, times


@dataclass(frozen=True, slots=True)
class _Line:
    """One expense: its places among the pieces."""

    scene: Scene
    assessed: Assessed
    places: tuple[int, ...]

    def worth(self, places: Iterable[int]) -> int:
        """Return what these pieces cost, or would be granted where no cost is stated."""
        return sum(self.assessed.worth[place] for place in places)

    def grants(self, places: Iterable[int]) -> Iterator[Grant]:
        """Yield what a benefit gave these pieces."""
        for place in places:
            given = self.assessed.grants[place]
            if given is not None:
                yield given


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
        *_exchange_steps(line),
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


def _exchange_steps(line: _Line) -> list[Step]:
    """Return a step for an amount in another currency than the policy's, or none."""
    scene, rule = line.scene, line.scene.policy.exchange
    pieces = [scene.pieces[place] for place in line.places]
    own = pieces[0].currency(scene.trip.currency) if pieces else scene.policy.currency
    by_rate: dict[Fraction, int] = {}
    for piece in pieces:
        if piece.amount is not None:
            rate = scene.unit_rate(piece)
            by_rate[rate] = by_rate.get(rate, 0) + piece.amount
    if own == scene.policy.currency or rule is None or not by_rate:
        return []
    converted = line.worth(line.places)
    parts = " + ".join(
        f"{amount(minor, own)} {own} × {decimal(rate)}" for rate, minor in by_rate.items()
    )
    day = rule.date.replace("_", " ")
    step = _step(
        line,
        Stage.EXCHANGE,
        Stage.EXCHANGE,
        text=f"Amounts in another currency are converted at the rate of the day: {day}.",
        arithmetic=f"{parts} = {money(scene, converted)}",
        before=converted,
        after=converted,
        sentence=f"Converted into {scene.policy.currency}.",
    )
    return [step]


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
    steps: list[Step] = []
    for one in line.assessed.penalties:
        # What was refused whole, or granted nothing, has no part to be paid.
        if one.line != number or not one.before:
            continue
        after = _before_rounding(line, one.rounded, most=one.before)
        steps.append(
            _step(
                line,
                Stage.CONDITION,
                one.condition.id,
                text=one.condition.text,
                arithmetic=one.words,
                before=one.before,
                after=after,
                sentence=_penalty_words(one.before - after)
                + (f" {one.condition.remedy}" if one.condition.remedy else ""),
            )
        )
        steps += _rounding_steps(line, (one.rounded,), before=after, after=one.after)
    return steps


def _penalty_words(taken: int) -> str:
    if taken:
        return "This does not hold, so only a part is paid."
    return "This does not hold, but nothing is taken off here."


def _is_refused(line: _Line, place: int) -> bool:
    return any(not one.share for one in line.assessed.tested[place])


def _benefit_steps(line: _Line) -> list[Step]:
    by_benefit: dict[str, tuple[Benefit, list[int]]] = {}
    for place in line.places:
        given = line.assessed.grants[place]
        if given is not None:
            by_benefit.setdefault(given.benefit.id, (given.benefit, []))[1].append(place)
    return [
        step
        for benefit, places in by_benefit.values()
        for step in _steps_of_benefit(line, benefit, places)
    ]


def _steps_of_benefit(line: _Line, benefit: Benefit, places: Sequence[int]) -> list[Step]:
    rounded = _rounded_together(line, places)
    granted = sum(one.whole for one in rounded)
    exact = sum((one.exact for one in rounded), Fraction(0))
    after = _before_rounding(line, RoundedOff(exact, granted))
    before = max(line.worth(places), granted, after)
    step = _step(
        line,
        Stage.BENEFIT,
        benefit.id,
        text=benefit.text,
        arithmetic=arithmetic_of(line.scene, line.grants(places)),
        before=before,
        after=after,
        sentence=_granted(line.scene, benefit, before, after),
    )
    return [step, *_rounding_steps(line, rounded, before=after, after=granted)]


def _rounded_together(line: _Line, places: Sequence[int]) -> list[RoundedOff]:
    """Return what the line has of each amount that was rounded as one."""
    each_line = line.scene.policy.rounding.each == "line"
    together: dict[int, RoundedOff] = {}
    for given in line.grants(places):
        key = 0 if each_line else given.group
        so_far = together.get(key, RoundedOff(Fraction(0), 0))
        granted = line.assessed.granted[given.piece.place]
        together[key] = RoundedOff(so_far.exact + given.exact, so_far.whole + granted)
    return list(together.values())


def _before_rounding(line: _Line, rounded: RoundedOff, most: int | None = None) -> int:
    """Return an amount as it was before rounding, as near as whole minor units tell it."""
    rounder = rounder_of(line.scene.policy.rounding, line.scene.minor_units)
    if rounder.unit == CENTS.unit or not rounded.is_changed:
        return rounded.whole
    near = CENTS.round(rounded.exact)
    return near if most is None else min(near, most)


def _rounding_steps(
    line: _Line, rounded: Sequence[RoundedOff], *, before: int, after: int
) -> list[Step]:
    """Return one step where rounding changed something, or none."""
    changed = [one for one in rounded if one.is_changed]
    if not changed:
        return []
    rule = line.scene.policy.rounding
    mode = rule.mode.replace("_", " ")
    minor = line.scene.minor_units
    words = Counter(
        f"{decimal(one.exact / minor)} {mode} to {rule.to} = {money(line.scene, one.whole)}"
        for one in changed
    )
    each = "Each expense" if rule.each == "line" else "Each computed amount"
    return [
        _step(
            line,
            Stage.ROUNDING,
            Stage.ROUNDING,
            text=f"{each} is rounded {mode} to {rule.to} {line.scene.policy.currency}.",
            arithmetic="; ".join(times(many, said) for said, many in words.items()),
            before=before,
            after=after,
            sentence=_rounded_words(line, changed),
        )
    ]


def _rounded_words(line: _Line, changed: Sequence[RoundedOff]) -> str:
    rounder = rounder_of(line.scene.policy.rounding, line.scene.minor_units)
    if all(rounder.round(one.exact) == one.whole for one in changed):
        return "Rounded as the policy says."
    return "Rounded so that the parts add up, and nothing is more than what was spent."


def _granted(scene: Scene, benefit: Benefit, cost: int, eligible: int) -> str:
    if benefit.pays == "nothing":
        return "The policy excludes this."
    currency = scene.policy.currency
    if not cost:
        return "This comes to nothing."
    if eligible == cost:
        return f"Eligible in full: {currency} {money(scene, eligible)}."
    return f"{currency} {money(scene, eligible)} of {money(scene, cost)} is eligible."


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
    steps: list[Step] = []
    for one in line.assessed.limit_steps:
        if one.line != number:
            continue
        kept = RoundedOff(
            sum((part.exact for part in one.kept), Fraction(0)),
            sum(part.whole for part in one.kept),
        )
        off = _before_rounding(line, kept) - kept.whole
        after = min(one.before, max(0, one.after + off))
        steps += _rounding_steps(line, one.taken, before=one.before, after=one.before)
        steps.append(
            _step(
                line,
                Stage.LIMIT,
                one.limit.id,
                text=one.limit.text,
                arithmetic=one.words,
                before=one.before,
                after=after,
                sentence=f"{scene.policy.currency} {money(scene, one.before)} becomes "
                f"{money(scene, after)}.",
            )
        )
        steps += _rounding_steps(line, one.kept, before=after, after=one.after)
    return steps
