"""Who is asking: a user behind a session or a token, the service itself, or nobody known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from api.access.roles import Role


class PrincipalKind(StrEnum):
    """How somebody came in."""

    ANONYMOUS = "anonymous"
    USER = "user"
    """A person, by a session of the pages."""

    TOKEN = "token"  # noqa: S105 — the name of a kind, no secret
    """A program, by an API token that belongs to a user."""

    SYSTEM = "system"
    """A command on the service's own machine, or a timer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who is asking, as far as the policy needs to know; ids only, never a name.

    ``credential_id`` is the public id of the session or token. ``facility_id`` is set for users
    of a facility's organisation. ``scopes`` narrows what the roles allow (names of actions, for
    tokens); None narrows nothing.
    """

    kind: PrincipalKind
    user_id: str = ""
    organisation_id: str = ""
    facility_id: str = ""
    roles: frozenset[Role] = frozenset()
    credential_id: str = ""
    scopes: frozenset[str] | None = None

    @property
    def is_known(self) -> bool:
        """Return whether somebody has shown who they are."""
        return self.kind is not PrincipalKind.ANONYMOUS


ANONYMOUS: Final = Principal(kind=PrincipalKind.ANONYMOUS)
SYSTEM: Final = Principal(
    kind=PrincipalKind.SYSTEM, user_id="system", roles=frozenset({Role.SYSTEM})
)
