"""Breaking the glass: a case opened in an emergency by somebody who does not reach it otherwise.

An administrator reaches no case. When nobody else is there and a patient needs help, they can open
one of their organisation's for an hour, with a reason. Everybody who works on the case sees that on
its page, the trail keeps it, and whoever watches the log is alerted.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlmodel import Session, col, insert, select

from api.access.principal import Principal
from api.tables.access import BrokenGlassRow
from logistics.errors import InvalidField
from logistics.plain_text import find_no_text
from logistics.repository.cases import require_case
from logistics.repository.sealed import open_field, place_in, seal_field

_LOG: Final = logging.getLogger(__name__)
OPEN_FOR: Final = timedelta(hours=1)
SHORTEST_REASON: Final = 10
LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenGlass:
    """One case opened by force: by whom, why, from when until when (UTC)."""

    id: str
    user_id: str
    organisation_id: str
    case_reference: str
    reason: str
    begun_at: datetime
    ends_at: datetime


def break_glass(
    session: Session, reference: str, *, reason: str, principal: Principal, now: datetime
) -> BrokenGlass:
    """Open a case of the own organisation to the principal for an hour.

    Raises CaseNotFound, and InvalidField for a reason that says too little or too much.
    """
    said = read_reason(reason)
    require_case(session, reference)
    glass = BrokenGlass(
        id=f"BG-{uuid4().hex[:16]}",
        user_id=principal.user_id,
        organisation_id=principal.organisation_id,
        case_reference=reference,
        reason=said,
        begun_at=now,
        ends_at=now + OPEN_FOR,
    )
    sealed = seal_field(session, place_in(BrokenGlassRow, "reason", glass.id), said)
    session.exec(insert(BrokenGlassRow).values(**{**asdict(glass), "reason": sealed}))
    _LOG.warning("glass.broken", extra={"case": reference, "user": principal.user_id})
    return glass


def list_broken_glass(
    session: Session, *, case_reference: str | None = None, limit: int | None = 50
) -> tuple[BrokenGlass, ...]:
    """Return the newest ones within reach, of one case or of all; None: as many as there are."""
    query = select(BrokenGlassRow).order_by(col(BrokenGlassRow.begun_at).desc()).limit(limit)
    if case_reference is not None:
        query = query.where(col(BrokenGlassRow.case_reference) == case_reference)
    return tuple(_to_value(session, row) for row in session.exec(query))


def read_reason(text: str) -> str:
    """Return a reason without spaces around it; raises InvalidField."""
    reason = " ".join(text.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise InvalidField(
            "reason", f"say why, in {SHORTEST_REASON} to {LONGEST_REASON} characters"
        )
    found = find_no_text(reason)
    if found:
        raise InvalidField("reason", f"contains the character {found}, which is no text")
    return reason


def _to_value(session: Session, row: BrokenGlassRow) -> BrokenGlass:
    columns = {name: getattr(row, name) for name in BrokenGlass.__slots__}
    place = place_in(BrokenGlassRow, "reason", row.id)
    return BrokenGlass(**{**columns, "reason": open_field(session, place, row.reason)})
