"""A fee schedule in a CSV file: its columns become rows, its faults name the file's lines."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from pydantic import ValidationError

from pricing.contracts.documents.check_schedules import list_row_faults
from pricing.contracts.documents.terms_document import ScheduleFile, ScheduleRow
from pricing.contracts.errors import ScheduleFileMissing
from pricing.documents.faults import Fault, InvalidDocument, quoted
from pricing.documents.sentences import suggestion
from pricing.expressions.tree import Constant, Expression

_KEYS: Final = (
    "code", "code_type", "modifier", "revenue_code", "drg", "setting", "place", "from", "to",
    "amount",
)  # fmt: skip
_MONEY: Final = re.compile(r"\$?\s*\d{1,3}(,\d{3})+(\.\d+)?|\$\s*\d+(\.\d+)?")

_NUMBER: Final = re.compile(r"\d{1,12}(\.\d{1,9})?", re.ASCII)


def read_fee_file(name: str, written: ScheduleFile, text: str | None) -> tuple[ScheduleRow, ...]:
    """Return a schedule's rows; raises ScheduleFileMissing, or InvalidDocument with all faults."""
    if text is None:
        raise ScheduleFileMissing(name, written.file)
    reader = csv.DictReader(io.StringIO(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")))
    headers = [header.strip() for header in reader.fieldnames or ()]
    reader.fieldnames = headers
    columns = _columns(written, headers)
    rows: list[ScheduleRow] = []
    lines: list[int] = []
    faults: list[Fault] = []
    for record in reader:
        read = _read_row(record, columns, reader.line_num)
        if isinstance(read, ScheduleRow):
            rows.append(read)
            lines.append(reader.line_num)
        else:
            faults += read
    if not rows and not faults:
        faults.append(Fault(1, "", "the file has no rows"))
    found = list_row_faults(rows, lines.__getitem__)
    faults += [Fault(lines[one.place], one.key or "", one.words) for one in found]
    if faults:
        raise InvalidDocument(written.file, faults)
    return tuple(rows)


def _read_row(
    record: dict[str, str | None], columns: dict[str, str], line: int
) -> ScheduleRow | list[Fault]:
    """Return the row of one record, or what is wrong with it."""
    try:
        return ScheduleRow.model_validate(dict(_cells(record, columns)))
    except ValidationError as error:
        return [
            Fault(line, ".".join(str(step) for step in detail["loc"]), str(detail["msg"]))
            for detail in error.errors(include_url=False)
        ]
    except ValueError as error:
        return [Fault(line, "amount", str(error))]


def _columns(written: ScheduleFile, headers: list[str]) -> dict[str, str]:
    """Return the column of each key that the file has; raises InvalidDocument."""
    faults = []
    by_small = {header.lower(): header for header in headers}
    columns: dict[str, str] = {key: by_small[key] for key in _KEYS if key in by_small}
    for key, header in written.columns.items():
        if key not in _KEYS:
            faults.append(Fault(1, "columns", f"{quoted(key)}: {suggestion(key, list(_KEYS))}"))
        elif header.strip().lower() not in by_small:
            words = f"there is no column {quoted(header)}; {suggestion(header, headers)}"
            faults.append(Fault(1, "columns", words))
        else:
            columns[key] = by_small[header.strip().lower()]
    if "amount" not in columns and not faults:
        faults.append(Fault(1, "columns", "which column is the amount? columns: {amount: …}"))
    if faults:
        raise InvalidDocument(written.file, faults)
    return columns


def _cells(
    record: dict[str, str | None], columns: dict[str, str]
) -> Iterator[tuple[str, str | Expression]]:
    for key, header in columns.items():
        cell = (record.get(header) or "").strip()
        if not cell:
            continue
        if key == "amount":
            yield key, _amount(cell)
        else:
            yield key, _iso(cell) if key in {"from", "to"} else cell


def _amount(cell: str) -> Expression:
    """Return an amount, with or without currency sign and thousands separators."""
    if _MONEY.fullmatch(cell):
        cell = cell.replace("$", "").replace(",", "").strip()
    if not _NUMBER.fullmatch(cell):
        raise ValueError(f"{quoted(cell)} must be a number like 95.50")
    return Expression(cell, Constant(Fraction(cell), 1))


def _iso(cell: str) -> str:
    """Return a day written 1/31/2026 as 2026-01-31; anything else as it is."""
    try:
        return date.fromisoformat(cell).isoformat()
    except ValueError:
        pass
    try:
        return datetime.strptime(cell, "%m/%d/%Y").date().isoformat()  # noqa: DTZ007 — a day has no zone
    except ValueError:
        return cell
