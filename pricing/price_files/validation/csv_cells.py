"""Checks of single cells in a row of charges, by the column they look at.

A check is called with the trimmed cells of a row, as many as the columns looked at, and notes what
is wrong. Checks are made once for a file and run in the order the official validator reports in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pricing.price_files.validation.cell_text import (
    NINES_LENGTH,
    is_count,
    is_nine_nines,
    is_positive_number,
)
from pricing.price_files.validation.csv_findings import CellNotes

Check = Callable[[list[str], CellNotes], None]


def positive_numbers(columns: Iterable[int]) -> Check:
    """Return the check that each of these cells is empty or a number above zero."""
    looked_at = tuple(columns)

    def check(cells: list[str], note: CellNotes) -> None:
        for column in looked_at:
            value = cells[column]
            if value and not is_positive_number(value):
                note("not-a-positive-number", column, value)

    return check


def one_of(column: int, allowed: tuple[str, ...]) -> Check:
    """Return the check that a cell is empty or one of these values, capitals apart."""
    capitals = frozenset(value.upper() for value in allowed)
    facts = ", ".join(allowed)

    def check(cells: list[str], note: CellNotes) -> None:
        value = cells[column]
        if value and value.upper() not in capitals:
            note("value-not-allowed", column, value, facts=facts)

    return check


def required(column: int, because: str = "") -> Check:
    """Return the check that a cell is not empty; ``because`` says when it must not be."""

    def check(cells: list[str], note: CellNotes) -> None:
        if not cells[column]:
            note("value-missing", column, facts=because)

    return check


def count_of_amounts(column: int) -> Check:
    """Return the check that a cell is empty or a count of allowed amounts."""

    def check(cells: list[str], note: CellNotes) -> None:
        value = cells[column]
        if value and not is_count(value):
            note("count-unreadable", column, value)

    return check


def code_pair(code: int, kind: int, types: tuple[str, ...]) -> Check:
    """Return the check that a code has an allowed type, and a type its code."""
    is_allowed = one_of(kind, types)

    def check(cells: list[str], note: CellNotes) -> None:
        if cells[code]:
            if cells[kind]:
                is_allowed(cells, note)
            else:
                note("value-missing", kind)
        elif cells[kind]:
            note("value-missing", code)

    return check


def drug_information(unit: int, kind: int, units: tuple[str, ...]) -> Check:
    """Return the check that unit and type of measurement come together, and are right."""
    is_number = positive_numbers((unit,))
    is_unit = one_of(kind, units)

    def check(cells: list[str], note: CellNotes) -> None:
        if not cells[unit] and not cells[kind]:
            return
        if cells[unit]:
            is_number(cells, note)
        else:
            note("value-missing", unit, facts=' while "drug_type_of_measurement" is not')
        if cells[kind]:
            is_unit(cells, note)
        else:
            note("value-missing", kind, facts=' while "drug_unit_of_measurement" is not')

    return check


def nine_nines(columns: Iterable[int]) -> Check:
    """Return the check that none of these cells is nine nines."""
    looked_at = tuple(columns)

    def check(cells: list[str], note: CellNotes) -> None:
        for column in looked_at:
            value = cells[column]
            if len(value) >= NINES_LENGTH and is_nine_nines(value):
                note("nine-nines", column, value)

    return check
