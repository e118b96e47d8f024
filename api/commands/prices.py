"""The commands about what care costs: ``sojourn prices ...``."""

from __future__ import annotations

import click

from api.commands.price_verdicts import validate


@click.group()
def prices() -> None:
    """Judge hospital price files."""


prices.add_command(validate)
