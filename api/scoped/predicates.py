"""Row predicates as SQL: which rows of which table a reach contains.

Every table that holds something of a case follows the case. A new one of them belongs into
``_CASE_PATHS``; a test compares the list with the foreign keys of the schema.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Select, Table, and_, false, or_, select
from sqlalchemy.orm import with_loader_criteria
from sqlalchemy.orm.util import LoaderCriteriaOption

from api.access.policy import Reach, Rows
from api.access.principal import Principal
from api.tables.access import ApprovalRow, BrokenGlassRow
from api.tables.jobs import JobRow
from api.tables.people import CaseLinkRow, CaseMemberRow
from logistics.column_types import Row
from logistics.organisation import CasePart
from logistics.tables import CaseParticipantRow, CaseRow, SpecialistRow
from scheduling.tables import (
    ItineraryRevisionRow,
    ItineraryRow,
    PlanProblemRow,
    PlanRow,
    SlotRow,
)


def _table(row: type[Row]) -> Table:
    return cast("Table", row.__table__)  # type: ignore[attr-defined]  # — every row class has one


_PARTICIPANTS: Final = _table(CaseParticipantRow).c
_GLASS: Final = _table(BrokenGlassRow).c
_SPECIALISTS: Final = _table(SpecialistRow).c

_CASE_PATHS: Final[dict[type[Row], tuple[str, ...]]] = {
    CaseRow: ("reference",),
    CaseParticipantRow: ("case_reference",),
    PlanRow: ("case_reference",),
    PlanProblemRow: ("plan_id", "plan", "id"),
    ItineraryRow: ("case_reference",),
    ItineraryRevisionRow: ("itinerary_id", "itinerary", "id"),
    CaseMemberRow: ("case_reference",),
    CaseLinkRow: ("case_reference",),
}
"""The column of a row that holds the case, or that names a row of another table which does."""

CASE_ROWS: Final = tuple(_CASE_PATHS)
ORGANISATION_ROWS: Final[tuple[type[Row], ...]] = (ApprovalRow, BrokenGlassRow, JobRow)
"""What each organisation keeps to itself, whatever else of it a principal reaches."""

UNSCOPED: Final = frozenset({"answered_request", "appointment"})
"""Tables of cases that stay whole, and no face lists their rows: a slot taken by anybody is taken;
an answer is found under the caller's own key alone, and only while its case is within reach."""


def row_predicates(
    principal: Principal, reach: Reach, *, now: datetime
) -> tuple[LoaderCriteriaOption, ...]:
    """Return what every statement of a session for this principal must carry."""
    if Rows.EVERYTHING in reach.rows:
        return ()
    cases = _case_references(principal, reach.rows, now)
    options = [_criteria(row, _of_cases(row, cases)) for row in CASE_ROWS]
    options += [
        _criteria(row, _table(row).c.organisation_id == principal.organisation_id)
        for row in ORGANISATION_ROWS
    ]
    if Rows.OWN_FACILITY in reach.rows:
        options += _own_facility(principal)
    return tuple(options)


def _criteria(row: type[Row], predicate: ColumnElement[bool]) -> LoaderCriteriaOption:
    return with_loader_criteria(row, predicate, include_aliases=True)


def _of_cases(row: type[Row], cases: Select[Any] | None) -> ColumnElement[bool]:
    if cases is None:
        return false()
    column, *through = _CASE_PATHS[row]
    own = _table(row).c[column]
    if not through:
        return own.in_(cases)
    name, key = through
    other = Row.metadata.tables[name].c
    return own.in_(select(other[key]).where(other.case_reference.in_(cases)))


def _case_references(
    principal: Principal, rows: frozenset[Rows], now: datetime
) -> Select[Any] | None:
    """Return the query for the references of the cases within reach, or None if there are none."""
    part_of = {Rows.OPERATED: CasePart.OPERATOR, Rows.PAID: CasePart.PAYER}
    conditions: list[ColumnElement[bool]] = [
        and_(
            _PARTICIPANTS.organisation_id == principal.organisation_id,
            _PARTICIPANTS.part == part_of[one].value,
        )
        for one in (Rows.OPERATED, Rows.PAID)
        if one in rows
    ]
    reference = _PARTICIPANTS.case_reference
    if Rows.MEMBER in rows:
        members = Row.metadata.tables["case_member"].c
        own = select(members.case_reference).where(members.user_id == principal.user_id)
        conditions.append(reference.in_(own))
    if Rows.BROKEN_GLASS in rows:
        conditions.append(reference.in_(_opened(principal, now)))
    return select(reference).where(or_(*conditions)) if conditions else None


def _opened(principal: Principal, now: datetime) -> Select[Any]:
    """Return the query for the own organisation's cases that this user has opened by force."""
    operated = select(_PARTICIPANTS.case_reference).where(
        _PARTICIPANTS.organisation_id == principal.organisation_id,
        _PARTICIPANTS.part == CasePart.OPERATOR.value,
    )
    return select(_GLASS.case_reference).where(
        _GLASS.user_id == principal.user_id,
        _GLASS.ends_at > now,
        _GLASS.case_reference.in_(operated),
    )


def _own_facility(principal: Principal) -> list[LoaderCriteriaOption]:
    own = _SPECIALISTS.facility_id == principal.facility_id
    specialists = select(_SPECIALISTS.id).where(own)
    return [
        _criteria(SpecialistRow, own),
        _criteria(SlotRow, _table(SlotRow).c.specialist_id.in_(specialists)),
    ]
