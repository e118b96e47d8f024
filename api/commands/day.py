"""A day as an argument of a command, and which day it is."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, date, datetime
from typing import Final

import click

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Day(click.ParamType[date]):
    """A day, written like 2026-01-31."""

    name = "YYYY-MM-DD"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the day; refuses what is none."""
        if isinstance(value, date):
            return value
        if _DAY.fullmatch(value):
            with contextlib.suppress(ValueError):
                return date.fromisoformat(value)
        raise click.BadParameter(f"{value!r} is no day; write one like 2026-01-31", ctx, param)


def today() -> date:
    """Return the day it is, in UTC."""
    return datetime.now(UTC).date()
