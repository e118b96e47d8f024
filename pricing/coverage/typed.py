"""A trip and balances as somebody typed them: what does not fit the policy is told by its line.

`decide` knows values only. Here are the texts, too, so that its errors become faults of a document,
like those that were found while it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from pricing.coverage.admission import list_misfits, list_unknown_balances
from pricing.coverage.answer import balances_from
from pricing.coverage.decide import Question, decide, version_in_force
from pricing.coverage.decision import BalanceKey, Decision, Doubt
from pricing.coverage.decision_errors import (
    FactNotStated,
    FieldMissing,
    InvalidFact,
    MisspeltFact,
    NoExchangeRule,
    NoVersionInForce,
    UnknownBalance,
    UnknownOverride,
)
from pricing.coverage.documents.policy_document import Policy
from pricing.coverage.documents.read import read_balances
from pricing.coverage.doubts import list_slips
from pricing.documents.compose import read_located
from pricing.documents.errors import NoTableRow
from pricing.documents.fault_list import FaultList
from pricing.documents.faults import InvalidDocument
from pricing.documents.fields import fault_of_field
from pricing.errors import NoRate, PricingError
from pricing.expressions.errors import CannotCompute

_CHOOSES: Final[Mapping[str, str]] = MappingProxyType(
    {"trip_start": "starts", "trip_end": "ends", "filed": "claim.filed"}
)
"""The field of a trip whose day chooses the version, by the policy's ``version_by``."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The text of a document, and its name in error texts."""

    text: str
    name: str


def decide_typed(question: Question, trip: Typed, balances: Typed | None) -> Decision:
    """Return the decision of a question whose trip and balances were read from these texts.

    What is doubtful tells its file and line. Raises InvalidDocument where one of them is at fault,
    with all that does not fit the policy or the first fact that is missing; and as `decide` does
    where neither is.
    """
    try:
        decision = decide(question)
    except UnknownBalance as error:
        if balances is None:
            raise
        unknown = list_unknown_balances(question.balances, question.policy)
        raise _faulty_balances(balances, unknown) from error
    except PricingError as error:
        faults = _faults_of_trip(error, question)
        if not faults:
            raise
        root = read_located(trip.text, trip.name)
        placed = [fault_of_field(root, field, message) for field, message in faults]
        raise InvalidDocument(trip.name, placed) from error
    doubts = (*decision.doubts, *list_slips(question.trip))
    return replace(decision, doubts=_located(doubts, trip, balances)) if doubts else decision


def _located(doubts: Iterable[Doubt], trip: Typed, balances: Typed | None) -> tuple[Doubt, ...]:
    """Return what is doubtful with its file and line, as far as its document was typed."""
    root = read_located(trip.text, trip.name)
    used = None if balances is None else FaultList(read_located(balances.text, balances.name))
    located = []
    for doubt in doubts:
        if doubt.balance is None:
            line = fault_of_field(root, doubt.field, doubt.message).line
            located.append(replace(doubt, file=trip.name, line=line))
        elif balances is not None and used is not None:
            key = doubt.balance
            place = _places(used)[key.balance, key.whose, key.period]
            line = used.root.line_at(("used", place, "whose"))
            located.append(replace(doubt, file=balances.name, line=line))
        else:
            located.append(doubt)
    return tuple(located)


def _faults_of_trip(error: PricingError, question: Question) -> list[tuple[str, str]]:
    """Return fields of the trip, each with what is wrong with it; none where it is not at fault."""
    field = ""
    match error:
        case InvalidFact() | MisspeltFact() | UnknownOverride():
            prepared = version_in_force(question.policy, question.trip, question.decided_on)
            misfits = list_misfits(question.trip, question.policy, prepared)
            return [(one.field, one.fault) for one in misfits]
        case FieldMissing() | FactNotStated() | NoExchangeRule():
            return [(error.field, error.fault)]
        case NoVersionInForce(policy=question.policy.policy.id):
            field = _CHOOSES.get(question.policy.policy.version_by, "")
        case NoTableRow() | CannotCompute() | NoRate():
            field = error.field
    return [(field, str(error))] if field else []


def read_used(balances: Typed, policy: Policy) -> dict[BalanceKey, Fraction]:
    """Return what a balances document says was used; raises InvalidDocument.

    It must be of this policy, and its amounts fit the policy's currency.
    """
    document = read_balances(balances.text, balances.name)
    if document.policy != policy.id:
        names = tuple(dict.fromkeys(one.balance for one in document.used))
        found = FaultList(read_located(balances.text, balances.name))
        found.add(("policy",), _of_another(document.policy, policy.id, names))
        raise InvalidDocument(balances.name, found.faults)
    try:
        return balances_from(document, policy.currency)
    except UnknownBalance as error:
        raise _faulty_balances(balances, [error]) from error


def _of_another(said: str, policy: str, balances: tuple[str, ...]) -> str:
    listed = ", ".join(balances) or "nothing"
    return (
        f"these are balances of the policy {said} ({listed}), and the trip is decided under "
        f"{policy}; give the balances of {policy}, or correct policy:"
    )


def _faulty_balances(balances: Typed, errors: Iterable[UnknownBalance]) -> InvalidDocument:
    found = FaultList(read_located(balances.text, balances.name))
    places = _places(found)
    for error in errors:
        place = places[error.balance, error.whose, error.period]
        found.add(("used", place, error.part), error.fault)
    return InvalidDocument(balances.name, found.faults)


def _places(found: FaultList) -> Mapping[tuple[str, ...], int]:
    """Return where each balance stands, by its name, whose it is and its period."""
    used = found.root.find(("used",))
    entries = used.content if used is not None and isinstance(used.content, tuple) else ()
    keys = ("balance", "whose", "period")
    return {
        tuple(str(one.content) for key in keys if (one := entry.find((key,))) is not None): place
        for place, entry in enumerate(entries)
    }
