"""Fee schedules: the row that fits a line best.

A row fits when everything it names is the line's. Of several the one that names most is taken,
among equals the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from pricing.contracts.documents.terms_document import ScheduleRow
from pricing.contracts.patterns import (
    DRG_DIGITS,
    REVENUE_DIGITS,
    Codes,
    codes_of,
    normal_code,
)
from pricing.expressions.tree import Expression

_ANY: Final = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a row is held against: a line's codes in their normal form, and the day."""

    code: str | None
    code_type: str | None
    modifiers: tuple[str, ...]
    revenue_code: str | None
    drg: str | None
    setting: str | None
    place: str | None
    day: date | None


@dataclass(frozen=True, slots=True)
class _Row:
    code: Codes | None
    code_type: str | None
    modifier: str | None
    revenue_code: Codes | None
    drg: Codes | None
    setting: str | None
    place: str | None
    first: date | None
    last: date | None
    named: int
    amount: Expression
    label: str

    def fits(self, asked: Asked) -> bool:
        return (
            (self.code is None or self.code.has(asked.code))
            and (self.revenue_code is None or self.revenue_code.has(asked.revenue_code))
            and (self.drg is None or self.drg.has(asked.drg))
            and (self.modifier is None or self.modifier in asked.modifiers)
            and self._fits_rest(asked)
        )

    def _fits_rest(self, asked: Asked) -> bool:
        return (
            (self.code_type is None or self.code_type == asked.code_type)
            and (self.setting is None or self.setting == asked.setting)
            and (self.place is None or self.place == asked.place)
        )

    def is_dated(self) -> bool:
        return self.first is not None or self.last is not None

    def is_in_force(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule's rows, those of one code found at once."""

    name: str
    by_code: Mapping[str, tuple[_Row, ...]]

    def needs_day(self, asked: Asked) -> bool:
        """Return whether which row answers depends on the day."""
        return any(row.is_dated() and row.fits(asked) for row in self._near(asked))

    def find(self, asked: Asked) -> tuple[Expression, str] | None:
        """Return the amount of the best row and what that row is for, or None."""
        best: _Row | None = None
        for row in self._near(asked):
            is_better = best is None or row.named > best.named
            if is_better and row.fits(asked) and _is_current(row, asked.day):
                best = row
        return None if best is None else (best.amount, best.label)

    def _near(self, asked: Asked) -> Iterable[_Row]:
        own = self.by_code.get(asked.code, ()) if asked.code else ()
        return (*own, *self.by_code.get(_ANY, ()))


def schedule_of(name: str, rows: Iterable[ScheduleRow]) -> Schedule:
    """Return a schedule that was written in a document or a file."""
    by_code: dict[str, list[_Row]] = {}
    for written in rows:
        row = _row_of(written)
        single = row.code.single if row.code is not None and _is_single(row.code) else (_ANY,)
        for code in single:
            by_code.setdefault(code, []).append(row)
    return Schedule(name, {code: tuple(found) for code, found in by_code.items()})


def _is_single(codes: Codes) -> bool:
    return not codes.ranges and not codes.beginnings


def _row_of(row: ScheduleRow) -> _Row:
    keys = {
        "code": row.code, "type": row.code_type, "modifier": row.modifier,
        "revenue code": row.revenue_code, "DRG": row.drg, "setting": row.setting,
        "place": row.place,
    }  # fmt: skip
    label = ", ".join(f"{key} {value}" for key, value in keys.items() if value is not None)
    return _Row(
        code=None if row.code is None else codes_of((row.code,)),
        code_type=None if row.code_type is None else row.code_type.upper(),
        modifier=None if row.modifier is None else normal_code(row.modifier),
        revenue_code=(
            None if row.revenue_code is None else codes_of((row.revenue_code,), REVENUE_DIGITS)
        ),
        drg=None if row.drg is None else codes_of((row.drg,), DRG_DIGITS),
        setting=row.setting,
        place=row.place,
        first=row.first,
        last=row.last,
        named=sum(value is not None for value in keys.values()),
        amount=row.amount,
        label=label or "everything",
    )


def _is_current(row: _Row, day: date | None) -> bool:
    return not row.is_dated() or (day is not None and row.is_in_force(day))
