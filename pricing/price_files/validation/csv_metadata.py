"""Rows 1 and 2 of a CSV file: headers about the file as a whole, and their values."""

from __future__ import annotations

import re
from typing import Final

from pricing.price_files.validation.cell_text import (
    header_key,
    header_parts,
    is_date,
    is_same,
)
from pricing.price_files.validation.csv_findings import CellNotes
from pricing.price_files.validation.standard import (
    LICENSE,
    STATES,
    metadata_headers,
    stated_versions,
    statement,
)

_LICENSE_PARTS: Final = 2
_LICENSE_HEADER: Final = re.compile(r"license_number\s*\|\s*.{2}")
_VALUE_ROW: Final = 1
_PLACE_OF_ALERTS: Final = 2
"""The official validator places its alerts about row 2 in row 3."""


def find_metadata(headers: list[str], version: str, note: CellNotes) -> dict[int, str]:
    """Return the headers of row 1 that the version knows, by column; note what is wrong."""
    missing = {header_key(header): header for header in metadata_headers(version)}
    license_key = header_key(LICENSE)
    found: dict[int, str] = {}
    note.row = 0
    for column, header in enumerate(headers):
        key = _license_or(header, column, license_key, missing, note)
        if key in missing and (key != license_key or header_key(header) != license_key):
            found[column] = header
            del missing[key]
        elif any(header_key(known) == header_key(header) for known in found.values()):
            note("metadata-header-twice", column, header=header)
    for header in missing.values():
        note("metadata-header-missing", header=header)
    return found


def _license_or(
    header: str,
    column: int,
    license_key: tuple[str, ...],
    missing: dict[tuple[str, ...], str],
    note: CellNotes,
) -> tuple[str, ...]:
    """Return what a header is looked up by; a license header of any state by the placeholder."""
    parts = header_parts(header)
    if (
        license_key not in missing
        or len(parts) != _LICENSE_PARTS
        or not is_same(parts[0], "license_number")
    ):
        return header_key(header)
    if parts[1].upper() in STATES:
        return license_key
    note("state-unknown", column, parts[1], header=header)
    return header_key(header)


def check_values(found: dict[int, str], values: list[str], version: str, note: CellNotes) -> None:
    """Note what is wrong with the values in row 2 below the headers found."""
    statement_key = header_key(statement(version))
    note.row = _VALUE_ROW
    for column, header in found.items():
        if _LICENSE_HEADER.fullmatch(header):
            continue
        value = values[column] if column < len(values) else ""
        key = header_key(header)
        if not value:
            note("value-missing", column, header=header)
        elif key == ("LAST_UPDATED_ON",) and not is_date(value):
            note("date-unreadable", column, value, header=header)
        elif key == statement_key and value.upper() not in {"TRUE", "FALSE"}:
            note("value-not-allowed", column, value, header=header, facts="true, false")


def alert_to_values(
    found: dict[int, str], values: list[str], version: str, note: CellNotes
) -> None:
    """Note a version other than expected and a statement that is false, in rows without error."""
    note.row = _VALUE_ROW
    expected = stated_versions(version, "csv")
    for column, header in found.items():
        if is_same(header, "version") and expected and values[column] not in expected:
            note(
                "version-differs",
                column,
                values[column],
                header=header,
                facts=", ".join(expected),
                place_row=_PLACE_OF_ALERTS,
            )
    for column, header in found.items():
        if is_same(header, statement(version)) and is_same(values[column], "false"):
            note("statement-false", column, header=header, place_row=_PLACE_OF_ALERTS)
