"""The users of an organisation, for its administrator."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from api.access.actions import Action, acts
from api.access.roles import Role
from api.errors import InvalidRequest, field_errors_of
from api.guard.asking import get_principal
from api.pages.form_state import FormState
from api.people.administer import (
    Invitation,
    give_roles,
    invite_user,
    reset_password,
    reset_second_factor,
    set_status,
)
from api.people.second_factor import has_second_factor
from api.people.users import NewUser, UserStatus, get_user, list_users, roles_to_give
from api.presenters.people import present_roles, present_user, present_users
from api.wiring import get_whole_services
from logistics.organisation import Organisation
from logistics.repository.organisations import get_organisation

pages = Blueprint("users", __name__)

_UNPROCESSABLE: Final = 422
_NEW: Final = {"name": "Name", "email": "E-mail", "roles": "Roles"}
_ROLES: Final = {"roles": "Roles"}
_DONE: Final = {
    "roles": "The roles are changed; they hold from the next page on.",
    "suspended": "The user is suspended, and every session has ended.",
    "active": "The user may come in again.",
    "second-factor": "The second factor is removed, and every session has ended.",
}
_Answer = Response | tuple[str, int]


@pages.get("/users")
@acts(Action.USER_MANAGE)
def list_page() -> str:
    """List the users of the own organisation, with a form for a new one."""
    return _list(FormState(_NEW, {}))


@pages.post("/users")
@acts(Action.USER_MANAGE)
def create_user() -> str | tuple[str, int]:
    """Add a user and show the code for the first password once."""
    services, principal = get_whole_services(), get_principal()
    name, email = request.form.get("name", ""), request.form.get("email", "")
    typed = request.form.getlist("roles")
    wanted = NewUser(
        organisation_id=principal.organisation_id, name=name, email=email, roles=_roles(typed)
    )
    try:
        invited = invite_user(services.database, wanted, by=principal, now=services.now())
    except InvalidRequest as error:
        values: dict[str, str | list[str]] = {"name": name, "email": email, "roles": typed}
        return _list(FormState(_NEW, values, field_errors_of(error))), _UNPROCESSABLE
    return _show_code(invited)


@pages.get("/users/<user_id>")
@acts(Action.USER_MANAGE)
def user_page(user_id: str) -> str:
    """Show one user of the own organisation."""
    return _user(user_id, None)


@pages.post("/users/<user_id>/roles")
@acts(Action.USER_MANAGE)
def change_roles(user_id: str) -> _Answer:
    """Give the user other roles."""
    services = get_whole_services()
    typed = request.form.getlist("roles")
    try:
        give_roles(
            services.database, user_id, _roles(typed), by=get_principal(), now=services.now()
        )
    except InvalidRequest as error:
        state = FormState(_ROLES, {"roles": typed}, field_errors_of(error))
        return _user(user_id, state), _UNPROCESSABLE
    return _done(user_id, "roles")


@pages.post("/users/<user_id>/suspend")
@acts(Action.USER_MANAGE)
def suspend(user_id: str) -> Response:
    """Suspend the user."""
    return _set_status(user_id, UserStatus.SUSPENDED)


@pages.post("/users/<user_id>/activate")
@acts(Action.USER_MANAGE)
def activate(user_id: str) -> Response:
    """Let the user in again."""
    return _set_status(user_id, UserStatus.ACTIVE)


@pages.post("/users/<user_id>/reset-password")
@acts(Action.USER_MANAGE)
def reset_users_password(user_id: str) -> str:
    """Forget the password and show a code for a new one once."""
    services = get_whole_services()
    return _show_code(
        reset_password(services.database, user_id, by=get_principal(), now=services.now())
    )


@pages.post("/users/<user_id>/reset-second-factor")
@acts(Action.USER_MANAGE)
def reset_users_second_factor(user_id: str) -> Response:
    """Remove the second factor of a user whose phone is lost."""
    services = get_whole_services()
    reset_second_factor(services.database, user_id, by=get_principal(), now=services.now())
    return _done(user_id, "second-factor")


def _set_status(user_id: str, status: UserStatus) -> Response:
    services = get_whole_services()
    set_status(services.database, user_id, status, by=get_principal(), now=services.now())
    return _done(user_id, status.value)


def _list(state: FormState) -> str:
    services, principal = get_whole_services(), get_principal()
    with services.database.read() as session:
        organisation = get_organisation(session, principal.organisation_id)
        users = list_users(session, principal.organisation_id)
    return render_template(
        "users.html",
        users=present_users(users, own_id=principal.user_id),
        organisation=organisation.name,
        form=state.to_dict(),
        roles=_role_options(organisation),
    )


def _user(user_id: str, changed: FormState | None) -> str:
    services, principal = get_whole_services(), get_principal()
    with services.database.read() as session:
        user = get_user(session, user_id, organisation_id=principal.organisation_id)
        organisation = get_organisation(session, user.organisation_id)
        has_second = has_second_factor(session, user.id)
    state = changed or FormState(_ROLES, {"roles": sorted(role.value for role in user.roles)})
    return render_template(
        "user.html",
        user={
            **present_user(user, own_id=principal.user_id),
            "has_second_factor": has_second,
        },
        form=state.to_dict(),
        roles=_role_options(organisation),
        done=_DONE.get(request.args.get("done", ""), ""),
    )


def _show_code(invited: Invitation) -> str:
    address = get_whole_services().settings.public_url + url_for("login.welcome_page")
    return render_template(
        "user_code.html",
        user=present_user(invited.user, own_id=""),
        address=f"{address}#{invited.code.code}",
    )


def _role_options(organisation: Organisation) -> list[dict[str, str]]:
    return present_roles(roles_to_give(organisation.kind))


def _roles(typed: list[str]) -> frozenset[Role]:
    """Return the roles typed; a name nobody offered is left out, and the role is missed then."""
    known = {role.value for role in Role}
    return frozenset(Role(name) for name in typed if name in known)


def _done(user_id: str, what: str) -> Response:
    return redirect(url_for("users.user_page", user_id=user_id, done=what), 303)
