"""A price file's bytes, out of gzip or zip if need be, as one stream."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from pricing.price_files.errors import ArchiveDamaged, PriceFileUnreadable, SeveralPriceFiles

PIECE: Final = 1 << 22
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_ENDINGS: Final = (".csv", ".json", ".txt")
_DAMAGE: Final = (EOFError, OSError, RuntimeError, NotImplementedError, zlib.error)


@dataclass(frozen=True, slots=True)
class Packing:
    """How a file is packed: ``plain``, ``gzip`` or ``zip``, and which member of a zip it is."""

    kind: str
    member: str | None = None


def find_packing(source: Path, name: str) -> Packing:
    """Return how a file is packed, by its first bytes and not by its name.

    Raises:
        PriceFileUnreadable: the file cannot be opened.
        SeveralPriceFiles: a zip does not hold exactly one price file.
        ArchiveDamaged: a zip cannot be read.
    """
    try:
        with source.open("rb") as file:
            first = file.read(4)
    except OSError as error:
        raise PriceFileUnreadable(name, f"cannot be read ({error.strerror or error})") from error
    if first.startswith(_GZIP):
        return Packing("gzip")
    if first in {_ZIP, _EMPTY_ZIP}:
        return Packing("zip", _member(source, name))
    return Packing("plain")


@contextmanager
def opened(source: Path, packing: Packing, name: str) -> Iterator[Iterator[bytes]]:
    """Give the file's unpacked bytes, piece by piece; raises ArchiveDamaged on the way."""
    with _stream(source, packing, name) as stream:
        yield _pieces(stream, packing, name)


@contextmanager
def _stream(source: Path, packing: Packing, name: str) -> Iterator[IO[bytes]]:
    if packing.kind == "gzip":
        with gzip.open(source, "rb") as unpacked:
            yield unpacked  # type: ignore[misc]  # — GzipFile reads as IO[bytes] does
        return
    if packing.member is None:
        with source.open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(source) as archive:
        try:
            member = archive.open(packing.member)
        except (zipfile.BadZipFile, *_DAMAGE) as error:
            raise _damaged(name, error) from error
        with member:
            yield member


def _pieces(stream: IO[bytes], packing: Packing, name: str) -> Iterator[bytes]:
    while True:
        try:
            piece = stream.read(PIECE)
        except (zipfile.BadZipFile, *_DAMAGE) as error:
            if packing.kind == "plain":
                raise PriceFileUnreadable(name, f"cannot be read ({error})") from error
            raise _damaged(name, error) from error
        if not piece:
            return
        yield piece


def _member(source: Path, name: str) -> str:
    """Return the one member of a zip that is a price file; what macOS adds does not count."""
    try:
        with zipfile.ZipFile(source) as archive:
            names = [one.filename for one in archive.infolist() if not one.is_dir()]
    except (zipfile.BadZipFile, *_DAMAGE) as error:
        raise _damaged(name, error) from error
    real = [one for one in names if not _is_junk(PurePosixPath(one))]
    if len(real) > 1:
        real = [one for one in real if one.lower().endswith(_ENDINGS)] or real
    if len(real) != 1:
        raise SeveralPriceFiles(name, tuple(real))
    return real[0]


def _is_junk(path: PurePosixPath) -> bool:
    return "__MACOSX" in path.parts or path.name.startswith(".") or path.name == "Thumbs.db"


def _damaged(name: str, error: BaseException) -> ArchiveDamaged:
    return ArchiveDamaged(name, f"the archive is damaged or locked ({error}); fetch it again")
