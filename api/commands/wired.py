"""The services for the commands that need the database; reads the environment."""

from __future__ import annotations

import os

import click

from api.access.actions import Action
from api.settings import PREFIX, Settings, read_settings
from api.wiring import Services, build_services
from scheduling.optimizer.apart import cool_down


def settings(**chosen: str | None) -> Settings:
    """Return the settings of the environment; what was chosen (``HOST="::1"``) goes first.

    Raises:
        InvalidSetting: a value cannot be used.
    """
    named = {f"{PREFIX}{name}": value for name, value in chosen.items() if value is not None}
    return read_settings({**os.environ, **named})


def services(action: Action) -> Services:
    """Return the services for a command that does this; what they started ends with it.

    Whoever can run a command on the service's own machine sees everything, and the trail says so.
    """
    click.get_current_context().call_on_close(cool_down)
    return build_services(settings()).as_system(action)
