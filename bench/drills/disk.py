"""A disk as a power cut may leave it: what was flushed is there, of the rest only some.

`read_steps` reads what ``recorder.c`` wrote, `Disk` follows it. Its rules are those of a hostile
file system: of each write that was not flushed (a flush is of one file) all may be there, nothing,
or some of its sectors, whatever became of the writes before it; sectors that are missing from the
end read as zeros. That a file was made or unlinked is certain once its folder was flushed. What a
sector held beside the written bytes stays, which SQLite, too, takes for granted ("powersafe
overwrite").
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

SECTOR: Final = 512
FOLDER: Final = ""
"""The name under which the folder itself is flushed."""

_HEADER: Final = struct.Struct("<cHQI")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done to a file: (C)reated, (W)ritten, (T)runcated, (S)flushed, (U)nlinked.

    ``offset`` in bytes: where ``content`` was written, or the length truncated to.
    """

    what: str
    name: str
    offset: int = 0
    content: bytes = b""

    def tear(self, luck: random.Random) -> Iterator[Step]:
        """Yield the sectors of a write that made it, and the file's new length."""
        end = self.offset + len(self.content)
        yield Step("W", self.name, end)
        start = self.offset
        while start < end:
            stop = min(end, (start // SECTOR + 1) * SECTOR)
            if luck.random() < 1 / 2:
                content = self.content[start - self.offset : stop - self.offset]
                yield Step("W", self.name, start, content)
            start = stop


def read_steps(path: Path) -> list[Step]:
    """Return what was recorded, in order."""
    record, place, steps = path.read_bytes(), 0, []
    while place < len(record):
        what, name_length, offset, length = _HEADER.unpack_from(record, place)
        place += _HEADER.size
        name = record[place : place + name_length].decode()
        place += name_length
        steps.append(Step(what.decode(), name, offset, record[place : place + length]))
        place += length
    return steps


@dataclass(slots=True)
class _File:
    """A file: its flushed content, and what was done to it since."""

    content: bytearray = field(default_factory=bytearray)
    since: list[Step] = field(default_factory=list)

    def flush(self) -> None:
        for step in self.since:
            _do(step, self.content)
        self.since.clear()

    def after_cut(self, luck: random.Random, mercy: float) -> bytes:
        left = bytearray(self.content)
        for step in self.since:
            if luck.random() < mercy:
                _do(step, left)
            elif step.what == "W" and luck.random() < 1 / 2:
                for sector in step.tear(luck):
                    _do(sector, left)
        return bytes(left)


def _do(step: Step, content: bytearray) -> None:
    if step.what == "T":
        del content[step.offset :]
    end = step.offset + len(step.content)
    content.extend(bytes(max(0, end - len(content))))
    content[step.offset : end] = step.content


class Disk:
    """The files of one folder, under the steps that were recorded."""

    def __init__(self, files: dict[str, bytes]) -> None:
        """Begin with files of which everything is flushed."""
        self._flushed = {name: _File(bytearray(content)) for name, content in files.items()}
        self._seen = dict(self._flushed)
        self._since: list[tuple[str, _File | None]] = []

    def follow(self, step: Step) -> None:
        """Do what was done; raises KeyError for a file that nobody made."""
        if step.what == "C":
            self._name(step.name, _File())
        elif step.what == "U":
            self._name(step.name, None)
        elif step.what != "S":
            self._seen[step.name].since.append(step)
        elif step.name == FOLDER:
            self._flushed = dict(self._seen)
            self._since.clear()
        else:
            self._seen[step.name].flush()

    def seen(self) -> dict[str, bytes]:
        """Return the files as whoever runs sees them, flushed or not."""
        found = {}
        for name, file in self._seen.items():
            content = bytearray(file.content)
            for step in file.since:
                _do(step, content)
            found[name] = bytes(content)
        return found

    def after_cut(self, luck: random.Random) -> dict[str, bytes]:
        """Return files as they may be found when power comes back."""
        names = dict(self._flushed)
        mercy = luck.random()
        for name, file in self._since:
            if luck.random() < mercy:
                _set(names, name, file)
        return {name: file.after_cut(luck, mercy) for name, file in names.items()}

    def _name(self, name: str, file: _File | None) -> None:
        _set(self._seen, name, file)
        self._since.append((name, file))


def _set(names: dict[str, _File], name: str, file: _File | None) -> None:
    if file is None:
        names.pop(name, None)
    else:
        names[name] = file
