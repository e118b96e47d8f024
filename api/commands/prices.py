"""The commands about what care costs: ``sojourn prices ...``."""

from __future__ import annotations

import click

from api.commands.price_benchmarks import benchmarks, medicare
from api.commands.price_evidence import evidence
from api.commands.price_imports import files, import_file
from api.commands.price_verdicts import validate


@click.group()
def prices() -> None:
    """Import hospital price files, judge and ask them; what Medicare pays."""


prices.add_command(benchmarks)
prices.add_command(evidence)
prices.add_command(files)
prices.add_command(import_file)
prices.add_command(medicare)
prices.add_command(validate)
