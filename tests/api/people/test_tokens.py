"""API tokens: made within what the user may do, for a year at most, shown once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from api.access.actions import Action
from api.access.roles import Role
from api.account_errors import CredentialNotFound
from api.database import Database
from api.errors import InvalidRequest
from api.people.tokens import list_tokens, make_token, revoke_token, scopes_of
from api.people.users import User
from api.tables.people import ApiTokenRow
from tests.api.people.worlds import principal_of, store_user
from tests.storage.builders import NOW


def test_a_token_is_shown_once_and_stored_as_its_hash(world: Database, user: User) -> None:
    with world.write() as session:
        made = make_token(
            session,
            user,
            name="nightly",
            scopes=["case.read", "case.list"],
            days=365,
            by=principal_of(user),
            now=NOW,
        )
        row = session.exec(select(ApiTokenRow)).one()

    assert re.fullmatch(r"sjn_[\w-]{43}", made.text)
    assert made.text[4:] not in row.model_dump_json()
    assert made.token.scopes == ("case.list", "case.read")
    assert made.token.expires_at == NOW + timedelta(days=365)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["user.manage"]}, "scopes"),
        ({"scopes": ["token.manage"]}, "scopes"),
        ({"scopes": ["nothing.at_all"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
        ({"days": None}, "days"),
    ],
)
def test_a_token_that_cannot_be_names_the_field(
    world: Database, user: User, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidRequest) as caught, world.write() as session:
        make_token(
            session,
            user,
            by=principal_of(user),
            now=NOW,
            **{"name": "x", "scopes": ["case.read"], "days": 30, **changes},
        )

    assert [error.field for error in caught.value.errors] == [field]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_no_token_can_make_tokens_or_log_in(role: Role) -> None:
    assert not {Action.TOKEN_MANAGE, Action.ACCOUNT_MANAGE, Action.LOG_IN} & set(scopes_of({role}))


def test_only_the_owners_tokens_are_listed_and_revoked(world: Database, user: User) -> None:
    with world.write() as session:
        other = store_user(session, "other@clinic.example")
        made = make_token(
            session,
            user,
            name="x",
            scopes=["case.read"],
            days=1,
            by=principal_of(user),
            now=NOW,
        )

        assert list_tokens(session, other.id, now=NOW) == ()
        with pytest.raises(CredentialNotFound):
            revoke_token(session, made.token.id, user_id=other.id, by=principal_of(other), now=NOW)
        assert list_tokens(session, user.id, now=NOW) == (made.token,)
        assert list_tokens(session, user.id, now=NOW + timedelta(days=1)) == ()
        revoke_token(session, made.token.id, user_id=user.id, by=principal_of(user), now=NOW)
        assert list_tokens(session, user.id, now=NOW) == ()
