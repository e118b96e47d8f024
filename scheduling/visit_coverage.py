"""What the coverage engine decides of a whole visit, line by line as plans show it."""

from __future__ import annotations

from pricing.coverage.decide import decide
from pricing.coverage.decision import CoveredLine, Decision, Stage, Step
from pricing.coverage.record import inputs_of
from pricing.money import Money
from scheduling.cost_split import CoverageDecision, DecidedLine
from scheduling.planned_expenses import PlannedExpense
from scheduling.translation.tariff import Tariff
from scheduling.translation.translate import Translation
from scheduling.trip_of_visit import Travellers, bare_trip, days_of, expenses_of
from scheduling.visit import ChosenVisit


def decide_visit(visit: ChosenVisit, translation: Translation) -> CoverageDecision:
    """Return who pays which cent of a visit; raises PricingError where it cannot be decided."""
    supply, tariff = translation.rows.supply, translation.rows.tariff
    planned = expenses_of(visit, supply.preferences.meals)
    travellers = Travellers(tuple(one.party for one in visit.journeys))
    facility = visit.appointments[0].facility
    days = days_of(visit)
    trip = bare_trip(supply.case, travellers, facility, days, supply.currency, facts=supply.facts)
    question = tariff.asking(tariff.on(trip), *(one.expense for one in planned))
    decision = decide(question)
    return CoverageDecision(
        level=supply.case.service_level.value,
        policy_version=decision.version,
        policy_source=decision.source,
        currency=decision.currency,
        lines=tuple(
            _line(one, line, decision) for one, line in zip(planned, decision.lines, strict=True)
        ),
        trip_cap=_cap(tariff, decision.currency),
        inputs=None if supply.digests is None else inputs_of(question, supply.digests, decision),
    )


def _cap(tariff: Tariff, currency: str) -> Money | None:
    return None if tariff.most is None else Money(tariff.most, currency)


def _line(planned: PlannedExpense, line: CoveredLine, decision: Decision) -> DecidedLine:
    currency = decision.currency
    return DecidedLine(
        key=line.id,
        kind=planned.kind,
        label=planned.label,
        amount=Money(line.claimed, currency),
        payable=Money(line.eligible, currency),
        payer=Money(line.payable, currency),
        rule=_rule(line),
        reason=" ".join(_sentences(line)) or "Nothing is spent here.",
    )


def _rule(line: CoveredLine) -> str:
    """Return the rule that had the last word: the last that lowered the line, or its benefit."""
    lowering = [step.rule for step in line.trace if step.after < step.before]
    granting = [step.rule for step in line.trace if step.stage is Stage.BENEFIT]
    return (lowering or granting or [Stage.NOT_COVERED.value])[-1]


def _sentences(line: CoveredLine) -> list[str]:
    steps = [step for step in line.trace if step.stage is not Stage.TAX]
    return [f"{_ended(step)} {step.sentence}" for step in steps]


def _ended(step: Step) -> str:
    return step.text if step.text.endswith((".", "!", "?")) else f"{step.text}."
