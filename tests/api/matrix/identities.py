"""Everybody who may ask: each role, the same role elsewhere, and credentials that are no good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from api.access.principal import SYSTEM
from api.access.roles import Role
from api.people.members import add_member
from api.people.sessions import Method, Stage, begin_session, end_session
from api.people.tokens import make_token, revoke_token
from api.people.users import NewUser, UserStatus, add_user, change_status, get_user
from logistics.organisation import CasePart
from logistics.repository.cases import add_case, get_case
from logistics.repository.organisations import add_participants
from tests.api.faces.worlds import NOW

LETTERS: Final = {
    "c": Role.COORDINATOR,
    "m": Role.CASE_MANAGER,
    "r": Role.INSURER_REVIEWER,
    "f": Role.FACILITY_CONTACT,
    "p": Role.PATIENT,
    "n": Role.COMPANION,
    "a": Role.AUDITOR,
    "d": Role.ADMINISTRATOR,
}
OURS: Final = {
    "c": "demo-coordinator",
    "m": "demo-case-manager",
    "r": "demo-reviewer",
    "f": "demo-facility-contact",
    "p": "demo-patient",
    "n": "demo-companion",
    "a": "demo-auditor",
    "d": "demo-administrator",
}
_ELSEWHERE: Final = {
    "c": "other-sample",
    "m": "other-sample",
    "r": "other-payer",
    "f": "charite-berlin",
    "a": "other-sample",
    "d": "other-sample",
}
Credential = Callable[[Session], tuple[str, str]]
_LONG_AGO: Final = NOW - timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who asks: a role's letter (empty: nobody known), and where they belong."""

    name: str
    letter: str
    is_ours: bool
    token_of: Credential
    """Returns the cookie's token and the bearer's, one of them or both empty, made for one use."""


def add_strangers(session: Session) -> dict[str, str]:
    """Store somebody of every role who has nothing to do with the case; return their ids."""
    for letter, organisation_id in _ELSEWHERE.items():
        roles = frozenset({LETTERS[letter]})
        wanted = NewUser(
            id=f"stranger-{letter}", organisation_id=organisation_id, name="Stranger", roles=roles
        )
        add_user(session, wanted, now=NOW)
    suspended = NewUser(
        id="suspended",
        organisation_id="sojourn-sample",
        name="Suspended",
        roles=frozenset({Role.COORDINATOR}),
    )
    add_user(session, suspended, now=NOW)
    theirs = replace(get_case(session, "SJ-1001"), reference="NH-1")
    companion = theirs.companions[0]
    theirs = replace(
        theirs,
        title="Theirs",
        diagnosis="",
        story="",
        patient=replace(theirs.patient, name="Somebody Else"),
        companions=(replace(companion, person=replace(companion.person, name="Another One")),),
    )
    add_case(session, theirs)
    add_participants(session, {"NH-1": "other-sample"}, part=CasePart.OPERATOR)
    members = [
        add_member(session, theirs, place, organisation_id="other-sample", by=SYSTEM, now=NOW)
        for place in (0, 1)
    ]
    return {
        **{letter: f"stranger-{letter}" for letter in _ELSEWHERE},
        "p": members[0].id,
        "n": members[1].id,
    }


def everybody(strangers: dict[str, str]) -> list[Identity]:
    """Return nobody, everybody, and everybody's credentials that are no good any more."""
    return [
        Identity("nobody", "", is_ours=False, token_of=lambda _: ("", "")),
        Identity("a made-up session", "", is_ours=False, token_of=lambda _: ("A" * 43, "")),
        Identity("a made-up token", "", is_ours=False, token_of=lambda _: ("", "sjn_" + "A" * 43)),
        *_no_good("ended", _ended),
        *_no_good("expired", _expired),
        *_no_good("unfinished", _unfinished),
        Identity("revoked token", "", is_ours=False, token_of=_revoked_token),
        Identity("expired token", "", is_ours=False, token_of=_expired_token),
        Identity("suspended", "", is_ours=False, token_of=_suspended),
        *(
            Identity(f"other {letter}", letter, is_ours=False, token_of=_session(user_id))
            for letter, user_id in strangers.items()
        ),
        *(
            Identity(f"own {letter}", letter, is_ours=True, token_of=_session(user_id))
            for letter, user_id in OURS.items()
        ),
    ]


def _no_good(word: str, make: Callable[[str], Credential]) -> list[Identity]:
    """Return everybody of ours with a session that is no good."""
    return [
        Identity(f"{word} {letter}", "", is_ours=False, token_of=make(user_id))
        for letter, user_id in OURS.items()
    ]


def _begin(
    session: Session, user_id: str, *, at: datetime = NOW, stage: Stage = Stage.FULL
) -> tuple[str, str]:
    begun = begin_session(
        session, user_id=user_id, method=Method.DEMO, stage=stage, device="a test", now=at
    )
    return begun.id, begun.token


def _session(user_id: str) -> Credential:
    return lambda session: (_begin(session, user_id)[1], "")


def _ended(user_id: str) -> Credential:
    def make(session: Session) -> tuple[str, str]:
        session_id, token = _begin(session, user_id)
        end_session(session, session_id, user_id=user_id, now=NOW)
        return token, ""

    return make


def _expired(user_id: str) -> Credential:
    return lambda session: (_begin(session, user_id, at=_LONG_AGO)[1], "")


def _unfinished(user_id: str) -> Credential:
    return lambda session: (_begin(session, user_id, stage=Stage.SECOND_FACTOR)[1], "")


def _revoked_token(session: Session) -> tuple[str, str]:
    user = get_user(session, OURS["c"])
    made = make_token(session, user, name="t", scopes=["case.list"], days=1, by=SYSTEM, now=NOW)
    revoke_token(session, made.token.id, user_id=user.id, by=SYSTEM, now=NOW)
    return "", made.text


def _expired_token(session: Session) -> tuple[str, str]:
    user = get_user(session, OURS["c"])
    made = make_token(
        session, user, name="t", scopes=["case.list"], days=1, by=SYSTEM, now=_LONG_AGO
    )
    return "", made.text


def _suspended(session: Session) -> tuple[str, str]:
    user = get_user(session, "suspended")
    change_status(session, user, UserStatus.ACTIVE, by=SYSTEM)
    _, token = _begin(session, user.id)
    change_status(session, user, UserStatus.SUSPENDED, by=SYSTEM)
    return token, ""
