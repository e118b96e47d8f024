"""Tables as they are kept: one JSON file for each table and year, in a folder of their own.

They are files and no tables of the database: public figures of no patient, read whole and never
changed, which every process and every test can have without one. A new file takes the old one's
place in one step, so that a reader sees one or the other.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pricing.medicare.errors import BenchmarkNotFound, BenchmarkUnreadable
from pricing.medicare.tables import (
    TABLE_NAMES,
    Row,
    Table,
    TableKind,
    from_document,
    to_document,
)

_READABLE: Final = 0o644
"""Public figures: every process of the machine may read them."""

_NAME: Final = re.compile(r"([a-z-]+)-(20[0-9]{2})\.json")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder in which tables are kept; it is made when the first one comes."""

    folder: Path

    def keep(self, table: Table) -> bool:
        """Keep a table in place of another of its year; return whether anything changed."""
        path = self.folder / f"{table.kind}-{table.year}.json"
        content = json.dumps(to_document(table), ensure_ascii=False, indent=0).encode()
        if path.is_file() and path.read_bytes() == content:
            return False
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        written = Path(file.name)
        written.chmod(_READABLE)
        written.replace(path)
        return True

    def years(self, kind: TableKind) -> tuple[int, ...]:
        """Return the years of which a table is kept, the newest first."""
        found = (_NAME.fullmatch(path.name) for path in self._files())
        return tuple(sorted((int(one[2]) for one in found if one and one[1] == kind), reverse=True))

    def get(self, kind: TableKind, year: int | None = None) -> Table:
        """Return the table of a year, or the newest.

        Raises:
            BenchmarkNotFound: none is kept.
            BenchmarkUnreadable: what is kept was changed by somebody.
        """
        years = self.years(kind)
        if not years or (year is not None and year not in years):
            raise BenchmarkNotFound(TABLE_NAMES[kind], year, years)
        path = self.folder / f"{kind}-{years[0] if year is None else year}.json"
        try:
            return from_document(json.loads(path.read_bytes()))
        except (ValueError, KeyError, TypeError, ArithmeticError) as error:
            raise BenchmarkUnreadable(path.name, "it is damaged; import the table again") from error

    def _files(self) -> list[Path]:
        return sorted(self.folder.iterdir()) if self.folder.is_dir() else []


def find_row(table: Table, code: str) -> Row | None:
    """Return the row of a code, or None."""
    return next((row for row in table.rows if row.code == code), None)
