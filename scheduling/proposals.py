"""From the optimizer's answer to proposals people can compare, each decided once more.

The island lets no plan out that its own ``check`` has not counted again without a solver. Here the
coverage engine decides the lines of the visit made from the real offers: a third way to the same
cents, and all must agree.
"""

from __future__ import annotations

from scheduling.cost_split import CoverageDecision
from scheduling.errors import PlanDisagrees
from scheduling.optimizer.answer import Answer
from scheduling.optimizer.choice import Choice, Parts
from scheduling.planning import Proposal
from scheduling.translation.translate import Translation
from scheduling.visit_coverage import decide_visit
from scheduling.visit_timeline import timeline_of

BEST = "best"


def proposals_of(answer: Answer, translation: Translation) -> tuple[Proposal, ...]:
    """Return the best plan and its alternatives, in the optimizer's order; empty without a plan.

    Raises PlanDisagrees when optimizer and coverage decision differ.
    """
    if answer.choice is None or answer.parts is None or answer.cost is None:
        return ()
    bound = answer.cost if answer.bound is None else answer.bound
    maker = _Maker(translation)
    best = maker.proposal(
        BEST,
        answer.choice,
        answer.parts,
        status=answer.status,
        cost=answer.cost,
        bound=bound,
        measure=answer.cost,
        measure_bound=bound,
        same_as_best=True,
    )
    return (best, *maker.alternatives(answer))


class _Maker:
    """Makes proposals from choices of one translation."""

    def __init__(self, translation: Translation) -> None:
        self._translation = translation

    def alternatives(self, answer: Answer) -> tuple[Proposal, ...]:
        """Return a proposal for every alternative that exists."""
        return tuple(
            self.proposal(
                one.name,
                one.choice,
                one.parts,
                status=one.status,
                cost=one.cost,
                bound=answer.bound or 0,
                measure=one.measure or 0,
                measure_bound=one.measure_bound or 0,
                same_as_best=bool(one.same_as_best),
            )
            for one in answer.alternatives
            if one.choice is not None and one.parts is not None and one.cost is not None
        )

    def proposal(
        self,
        name: str,
        choice: Choice,
        parts: Parts,
        *,
        status: str,
        cost: int,
        bound: int,
        measure: int,
        measure_bound: int,
        same_as_best: bool,
    ) -> Proposal:
        """Return the proposal of a choice; raises PlanDisagrees."""
        choices = choice.to_document()
        visit = self._translation.read(choices)
        decision = decide_visit(visit, self._translation)
        _require_same_cents(name, parts, decision)
        return Proposal(
            name=name,
            status=str(status),
            cost=cost,
            bound=bound,
            measure=measure,
            measure_bound=measure_bound,
            same_as_best=same_as_best,
            choices=choices,
            parts=parts.to_document(),
            coverage=decision,
            items=timeline_of(visit),
        )


def _require_same_cents(name: str, parts: Parts, decision: CoverageDecision) -> None:
    solved = (parts.price_cents, parts.payer_cents, parts.patient_cents)
    decided = (decision.amount.minor, decision.payer.minor, decision.patient.minor)
    if solved != decided:
        raise PlanDisagrees(
            f"{name}: price, payer, patient are {solved} for the optimizer, "
            f"{decided} for the coverage decision"
        )
