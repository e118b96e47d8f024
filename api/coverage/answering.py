"""Questions about policies as JSON, and their answers: what the process apart computes.

Whatever is wrong with a document or cannot be decided is an answer here, never an error, as an
error would have to travel from one process to another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Final

from api.coverage import contract_jobs
from api.coverage.checking import check_policy_text, list_faults, shortened
from logistics.repository.documents import Documents
from pricing.coverage.admission import is_kept
from pricing.coverage.answer import balances_from, to_document
from pricing.coverage.decide import Question, decide
from pricing.coverage.decision import BalanceKey
from pricing.coverage.decision_errors import CeilingNotFound, NoSuchVersion
from pricing.coverage.documents.policy_document import Policy
from pricing.coverage.documents.read import read_balances, read_policy, read_trip
from pricing.coverage.library import find_shipped_text, read_ceilings
from pricing.coverage.prepared import PreparedPolicy, PreparedVersion, prepare
from pricing.coverage.record import Inputs, decide_recorded
from pricing.documents.faults import InvalidDocument
from pricing.ecb_rates import EcbRates
from pricing.errors import PricingError

Wish = Mapping[str, Any]
Told = dict[str, Any]
"""One of ``answer`` (as ``sojourn cover --json`` prints it), ``faults`` with the ``document`` they
are in, and ``refused`` (why it cannot be decided)."""

POLICY: Final = "policy"
TRIP: Final = "trip"
BALANCES: Final = "balances"
_RATES: Final = EcbRates()
_INPUTS: Final[Documents[Inputs]] = Documents(Inputs)


@dataclass(frozen=True, slots=True)
class _Rules:
    """A policy to decide with, and the ceilings its tax rules name."""

    policy: Policy
    prepared: PreparedPolicy
    ceilings: Mapping[str, PreparedPolicy]


def check(wish: Wish) -> Told:
    """Return what is wrong with the document ``text``; ``more`` counts faults that are not told."""
    return shortened(check_policy_text(wish["text"], POLICY))


def identify_trip(wish: Wish) -> Told:
    """Return the ``id`` of the trip document ``text``, or its faults."""
    try:
        return {"id": read_trip(wish["text"], TRIP).id}
    except InvalidDocument as error:
        return _faulty(error)


def decide_one(wish: Wish) -> Told:
    """Return the decision about the trip ``trip`` under the rules ``rules``.

    ``as_of`` is the day; ``balances`` a document or None.
    """
    try:
        rules = _read_rules(wish["rules"])
        balances = _read_balances(rules.policy, wish["balances"])
        return _decided(rules, wish["trip"], balances, date.fromisoformat(wish["as_of"]))
    except InvalidDocument as error:
        return _faulty(error)
    except PricingError as error:
        return {"refused": str(error)}


def rule(wish: Wish) -> Told:
    """Return the decision made from ``inputs``, a document that `write_inputs` made.

    ``texts`` are those of the policy and its ceilings, by their SHA-256. Besides the ``answer``:
    the ``inputs`` with the rates used, and ``balances_after``.
    """
    try:
        inputs = _INPUTS.read(wish["inputs"])
        made = decide_recorded(inputs, lambda digest: str(wish["texts"][digest]), _RATES)
    except InvalidDocument as error:
        return _faulty(error)
    except PricingError as error:
        return {"refused": str(error)}
    return {
        "answer": made.to_document(),
        "inputs": _INPUTS.write(made.inputs),
        "balances_after": made.balances_after,
    }


def write_inputs(inputs: Inputs) -> str:
    """Return what a decision was made from as a document for `rule`."""
    return _INPUTS.write(inputs)


def read_inputs(text: str) -> Inputs:
    """Return what a decision was made from; raises UnreadableDocument."""
    return _INPUTS.read(text)


def compare(wish: Wish) -> Told:
    """Return under ``trips`` each of the ``trips`` decided under ``before`` and under ``after``.

    A trip has an ``id`` and a ``text``, and may have ``balances`` before it and a day ``as_of`` of
    its own; balances that a side does not keep are nothing to it. Where the rules themselves cannot
    be used, ``faults`` or ``refused`` says so instead.
    """
    try:
        sides = {name: _read_rules(wish[name]) for name in ("before", "after")}
    except InvalidDocument as error:
        return _faulty(error)
    except PricingError as error:
        return {"refused": str(error)}
    day = date.fromisoformat(wish["as_of"])
    return {
        "trips": [
            {
                "id": trip["id"],
                **{name: _told(rules, trip, day) for name, rules in sides.items()},
            }
            for trip in wish["trips"]
        ]
    }


JOBS: Final[Mapping[str, Callable[[Wish], Told]]] = {
    "check": check,
    "identify_trip": identify_trip,
    "decide": decide_one,
    "rule": rule,
    "compare": compare,
    **contract_jobs.JOBS,
}


def warm_up() -> None:
    """Load what every answer needs, once."""
    _RATES.rate("USD", "EUR", date(2020, 1, 2))


def _told(rules: _Rules, trip: Mapping[str, Any], day: date) -> Told:
    try:
        before = _read_balances(rules.policy, trip.get("balances"))
        kept = {key: used for key, used in before.items() if is_kept(key, rules.prepared)}
        own_day = trip.get("as_of")
        return _decided(rules, trip["text"], kept, date.fromisoformat(own_day) if own_day else day)
    except InvalidDocument as error:
        return _faulty(error)
    except PricingError as error:
        return {"refused": str(error)}


def _decided(rules: _Rules, trip: str, balances: Mapping[BalanceKey, Fraction], day: date) -> Told:
    question = Question(
        policy=rules.prepared,
        trip=read_trip(trip, TRIP),
        decided_on=day,
        rates=_RATES,
        balances=balances,
        ceilings=rules.ceilings,
    )
    return {"answer": to_document(decide(question))}


def _read_rules(wish: Wish) -> _Rules:
    """Read ``text``; with ``version`` that version alone, in force on any day."""
    policy = read_policy(wish["text"], POLICY)
    prepared = prepare(policy)
    if wish["version"]:
        prepared = replace(prepared, versions=(_only(prepared, wish["version"]),))

    def find_text(name: str) -> str:
        found = wish["ceilings"].get(name) or find_shipped_text(name)
        if found is None:
            raise CeilingNotFound(policy.id, name)
        return str(found)

    return _Rules(policy, prepared, read_ceilings(policy, find_text))


def _only(prepared: PreparedPolicy, name: str) -> PreparedVersion:
    for one in prepared.versions:
        if one.version.version == name:
            open_ended = {"valid_from": date.min, "valid_to": None}
            return replace(one, version=one.version.model_copy(update=open_ended))
    known = tuple(one.version.version for one in prepared.versions)
    raise NoSuchVersion(prepared.policy.id, name, known)


def _read_balances(policy: Policy, text: str | None) -> dict[BalanceKey, Fraction]:
    if not text:
        return {}
    return balances_from(read_balances(text, BALANCES), policy.currency)


def _faulty(error: InvalidDocument) -> Told:
    return shortened({"document": error.name, "faults": list_faults(error)})
