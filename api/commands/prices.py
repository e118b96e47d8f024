"""The commands about what care costs: ``sojourn prices ...``."""

from __future__ import annotations

import click

from api.commands.price_benchmarks import benchmarks, medicare
from api.commands.price_verdicts import validate


@click.group()
def prices() -> None:
    """Judge hospital price files, say what Medicare pays."""


prices.add_command(benchmarks)
prices.add_command(medicare)
prices.add_command(validate)
