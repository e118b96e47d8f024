"""What is stated about a case, what its policy asks, and reading what somebody states anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import Session

from api.errors import FieldError, InvalidRequest
from api.operations.begin_claim import find_unreadable
from logistics.case.model import Case
from logistics.case_facts import CaseFacts, complete_trip
from logistics.claims.claim_trip import TripSpan, claim_trip
from logistics.facility import Facility
from logistics.fact_questions import FactQuestion, asks_for_approval, list_questions
from logistics.repository.case_facts import StoredFacts, get_case_facts
from logistics.repository.case_policies import CasePolicy, get_case_policy
from logistics.repository.cases import get_case
from logistics.repository.facilities import get_facility
from pricing.coverage.asked import AskedFact, asks_for_household, list_asked
from pricing.coverage.decision_errors import InvalidFact
from pricing.coverage.documents.fact_values import to_value
from pricing.coverage.documents.read import read_part, read_trip
from pricing.coverage.documents.write import write_document, write_plain
from pricing.coverage.prepared import PreparedPolicy, PreparedVersion
from pricing.documents.faults import InvalidDocument
from pricing.errors import NoPolicyInForce


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsFile:
    """The facts of a case beside the questions of the policy that is in force for it."""

    case: Case
    facilities: tuple[Facility, ...]
    policy: CasePolicy
    version: PreparedVersion
    stored: StoredFacts
    asked: tuple[AskedFact, ...]
    questions: tuple[FactQuestion, ...]
    day: date

    @property
    def asks_for_approval(self) -> bool:
        """Return whether the policy looks at approvals."""
        return asks_for_approval(self.asked)

    @property
    def asks_for_household(self) -> bool:
        """Return whether the policy has a limit that a household shares."""
        return asks_for_household(self.version)


def open_facts(session: Session, reference: str, today: date) -> FactsFile:
    """Return the facts of a case; raises CaseNotFound, and as `get_case_policy` does."""
    case = get_case(session, reference)
    facilities = tuple(get_facility(session, one) for one in case.visit.facility_ids)
    policy = get_case_policy(session, case)
    version = version_on(policy, today)
    asked = _asked(policy, version, today)
    return FactsFile(
        case=case,
        facilities=facilities,
        policy=policy,
        version=version,
        stored=get_case_facts(session, reference),
        asked=asked,
        questions=list_questions(asked, case, facilities),
        day=today,
    )


def version_on(policy: CasePolicy, day: date) -> PreparedVersion:
    """Return the version of a policy that covers a day; raises NoPolicyInForce."""
    found = _find_version(policy.prepared, day)
    if found is None:
        raise NoPolicyInForce(policy.policy_id, f"no version of it covers {day}")
    return found


def read_facts(file: FactsFile, stated: Mapping[str, Any]) -> CaseFacts:
    """Return facts that came as JSON or from a form.

    Raises InvalidRequest with a fault for each place: keys that do not exist, values that cannot
    be, and whatever would make the trip of the case unreadable.
    """
    words = find_unreadable(stated)
    if words:
        raise InvalidRequest((FieldError("facts", words),))
    try:
        facts = read_part(write_plain(stated), "facts", CaseFacts)
    except InvalidDocument as error:
        raise InvalidRequest(_faults(error)) from error
    faults = [*_mistyped(file, stated), *_unreadable_trips(file, facts)]
    if faults:
        raise InvalidRequest(tuple(dict.fromkeys(faults)))
    return facts


def find_stated(values: Mapping[str, Any], place: tuple[str, ...]) -> Any:  # noqa: ANN401 — a JSON value
    """Return what stands at a place of facts as JSON, None where nothing does."""
    found: Any = values
    for key in place:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _asked(policy: CasePolicy, version: PreparedVersion, day: date) -> tuple[AskedFact, ...]:
    """Return what the version and the tax ceilings of the policy ask, each fact once."""
    found = {one.path: one for one in list_asked(policy.prepared, version)}
    for ceiling in policy.prepared_ceilings.values():
        theirs = _find_version(ceiling, day)
        if theirs is not None:
            found = {one.path: one for one in list_asked(ceiling, theirs)} | found
    return tuple(found.values())


def _find_version(policy: PreparedPolicy, day: date) -> PreparedVersion | None:
    for one in policy.versions:
        last = one.version.valid_to
        if one.version.valid_from <= day and (last is None or day <= last):
            return one
    return None


def _faults(error: InvalidDocument) -> tuple[FieldError, ...]:
    return tuple(FieldError(one.path or "facts", one.message) for one in error.faults)


def _mistyped(file: FactsFile, stated: Mapping[str, Any]) -> list[FieldError]:
    """Return a fault for each declared fact that is not of its declared type."""
    found = []
    for question in file.questions:
        written = find_stated(stated, question.place)
        if not question.fact.is_declared or written in (None, ""):
            continue
        text = tuple(str(one) for one in written) if isinstance(written, list) else _text(written)
        try:
            to_value(text, question.fact.type.value, question.fact.path)
        except InvalidFact as error:
            found.append(FieldError(".".join(question.place), f"must be {error.expected}"))
    return found


_ANSWERS: Final = {True: "yes", False: "no"}


def _text(written: object) -> str:
    return _ANSWERS[written] if isinstance(written, bool) else str(written)


def _unreadable_trips(file: FactsFile, facts: CaseFacts) -> list[FieldError]:
    """Return what would be wrong with the trip of the case, to each of its facilities."""
    found: list[FieldError] = []
    for facility in file.facilities:
        currency = file.policy.prepared.policy.currency
        trip = claim_trip(file.case, facility, TripSpan(file.day, file.day), currency)
        try:
            read_trip(write_document(complete_trip(trip, facts, facility.id)), "trip")
        except InvalidDocument as error:
            found += _faults(error)
    return found
