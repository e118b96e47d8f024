"""A price file as text, whether it is plain, gzip or zip: told apart by what it holds."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Final, TextIO, cast

from pricing.price_files.validation.errors import PriceFileUnreadable

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_HEAD: Final = 4096
_KINDS: Final = {".csv": "csv", ".json": "json"}


@dataclass(frozen=True, slots=True)
class Source:
    """A price file opened: its text, whether it is ``csv`` or ``json``, and its name.

    Bytes that are not UTF-8 are replaced; line ends are left as they are.
    """

    text: TextIO
    kind: str
    name: str
    is_utf_16: bool


@contextmanager
def open_source(file: IO[bytes], name: str) -> Iterator[Source]:
    """Open a price file that may be packed; the name's ending tells CSV from JSON.

    Raises:
        PriceFileUnreadable: the file is a broken archive, or one without exactly one price file.
    """
    with ExitStack() as stack:
        try:
            content, inner = _unpacked(io.BufferedReader(_raw(file), _HEAD * 16), name, stack)
            reader = io.BufferedReader(_raw(content), 1 << 18)
            head = reader.peek(_HEAD)[:_HEAD]
            text = io.TextIOWrapper(reader, encoding="utf-8", errors="replace", newline="\n")
            yield Source(text, _kind(head, inner), inner, head.startswith(_UTF_16))
        except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError) as error:
            why = f"the archive is damaged ({error}); fetch it again"
            raise PriceFileUnreadable(name, why) from error
        except (RuntimeError, NotImplementedError) as error:
            why = f"the archive cannot be unpacked ({error}); unpack it by other means"
            raise PriceFileUnreadable(name, why) from error


def _raw(file: IO[bytes]) -> io.RawIOBase:
    """Return a file as what `io.BufferedReader` reads; typing calls it otherwise."""
    return cast("io.RawIOBase", file)


def _unpacked(file: io.BufferedReader, name: str, stack: ExitStack) -> tuple[IO[bytes], str]:
    head = file.peek(len(_ZIP))[: len(_ZIP)]
    if head.startswith(_GZIP):
        unpacked = cast("IO[bytes]", gzip.GzipFile(fileobj=file))
        return unpacked, name.removesuffix(".gz").removesuffix(".GZ")
    if head in {_ZIP, _EMPTY_ZIP}:
        archive = stack.enter_context(zipfile.ZipFile(file))
        member = _member(archive, name)
        return stack.enter_context(archive.open(member)), member.filename
    return file, name


def _member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """Return the one price file of an archive; what systems leave in archives is passed over."""
    found = [
        member
        for member in archive.infolist()
        if not member.is_dir()
        and not member.filename.startswith("__MACOSX/")
        and not PurePath(member.filename).name.startswith(".")
        and PurePath(member.filename).suffix.lower() in _KINDS
    ]
    if len(found) != 1:
        held = ", ".join(member.filename for member in found[:5]) or "none"
        raise PriceFileUnreadable(
            name, f"the archive must hold one .csv or .json file; it holds {held}. Unpack it first"
        )
    return found[0]


def _kind(head: bytes, name: str) -> str:
    """Return ``csv`` or ``json`` by the name's ending, or else by the first character."""
    kind = _KINDS.get(PurePath(name).suffix.lower())
    if kind is not None:
        return kind
    return "json" if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["} else "csv"
