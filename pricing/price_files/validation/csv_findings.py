"""Findings about cells of a CSV file: where they are, and their sentence."""

from __future__ import annotations

from collections.abc import Sequence

from pricing.price_files.validation.cell_text import column_letters
from pricing.price_files.validation.csv_wording import sentence
from pricing.price_files.validation.verdict import Finding, Findings


class CellNotes:
    """Takes down what is wrong with cells of one row after the other.

    ``row`` counts from 0 as records do; findings show it from 1, as spreadsheets do.
    """

    def __init__(self, findings: Findings, headers: Sequence[str] = ()) -> None:
        self._findings = findings
        self._headers = headers
        self.row = 0

    def name_columns(self, headers: Sequence[str]) -> None:
        """Take the headers that findings about a column name from here on."""
        self._headers = headers

    def __call__(
        self,
        rule: str,
        column: int = -1,
        value: str = "",
        *,
        header: str | None = None,
        facts: str = "",
        place_row: int | None = None,
    ) -> None:
        """Note that a cell breaks a rule.

        Args:
            rule: a key of `csv_wording.SENTENCES`.
            column: from 0; -1 where the row as a whole is meant.
            value: what the cell holds.
            header: what the column is called, if not by the headers known.
            facts: what else the sentence tells, such as the values allowed.
            place_row: the row that the official validator names, where it names another.
        """
        row = self.row
        if header is None:
            header = self._headers[column] if 0 <= column < len(self._headers) else ""
        named = header
        self._findings.note(
            rule,
            lambda: Finding(
                rule=rule,
                place=_cell(row if place_row is None else place_row, column),
                message=sentence(rule, header=named, value=value, facts=facts, row=row + 1),
                field=named,
                row=row + 1,
                column=column_letters(column) if column >= 0 else None,
            ),
        )


def _cell(row: int, column: int) -> str:
    return f"{column_letters(column) if column >= 0 else 'row '}{row + 1}"
