"""Which edition of the engine decided, and how a kept decision compares with one made again.

An edition is not a release: most releases change no cent. It is what tells a decision that an
earlier engine made rightly by its own lights from one that was tampered with or is our fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pricing.coverage.wording import amount

EDITION: Final = 4
"""The edition of this engine.

It must be raised by one in every commit after a release by which any trip, under any policy that is
still read, comes to other cents or other balances, or is refused where it was decided. Words of a
trace and faults found earlier in a document do not count.
"""

FIRST_EDITION: Final = 1
"""The edition of decisions that were kept before editions were."""

_CENTS: Final = "_cents"


@dataclass(frozen=True, slots=True)
class Figures:
    """What a decision comes to: by line its amounts by name, in minor units; balances if kept."""

    currency: str
    version: str
    lines: Mapping[str, Mapping[str, int]]
    balances: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    @property
    def payable(self) -> int:
        """Return what is paid in all."""
        return sum(line["payable"] for line in self.lines.values())


def figures_of(answer: Mapping[str, Any]) -> Figures:
    """Return the figures of a decision as ``sojourn cover --json`` prints it."""
    return Figures(
        currency=str(answer["currency"]),
        version=str(answer["policy"]["version"]),
        lines={str(line["id"]): _cents_of(line) for line in answer["lines"]},
        balances={
            (str(one["balance"]), str(one["whose"]), str(one["period"])): str(
                one.get("amount", one.get("count"))
            )
            for one in answer["balances"]["after"]["used"]
        },
    )


def _cents_of(line: Mapping[str, Any]) -> dict[str, int]:
    return {
        name.removesuffix(_CENTS): int(value)
        for name, value in line.items()
        if name.endswith(_CENTS)
    }


@dataclass(frozen=True, slots=True)
class Replay:
    """A kept decision beside the same question decided again by this engine.

    ``again`` is None where this engine refuses to decide it, ``refusal`` says why.
    """

    edition: int
    kept: Figures
    again: Figures | None
    refusal: str = ""

    @property
    def is_of_this_edition(self) -> bool:
        """Return whether this edition decided: then any difference is our fault."""
        return self.edition == EDITION

    @property
    def differences(self) -> tuple[str, ...]:
        """Return what differs, in words; of names that the kept figures have."""
        return tuple(self._differences())

    @property
    def sentence(self) -> str:
        """Return which edition decided, and whether the figures agree."""
        by = f"decided by edition {self.edition}"
        if not self.is_of_this_edition:
            by += f"; this is edition {EDITION}"
        differences = self.differences
        if not differences:
            return f"{by}: the cents agree"
        if self.again is None:
            return f"{by}: it cannot be decided again ({self.refusal})"
        more = self.again.payable - self.kept.payable
        sign = "+" if more > 0 else ""
        by_how_much = f"{sign}{amount(more, self.kept.currency)} {self.kept.currency}"
        return f"{by}: the cents differ by {by_how_much} ({'; '.join(differences)})"

    def _differences(self) -> Iterator[str]:
        kept, again = self.kept, self.again
        if again is None:
            yield self.refusal
            return
        for name, was, is_now in (
            ("currency", kept.currency, again.currency),
            ("version", kept.version, again.version),
            ("lines", ", ".join(kept.lines), ", ".join(again.lines)),
        ):
            if was != is_now:
                yield f"{name}: kept {was}, now {is_now}"
        for line, amounts in kept.lines.items():
            yield from _differing(line, amounts, again.lines.get(line, {}), kept.currency)
        if kept.balances:
            for key in sorted(kept.balances.keys() | again.balances.keys()):
                held, holds = kept.balances.get(key, "none"), again.balances.get(key, "none")
                if held != holds:
                    yield f"balance {' '.join(key)}: {held}, now {holds}"


def _differing(
    line: str, kept: Mapping[str, int], again: Mapping[str, int], currency: str
) -> Iterator[str]:
    for name, cents in kept.items():
        if again.get(name, cents) != cents:
            yield f"{line}: {name} {amount(cents, currency)}, now {amount(again[name], currency)}"
