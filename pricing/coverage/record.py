"""A decision to be kept: everything it was made from, so that it comes back to the same cent.

The policy and its tax ceilings are named by the SHA-256 of their texts, which are kept for ever;
trip and balances are whole documents; the exchange rates are those that were used. Nothing that is
installed later (a newer file of rates, another shipped policy) can change what is computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import Any

from pricing.coverage.admission import is_kept
from pricing.coverage.answer import balances_document, balances_from, to_document
from pricing.coverage.decide import Question, decide
from pricing.coverage.decision import BalanceKey, Decision
from pricing.coverage.documents.balances_document import BalancesDocument
from pricing.coverage.documents.read import read_balances, read_trip
from pricing.coverage.documents.write import write_document
from pricing.coverage.edition import EDITION, FIRST_EDITION
from pricing.coverage.read_once import prepared_policy
from pricing.errors import NoRate
from pricing.exchange import ExchangeRates, Rate

FindText = Callable[[str], str]
"""From the SHA-256 of a policy's text to the text; raises where it is not kept."""


@dataclass(frozen=True, slots=True)
class RecordedRate:
    """A rate as it was used: ``numerator / denominator`` units of ``target`` for one ``source``."""

    source: str
    target: str
    asked_for: date
    day: date
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Digests:
    """What `digest_of` calls the texts of a policy and of its ceilings (pairs of id and digest)."""

    policy: str
    ceilings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a decision is made from; ``rates`` is None until it has been made once.

    ``edition`` is that of the engine that made it, the first for one that was kept without.

    ``policy`` and the values of ``ceilings`` (pairs of a policy's id and its text) are digests as
    `digest_of` gives them; ``trip`` and ``balances`` are texts of documents.
    """

    policy: str
    ceilings: tuple[tuple[str, str], ...]
    trip: str
    balances: str
    decided_on: date
    rates: tuple[RecordedRate, ...] | None = None
    edition: int = FIRST_EDITION

    @property
    def texts(self) -> frozenset[str]:
        """Return the digests of every text that the decision needs."""
        return frozenset((self.policy, *(text for _, text in self.ceilings)))


@dataclass(frozen=True, slots=True)
class RecordedRates:
    """Implements ``ExchangeRates`` with those of a record, and knows no other."""

    rates: tuple[RecordedRate, ...]

    def rate(self, source: str, target: str, day: date) -> Rate:
        """Return the rate that was used for that day; raises NoRate."""
        for one in self.rates:
            if (one.source, one.target, one.asked_for) == (source, target, day):
                return Rate(source, target, one.day, Fraction(one.numerator, one.denominator))
        raise NoRate(source, target, day, "the record of the decision holds none")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision, what it was made from, and the balances that its policy does not keep.

    Those were left by an earlier revision; they are carried on as they are.
    """

    inputs: Inputs
    decision: Decision
    carried: Mapping[BalanceKey, Fraction]

    @property
    def balances_after(self) -> str:
        """Return every balance after the decision, as the text of a document."""
        after = {one.key: one.after for one in self.decision.balances}
        return balances_document(
            self.decision.policy, self.decision.currency, {**self.carried, **after}
        )

    def to_document(self) -> dict[str, Any]:
        """Return the decision as JSON knows it."""
        return to_document(self.decision)


def digest_of(text: str) -> str:
    """Return the SHA-256 of a policy's text, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def decide_recorded(inputs: Inputs, find_text: FindText, rates: ExchangeRates) -> Recorded:
    """Return the decision; ``rates`` answer only where the inputs hold none yet.

    Raises InvalidDocument for a document that cannot be read, and as `decide` does.
    """
    question, carried = question_of(inputs, find_text, rates)
    decision = decide(question)
    made_from = replace(inputs, rates=_used(decision), edition=EDITION)
    return Recorded(made_from, decision, carried)


def inputs_of(question: Question, digests: Digests, decision: Decision) -> Inputs:
    """Return what a decision was made from that is made already.

    ``digests`` are those of the texts that the question's policy and ceilings were read from.
    """
    policy = question.policy.policy
    before = question.balances
    return Inputs(
        policy=digests.policy,
        ceilings=digests.ceilings,
        trip=write_document(question.trip),
        balances=balances_document(policy.id, policy.currency, before) if before else "",
        decided_on=question.decided_on,
        rates=_used(decision),
        edition=EDITION,
    )


def question_of(
    inputs: Inputs, find_text: FindText, rates: ExchangeRates
) -> tuple[Question, dict[BalanceKey, Fraction]]:
    """Return what is asked, and the balances that the policy does not keep."""
    policy = prepared_policy(find_text(inputs.policy), "policy")
    balances = _balances(inputs.balances, policy.policy.currency)
    kept = {key: used for key, used in balances.items() if is_kept(key, policy)}
    question = Question(
        policy=policy,
        trip=read_trip(inputs.trip, "trip"),
        decided_on=inputs.decided_on,
        rates=rates if inputs.rates is None else RecordedRates(inputs.rates),
        balances=kept,
        ceilings={name: prepared_policy(find_text(text), name) for name, text in inputs.ceilings},
    )
    return question, {key: used for key, used in balances.items() if key not in kept}


def give_back(balances: str, answer: Mapping[str, Any]) -> str:
    """Return balances without what the decision with that answer document has drawn.

    It is asked for when that decision is about to be replaced by another.
    """
    currency, policy = str(answer["currency"]), str(answer["policy"]["id"])
    left = _balances(balances, currency)
    moments = answer["balances"]
    for sign, moment in ((1, "before"), (-1, "after")):
        for key, used in _entries(moments[moment], currency).items():
            left[key] = left.get(key, Fraction(0)) + sign * used
    return balances_document(policy, currency, left)


def _used(decision: Decision) -> tuple[RecordedRate, ...]:
    return tuple(
        RecordedRate(
            one.source,
            one.target,
            one.asked_for,
            one.day,
            one.rate.numerator,
            one.rate.denominator,
        )
        for one in decision.rates
    )


def _balances(text: str, currency: str) -> dict[BalanceKey, Fraction]:
    return balances_from(read_balances(text, "balances"), currency) if text else {}


def _entries(document: Mapping[str, Any], currency: str) -> dict[BalanceKey, Fraction]:
    return balances_from(BalancesDocument.model_validate(document), currency)
