"""Plans in the database: what was asked, how far it is, and what came of it."""

from __future__ import annotations

import dataclasses
import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import load_only
from sqlmodel import Session, col, insert, select, update

from logistics.errors import CaseNotFound
from logistics.repository.cases import require_case
from logistics.repository.documents import Documents
from logistics.repository.sealed import (
    is_hidden,
    open_bytes,
    open_field,
    place_in,
    seal_field,
)
from logistics.tables import CaseRow
from scheduling.errors import PlanDisagrees, PlanNotFound
from scheduling.planning import Obstacle, Phase, Plan, Proposal, is_finished, next_phase
from scheduling.repository.errors import RequestKeyReused
from scheduling.tables import PlanProblemRow, PlanRow

_PROPOSALS: Documents[tuple[Proposal, ...]] = Documents(tuple[Proposal, ...])
_OBSTACLES: Documents[tuple[Obstacle, ...]] = Documents(tuple[Obstacle, ...])
_NOTES: Documents[tuple[str, ...]] = Documents(tuple[str, ...])
_STATISTICS: Documents[dict[str, Any]] = Documents(dict[str, Any])
_NOTHING = "[]"


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """A plan without its proposals, for lists; ``best_cost`` is the best proposal's, in cents."""

    id: str
    case_reference: str
    phase: Phase
    progress: str
    status: str | None
    best_cost: int | None
    created_at: datetime
    finished_at: datetime | None
    failure: str | None


_SUMMARY_COLUMNS = tuple(getattr(PlanRow, field.name) for field in dataclasses.fields(PlanSummary))
_UNFINISHED = tuple(phase.value for phase in Phase if not is_finished(phase))

# Asked often, so made once.
_ONE: Final = (
    select(PlanRow)
    .where(col(PlanRow.id) == bindparam("plan_id"))
    .execution_options(populate_existing=True)
)
_OF_CASE: Final = (
    # One row for a case without plans, none without the case.
    select(CaseRow.reference, PlanRow)
    .outerjoin(PlanRow, col(PlanRow.case_reference) == col(CaseRow.reference))
    .options(load_only(*_SUMMARY_COLUMNS))
    .where(col(CaseRow.reference) == bindparam("case"))
    .order_by(col(PlanRow.created_at).desc(), col(PlanRow.id).desc())
    .execution_options(populate_existing=True)
)


def create_plan(
    session: Session,
    *,
    plan_id: str,
    case_reference: str,
    now: datetime,
    request_key: str | None = None,
) -> Plan:
    """Store a plan that waits for its turn, and return it.

    The same ``request_key`` returns the plan it made before: the same form sent twice makes one
    plan. Raises CaseNotFound, and RequestKeyReused when that plan is another case's.
    """
    require_case(session, case_reference)
    row = PlanRow(
        id=plan_id,
        case_reference=case_reference,
        request_key=request_key,
        phase=Phase.QUEUED.value,
        progress="",
        cancel_requested=False,
        created_at=now,
        proposals=seal_field(session, place_in(PlanRow, "proposals", plan_id), _NOTHING),
        obstacles=seal_field(session, place_in(PlanRow, "obstacles", plan_id), _NOTHING),
        notes=seal_field(session, place_in(PlanRow, "notes", plan_id), _NOTHING),
        statistics=_STATISTICS.write({}),
    )
    try:
        with session.begin_nested():
            session.exec(insert(PlanRow), params=[row.model_dump()])
    except IntegrityError:
        before = find_plan_by_request_key(session, request_key) if request_key else None
        if before is None:
            raise
        if before.case_reference != case_reference:
            raise RequestKeyReused(str(request_key)) from None
        return before
    return get_plan(session, plan_id)


def get_plan(session: Session, plan_id: str, *, with_problem: bool = True) -> Plan:
    """Return the plan with everything it holds; raises PlanNotFound.

    Its problem document is large: who does not need it does not have it read and opened.
    """
    row = session.exec(_ONE, params={"plan_id": plan_id}).first()
    if row is None:
        raise PlanNotFound(plan_id)
    return _to_value(session, row, session.get(PlanProblemRow, plan_id) if with_problem else None)


def require_plan(session: Session, plan_id: str) -> None:
    """Raise PlanNotFound unless there is such a plan, without reading what it holds."""
    if session.exec(select(PlanRow.id).where(col(PlanRow.id) == plan_id)).first() is None:
        raise PlanNotFound(plan_id)


def find_plan_by_request_key(session: Session, request_key: str) -> Plan | None:
    """Return the plan which that request made, or None."""
    found = session.exec(select(PlanRow.id).where(col(PlanRow.request_key) == request_key)).first()
    return None if found is None else get_plan(session, found)


def list_plans(session: Session, case_reference: str) -> tuple[PlanSummary, ...]:
    """Return the case's plans, newest first, without their proposals and problem documents.

    Raises CaseNotFound.
    """
    found: list[PlanRow | None] = [
        row for _, row in session.exec(_OF_CASE, params={"case": case_reference})
    ]
    if not found:
        raise CaseNotFound(case_reference)
    return tuple(_to_summary(session, row) for row in found if row is not None)


def move_plan(
    session: Session,
    plan_id: str,
    phase: Phase,
    *,
    progress: str,
    now: datetime | None = None,
) -> None:
    """Move the plan along one arrow of ``next_phase`` and say how far it is.

    ``now`` is needed where the phase ends the plan without an outcome (it was cancelled).
    Raises PlanNotFound, IllegalPhaseChange, and ValueError for an end without a time.
    """
    if is_finished(phase) and now is None:
        raise ValueError(f"plan {plan_id} cannot become {phase} without the time of its end")
    row = _lock(session, plan_id)
    row.phase = next_phase(Phase(row.phase), phase).value
    row.progress = progress
    row.finished_at = now if is_finished(phase) else None
    session.flush()


def note_progress(session: Session, plan_id: str, progress: str) -> None:
    """Say how far the plan is within its phase; a finished plan stays as it is."""
    session.exec(
        update(PlanRow)
        .where(col(PlanRow.id) == plan_id, col(PlanRow.phase).in_(_UNFINISHED))
        .values(progress=progress)
    )


def record_outcome(session: Session, plan: Plan) -> None:
    """Store what came of a plan: its phase, proposals, problem document and the rest, whole.

    Raises PlanNotFound, and IllegalPhaseChange when the stored plan cannot go to ``plan.phase``
    (somebody cancelled it in the meantime).
    """
    row = _lock(session, plan.id)
    row.phase = next_phase(Phase(row.phase), plan.phase).value
    row.progress = plan.progress
    row.finished_at = plan.finished_at
    row.status = plan.status
    row.best_cost = plan.best.cost if plan.best else None
    row.policy_version = plan.policy_version
    _seal_outcome(session, row, plan)
    row.statistics = _STATISTICS.write(plan.statistics)
    if plan.problem is not None:
        place = place_in(PlanProblemRow, "document", plan.id)
        session.add(
            PlanProblemRow(
                plan_id=plan.id,
                document=seal_field(session, place, zlib.compress(plan.problem)).encode(),
                sha256=hashlib.sha256(plan.problem).hexdigest(),
            )
        )
    session.flush()


def _seal_outcome(session: Session, row: PlanRow, plan: Plan) -> None:
    """Put what is private of an outcome into the row."""

    def sealed(column: str, text: str) -> str:
        return seal_field(session, place_in(PlanRow, column, plan.id), text)

    row.proposals = sealed("proposals", _PROPOSALS.write(plan.proposals))
    row.obstacles = sealed("obstacles", _OBSTACLES.write(plan.obstacles))
    row.notes = sealed("notes", _NOTES.write(plan.notes))
    row.failure = None if plan.failure is None else sealed("failure", plan.failure)


def request_cancel(session: Session, plan_id: str) -> bool:
    """Ask the plan to stop; return whether it was still running. Raises PlanNotFound."""
    row = _lock(session, plan_id)
    if is_finished(Phase(row.phase)):
        return False
    row.cancel_requested = True
    session.flush()
    return True


def is_cancel_requested(session: Session, plan_id: str) -> bool:
    """Return whether somebody asked the plan to stop; raises PlanNotFound."""
    query = select(PlanRow.cancel_requested).where(col(PlanRow.id) == plan_id)
    answer = session.exec(query).first()
    if answer is None:
        raise PlanNotFound(plan_id)
    return answer


def restart_plan(session: Session, plan_id: str) -> None:
    """Let an unfinished plan wait for its turn again, or one that failed; raises PlanNotFound.

    Whoever made it must not record an outcome any more. Raises IllegalPhaseChange for a plan that
    has its outcome.
    """
    row = _lock(session, plan_id)
    phase = Phase(row.phase)
    if phase is Phase.QUEUED:
        return
    row.phase = next_phase(phase, Phase.QUEUED).value
    row.progress = ""
    if is_finished(phase):
        row.finished_at = row.failure = None
        row.cancel_requested = False
    session.flush()


def list_unfinished(session: Session) -> tuple[str, ...]:
    """Return the ids of the plans that are still to be made, or being made."""
    query = select(PlanRow.id).where(col(PlanRow.phase).in_(_UNFINISHED)).order_by(col(PlanRow.id))
    return tuple(session.exec(query))


def _lock(session: Session, plan_id: str) -> PlanRow:
    """Return the plan's row as it is now, held until the transaction ends."""
    row = session.get(PlanRow, plan_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise PlanNotFound(plan_id)
    return row


def _to_summary(session: Session, row: PlanRow) -> PlanSummary:
    return PlanSummary(
        id=row.id,
        case_reference=row.case_reference,
        phase=Phase(row.phase),
        progress=row.progress,
        status=row.status,
        best_cost=row.best_cost,
        created_at=row.created_at,
        finished_at=row.finished_at,
        failure=_open_failure(session, row),
    )


def _open_failure(session: Session, row: PlanRow) -> str | None:
    if row.failure is None:
        return None
    return open_field(session, place_in(PlanRow, "failure", row.id), row.failure)


def _to_value(session: Session, row: PlanRow, problem: PlanProblemRow | None) -> Plan:
    def opened(column: str) -> str:
        place = place_in(PlanRow, column, row.id)
        return open_field(session, place, getattr(row, column), hidden=_NOTHING)

    return Plan(
        id=row.id,
        case_reference=row.case_reference,
        phase=Phase(row.phase),
        progress=row.progress,
        created_at=row.created_at,
        finished_at=row.finished_at,
        status=row.status,
        proposals=_PROPOSALS.read(opened("proposals")),
        obstacles=_OBSTACLES.read(opened("obstacles")),
        notes=_NOTES.read(opened("notes")),
        policy_version=row.policy_version,
        problem=None if problem is None else _unpack(session, problem),
        failure=_open_failure(session, row),
        statistics=_STATISTICS.read(row.statistics),
    )


def _unpack(session: Session, row: PlanProblemRow) -> bytes | None:
    """Return the problem document, None where it is hidden.

    Raises PlanDisagrees when it is not what was stored, SealBroken and UnknownKey.
    """
    place = place_in(PlanProblemRow, "document", row.plan_id)
    if is_hidden(session, place.field):
        return None
    try:
        document = zlib.decompress(open_bytes(session, place, row.document.decode("ascii")))
    except (zlib.error, UnicodeDecodeError) as error:
        raise PlanDisagrees(f"the problem document of plan {row.plan_id} is damaged") from error
    if hashlib.sha256(document).hexdigest() != row.sha256:
        raise PlanDisagrees(f"the problem document of plan {row.plan_id} is not the one stored")
    return document
