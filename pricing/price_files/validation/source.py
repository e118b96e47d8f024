"""A price file as text, whether it is plain, gzip or zip: told apart by what it holds."""

from __future__ import annotations

import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any, Final, TextIO, cast

from pricing.price_files.errors import PriceFileUnreadable

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_HEAD: Final = 4096
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
"""What unpacking raises in the middle of a file: `bz2` an OSError, `zipfile` also others."""

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


class _Unpacked(io.RawIOBase):
    """What is in an archive, as it is unpacked; damage on the way is told as such."""

    def __init__(self, content: IO[bytes], name: str) -> None:
        self._content = content
        self._name = name

    def readable(self) -> bool:
        """Tell `io.BufferedReader` that this can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 — as io has it
        """Read into a buffer; raises PriceFileUnreadable where the archive is damaged."""
        try:
            read = self._content.read(len(buffer))
        except _DAMAGED as error:
            raise _damaged(self._name, error) from error
        buffer[: len(read)] = read
        return len(read)


def _damaged(name: str, error: Exception) -> PriceFileUnreadable:
    return PriceFileUnreadable(name, f"the archive is damaged ({error}); fetch it again")


@contextmanager
def open_source(file: IO[bytes], name: str) -> Iterator[Source]:
    """Open a price file that may be packed; the name's ending tells CSV from JSON.

    Raises:
        PriceFileUnreadable: the file is a broken archive, or one without exactly one price file.
    """
    with ExitStack() as stack:
        packed = io.BufferedReader(cast("io.RawIOBase", file), _HEAD * 16)
        content, inner = _unpacked(cast("io.BufferedReader", packed), name, stack)
        reader = io.BufferedReader(content, 1 << 18)
        head = reader.peek(_HEAD)[:_HEAD]
        text = io.TextIOWrapper(reader, encoding="utf-8", errors="replace", newline="\n")
        yield Source(text, _kind(head, inner), inner, head.startswith(_UTF_16))


def _unpacked(file: io.BufferedReader, name: str, stack: ExitStack) -> tuple[io.RawIOBase, str]:
    head = file.peek(len(_ZIP))[: len(_ZIP)]
    if head.startswith(_GZIP):
        content = cast("IO[bytes]", gzip.GzipFile(fileobj=file))
        return _Unpacked(content, name), name.removesuffix(".gz").removesuffix(".GZ")
    if head in {_ZIP, _EMPTY_ZIP}:
        return _from_zip(file, name, stack)
    return cast("io.RawIOBase", file), name


def _from_zip(file: io.BufferedReader, name: str, stack: ExitStack) -> tuple[io.RawIOBase, str]:
    try:
        archive = stack.enter_context(zipfile.ZipFile(file))
        member = _member(archive, name)
        content = stack.enter_context(archive.open(member))
    except (RuntimeError, NotImplementedError) as error:
        why = f"the archive cannot be unpacked ({error}); unpack it by other means"
        raise PriceFileUnreadable(name, why) from error
    except _DAMAGED as error:
        raise _damaged(name, error) from error
    return _Unpacked(content, name), member.filename


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
