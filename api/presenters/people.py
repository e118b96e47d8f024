"""Users, sessions, tokens and members for the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from api.access.actions import Action
from api.access.roles import Role
from api.formatting import format_instant, format_list, format_words
from api.people.members import CaseMember
from api.people.sessions import Method, OpenSession
from api.people.tokens import ApiToken
from api.people.users import User
from api.presenters.policy import action_name
from logistics.organisation import Organisation
from logistics.people import Person

_ZONE: Final = "UTC"
_METHODS: Final = {
    Method.PASSWORD: "with a password",
    Method.PROVIDER: "through a provider",
    Method.LINK: "with a link",
    Method.DEMO: "as a demonstration",
}


def present_demonstration(
    users: Iterable[User],
    organisations: Iterable[Organisation],
    parts: Mapping[str, CaseMember],
) -> list[dict[str, Any]]:
    """Return the demonstration users under their organisations, both in the order given."""
    names = {one.id: one.name for one in organisations}
    groups: dict[str, list[dict[str, str]]] = {}
    for user in users:
        shown = {"id": user.id, "words": _part_words(user, parts.get(user.id))}
        groups.setdefault(user.organisation_id, []).append(shown)
    return [{"organisation": names[one], "users": shown} for one, shown in groups.items()]


def present_roles(roles: Iterable[Role]) -> list[dict[str, str]]:
    """Return roles for a form."""
    return [{"value": role.value, "label": _role_words(role)} for role in roles]


def present_scopes(actions: Iterable[Action]) -> list[dict[str, str]]:
    """Return the actions a token can be made for."""
    return [
        {"value": action.value, "label": action_name(action.value), "note": action.value}
        for action in actions
    ]


def present_account(
    user: User,
    organisation: Organisation,
    *,
    roles: Iterable[Role],
    sessions: Iterable[OpenSession],
    tokens: Iterable[ApiToken],
    session_id: str,
) -> dict[str, Any]:
    """Return what a user sees of the own account."""
    facts = [("Name", user.name), ("Organisation", organisation.name), ("Roles", _roles(roles))]
    if user.email:
        facts.insert(1, ("E-mail", user.email))
    return {
        "email": user.email or "",
        "facts": [{"label": label, "text": text} for label, text in facts],
        "sessions": [_session(one, is_own=one.id == session_id) for one in sessions],
        "tokens": [_token(one) for one in tokens],
    }


def present_users(users: Iterable[User], *, own_id: str) -> list[dict[str, Any]]:
    """Return the users of an organisation for a table."""
    return [present_user(user, own_id=own_id) for user in users]


def present_user(user: User, *, own_id: str) -> dict[str, Any]:
    """Return one user."""
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email or "",
        "roles": _roles(user.roles),
        "is_active": user.is_active,
        "is_own": user.id == own_id,
        "is_sample": user.is_sample,
        "since": format_instant(user.created_at, _ZONE),
    }


def present_members(
    people: Sequence[Person], members: Iterable[CaseMember], users: Mapping[str, User]
) -> list[dict[str, Any]]:
    """Return each person of a case by place, with the user there is for them."""
    by_place = {member.place: member for member in members}
    return [
        {
            "place": place,
            "name": person.name,
            "relation": "Companion" if place else "Patient",
            "user_id": by_place[place].user_id if place in by_place else "",
            "is_active": place in by_place and users[by_place[place].user_id].is_active,
        }
        for place, person in enumerate(people)
    ]


def _session(session: OpenSession, *, is_own: bool) -> dict[str, Any]:
    return {
        "id": session.id,
        "device": session.device,
        "method": _METHODS[session.method],
        "began": format_instant(session.created_at, _ZONE),
        "seen": format_instant(session.last_seen_at, _ZONE),
        "is_own": is_own,
    }


def _token(token: ApiToken) -> dict[str, Any]:
    used = token.last_used_at
    return {
        "id": token.id,
        "name": token.name,
        "scopes": format_list(token.scopes),
        "expires": format_instant(token.expires_at, _ZONE),
        "used": format_instant(used, _ZONE) if used else "never",
    }


def _part_words(user: User, part: CaseMember | None) -> str:
    if part is None:
        return f"{_roles(user.roles)}: {user.name}"
    return f"{_role_words(part.relation)} of {part.case_reference}: {user.name}"


def _roles(roles: Iterable[Role]) -> str:
    return format_list([_role_words(role) for role in sorted(roles)])


def _role_words(role: Role) -> str:
    return format_words(role.value).capitalize()
