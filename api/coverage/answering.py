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
from pricing.coverage.decide import Question
from pricing.coverage.decision import BalanceKey
from pricing.coverage.decision_errors import CeilingNotFound, NoSuchVersion
from pricing.coverage.documents.policy_document import Policy
from pricing.coverage.documents.read import read_balances, read_policy, read_trip
from pricing.coverage.library import find_shipped_text, read_ceilings
from pricing.coverage.prepared import PreparedPolicy, PreparedVersion, prepare
from pricing.coverage.record import Inputs, decide_recorded
from pricing.coverage.typed import Typed, decide_typed, read_used
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
        trip, balances = Typed(wish["trip"], TRIP), _typed_balances(wish["balances"])
        used = {} if balances is None else read_used(balances, rules.policy)
        question = _question(rules, trip, used, date.fromisoformat(wish["as_of"]))
        return {"answer": to_document(decide_typed(question, trip, balances))}
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
        typed = Typed(trip["text"], TRIP)
        before = _read_balances(rules.policy, trip.get("balances"))
        kept = {key: used for key, used in before.items() if is_kept(key, rules.prepared)}
        own_day = date.fromisoformat(trip["as_of"]) if trip.get("as_of") else day
        question = _question(rules, typed, kept, own_day)
        return {"answer": to_document(decide_typed(question, typed, None))}
    except InvalidDocument as error:
        return _faulty(error)
    except PricingError as error:
        return {"refused": str(error)}


def _question(
    rules: _Rules, trip: Typed, balances: Mapping[BalanceKey, Fraction], day: date
) -> Question:
    return Question(
        policy=rules.prepared,
        trip=read_trip(trip.text, trip.name),
        decided_on=day,
        rates=_RATES,
        balances=balances,
        ceilings=rules.ceilings,
    )


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
    """Return what was used before, under whatever policy."""
    return balances_from(read_balances(text, BALANCES), policy.currency) if text else {}


def _typed_balances(text: str | None) -> Typed | None:
    return Typed(text, BALANCES) if text else None


def _faulty(error: InvalidDocument) -> Told:
    return shortened({"document": error.name, "faults": list_faults(error.faults)})
