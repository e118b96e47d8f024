"""Codes as a contract lists them: one code, a range, or everything that begins alike.

``27447``, ``0120-0179``, ``J*``, ``36X``. A range holds longer codes by their beginning, as lists
of diagnoses mean it: ``I20-I25`` has ``I214``. Codes are compared in capitals without dots; a
revenue code is four digits, an MS-DRG three, with or without the zeros in front.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

REVENUE_DIGITS: Final = 4
DRG_DIGITS: Final = 3
STATUS_DIGITS: Final = 2


def normal_code(written: str) -> str:
    """Return a procedure, diagnosis or drug code as codes are compared."""
    return written.strip().upper().replace(".", "")


def normal_revenue_code(written: str) -> str:
    """Return a revenue code with its leading zeros."""
    return normal_code(written).zfill(REVENUE_DIGITS)


def normal_status(written: str) -> str:
    """Return a patient's discharge status with its two digits."""
    return normal_code(written).zfill(STATUS_DIGITS)


def normal_drg(written: str) -> str:
    """Return a DRG of three digits, or an APR-DRG with its severity: ``1402`` for ``140-2``."""
    return normal_code(written).replace("-", "").zfill(DRG_DIGITS)


@dataclass(frozen=True, slots=True)
class Codes:
    """A list of single codes, ranges and beginnings."""

    single: frozenset[str]
    ranges: tuple[tuple[str, str], ...]
    beginnings: tuple[str, ...]

    def has(self, code: str | None) -> bool:
        """Return whether a code, as `normal_code` writes it, is on the list."""
        if code is None:
            return False
        if code in self.single or (self.beginnings and code.startswith(self.beginnings)):
            return True
        return any(
            len(first) <= len(code) and first <= code[: len(first)] <= last
            for first, last in self.ranges
        )


def codes_of(written: Iterable[str], digits: int = 0) -> Codes:
    """Return the list that was written; ``digits`` fills numbers up with zeros in front."""
    single, ranges, beginnings = set(), [], []
    for one in written:
        code = normal_code(one)
        if code.endswith("*") or (digits == REVENUE_DIGITS and code.endswith("X")):
            is_short = digits == REVENUE_DIGITS and len(code) == REVENUE_DIGITS - 1
            begins = code.rstrip("X") if digits and code.endswith("X") else code[:-1]
            beginnings.append(f"0{begins}" if is_short else begins)
        elif (ends := range_of(code, digits)) is not None:
            ranges.append(ends)
        else:
            single.add(code.zfill(digits))
    return Codes(frozenset(single), tuple(ranges), tuple(beginnings))


def range_of(code: str, digits: int = 0) -> tuple[str, str] | None:
    """Return both ends of a range; None for what is none, such as an NDC with its hyphens."""
    first, hyphen, last = (part.strip() for part in code.partition("-"))
    if not hyphen or not first or not last or "-" in last:
        return None
    first, last = first.zfill(digits), last.zfill(digits)
    return (first, last) if len(first) == len(last) else None
