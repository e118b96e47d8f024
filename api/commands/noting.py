"""Writing down in the trail what somebody on the service's own machine does to all of it."""

from __future__ import annotations

from api.access.actions import Action
from api.access.principal import SYSTEM
from api.audit.trail import NewEntry, Outcome, add_entry
from api.wiring import Services


def note_upkeep(wired: Services, detail: dict[str, object]) -> None:
    """Add an entry about upkeep; the detail says what was done, in counts and names of keys."""
    entry = NewEntry(
        at=wired.now(),
        action=Action.UPKEEP,
        outcome=Outcome.DONE,
        principal=SYSTEM,
        case_references=(),
        detail=detail,
    )
    with wired.database.write() as session:
        add_entry(session, entry)
