"""A document's values as they were written, each with its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Step = str | int
Plain = str | None | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True)
class Entry:
    """The value under a key of a mapping, and the key's line."""

    line: int
    value: Located


@dataclass(frozen=True, slots=True)
class Located:
    """A value and the line on which it begins; ``size`` and ``depth`` count what is below it."""

    line: int
    content: str | tuple[Located, ...] | dict[str, Entry] | None
    size: int = 1
    depth: int = 1
    is_blank: bool = False
    is_flow: bool = False

    def to_plain(self) -> Plain:
        """Return the value without lines and without keys that have no value.

        A part that has several names is one object.
        """
        return _to_plain(self, {})

    def find(self, path: Sequence[Step]) -> Located | None:
        """Return the value at a path, or None."""
        node: Located | None = self
        for step in path:
            node = None if node is None else _below(node, step)
        return node

    def line_at(self, path: Sequence[Step]) -> int:
        """Return the line of the value at a path, or of the nearest thing around it.

        The line of a list or mapping that stands under a key is the key's.
        """
        node, line = self, self.line
        for step in path:
            below = _below(node, step)
            if below is None:
                return line
            entry = node.content.get(str(step)) if isinstance(node.content, dict) else None
            is_text = isinstance(below.content, str)
            line = below.line if entry is None or is_text else entry.line
            node = below
        return line

    def key_line_at(self, path: Sequence[Step]) -> int:
        """Return the line of the key that ends a path."""
        parent = self.find(path[:-1])
        if parent is None or not isinstance(parent.content, dict):
            return self.line_at(path)
        entry = parent.content.get(str(path[-1]))
        return self.line_at(path) if entry is None else entry.line


def list_nulls(node: Located) -> Iterator[tuple[tuple[Step, ...], Located]]:
    """Yield each value that is null, with its path; a part that has several names only once."""
    waiting: list[tuple[tuple[Step, ...], Located]] = [((), node)]
    seen: set[int] = set()
    while waiting:
        path, current = waiting.pop()
        if current.content is None:
            yield path, current
        if id(current) in seen or current.content is None or isinstance(current.content, str):
            continue
        seen.add(id(current))
        if isinstance(current.content, dict):
            waiting.extend(((*path, key), entry.value) for key, entry in current.content.items())
        else:
            waiting.extend(((*path, place), item) for place, item in enumerate(current.content))


def _below(node: Located, step: Step) -> Located | None:
    if isinstance(node.content, dict):
        entry = node.content.get(str(step))
        return None if entry is None else entry.value
    if isinstance(node.content, tuple) and isinstance(step, int) and step < len(node.content):
        return node.content[step]
    return None


def _to_plain(node: Located, known: dict[int, Plain]) -> Plain:
    if node.content is None or isinstance(node.content, str):
        return node.content
    if id(node) not in known:
        if isinstance(node.content, dict):
            known[id(node)] = {
                key: _to_plain(entry.value, known)
                for key, entry in node.content.items()
                if entry.value.content is not None
            }
        else:
            known[id(node)] = [_to_plain(item, known) for item in node.content]
    return known[id(node)]
