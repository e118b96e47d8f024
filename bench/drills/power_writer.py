"""The recorded writer: `python -m bench.drills.power_writer URL FILE CHANGES [SYNCHRONOUS]`.

A process of its own, as the recorder is loaded with it. It changes a case again and again, and adds
the mark of each change that was acknowledged to FILE. It leaves the database now and then, as
whoever closes it last moves the whole log into the file and unlinks it. SYNCHRONOUS overrides
how SQLite flushes.
"""

import os
import random
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from api.database import open_database
from api.key_file import key_file_of
from bench.drills.changing import change

_LONGEST_STAY = 400
"""Most changes without leaving; SQLite by itself moves its log after some 80."""


def write(url: str, acknowledged: Path, changes: int) -> None:
    """Change and acknowledge that many times, one after the other."""
    luck = random.Random(changes)
    database = open_database(url, keys=key_file_of(url))
    told = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    leave_at = 0
    for number in range(changes):
        if number == leave_at:
            database.dispose()
            leave_at = number + luck.randint(1, _LONGEST_STAY)
        mark = f"p-{number}"
        change(database, mark)
        os.write(told, f"{mark}\n".encode())


def _flush_as(synchronous: str) -> None:
    """Have every connection of this process flush otherwise than the service asks for."""

    @event.listens_for(Engine, "connect")
    def override(connection: Any, _record: object) -> None:  # noqa: ANN401 — a DB-API connection
        connection.execute(f"PRAGMA synchronous={synchronous}")


if __name__ == "__main__":
    if len(sys.argv) > 4:  # noqa: PLR2004 — the last argument may be left out
        _flush_as(sys.argv[4])
    write(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
