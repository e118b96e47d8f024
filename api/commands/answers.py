"""What all commands share: how they print JSON, and the statuses they exit with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import click

NO: Final = 1
WRONG: Final = 2
INTERRUPTED: Final = 130

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def print_json(document: object) -> None:
    """Print a document as indented JSON."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def fault_line(file: str, fault: Mapping[str, Any], mark: str = "") -> str:
    """Return a fault of a document with its place first, as editors find it: ``file:line: ``."""
    field = f"{fault['path']}: " if fault["path"] else ""
    return f"{file}:{fault['line']}: {mark}{field}{fault['message']}"
