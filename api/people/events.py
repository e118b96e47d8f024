"""What happens to accounts, noted: logins and failed ones, credentials made and ended.

One function stands between this room and wherever it is noted. It is called in the transaction
of the change, so that neither is there without the other.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel import Session

from api.access.actions import Action
from api.access.principal import ANONYMOUS, Principal
from api.audit.origin import get_origin
from api.audit.trail import NewEntry, Outcome, add_entry

_LOG: Final = logging.getLogger(__name__)


class Happening(StrEnum):
    """What happened, in the past tense."""

    LOGGED_IN = "account.logged_in"
    LOGIN_FAILED = "account.login_failed"
    LOGGED_OUT = "account.logged_out"
    SESSIONS_REVOKED = "account.sessions_revoked"
    PASSWORD_SET = "account.password_set"  # noqa: S105 — the name of an event, no secret
    SECOND_FACTOR_PASSED = "account.second_factor_passed"
    SECOND_FACTOR_FAILED = "account.second_factor_failed"
    SECOND_FACTOR_ADDED = "account.second_factor_added"
    SECOND_FACTOR_REMOVED = "account.second_factor_removed"
    RECOVERY_CODE_USED = "account.recovery_code_used"
    RECOVERY_CODES_RENEWED = "account.recovery_codes_renewed"
    TOKEN_MADE = "token.made"  # noqa: S105 — the name of an event, no secret
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 — the name of an event, no secret
    LINK_ISSUED = "link.issued"
    LINK_REDEEMED = "link.redeemed"
    LINK_FAILED = "link.failed"
    USER_ADDED = "user.added"
    USER_CHANGED = "user.changed"
    MEMBER_ADDED = "member.added"
    MEMBER_REMOVED = "member.removed"


_FAILURES: Final = frozenset(
    {Happening.LOGIN_FAILED, Happening.SECOND_FACTOR_FAILED, Happening.LINK_FAILED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleEvent:
    """One thing that happened; ids only, never a name or an address.

    ``user_id`` is the user it happened to, empty where nobody knows; ``principal`` who did it.
    ``detail`` holds plain words (``{"method": "password"}``) under names that logs may show.
    """

    at: datetime
    happening: Happening
    action: Action
    user_id: str = ""
    principal: Principal = ANONYMOUS
    case_reference: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_failure(self) -> bool:
        """Return whether somebody tried and was refused."""
        return self.happening in _FAILURES


def note_event(session: Session, event: PeopleEvent) -> None:
    """Note what happened in the log and the trail, in the transaction in which it did."""
    origin = get_origin()
    whence = {"from": origin.source} if origin.source else {}
    add_entry(
        session,
        NewEntry(
            at=event.at,
            action=event.happening.value,
            outcome=Outcome.FAILED if event.is_failure else Outcome.DONE,
            principal=event.principal,
            case_references={event.case_reference} if event.case_reference else (),
            detail={"user": event.user_id, **event.detail, **whence},
            request_id=origin.request_id,
        ),
    )
    _LOG.info(
        event.happening.value,
        extra={
            "action": event.action.value,
            "user": event.user_id,
            "principal": event.principal.user_id,
            "case": event.case_reference,
        },
    )
