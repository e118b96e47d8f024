"""A verdict and how it is collected: findings counted in full, listed up to a limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

LISTED: Final = 1000
"""Findings of each kind that a verdict lists unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or deserves a look.

    ``place`` is what the official validator calls the place: a cell (``Q5``), ``row 5``, or the
    JSON pointer of an object. ``row`` and ``column`` (letters) are of CSV files, ``field`` is the
    header or JSON property.
    """

    rule: str
    place: str
    message: str
    field: str = ""
    row: int | None = None
    column: str | None = None


@dataclass(slots=True)
class Findings:
    """Findings of one kind as they come up: all counted by rule, at most ``limit`` listed."""

    limit: int = LISTED
    counts: Counter[str] = field(default_factory=Counter)
    listed: list[Finding] = field(default_factory=list)

    def note(self, rule: str, make: Callable[[], Finding]) -> None:
        """Count a finding; build it only while there is room, as files may have millions."""
        self.counts[rule] += 1
        if len(self.listed) < self.limit:
            self.listed.append(make())

    def add(self, finding: Finding) -> None:
        """Count a finding, and list it while there is room."""
        self.note(finding.rule, lambda: finding)

    def replace_by(self, finding: Finding) -> None:
        """Forget what was found and keep this alone: it says that the rest means nothing."""
        self.counts.clear()
        self.listed.clear()
        self.add(finding)

    @property
    def total(self) -> int:
        """How many there are, listed or not."""
        return self.counts.total()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a file under one version of the data dictionary.

    ``layout`` is ``tall``, ``wide``, ``json``, or ``unknown`` where row 3 does not tell; ``rows``
    counts rows of charges, or items of a JSON file. ``notes`` are ours alone: facts that change no
    verdict.
    """

    version: str
    layout: str
    rows: int
    errors: Findings
    alerts: Findings
    notes: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether there is no error; alerts leave a file valid."""
        return self.errors.total == 0
