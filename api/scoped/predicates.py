"""Row predicates as SQL: which rows of which table a reach contains.

Every table that holds something of a case follows the case. A new one of them belongs into
``_CASE_PATHS``; a test compares the list with the foreign keys of the schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any, Final, cast
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Executable, Table, and_, exists, false, or_
from sqlalchemy.orm import with_loader_criteria
from sqlalchemy.orm.util import LoaderCriteriaOption

from api.access.policy import Reach, Rows
from api.access.principal import Principal
from api.audit.statements import find_tables
from api.tables.access import ApprovalRow, BrokenGlassRow
from api.tables.jobs import JobRow
from api.tables.people import CaseLinkRow, CaseMemberRow
from logistics.organisation import CasePart
from logistics.tables import (
    CaseBillRow,
    CaseCoverageRow,
    CaseEstimateRow,
    CaseFactsRow,
    CaseParticipantRow,
    CaseRow,
    ClaimRow,
    CoverageDecisionRow,
    ReceiptRow,
    SpecialistRow,
)
from pricing.column_types import Row
from pricing.tables import PolicyRevisionRow, SampleTripRow
from scheduling.tables import (
    ItineraryRevisionRow,
    ItineraryRow,
    PlanProblemRow,
    PlanRow,
    SlotRow,
)


def _table(row: type[Row]) -> Table:
    return cast("Table", row.__table__)  # type: ignore[attr-defined]  # — every row class has one


_CASE_PATHS: Final[dict[type[Row], tuple[str, ...]]] = {
    CaseRow: ("reference",),
    CaseParticipantRow: ("case_reference",),
    PlanRow: ("case_reference",),
    PlanProblemRow: ("plan_id", "plan", "id"),
    ItineraryRow: ("case_reference",),
    ItineraryRevisionRow: ("itinerary_id", "itinerary", "id"),
    CaseMemberRow: ("case_reference",),
    CaseLinkRow: ("case_reference",),
    CaseCoverageRow: ("case_reference",),
    CaseFactsRow: ("case_reference",),
    CaseEstimateRow: ("case_reference",),
    CaseBillRow: ("case_reference",),
    ClaimRow: ("case_reference",),
    ReceiptRow: ("claim_id", "claim", "id"),
    CoverageDecisionRow: ("claim_id", "claim", "id"),
}
"""The column of a row that holds the case, or that names a row of another table which does."""

CASE_ROWS: Final = tuple(_CASE_PATHS)
ORGANISATION_ROWS: Final[tuple[type[Row], ...]] = (ApprovalRow, BrokenGlassRow, JobRow)
"""What each organisation keeps to itself, whatever else of it a principal reaches."""

POLICY_ROWS: Final[tuple[type[Row], ...]] = (PolicyRevisionRow, SampleTripRow)
"""What a sponsor writes; who runs cases that it pays for reads it, too."""

UNSCOPED: Final = frozenset({"answered_request", "appointment"})
"""Tables of cases that stay whole, and no face lists their rows: a slot taken by anybody is taken;
an answer is found under the caller's own key alone, and only while its case is within reach."""


class Predicates(dict[str, LoaderCriteriaOption]):
    """By the name of the table whose rows it narrows; empty where every row is within reach."""

    def __init__(self, by_table: Mapping[str, LoaderCriteriaOption]) -> None:
        """Take the predicate of each table."""
        super().__init__(by_table)
        self._narrowed: WeakKeyDictionary[Executable, Executable] = WeakKeyDictionary()

    def narrow(self, statement: Executable) -> Executable:
        """Return the statement with the predicates of the tables it uses.

        A statement that is made once and run often is narrowed once: that costs as much as running
        it. One that is gone is forgotten.
        """
        narrowed = self._narrowed.get(statement)
        if narrowed is None:
            tables = find_tables(statement)
            # All of them where that cannot be told; each costs a little, so not all of them always.
            names = self.keys() if tables is None else self.keys() & tables
            narrowed = statement.options(*(self[name] for name in names))
            self._narrowed[statement] = narrowed
        return narrowed


def row_predicates(principal: Principal, reach: Reach, *, now: datetime) -> Predicates:
    """Return what a statement of a session for this principal must carry for each table it uses."""
    if Rows.BROKEN_GLASS in reach.rows:
        return _predicates(principal, reach.rows, now)
    who = Principal(
        kind=principal.kind,
        user_id=principal.user_id,
        organisation_id=principal.organisation_id,
        facility_id=principal.facility_id,
    )
    return _lasting_predicates(who, reach.rows)


@lru_cache(maxsize=1024)
def _lasting_predicates(principal: Principal, rows: frozenset[Rows]) -> Predicates:
    """Return what does not depend on the instant: made once, as that takes half a millisecond."""
    return _predicates(principal, rows, datetime.min.replace(tzinfo=UTC))


def _predicates(principal: Principal, rows: frozenset[Rows], now: datetime) -> Predicates:
    if Rows.EVERYTHING in rows:
        return Predicates({})
    within = _reaching(principal, rows, now)
    conditions = {row: _of_cases(row, within) for row in CASE_ROWS}
    for row in ORGANISATION_ROWS:
        conditions[row] = _table(row).c.organisation_id == principal.organisation_id
    for row in POLICY_ROWS:
        conditions[row] = _of_sponsor(principal, rows, _table(row).c.organisation_id)
    if Rows.OWN_FACILITY in rows:
        conditions |= _own_facility(principal)
    return Predicates(
        {
            _table(row).name: with_loader_criteria(row, condition, include_aliases=True)
            for row, condition in conditions.items()
        }
    )


# Every condition is an EXISTS for the one row at hand: a list of all cases within reach, which IN
# would make of it, takes a thousand times as long where there are many.
_Condition = ColumnElement[bool]
_Within = Callable[[ColumnElement[Any]], _Condition]
"""From a column that holds the reference of a case to the condition that the case is in reach."""


def _of_cases(row: type[Row], within: _Within) -> _Condition:
    column, *through = _CASE_PATHS[row]
    own = _table(row).c[column]
    if not through:
        return within(own)
    name, key = through
    other = Row.metadata.tables[name].alias().c
    return exists().where(other[key] == own, within(other.case_reference))


def _reaching(principal: Principal, rows: frozenset[Rows], now: datetime) -> _Within:
    """Return the condition for a case; nothing is within reach where no rows of cases are."""
    made: list[_Within] = []
    for one, part in ((Rows.OPERATED, CasePart.OPERATOR), (Rows.PAID, CasePart.PAYER)):
        if one in rows:
            made.append(partial(_takes_part, principal, part))
    if Rows.MEMBER in rows:
        made.append(partial(_is_member, principal))
    if Rows.BROKEN_GLASS in rows:
        made.append(partial(_has_opened, principal, now))
    return lambda reference: or_(false(), *(condition(reference) for condition in made))


def _takes_part(principal: Principal, part: CasePart, reference: ColumnElement[Any]) -> _Condition:
    participants = _table(CaseParticipantRow).alias().c
    return exists().where(
        participants.case_reference == reference,
        participants.organisation_id == principal.organisation_id,
        participants.part == part.value,
    )


def _is_member(principal: Principal, reference: ColumnElement[Any]) -> _Condition:
    members = _table(CaseMemberRow).alias().c
    return exists().where(members.case_reference == reference, members.user_id == principal.user_id)


def _has_opened(principal: Principal, now: datetime, reference: ColumnElement[Any]) -> _Condition:
    """Return the condition for an own organisation's case that this user has opened by force."""
    glass = _table(BrokenGlassRow).alias().c
    return and_(
        exists().where(
            glass.case_reference == reference,
            glass.user_id == principal.user_id,
            glass.ends_at > now,
        ),
        _takes_part(principal, CasePart.OPERATOR, reference),
    )


def _of_sponsor(
    principal: Principal, rows: frozenset[Rows], sponsor: ColumnElement[Any]
) -> _Condition:
    """Return the condition for a policy: the own organisation's, or of one that pays for it."""
    own = sponsor == principal.organisation_id
    if Rows.OWN_POLICIES in rows:
        return own
    run, paid = (_table(CaseParticipantRow).alias().c for _ in range(2))
    pays = exists().where(
        paid.organisation_id == sponsor,
        paid.part == CasePart.PAYER.value,
        run.case_reference == paid.case_reference,
        run.part == CasePart.OPERATOR.value,
        run.organisation_id == principal.organisation_id,
    )
    return or_(own, pays)


def _own_facility(principal: Principal) -> dict[type[Row], _Condition]:
    specialists = _table(SpecialistRow).alias().c
    return {
        SpecialistRow: _table(SpecialistRow).c.facility_id == principal.facility_id,
        SlotRow: exists().where(
            specialists.id == _table(SlotRow).c.specialist_id,
            specialists.facility_id == principal.facility_id,
        ),
    }
