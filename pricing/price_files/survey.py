"""The first stage: which file it is, whether it is text DuckDB can take, how many rows it has.

A plain UTF-8 file is read once and stays where it is. Anything else is written beside as plain
UTF-8, in one more pass.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pricing.price_files.counting import RowCount, RowCounter
from pricing.price_files.encodings import (
    UTF_8,
    Recoder,
    Utf8Check,
    guess_encoding,
    is_marked_twice,
)
from pricing.price_files.errors import NotAPriceFile
from pricing.price_files.unpack import Packing, find_packing, opened

Progress = Callable[[str, int, int], None]
"""Hears the stage, and how much of how much of it is done (bytes, or 0 of 0)."""

_FIRST: Final = 4096


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a file before it is read; ``is_copied`` where text was written beside."""

    sha256: str
    size: int
    packing: Packing
    encoding: str
    odd_bytes: int
    is_copied: bool
    is_json: bool
    count: RowCount


def survey(source: Path, copy: Path, name: str, progress: Progress) -> Survey:
    """Return what the file is; writes its text to `copy` unless it is plain UTF-8 already.

    Raises:
        PriceFileError: the file cannot be read, is damaged, empty, or no text.
    """
    packing = find_packing(source, name)
    size = source.stat().st_size
    digest, counter, check = hashlib.sha256(), RowCounter(), Utf8Check()
    first, done = b"", 0
    with (
        opened(source, Packing("plain"), name) as pieces,
        # Hashing needs a core of its own, and lets others work meanwhile.
        ThreadPoolExecutor(1) as hasher,
    ):
        for piece in pieces:
            first = first or piece[:_FIRST]
            hashed = hasher.submit(digest.update, piece)
            if packing.kind == "plain":
                counter.feed(piece)
                check.feed(piece)
            hashed.result()
            done += len(piece)
            progress("survey", done, size)
    check.feed(b"", is_last=True)
    encoding, odd_bytes, is_copied = guess_encoding(first), 0, False
    is_text = check.is_valid and encoding.startswith(UTF_8) and not is_marked_twice(first)
    if packing.kind != "plain" or not is_text:
        is_copied = True
        recoded = _write_text(source, packing, copy, name, progress)
        encoding, odd_bytes, first, counter = recoded
    return Survey(
        sha256=digest.hexdigest(),
        size=size,
        packing=packing,
        encoding=encoding,
        odd_bytes=odd_bytes,
        is_copied=is_copied,
        is_json=_is_json(first, name),
        count=counter.result(),
    )


def _write_text(
    source: Path, packing: Packing, copy: Path, name: str, progress: Progress
) -> tuple[str, int, bytes, RowCounter]:
    """Write the file's text as UTF-8; return its encoding, odd bytes, beginning, and row count."""
    counter, first, done = RowCounter(), b"", 0
    with opened(source, packing, name) as pieces, copy.open("wb") as target:
        recoder, encoding = None, UTF_8
        for piece in _with_end(pieces):
            if recoder is None:
                encoding = guess_encoding(piece[:_FIRST])
                recoder = Recoder(encoding)
            text = recoder.feed(piece, is_last=not piece)
            counter.feed(text)
            first = first or text[:_FIRST]
            target.write(text)
            done += len(piece)
            progress("unpack", done, 0)
        odd_bytes = 0 if recoder is None else recoder.odd_bytes
    return encoding, odd_bytes, first, counter


def _with_end(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the pieces, then an empty one that says there are no more."""
    yield from pieces
    yield b""


def _is_json(first: bytes, name: str) -> bool:
    beginning = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not beginning:
        raise NotAPriceFile(name, "the file is empty")
    if beginning.startswith((b"%PDF", b"PK")):
        raise NotAPriceFile(name, "the file is neither CSV nor JSON")
    return beginning[:1] in {b"{", b"["}
