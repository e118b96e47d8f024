"""Evidence as tables for a spreadsheet: one of the hospitals, one of every rate."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

_LEVELS: Final = ("count", "min", "p10", "median", "p90", "max")
_RATE: Final = (
    *("payer", "plan", "group", "amount", "basis", "of_gross", "is_counted", "unpriced"),
    *("codes", "description", "setting", "billing_class", "modifiers", "gross", "cash"),
    *("methodology", "algorithm", "flags", "row"),
)
_AMOUNTS: Final = frozenset({"amount", "gross", "cash", "of_gross", "to_medicare", *_LEVELS})
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet takes for a formula."""


def to_csv(document: Mapping[str, Any]) -> bytes:
    """Return every rate as CSV in UTF-8 with a mark in front, amounts as exact text."""
    return rates_of(document).to_csv(index=False).encode("utf-8-sig")


def to_workbook(document: Mapping[str, Any]) -> bytes:
    """Return the hospitals and every rate as an XLSX workbook, amounts as numbers."""
    content = io.BytesIO()
    with pd.ExcelWriter(
        content, engine="xlsxwriter", engine_kwargs={"options": {"strings_to_formulas": False}}
    ) as book:
        for name, table in (("Hospitals", hospitals_of(document)), ("Rates", rates_of(document))):
            numbers = [column for column in table.columns if column.split()[-1] in _AMOUNTS]
            table[numbers] = table[numbers].apply(pd.to_numeric)
            table.to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 0))
            book.sheets[name].autofit(300)
    return content.getvalue()


def hospitals_of(document: Mapping[str, Any]) -> pd.DataFrame:
    """Return a row for each hospital and group of payers, gross and cash among them."""
    rows = []
    medicare = document["medicare"]
    for line, one in zip(document["comparison"], document["hospitals"], strict=True):
        spreads = {"gross": one["gross"], "cash": one["cash"], **one["negotiated"]}
        for name, spread in spreads.items():
            if spread is None:
                continue
            rows.append(
                {
                    **_source(one),
                    "of": name,
                    **{level: spread[level] for level in _LEVELS},
                    "medicare amount": medicare["amount"] if medicare else None,
                    "to_medicare": line.get("to_medicare", {}).get(name),
                }
            )
    return _table(rows, (*_SOURCE, "of", *_LEVELS, "medicare amount", "to_medicare"))


def rates_of(document: Mapping[str, Any]) -> pd.DataFrame:
    """Return a row for each rate of each hospital, with its file and row."""
    rows = [
        {**_source(one), **{name: rate[name] for name in _RATE}}
        for one in document["hospitals"]
        for rate in one["rates"]
    ]
    return _table(rows, (*_SOURCE, *_RATE))


def _table(rows: list[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a table; what is no amount is made safe for a spreadsheet."""
    table = pd.DataFrame(rows, columns=list(columns), dtype=object)
    words = [name for name in columns if name.split()[-1] not in _AMOUNTS]
    table[words] = table[words].map(_plain)
    return table


_SOURCE: Final = ("hospital", "updated_on", "file", "sha256")


def _source(one: Mapping[str, Any]) -> dict[str, Any]:
    source = one["source"]
    found = (one["hospital"], source["updated_on"], source["file"], source["sha256"])
    return dict(zip(_SOURCE, found, strict=True))


def _plain(value: Any) -> Any:  # noqa: ANN401 — a cell
    """Return lists as text, and texts that no spreadsheet takes for a formula."""
    if isinstance(value, list):
        value = ", ".join(str(one) for one in value)
    if isinstance(value, str) and value.startswith(_RISKY):
        return f"'{value}"
    return value
