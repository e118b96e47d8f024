"""What is wrong with a document: one fault for each place, with its line, and the error of all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pricing.errors import PricingError

_SHOWN_MAX: Final = 20
"""Faults that the error's text shows; ``faults`` holds all."""

_VALUE_SHOWN: Final = 40
"""Characters of a value that a message repeats."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to put right: the 1-based line, the path of keys to it, what to write instead."""

    line: int
    path: str
    message: str

    def __str__(self) -> str:
        """Return line, path and message as one line of text."""
        where = f"{self.path}: " if self.path else ""
        return f"{self.line}: {where}{self.message}"


class InvalidDocument(PricingError):
    """A document of coverage, contracts or estimates cannot be used as it is."""

    def __init__(self, name: str, faults: Iterable[Fault]) -> None:
        """Keep the document's name and its faults, in order of line, each place told once."""
        self.name = name
        self.faults = told_once(faults)
        lines = [f"{name}:{fault}" for fault in self.faults[:_SHOWN_MAX]]
        if len(self.faults) > _SHOWN_MAX:
            lines.append(f"{name}: and {len(self.faults) - _SHOWN_MAX} more")
        super().__init__("\n".join(lines))


def quoted(value: object) -> str:
    """Return a value of a document as a message may repeat it: short, on one line, in quotes."""
    text = str(value)
    return repr(text if len(text) <= _VALUE_SHOWN else text[: _VALUE_SHOWN - 1] + "…")


def told_once(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Leave out what a part used twice through an alias would say a second time."""
    seen: dict[tuple[int, str, str], Fault] = {}
    for fault in sorted(faults):
        seen.setdefault((fault.line, fault.path.rpartition(".")[2], fault.message), fault)
    return tuple(seen.values())
