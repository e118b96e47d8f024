"""How long things are kept, and forgetting what is older: one rule for each kind.

=====================  ==============  ==========================================================
kind                   kept            why
=====================  ==============  ==========================================================
cases, itineraries     until erased    the operator decides with the patient; two people erase
claims, receipts       with the case   a decision must be made again from what was kept of it
drafts, bills          with the case   nothing asks for less
texts of policies      always          decisions name them by their digest; nobody is in them
problem documents      a year          of plans nobody accepted: only for checking them elsewhere
the audit trail        always          six years are due (45 CFR 164.316); details can be erased
issued estimates       six years       as 45 CFR 149.610 wants them; not erased before
finished jobs          a month         for the operator's page
answers to keys        a day           so that a repeated request acts once
counts of requests     an hour         so that all servers keep one pace; addresses are hashes
ended sessions         a month         so that a user sees where they were logged in
=====================  ==============  ==========================================================
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, delete, select

from api.requests.answers import forget_answers
from api.requests.pace import forget_counts
from logistics.repository.estimates import forget_estimates
from scheduling.tables import ItineraryRevisionRow, PlanProblemRow, PlanRow

PROBLEMS_KEPT: Final = timedelta(days=365)


def forget_old(session: Session, *, now: datetime) -> dict[str, int]:
    """Delete what is older than its rule allows; return how many rows of each kind went."""
    return {
        "plan_problem": _forget_problems(session, now - PROBLEMS_KEPT),
        "case_estimate": forget_estimates(session, now.date()),
        "answered_request": forget_answers(session, now=now),
        "request_count": forget_counts(session, now=now),
    }


def _forget_problems(session: Session, before: datetime) -> int:
    accepted = select(ItineraryRevisionRow.plan_id)
    old = select(PlanRow.id).where(
        col(PlanRow.finished_at) < before, col(PlanRow.id).not_in(accepted)
    )
    gone = session.exec(
        delete(PlanProblemRow).where(col(PlanProblemRow.plan_id).in_(old)),
        execution_options={"synchronize_session": False},
    )
    return int(gone.rowcount)
