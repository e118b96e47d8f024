"""Pricing a claim: terms take its lines, steps follow, and every cent is accounted for.

1. The terms must be in force and in the claim's currency.
2. Each term, in the order written, takes lines and prices them (``taking``).
3. Lines that no term took are booked at nothing, with the reasons.
4. The document's steps, in the order written, change what is allowed (``settling``).
5. The patient's share, as the claim states it, is taken off, what is above the allowed amount
   never (and told so); steps ``of: payer`` follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from pricing.contracts.converting import Converted, convert
from pricing.contracts.documents.claim_document import Claim
from pricing.contracts.documents.terms_document import Terms
from pricing.contracts.errors import TermsNotInForce
from pricing.contracts.ledger import Entry, Ledger
from pricing.contracts.own_facts import refuse_misspelt
from pricing.contracts.prepared import Prepared
from pricing.contracts.rounding import Rounder, rounder_of
from pricing.contracts.scene import Scene, scene_of
from pricing.contracts.selecting import period_refusal
from pricing.contracts.settling import Conditional, Settling, Taken
from pricing.contracts.taking import Applied, Taking
from pricing.contracts.tracing import Trace, shown
from pricing.exchange import ExchangeRates, NoRates

_ZERO: Final = Fraction(0)
_NO_RATES: Final = NoRates()
_SHARE: Final = "patient's share"


@dataclass(frozen=True, slots=True)
class Pricing:
    """A claim priced: entries line by line, groups, steps; amounts in whole units, rounded."""

    scene: Scene
    rounder: Rounder
    entries: tuple[Entry, ...]
    applied: tuple[Applied, ...]
    steps: tuple[Taken, ...]
    conditional: tuple[Conditional, ...]
    allowed: Fraction
    patient: Fraction
    payer: Fraction
    patient_trace: tuple[Trace, ...]


def price_claim(prepared: Prepared, claim: Claim, rates: ExchangeRates = _NO_RATES) -> Pricing:
    """Return what the terms allow for a claim.

    Raises OtherCurrency, TermsNotInForce, UndeclaredClaimFact; and where a rule cannot be
    computed for this claim NoRate, ClaimFactMissing, InvalidClaimFact, NoScheduleRow,
    NoRateApplies, NoTableRow, CannotPrice, CannotCompute.
    """
    terms = prepared.terms
    refuse_misspelt(claim, prepared.own_facts)
    converted = convert(claim, terms, rates)
    scene = scene_of(prepared, converted.claim)
    _refuse_other_times(terms, scene)
    rounder = rounder_of(terms.rounding, terms.currency)
    ledger = Ledger(rounder, is_each_line=terms.rounding.each == "line")
    taking = Taking(scene, ledger)
    for term in terms.terms:
        taking.take(term)
    taking.finish()
    _tell_conversions(converted, ledger)
    return _settle(scene, ledger, taking, converted.of_claim)


def _refuse_other_times(terms: Terms, scene: Scene) -> None:
    day = scene.rate_date(None)
    if day is not None and period_refusal(terms.valid_from, terms.valid_to, day) is not None:
        raise TermsNotInForce(terms.id, day)


def _tell_conversions(converted: Converted, ledger: Ledger) -> None:
    """Let the first entry of each line begin with how its amounts were converted."""
    told: set[int] = set()
    for entry in ledger.entries:
        number = entry.line.number
        if number not in told:
            told.add(number)
            entry.trace = (*converted.traces.get(number, ()), *entry.trace)


def _settle(scene: Scene, ledger: Ledger, taking: Taking, of_claim: tuple[Trace, ...]) -> Pricing:
    settling = Settling(scene, ledger)
    steps: list[Taken] = []
    conditional: list[Conditional | None] = []
    for step in scene.prepared.terms.steps:
        if step.of == "allowed":
            conditional.append(settling.find_conditional(step, None))
            steps += settling.allow(step)
    ledger.close()
    allowed = ledger.allowed()["total"]
    patient_trace = _patient_share(scene.claim, allowed)
    patient = patient_trace[-1].amount if patient_trace else _ZERO
    payer = allowed - patient
    for step in scene.prepared.terms.steps:
        if step.of == "payer":
            conditional.append(settling.find_conditional(step, payer))
            taken = settling.pay(step, payer)
            payer = taken.after
            steps.append(taken)
    return Pricing(
        scene=scene,
        rounder=ledger.rounder,
        entries=tuple(ledger.entries),
        applied=tuple(taking.applied),
        steps=tuple(steps),
        conditional=tuple(one for one in conditional if one is not None),
        allowed=allowed,
        patient=patient,
        payer=payer,
        patient_trace=(*of_claim, *patient_trace),
    )


def _patient_share(claim: Claim, allowed: Fraction) -> tuple[Trace, ...]:
    """Return how the patient's share came about; nothing where the claim states none."""
    if claim.patient_share is None:
        return ()
    stated = Fraction(claim.patient_share)
    if stated <= allowed:
        return (Trace(_SHARE, f"{shown(stated)}, as the claim states it", stated),)
    words = (
        f"the patient's share of {shown(stated)} is more than the allowed amount "
        f"{shown(allowed)}: {shown(allowed)}"
    )
    return (Trace(_SHARE, words, allowed),)
