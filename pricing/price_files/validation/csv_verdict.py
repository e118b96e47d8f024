"""The verdict on a CSV file: rows 1 to 3, then every row of charges, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TextIO

from pricing.price_files.validation.cell_text import BLANKS, header_key, is_same
from pricing.price_files.validation.csv_columns import Columns, find_columns
from pricing.price_files.validation.csv_findings import CellNotes
from pricing.price_files.validation.csv_metadata import (
    alert_to_values,
    check_values,
    find_metadata,
)
from pricing.price_files.validation.csv_rows import RowRules, row_rules
from pricing.price_files.validation.csv_wording import sentence
from pricing.price_files.validation.records import RECORD_MAX, Records, RecordTooLong
from pricing.price_files.validation.verdict import Finding, Findings, Verdict

HEAD_ROWS: Final = 3
NOT_UTF_8: Final = (
    "holds bytes that are not UTF-8, perhaps of Windows-1252; they were read as replacement "
    "characters, as the official validator does. Save the file as UTF-8"
)


@dataclass(slots=True)
class _State:
    """A file being judged."""

    version: str
    errors: Findings
    alerts: Findings
    error: CellNotes = field(init=False)
    alert: CellNotes = field(init=False)
    layout: str = "unknown"
    rows: int = 0

    def __post_init__(self) -> None:
        self.error = CellNotes(self.errors)
        self.alert = CellNotes(self.alerts)

    def stop(self, rule: str, row: int, place: str = "A1") -> None:
        """Leave one error alone, as it makes the others meaningless."""
        message = sentence(rule, header="", value="", facts=f"{RECORD_MAX:,}", row=row + 1)
        self.errors.replace_by(Finding(rule, place, message, row=row + 1))


def judge_csv(text: TextIO, version: str, limit: int) -> Verdict:
    """Return the verdict on a CSV file that was opened as `source.open_source` does."""
    state = _State(version, Findings(limit), Findings(limit))
    records = Records(text)
    try:
        _judge(iter(records), state)
    except RecordTooLong as error:
        state.stop("record-too-long", error.record, f"row {error.record + 1}")
    return Verdict(
        version=version,
        layout=state.layout,
        rows=state.rows,
        errors=state.errors,
        alerts=state.alerts,
        notes=_notes(records.replaced),
    )


def _notes(replaced: int | None) -> tuple[str, ...]:
    """Return what is said of the first record, from 0, with bytes that had to be replaced."""
    return () if replaced is None else (f"row {replaced + 1} {NOT_UTF_8}",)


def _judge(records: Iterator[list[str]], state: _State) -> None:
    head = [_trimmed(record) for _, record in zip(range(HEAD_ROWS), records, strict=False)]
    if head and not any(head[0]):
        state.stop("header-row-blank", 0)
        return
    if len(head) > 1:
        _judge_metadata(head[0], head[1], state)
    if len(head) < HEAD_ROWS:
        state.stop("no-rows", 0)
        return
    if not any(head[2]):
        state.stop("header-row-blank", 2, "A3")
        return
    columns = find_columns(head[2], state.version, state.error)
    if columns is None:
        state.error.row = 0
        state.error("rows-not-checked", 0, header="")
        return
    state.layout = "tall" if columns.is_tall else "wide"
    _alert_to_columns(columns, state)
    count = _judge_rows(records, columns, state)
    if count == 0:
        state.stop("no-rows", 0)


def _judge_metadata(headers: list[str], values: list[str], state: _State) -> None:
    found = find_metadata(headers, state.version, state.error)
    check_values(found, values, state.version, state.error)
    if state.errors.total == 0:
        alert_to_values(found, values, state.version, state.alert)


def _alert_to_columns(columns: Columns, state: _State) -> None:
    """Note columns of estimated amounts, which v3.0 no longer asks for."""
    if state.version < "3":
        return
    state.alert.row = 2
    labels = [f"estimated_amount | {plan}" for plan in columns.plans]
    for column in (
        _tall_estimate(columns)
        if columns.is_tall
        else [c for label in labels if (c := _column_of(columns, label)) is not None]
    ):
        state.alert("estimated-amount-column", column, header=columns.headers[column])


def _tall_estimate(columns: Columns) -> list[int]:
    found = [n for n, header in enumerate(columns.headers) if is_same(header, "estimated_amount")]
    return found[:1]


def _column_of(columns: Columns, label: str) -> int | None:
    key = header_key(label)
    return next((n for n, header in enumerate(columns.headers) if header_key(header) == key), None)


def _judge_rows(records: Iterator[list[str]], columns: Columns, state: _State) -> int:
    """Judge the rows of charges; return how many records there are, blank ones too."""
    rules = row_rules(columns, state.version)
    state.error.name_columns(columns.headers)
    state.alert.name_columns(columns.headers)
    number = HEAD_ROWS - 1
    for number, record in enumerate(records, HEAD_ROWS):
        cells = _trimmed(record)
        if any(cells):
            _judge_row(cells, number, columns.width, rules, state)
    return number - HEAD_ROWS + 1


def _judge_row(cells: list[str], number: int, width: int, rules: RowRules, state: _State) -> None:
    state.rows += 1
    if len(cells) < width:
        cells += [""] * (width - len(cells))
    state.error.row = state.alert.row = number
    rules.check(cells, state.error)
    rules.alert(cells, state.alert)


def _trimmed(record: list[str]) -> list[str]:
    return [cell.strip(BLANKS) for cell in record]
