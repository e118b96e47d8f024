"""Fields named in words, such as ``expenses[hotel].nights[0].amount``, found in a document."""

from __future__ import annotations

import re
from typing import Final

from pricing.documents.fault_list import FaultList
from pricing.documents.faults import Fault
from pricing.documents.located import Located, Step

_KEY: Final = re.compile(r"\.?(?P<key>[A-Za-z][\w-]*)", re.ASCII)
_NUMBER: Final = re.compile(r"\[(?P<number>\d{1,9})\]", re.ASCII)


def fault_of_field(root: Located, field: str, message: str) -> Fault:
    """Return a fault of a field: on its line, or on that of what it is missing in.

    What ``field`` says behind the name, such as ``(or birth_date)``, is told behind the message.
    """
    path, remark = _path_of(root, field)
    found = FaultList(root)
    found.add(path, f"{message} {remark}".rstrip())
    return found.faults[0]


def _path_of(root: Located, field: str) -> tuple[tuple[Step, ...], str]:
    """Return the steps to a field, and what is said behind its name."""
    path: tuple[Step, ...] = ()
    rest = field
    while step := _step_of(root.find(path), rest):
        path, rest = (*path, step[0]), step[1]
    return path, rest.strip()


def _step_of(node: Located | None, rest: str) -> tuple[Step, str] | None:
    """Return the first step of what is left of a name, and the rest; None where none begins."""
    entry = _entry_of(node, rest)
    if entry is not None:
        return entry
    if number := _NUMBER.match(rest):
        return int(number["number"]), rest[number.end() :]
    if key := _KEY.match(rest):
        return key["key"], rest[key.end() :]
    return None


def _entry_of(node: Located | None, rest: str) -> tuple[Step, str] | None:
    """Return the entry of a list whose id stands in brackets; an id may hold brackets itself."""
    if node is None or not isinstance(node.content, tuple):
        return None
    written = {place: item.find(("id",)) for place, item in enumerate(node.content)}
    names = {
        place: f"[{one.content}]"
        for place, one in written.items()
        if one is not None and rest.startswith(f"[{one.content}]")
    }
    if not names:
        return None
    place = max(names, key=lambda one: len(names[one]))
    return place, rest[len(names[place]) :]
