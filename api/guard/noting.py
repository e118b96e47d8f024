"""Noting what a request did where no row with health data says it: the reading of the trail."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import request
from sqlmodel import Session

from api.access.actions import Action
from api.audit.address import shorten_address
from api.audit.trail import NewEntry, Outcome, add_entry
from api.guard.asking import get_principal
from api.observing.requests import get_request_id
from api.wiring import get_services


def note_done(
    action: Action, detail: Mapping[str, Any], *, case_references: Collection[str] = ()
) -> None:
    """Note, durably, that who asks has done this; raises DatabaseUnavailable."""
    get_services().trail.note(_done(action, detail, case_references))


def add_done(session: Session, action: Action, detail: Mapping[str, Any]) -> None:
    """Note the same in the transaction of what was done; the last thing to do in it."""
    add_entry(session, _done(action, detail, ()))


def _done(action: Action, detail: Mapping[str, Any], case_references: Collection[str]) -> NewEntry:
    return NewEntry(
        at=get_services().now(),
        action=action.value,
        outcome=Outcome.DONE,
        principal=get_principal(),
        case_references=case_references,
        detail={**detail, "from": shorten_address(request.remote_addr or "")},
        request_id=get_request_id(),
    )
