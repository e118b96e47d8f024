"""Every route says what it does, or the application does not start."""

from __future__ import annotations

from typing import Final

from flask import Flask

from api.access.actions import Action, find_action

_OF_THE_FRAMEWORK: Final = {"static": Action.PUBLIC_READ}


class UndeclaredAction(RuntimeError):
    """A route has no action, so that no policy could be applied to it."""

    def __init__(self, endpoints: list[str]) -> None:
        """Name the routes, and what to write."""
        super().__init__(f"declare with @acts(Action.…) what these do: {', '.join(endpoints)}")


def declared_actions(app: Flask) -> dict[str, Action]:
    """Return the action of every endpoint; raises UndeclaredAction."""
    found = {
        endpoint: _OF_THE_FRAMEWORK.get(endpoint) or find_action(view)
        for endpoint, view in app.view_functions.items()
    }
    missing = sorted(endpoint for endpoint, action in found.items() if action is None)
    if missing:
        raise UndeclaredAction(missing)
    return {endpoint: action for endpoint, action in found.items() if action is not None}
