"""YAML as it was written: every scalar the text that stands there, everything with its line.

Nothing is interpreted: ``NO`` stays the country, ``0.205`` stays exact; only an unquoted nothing,
``~`` or ``null`` means that there is no value. The text is read event by event, so that neither
deep nesting nor a chain of aliases costs more than the limits below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from pricing.documents.faults import Fault, InvalidDocument, quoted
from pricing.documents.located import Entry, Located

SIZE_MAX: Final = 1_000_000
"""Characters, or bytes of UTF-8, of a document."""

DEPTH_MAX: Final = 40
NODES_MAX: Final = 100_000
"""Values of a document, each alias counted as all that it stands for."""

_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_OTHER_FILES: Final = ("PK\x03\x04", "%PDF-", "{\\rtf")
_NOT_TEXT: Final = re.compile(
    r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_NO_SPACE: Final = re.compile(
    r"^[ -]*[\xa0\u2000-\u200a\u202f\u3000]|:[\xa0\u2000-\u200a\u202f\u3000]"
)
"""Where a plain space is meant: before the first letter of a line, behind a key."""


def read_located(written: str | bytes, name: str) -> Located:
    """Return a document's values with their lines.

    Raises InvalidDocument naming the line of whatever cannot be read, or should not be.
    """
    text = _to_text(written, name)
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except _Stop as stop:
        builder.faults.append(stop.fault)
    except yaml.MarkedYAMLError as error:
        builder.faults.append(_syntax_fault(error, text))
    except yaml.YAMLError as error:
        builder.faults.append(Fault(1, "", f"cannot be read as YAML: {error}"))
    if builder.faults or builder.root is None:
        empty = Fault(1, "", "the document is empty")
        raise InvalidDocument(name, builder.faults or [empty])
    return builder.root


def _to_text(written: str | bytes, name: str) -> str:
    if len(written) > SIZE_MAX:
        raise InvalidDocument(name, [Fault(1, "", f"is larger than {SIZE_MAX:,} bytes")])
    if isinstance(written, bytes):
        try:
            text = written.decode("utf-8")
        except UnicodeDecodeError as error:
            line = written.count(b"\n", 0, error.start) + 1
            message = "is not UTF-8 text; save the file in the encoding UTF-8"
            raise InvalidDocument(name, [Fault(line, "", message)]) from error
    else:
        text = written
    text = text.removeprefix("\ufeff")
    if text.startswith(_OTHER_FILES):
        message = "is a file of an office program, an archive or a PDF; save it as plain text"
        raise InvalidDocument(name, [Fault(1, "", message)])
    strange = _NOT_TEXT.search(text)
    if strange is not None:
        line = text.count("\n", 0, strange.start()) + 1
        message = f"the character U+{ord(strange.group()):04X} is no text; delete it"
        raise InvalidDocument(name, [Fault(line, "", message)])
    return text


class _Stop(Exception):
    """The document cannot be read further."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.fault = Fault(line, "", message)


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    line: int
    anchor: str | None
    is_mapping: bool
    is_flow: bool
    items: list[Located] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: tuple[str, int] | None = None

    def close(self) -> Located:
        below = [entry.value for entry in self.entries.values()] if self.is_mapping else self.items
        size = 1 + sum(node.size for node in below)
        depth = 1 + max((node.depth for node in below), default=0)
        content = self.entries if self.is_mapping else tuple(self.items)
        return Located(self.line, content, size, depth, is_flow=self.is_flow)


class _Builder:
    """Puts events together; keeps the faults that do not end the reading."""

    def __init__(self) -> None:
        self.root: Located | None = None
        self.faults: list[Fault] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, Located | None] = {}
        self._documents = 0

    def take(self, event: Event) -> None:
        """Take the next event of the text."""
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _Stop(_line(event), "a second document begins here; a file holds one")
        elif isinstance(event, NodeEvent):
            self._take_node(event)
        elif isinstance(event, CollectionEndEvent):
            self._close()

    def _take_node(self, event: NodeEvent) -> None:
        line = _line(event)
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise _Stop(line, f"the tag {quoted(tag)} is not read here; leave it out")
        if self._awaits_key():
            self._take_key(event)
        elif isinstance(event, AliasEvent):
            self._add(self._aliased(event.anchor, line))
        elif isinstance(event, ScalarEvent):
            is_plain = bool(event.implicit[0])
            is_blank = is_plain and event.value == ""
            content = None if is_plain and event.value in _NULLS else event.value
            self._name(event.anchor, node := Located(line, content, is_blank=is_blank))
            self._add(node)
        elif isinstance(event, CollectionStartEvent):
            self._begin(event, line)

    def _begin(self, event: CollectionStartEvent, line: int) -> None:
        if len(self._open) >= DEPTH_MAX:
            raise _Stop(line, f"is nested more than {DEPTH_MAX} levels deep")
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        is_mapping = isinstance(event, MappingStartEvent)
        self._open.append(_Open(line, event.anchor, is_mapping, bool(event.flow_style)))

    def _close(self) -> None:
        closed = self._open.pop()
        node = closed.close()
        if node.size > NODES_MAX:
            message = f"holds more than {NODES_MAX:,} values, counting each alias as all it names"
            raise _Stop(closed.line, message)
        if node.depth > DEPTH_MAX:
            raise _Stop(closed.line, f"is nested more than {DEPTH_MAX} levels deep")
        self._name(closed.anchor, node)
        self._add(node)

    def _awaits_key(self) -> bool:
        return bool(self._open) and self._open[-1].is_mapping and self._open[-1].key is None

    def _take_key(self, event: NodeEvent) -> None:
        line = _line(event)
        if not isinstance(event, ScalarEvent):
            raise _Stop(line, "a key must be a plain text; put quotes around a text with [ or {")
        if event.implicit[0] and event.value in _NULLS:
            raise _Stop(line, "a key is missing before the colon")
        if event.implicit[0] and event.value == "<<":
            message = "merge keys (<<) are not read; write the keys out, or name a whole part"
            self.faults.append(Fault(line, "", message))
        self._name(event.anchor, Located(line, event.value))
        self._open[-1].key = (event.value, line)

    def _aliased(self, anchor: str | None, line: int) -> Located:
        if anchor is None or anchor not in self._anchors:
            raise _Stop(line, f"nothing above has the anchor &{quoted(anchor)[1:-1]}")
        node = self._anchors[anchor]
        if node is None:
            raise _Stop(line, f"*{quoted(anchor)[1:-1]} stands inside of what it names")
        return node

    def _name(self, anchor: str | None, node: Located) -> None:
        if anchor is not None:
            self._anchors[anchor] = node

    def _add(self, node: Located) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if not parent.is_mapping or parent.key is None:
            parent.items.append(node)
            return
        (key, line), parent.key = parent.key, None
        first = parent.entries.setdefault(key, Entry(line, node))
        if first.value is not node or first.line != line:
            message = f"{quoted(key)} stands here already, on line {first.line}; keep one"
            self.faults.append(Fault(line, "", message))


def _line(event: Event) -> int:
    return 1 if event.start_mark is None else int(event.start_mark.line) + 1


def _syntax_fault(error: yaml.MarkedYAMLError, text: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    if "expected ':'" in str(error.problem) and error.context_mark is not None:
        mark = error.context_mark  # where what should be a key begins
    line = 1 if mark is None else min(int(mark.line), text.count("\n")) + 1
    problem = str(error.problem or error)
    lines = text.splitlines()[max(0, line - 2) : line]
    for above, written in enumerate(reversed(lines)):
        if _NO_SPACE.search(written):
            message = "holds a space that is none to YAML (no-break, wide …); write a plain one"
            return Fault(line - above, "", f"cannot be read as YAML: the line {message}")
    return Fault(line, "", f"cannot be read as YAML: {problem}{_advice(problem, text, mark)}")


def _advice(problem: str, text: str, mark: object) -> str:
    """Return what usually puts a fault of YAML's right."""
    if "cannot start any token" in problem:
        at = text[getattr(mark, "index", 0) :][:1]
        if at == "\t":
            return "; this is a tab: indent with spaces"
        return f"; put quotes around a text that begins with {at}"
    return next((f"; {advice}" for part, advice in _ADVICE.items() if part in problem), "")


_ADVICE: Final = MappingProxyType(
    {
        "tab character": "indent with spaces",
        "mapping values are not allowed": (
            "put quotes around a text that holds ': ', or indent it as the keys above"
        ),
        "expected ':'": (
            "a key stands before a colon and a space, an entry of a list behind - and a space"
        ),
        "expected ',' or '}'": (
            "close every {, and put quotes around a text inside that holds a comma or a bracket"
        ),
        "expected": "look at the indentation, brackets and quotes from here upwards",
    }
)
"""What usually puts a fault of YAML's right, by a part of its words; the first that is there."""
