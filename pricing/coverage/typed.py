"""A trip and balances as somebody typed them: what does not fit the policy is told by its line.

`decide` knows values only. Here are the texts, too, so that its errors become faults of a document,
like those that were found while it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pricing.coverage.admission import list_misfits, list_unknown_balances
from pricing.coverage.answer import balances_from
from pricing.coverage.decide import Question, decide, version_in_force
from pricing.coverage.decision import BalanceKey, Decision
from pricing.coverage.decision_errors import (
    FactNotStated,
    FieldMissing,
    InvalidFact,
    MisspeltFact,
    NoExchangeRule,
    UnknownBalance,
    UnknownOverride,
)
from pricing.coverage.documents.policy_document import Policy
from pricing.coverage.documents.read import read_balances
from pricing.documents.compose import read_located
from pricing.documents.errors import NoTableRow
from pricing.documents.fault_list import FaultList
from pricing.documents.faults import InvalidDocument
from pricing.documents.fields import fault_of_field
from pricing.errors import NoRate
from pricing.expressions.errors import CannotCompute


@dataclass(frozen=True, slots=True)
class Typed:
    """The text of a document, and its name in error texts."""

    text: str
    name: str


def decide_typed(question: Question, trip: Typed, balances: Typed | None) -> Decision:
    """Return the decision of a question whose trip and balances were read from these texts.

    Raises InvalidDocument where one of them is at fault, with all that does not fit the policy or
    the first fact that is missing; and as `decide` does where neither is.
    """
    try:
        return decide(question)
    except (InvalidFact, MisspeltFact, UnknownOverride) as error:
        prepared = version_in_force(question.policy, question.trip, question.decided_on)
        misfits = list_misfits(question.trip, question.policy, prepared)
        raise _faulty_trip(trip, ((one.field, one.fault) for one in misfits)) from error
    except UnknownBalance as error:
        if balances is None:
            raise
        unknown = list_unknown_balances(question.balances, question.policy)
        raise _faulty_balances(balances, unknown) from error
    except (FieldMissing, FactNotStated, NoExchangeRule) as error:
        raise _faulty_trip(trip, [(error.field, error.fault)]) from error
    except (NoTableRow, CannotCompute, NoRate) as error:
        if not error.field:
            raise
        raise _faulty_trip(trip, [(error.field, str(error))]) from error


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


def _faulty_trip(trip: Typed, faults: Iterable[tuple[str, str]]) -> InvalidDocument:
    root = read_located(trip.text, trip.name)
    return InvalidDocument(
        trip.name, [fault_of_field(root, field, message) for field, message in faults]
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
