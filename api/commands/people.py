"""The commands about people: ``users`` and ``tokens``, for whoever runs the service."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import click

from api.access.actions import Action
from api.access.principal import SYSTEM
from api.access.roles import Role
from api.commands.answers import as_json, print_json
from api.commands.wired import services
from api.people.administer import (
    add_first_administrator,
    reset_password,
    reset_second_factor,
    set_status,
)
from api.people.tokens import ApiToken, get_owner, list_tokens, make_token, revoke_token
from api.people.users import NewUser, User, UserStatus, get_user_called, list_users
from api.presenters.console import table_text
from api.wiring import Services
from logistics.organisation import Organisation, OrganisationKind
from logistics.repository.organisations import add_organisations, list_organisations


@click.group()
def users() -> None:
    """List users, make the first administrator, let users in or out."""


@users.command("list")
@click.option("--organisation", help="Only users of this organisation, by its id.")
@as_json
def list_users_(*, organisation: str | None, as_json: bool) -> None:
    """List the users with a role."""
    with services(Action.USER_MANAGE).database.read() as session:
        found = list_users(session, organisation)
    if as_json:
        print_json({"users": [_user_answer(user) for user in found]})
        return
    rows = [
        (user.id, user.organisation_id, user.email or "-", _words(user.roles), user.status.value)
        for user in found
    ]
    click.echo(table_text([("User", "Organisation", "E-mail", "Roles", "Status"), *rows]))


@users.command()
@click.option("--organisation", required=True, help="Id of the organisation.")
@click.option("--email", required=True, help="What the administrator logs in with.")
@click.option("--name", required=True)
@click.option("--new-operator", help="Make the organisation, an operator, under this name.")
@click.option("--case-prefix", help="What its cases begin with, such as SJ; with --new-operator.")
@as_json
def create_admin(
    *,
    organisation: str,
    email: str,
    name: str,
    new_operator: str | None,
    case_prefix: str | None,
    as_json: bool,
) -> None:
    """Make an administrator; the password is asked for, or read from standard input."""
    wired = services(Action.USER_MANAGE)
    wired.database.migrate()
    password = _read_password()
    wanted = NewUser(
        organisation_id=organisation,
        name=name,
        email=email,
        roles=frozenset({Role.ADMINISTRATOR}),
    )
    with wired.database.write() as session:
        if new_operator and organisation not in {one.id for one in list_organisations(session)}:
            made = Organisation(
                id=organisation,
                name=new_operator,
                kind=OrganisationKind.OPERATOR,
                case_prefix=case_prefix or "",
            )
            add_organisations(session, [made])
        user = add_first_administrator(session, wanted, password, by=SYSTEM, now=wired.now())
    _tell(f"{email} administers {organisation} now, and can log in.", user, as_json=as_json)


@users.command()
@click.argument("user")
@as_json
def suspend(user: str, *, as_json: bool) -> None:
    """Suspend USER, an id or e-mail; every session of the user ends."""
    _set_status(user, UserStatus.SUSPENDED, as_json=as_json)


@users.command()
@click.argument("user")
@as_json
def activate(user: str, *, as_json: bool) -> None:
    """Let a suspended USER, an id or e-mail, in again."""
    _set_status(user, UserStatus.ACTIVE, as_json=as_json)


@users.command("reset-second-factor")
@click.argument("user")
@as_json
def reset_second_factor_(user: str, *, as_json: bool) -> None:
    """Remove the second factor of USER, an id or e-mail; every session of the user ends."""
    wired = services(Action.USER_MANAGE)
    found = _find(wired, user)
    reset_second_factor(wired.database, found.id, by=SYSTEM, now=wired.now())
    _tell(f"{user} has no second factor any more.", found, as_json=as_json)


@users.command("reset-password")
@click.argument("user")
@as_json
def reset_password_(user: str, *, as_json: bool) -> None:
    """Forget the password of USER, an id or e-mail, and print an address to set a new one."""
    wired = services(Action.USER_MANAGE)
    found = _find(wired, user)
    invited = reset_password(wired.database, found.id, by=SYSTEM, now=wired.now())
    address = f"{wired.settings.public_url}/welcome#{invited.code.code}"
    if as_json:
        print_json({**_user_answer(found), "address": address})
        return
    click.echo("Hand this over yourself; it sets the password, once, within three days:", err=True)
    click.echo(address)


@click.group()
def tokens() -> None:
    """List, create and revoke API tokens of users."""


@tokens.command("list")
@click.argument("user")
@as_json
def list_tokens_(user: str, *, as_json: bool) -> None:
    """List the tokens of USER, an id or e-mail, that can be used."""
    wired = services(Action.TOKEN_MANAGE)
    with wired.database.read() as session:
        owner = get_user_called(session, user)
        found = list_tokens(session, owner.id, now=wired.now())
    if as_json:
        print_json({"tokens": [_token_answer(token) for token in found]})
        return
    rows = [
        (token.id, token.name, ", ".join(token.scopes), token.expires_at.date().isoformat())
        for token in found
    ]
    click.echo(table_text([("Token", "Name", "May do", "Good until"), *rows]))


@tokens.command()
@click.argument("user")
@click.option("--name", required=True, help="What it is for.")
@click.option("--scope", "scopes", multiple=True, required=True, help="An action; repeatable.")
@click.option("--days", type=int, default=90, show_default=True, help="At most 365.")
@as_json
def create(user: str, *, name: str, scopes: tuple[str, ...], days: int, as_json: bool) -> None:
    """Make a token in the name of USER, an id or e-mail, and print it, this once."""
    wired = services(Action.TOKEN_MANAGE)
    with wired.database.write() as session:
        made = make_token(
            session,
            get_user_called(session, user),
            name=name,
            scopes=scopes,
            days=days,
            by=SYSTEM,
            now=wired.now(),
        )
    if as_json:
        print_json({**_token_answer(made.token), "token": made.text})
        return
    click.echo("Keep it like a password; it is not shown again:", err=True)
    click.echo(made.text)


@tokens.command()
@click.argument("token")
@as_json
def revoke(token: str, *, as_json: bool) -> None:
    """End TOKEN, by the id that ``list`` shows."""
    wired = services(Action.TOKEN_MANAGE)
    with wired.database.write() as session:
        owner = get_owner(session, token)
        revoke_token(session, token, user_id=owner, by=SYSTEM, now=wired.now())
    if as_json:
        print_json({"id": token, "is_revoked": True})
    else:
        click.echo(f"{token} is revoked.")


def _set_status(user: str, status: UserStatus, *, as_json: bool) -> None:
    wired = services(Action.USER_MANAGE)
    found = _find(wired, user)
    set_status(wired.database, found.id, status, by=SYSTEM, now=wired.now())
    _tell(f"{user} is {status.value} now.", found, as_json=as_json)


def _find(wired: Services, user: str) -> User:
    with wired.database.read() as session:
        return get_user_called(session, user)


def _read_password() -> str:
    """Return the password typed twice at a terminal, or the first line of standard input."""
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")


def _tell(words: str, user: User, *, as_json: bool) -> None:
    if as_json:
        print_json({"id": user.id, "organisation": user.organisation_id})
    else:
        click.echo(words)


def _words(roles: Iterable[Role]) -> str:
    return ", ".join(sorted(role.value for role in roles))


def _user_answer(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "organisation": user.organisation_id,
        "name": user.name,
        "email": user.email,
        "roles": sorted(role.value for role in user.roles),
        "status": user.status.value,
        "is_sample": user.is_sample,
    }


def _token_answer(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": list(token.scopes),
        "expires_at": token.expires_at.isoformat(),
    }
