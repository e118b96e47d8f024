"""Collects faults while a document is looked over: a path in, its line and its name out."""

from __future__ import annotations

import re
from typing import Final

from pricing.documents.faults import Fault, quoted
from pricing.documents.located import Located, Step

_PLAIN_KEY: Final = re.compile(r"[\w-]{1,64}", re.ASCII)
_NAMES: Final = ("id", "version", "balance")
"""Keys whose value names an entry of a list better than its place does."""


class FaultList:
    """The faults found so far in one document."""

    def __init__(self, root: Located) -> None:
        """Begin without faults; ``root`` knows the lines."""
        self.root: Final = root
        self.faults: Final[list[Fault]] = []

    def add(self, path: tuple[Step, ...], message: str) -> None:
        """Note what is wrong with the value at a path."""
        self.faults.append(Fault(self.root.line_at(path), self.name_of(path), message))

    def add_at_key(self, path: tuple[Step, ...], message: str) -> None:
        """Note what is wrong with a key, or with its having no value."""
        self.faults.append(Fault(self.root.key_line_at(path), self.name_of(path), message))

    def name_of(self, path: tuple[Step, ...]) -> str:
        """Return a path for people: ``versions[2026].benefits[drive].amount``."""
        name = ""
        for place, step in enumerate(path):
            if isinstance(step, int):
                name += f"[{self._entry_name(path[: place + 1])}]"
            else:
                key = step if _PLAIN_KEY.fullmatch(step) else quoted(step)
                name += f".{key}" if name else key
        return name

    def _entry_name(self, path: tuple[Step, ...]) -> str:
        for key in _NAMES:
            found = self.root.find((*path, key))
            if found is not None and isinstance(found.content, str):
                text = found.content
                return text if _PLAIN_KEY.fullmatch(text) else quoted(text)
        return str(path[-1])
