"""What all commands share: how they print JSON, and the statuses they exit with."""

from __future__ import annotations

import json
from typing import Final

import click

NO: Final = 1
WRONG: Final = 2
INTERRUPTED: Final = 130

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def print_json(document: object) -> None:
    """Print a document as indented JSON."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
