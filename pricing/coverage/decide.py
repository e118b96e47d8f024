"""Deciding a trip: conditions, benefits, limits, tax; every line with its trace.

Pure: the day, the documents and the exchange rates are arguments, so that a stored decision comes
back to the same cent from its stored inputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from pricing.coverage.admission import check_balances, check_facts, check_overrides
from pricing.coverage.assess import assess
from pricing.coverage.conversion import Exchange, filed_on, price_pieces
from pricing.coverage.decision import BalanceKey, Decision
from pricing.coverage.decision_errors import NoVersionInForce
from pricing.coverage.documents.policy_document import Policy
from pricing.coverage.documents.trip_document import Trip
from pricing.coverage.doubts import list_doubts
from pricing.coverage.outlook import find_changes, list_deadlines
from pricing.coverage.people import day_of, people_of
from pricing.coverage.pieces import cut
from pricing.coverage.prepared import PreparedPolicy, PreparedVersion
from pricing.coverage.scene import Scene
from pricing.coverage.sharing import part_shared
from pricing.coverage.tax import Taxed, ceiling_scene, tax
from pricing.coverage.tracing import lines_of
from pricing.exchange import ExchangeRates


@dataclass(frozen=True, slots=True)
class Question:
    """Everything a decision depends on.

    ``balances`` are what was used before: minor units of the policy's currency, or counts.
    ``ceilings`` are the policies that tax rules refer to, by id.
    """

    policy: PreparedPolicy
    trip: Trip
    decided_on: date
    rates: ExchangeRates
    balances: Mapping[BalanceKey, Fraction]
    ceilings: Mapping[str, PreparedPolicy] = field(default_factory=dict)


def decide(question: Question) -> Decision:
    """Return the decision.

    Raises:
        MisspeltFact: the trip states a fact much like one that the policy declares.
        UnknownOverride, UnknownBalance: the trip or the balances name what the policy has not.
        NoVersionInForce: no version of the policy, or of its tax ceiling, is in force on its day.
        FactNotStated: a rule asks for a fact that the trip does not state.
        NoExchangeRule, NoRate: an expense is in a currency that cannot be converted.
        CannotCompute, InvalidFact, NoTableRow: a rule cannot be computed for this trip.
    """
    prepared = version_in_force(question.policy, question.trip, question.decided_on)
    check_facts(question.trip, question.policy)
    check_overrides(question.trip, prepared)
    check_balances(question.balances, question.policy)
    exchange = exchange_of(question)
    scene = scene_of(question, prepared, exchange)
    assessed = assess(scene, prepared, question.balances)
    taxed = _tax(question, scene, assessed.payable)
    changes = find_changes(scene, prepared, question.balances, assessed)
    return Decision(
        trip=question.trip.id,
        policy=scene.policy.id,
        version=scene.version.version,
        source=scene.version.source,
        currency=scene.policy.currency,
        decided_on=question.decided_on,
        lines=lines_of(scene, assessed, taxed),
        balances=assessed.ledger.changes(),
        deadlines=list_deadlines(assessed, question.decided_on),
        changes=changes.each,
        rates=exchange.rates_used(),
        tax_rule=taxed.rule,
        doubts=list_doubts(question.trip, scene.pieces, question.balances),
        changes_together=changes.together,
    )


def version_in_force(policy: PreparedPolicy, trip: Trip, decided_on: date) -> PreparedVersion:
    """Return the version in force on the day that the policy's ``version_by`` names."""
    day = _version_day(policy.policy, trip, decided_on)
    for prepared in policy.versions:
        last = prepared.version.valid_to
        if prepared.version.valid_from <= day and (last is None or day <= last):
            return prepared
    raise NoVersionInForce(policy.policy.id, day)


def _version_day(policy: Policy, trip: Trip, decided_on: date) -> date:
    match policy.version_by:
        case "trip_start":
            return day_of(trip.starts)
        case "trip_end":
            return day_of(trip.ends)
        case "filed":
            return filed_on(trip)
        case "decided":
            return decided_on


def exchange_of(question: Question) -> Exchange:
    """Return what converts the trip's amounts, and remembers the rates it took."""
    return Exchange(question.policy.policy, question.trip, question.rates, question.decided_on)


def scene_of(
    question: Question, prepared: PreparedVersion, exchange: Exchange | None = None
) -> Scene:
    """Return what the decision looks at; ``exchange`` tells afterwards which rates it needed."""
    policy, trip = question.policy, question.trip
    exchange = exchange or exchange_of(question)
    pieces = cut(trip)
    scene = Scene(
        trip=trip,
        policy=policy.policy,
        version=prepared.version,
        tables=policy.tables,
        decided_on=question.decided_on,
        people=people_of(trip),
        pieces=pieces,
        prices=price_pieces(exchange, pieces),
        minor_units=policy.minor_units,
        trip_rates=exchange,
    )
    return part_shared(scene, prepared)


def _tax(question: Question, scene: Scene, payable: tuple[int, ...]) -> Taxed:
    rule = scene.version.tax
    if rule is None or rule.ceiling is None:
        return tax(scene, payable, None, None)
    ceiling = question.ceilings[rule.ceiling]
    prepared = version_in_force(ceiling, question.trip, question.decided_on)
    return tax(scene, payable, ceiling_scene(scene, payable, ceiling, prepared), prepared)
