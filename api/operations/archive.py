"""The archive of a backup: a zip file that any version on any database can tell is whole.

Members: ``manifest.json`` (what the others must be), ``signature`` (of the manifest, by a key of
the ring), and ``tables/NAME.jsonl``, one JSON array for each row in the order of the manifest's
columns. ``docs/backup.md`` describes them.
"""

from __future__ import annotations

import base64
import json
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import Column, LargeBinary, MetaData, Table
from sqlalchemy.types import TypeEngine

from api.archive_errors import ArchiveUnusable
from logistics.sealing import KeyRing
from pricing.column_types import BYTES, DEGREES, TEXT, WHOLE, Flag, UtcInstant

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "signature"
_LARGEST_MANIFEST: Final = 1_000_000
_LARGEST_SIGNATURE: Final = 1_000
_LONGEST_ROW: Final = 50_000_000
"""Bytes; the problem document of a large plan takes a few million."""

_TYPES: Final[dict[str, TypeEngine[Any]]] = {
    "text": TEXT,
    "whole": WHOLE,
    "degrees": DEGREES,
    "flag": Flag(),
    "instant": UtcInstant(),
    "bytes": BYTES,
}
_WRITE: Final[dict[str, Callable[[Any], Any]]] = {
    "instant": lambda value: value.astimezone(UTC).isoformat(timespec="microseconds"),
    "bytes": lambda value: base64.b64encode(bytes(value)).decode(),
}
_READ: Final[dict[str, Callable[[Any], Any]]] = {
    "instant": datetime.fromisoformat,
    "bytes": lambda text: base64.b64decode(text, validate=True),
}
_JSON: Final[dict[str, type | tuple[type, ...]]] = {
    "text": str,
    "whole": int,
    "degrees": (int, float),
    "flag": bool,
    "instant": str,
    "bytes": str,
}


@dataclass(frozen=True, slots=True)
class TableEntry:
    """What the manifest says of a table: its columns with their kinds, its rows, their digest."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: int
    sha256: str

    @property
    def member(self) -> str:
        """Return the name of its member of the archive."""
        return member_of(self.name)

    def to_table(self) -> Table:
        """Return the table, to insert rows into."""
        columns = [Column[Any](name, _TYPES[kind]) for name, kind in self.columns]
        return Table(self.name, MetaData(), *columns)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds; tables stand in an order in which they can be filled."""

    format: int
    revision: str
    made_at: str
    made_from: str
    tables: tuple[TableEntry, ...]

    @property
    def rows(self) -> int:
        """Return how many rows all tables have together."""
        return sum(table.rows for table in self.tables)

    def to_bytes(self) -> bytes:
        """Return the manifest as it stands in the archive."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def member_of(table: str) -> str:
    """Return the name of a table's member of the archive."""
    return f"tables/{table}.jsonl"


def kind_of(column: Column[Any]) -> str:
    """Return the kind of a column of ours; raises TypeError for one that archives do not know."""
    by_type: tuple[tuple[type, str], ...] = (
        (UtcInstant, "instant"),
        (Flag, "flag"),
        (LargeBinary, "bytes"),
    )
    for kind, name in by_type:
        if isinstance(column.type, kind):
            return name
    names = {str: "text", int: "whole", float: "degrees"}
    python_type = column.type.python_type
    if python_type not in names:
        raise TypeError(f"archives cannot hold {column}: {column.type!r}")
    return names[python_type]


def write_table(archive: zipfile.ZipFile, table: Table, rows: Iterable[Any]) -> TableEntry:
    """Write a table's member and return its entry; rows are sequences in order of the columns."""
    columns = tuple((column.name, kind_of(column)) for column in table.columns)
    steps = [_WRITE.get(kind, lambda value: value) for _, kind in columns]
    digest, count = sha256(), 0
    with archive.open(member_of(table.name), "w", force_zip64=True) as member:
        for row in rows:
            plain = [
                None if value is None else step(value)
                for step, value in zip(steps, row, strict=True)
            ]
            line = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            digest.update(line)
            member.write(line)
            count += 1
    return TableEntry(table.name, columns, count, digest.hexdigest())


def write_manifest(archive: zipfile.ZipFile, manifest: Manifest, ring: KeyRing) -> None:
    """Write the manifest, and its signature by the current key."""
    content = manifest.to_bytes()
    archive.writestr(MANIFEST, content)
    archive.writestr(SIGNATURE, ring.sign(content))


class Archive:
    """An archive that is read; every reading checks what it reads, and raises ArchiveUnusable."""

    def __init__(self, path: Path, ring: KeyRing) -> None:
        """Open it and check its manifest; raises UnknownKey where the ring lacks its key."""
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise ArchiveUnusable(path.name, f"it is no whole archive ({error})") from error
        self.manifest: Final = self._read_manifest(ring)

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def verify(self) -> None:
        """Read every member and check it against the manifest."""
        expected = {MANIFEST, SIGNATURE, *(table.member for table in self.manifest.tables)}
        names = self._zip.namelist()
        for name in sorted(expected ^ set(names)):
            reason = "it is missing" if name in expected else "the manifest does not know it"
            raise ArchiveUnusable(name, reason)
        if len(names) > len(expected):
            raise ArchiveUnusable(max(names, key=names.count), "it is there twice")
        for table in self.manifest.tables:
            for _ in self.rows(table):
                pass

    def rows(self, table: TableEntry) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table by column; at the end they are known to be all of them."""
        digest, count = sha256(), 0
        for line in self._lines(table.member):
            digest.update(line)
            count += 1
            if count > table.rows:
                raise ArchiveUnusable(table.member, f"it has more than {table.rows} rows")
            yield _parse_row(table, line, count)
        if count != table.rows:
            raise ArchiveUnusable(table.member, f"it has {count} rows instead of {table.rows}")
        if digest.hexdigest() != table.sha256:
            raise ArchiveUnusable(table.member, "it was changed: its SHA-256 is another one")

    def _lines(self, member: str) -> Iterator[bytes]:
        try:
            with self._zip.open(member) as file:
                while line := file.readline(_LONGEST_ROW):
                    yield line
        except _BROKEN as error:
            raise ArchiveUnusable(member, f"it cannot be read ({error})") from error

    def _read(self, member: str, largest: int) -> bytes:
        try:
            with self._zip.open(member) as file:
                return file.read(largest)
        except _BROKEN as error:
            raise ArchiveUnusable(member, f"it cannot be read ({error})") from error

    def _read_manifest(self, ring: KeyRing) -> Manifest:
        content = self._read(MANIFEST, _LARGEST_MANIFEST)
        signature = self._read(SIGNATURE, _LARGEST_SIGNATURE).decode("latin-1")
        if not ring.is_signed(content, signature):
            raise ArchiveUnusable(MANIFEST, "it was changed: its signature is another one")
        # Whatever is signed was written by us.
        found = json.loads(content)
        if found["format"] != FORMAT:
            raise ArchiveUnusable(MANIFEST, f"it is of format {found['format']}, newer than this")
        return Manifest(**{**found, "tables": tuple(_entry(one) for one in found["tables"])})


_BROKEN: Final = (
    *(KeyError, OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    # Encrypted members, and ways of packing that are unknown.
    RuntimeError,
)


def _entry(document: dict[str, Any]) -> TableEntry:
    columns = tuple((str(name), str(kind)) for name, kind in document["columns"])
    return TableEntry(**{**document, "columns": columns})


def _parse_row(table: TableEntry, line: bytes, number: int) -> dict[str, Any]:
    try:
        values = cast("list[Any]", json.loads(line))
        return {
            name: _parse(kind, value)
            for (name, kind), value in zip(table.columns, values, strict=True)
        }
    except (ValueError, TypeError, RecursionError) as error:
        raise ArchiveUnusable(table.member, f"line {number} is no row of it") from error


def _parse(kind: str, value: object) -> object:
    if value is None:
        return None
    if not isinstance(value, _JSON[kind]) or (kind == "whole" and isinstance(value, bool)):
        raise TypeError(kind)
    return _READ.get(kind, lambda same: same)(value)
