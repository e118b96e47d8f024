"""Tax: which part of the payable is above what a ceiling policy would allow tax-free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pricing.coverage.alike import arithmetic_of
from pricing.coverage.assess import Assessed, assess
from pricing.coverage.decision import Stage, Step
from pricing.coverage.prepared import PreparedPolicy, PreparedVersion
from pricing.coverage.scene import Price, Scene
from pricing.coverage.wording import money
from pricing.errors import CurrencyMismatch

NO_RULE = "The policy has no tax rule: nothing is counted as taxable."


@dataclass(frozen=True, slots=True)
class Taxed:
    """The taxable minor units of every piece, a step for every line with any, the rule in words."""

    amounts: tuple[int, ...]
    steps: Mapping[int, Step]
    rule: str


def tax(
    scene: Scene, payable: tuple[int, ...], ceiling: Scene | None, prepared: PreparedVersion | None
) -> Taxed:
    """Return the taxable part of what is payable of each piece."""
    rule = scene.version.tax
    if rule is None:
        return Taxed((0,) * len(payable), {}, NO_RULE)
    reported = "" if rule.form is None else f" What is taxable is reported on {rule.form}."
    if rule.taxable == "nothing":
        return Taxed((0,) * len(payable), {}, "Nothing of it is taxable.")
    if rule.taxable == "everything":
        return Taxed(payable, {}, f"All of it is taxable.{reported}")
    assert ceiling is not None  # noqa: S101 — resolved before the decision
    assert prepared is not None  # noqa: S101 — resolved before the decision
    allowed = assess(ceiling, prepared, {})
    taxable = tuple(paid - free for paid, free in zip(payable, allowed.payable, strict=True))
    title = ceiling.policy.title
    return Taxed(
        taxable,
        _steps(ceiling, payable, allowed),
        f"What {title} ({ceiling.version.version}) allows is tax-free, the rest taxable.{reported}",
    )


def ceiling_scene(
    scene: Scene, payable: tuple[int, ...], policy: PreparedPolicy, version: PreparedVersion
) -> Scene:
    """Return the scene in which what is payable is the cost, and the ceiling the policy."""
    if policy.policy.currency != scene.policy.currency:
        raise CurrencyMismatch(policy.policy.currency, scene.policy.currency)
    return replace(
        scene,
        policy=policy.policy,
        version=version.version,
        tables=policy.tables,
        prices=tuple(
            Price(cost=paid, tax=min(price.tax, paid), rate=price.rate)
            for price, paid in zip(scene.prices, payable, strict=True)
        ),
        never_above_cost=True,
    )


def _steps(ceiling: Scene, payable: tuple[int, ...], allowed: Assessed) -> dict[int, Step]:
    """Return one step for each line of which something is payable."""
    steps = {}
    for line, expense in enumerate(ceiling.trip.expenses):
        places = [piece.place for piece in ceiling.pieces if piece.line == line]
        paid = sum(payable[place] for place in places)
        free = sum(allowed.payable[place] for place in places)
        if not paid:
            continue
        rules = {
            one.benefit.id: one.benefit.text
            for one in (allowed.found[place] for place in places)
            if one.benefit is not None
        }
        failed = {
            one.condition.id: one.condition.text
            for place in places
            for one in allowed.tested[place]
            if one.is_met is False
        }
        limits = [one for one in allowed.limit_steps if one.line == line]
        said = {**failed, **rules, **{one.limit.id: one.limit.text for one in limits}}
        words = "; ".join([*_words(ceiling, allowed, places), *(one.words for one in limits)])
        steps[line] = Step(
            stage=Stage.TAX,
            rule=", ".join(said) or Stage.NOT_COVERED,
            text=" ".join(said.values()) or f"It allows nothing for {expense.kind}.",
            policy=ceiling.policy.id,
            version=ceiling.version.version,
            source=ceiling.version.source,
            arithmetic=f"{money(ceiling, paid)} − {money(ceiling, free)}"
            f" = {money(ceiling, paid - free)}" + (f" ({words})" if words else ""),
            before=paid,
            after=paid - free,
            sentence=f"{ceiling.policy.currency} {money(ceiling, free)} of it is tax-free, "
            f"{money(ceiling, paid - free)} is taxable.",
        )
    return steps


def _words(ceiling: Scene, allowed: Assessed, places: list[int]) -> list[str]:
    """Return how the ceiling's benefits reckon what they allow of these pieces."""
    given = (allowed.grants[place] for place in places if allowed.granted[place])
    words = arithmetic_of(ceiling, (one for one in given if one is not None))
    return [words] if words else []
