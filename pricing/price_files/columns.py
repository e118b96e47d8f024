"""The columns of a price file: which header means what, in any order, case and spacing.

Source: CMS hospital price transparency, CSV data dictionary 2.0 to 3.0. ``code | 1`` is
``Code|1``; a wide file has nine columns for each payer and plan.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeVar

ITEM_COLUMNS: Final = {
    "description": "description",
    "modifiers": "modifiers",
    "setting": "setting",
    "billing_class": "billing_class",
    "drug_unit_of_measurement": "drug_unit",
    "drug_type_of_measurement": "drug_type",
    "standard_charge|gross": "gross",
    "standard_charge|discounted_cash": "cash",
    "standard_charge|min": "minimum",
    "standard_charge|max": "maximum",
    "additional_generic_notes": "notes",
}
"""Header of a column about the item itself → our name for it."""

TALL_COLUMNS: Final = {
    "payer_name": "payer",
    "plan_name": "plan",
    "standard_charge|negotiated_dollar": "dollar",
    "standard_charge|negotiated_percentage": "percent",
    "standard_charge|negotiated_algorithm": "algorithm",
    "standard_charge|methodology": "methodology",
    "median_amount": "median",
    "10th_percentile": "p10",
    "90th_percentile": "p90",
    "count": "count",
    "estimated_amount": "estimated",
}
"""Header of a tall file's column about what a payer pays → our name for it."""

WIDE_CHARGES: Final = {
    "negotiated_dollar": "dollar",
    "negotiated_percentage": "percent",
    "negotiated_algorithm": "algorithm",
    "methodology": "methodology",
}
"""Last part of ``standard_charge|payer|plan|…`` → our name for it."""

WIDE_AMOUNTS: Final = {
    "median_amount": "median",
    "10th_percentile": "p10",
    "90th_percentile": "p90",
    "count": "count",
    "estimated_amount": "estimated",
    "additional_payer_notes": "payer_notes",
}
"""First part of ``…|payer|plan`` → our name for it."""

PAYER_FIELDS: Final = tuple(dict.fromkeys([*TALL_COLUMNS.values(), "payer_notes"]))[2:]
"""What is said of one payer and plan, in the order of the dataset."""

ITEM_FIELDS: Final = tuple(ITEM_COLUMNS.values())
DOLLARS: Final = ("gross", "cash", "minimum", "maximum", "dollar", "median", "p10", "p90")
NUMBERS: Final = (*DOLLARS, "estimated", "percent", "drug_unit")

_CODE: Final = re.compile(r"code\|(\d+)(\|type)?")
_WIDE_PARTS_MIN: Final = 3
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class CodePair:
    """The positions (from 0) of a code's column and of its type's."""

    code: int
    type: int | None


@dataclass(frozen=True, slots=True)
class PayerColumns:
    """A payer and plan of a wide file, with the position of each of their columns."""

    payer: str
    plan: str
    fields: dict[str, int]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which cell of a row is what; positions count from 0.

    ``payers`` is empty in a tall file. ``ignored`` are headers of the hospital's own.
    """

    width: int
    fields: dict[str, int]
    codes: tuple[CodePair, ...]
    payers: tuple[PayerColumns, ...]
    ignored: tuple[str, ...]

    @property
    def is_wide(self) -> bool:
        """Return whether payers stand side by side instead of one below the other."""
        return bool(self.payers)


class HeadersUnusable(Exception):
    """The headers are not those of a price file; the text says why."""


def normalise_header(text: str) -> str:
    """Return a header without its case, and without spaces around its parts."""
    return "|".join("".join(part.split()).lower() for part in text.split("|"))


def read_columns(headers: list[str]) -> Columns:
    """Return which column is what.

    Raises:
        HeadersUnusable: what a price file needs is missing, or a header stands twice.
    """
    fields: dict[str, int] = {}
    code_cells: dict[tuple[int, bool], int] = {}
    payers: dict[tuple[str, str], PayerColumns] = {}
    ignored: list[str] = []
    for position, text in enumerate(headers):
        name = normalise_header(text)
        field = ITEM_COLUMNS.get(name) or TALL_COLUMNS.get(name)
        code = _CODE.fullmatch(name)
        if field is not None:
            _put(fields, field, position, text)
        elif code is not None:
            _put(code_cells, (int(code[1]), bool(code[2])), position, text)
        elif not _put_payer(payers, text, position) and name:
            ignored.append(text.strip())
    _require(fields, code_cells, payers)
    pairs = tuple(
        CodePair(position, code_cells.get((number, True)))
        for (number, is_type), position in sorted(code_cells.items())
        if not is_type
    )
    return Columns(len(headers), fields, pairs, tuple(payers.values()), tuple(ignored))


def _put(cells: dict[_Key, int], key: _Key, position: int, text: str) -> None:
    if key in cells:
        raise HeadersUnusable(f"row 3 has the column {text.strip()!r} twice")
    cells[key] = position


def _put_payer(payers: dict[tuple[str, str], PayerColumns], text: str, position: int) -> bool:
    """Add a wide file's column to its payer and plan; return whether it is one."""
    parts = [part.strip() for part in text.split("|")]
    if len(parts) < _WIDE_PARTS_MIN:
        return False
    first, last = normalise_header(parts[0]), normalise_header(parts[-1])
    field = None
    if first == "standard_charge" and len(parts) > _WIDE_PARTS_MIN:
        field, parts = WIDE_CHARGES.get(last), parts[1:-1]
    elif first in WIDE_AMOUNTS:
        field, parts = WIDE_AMOUNTS[first], parts[1:]
    if field is None:
        return False
    # A plan's own name may hold a bar; a payer's comes before the first.
    payer, plan = parts[0], "|".join(parts[1:])
    key = (normalise_header(payer), normalise_header(plan))
    columns = payers.setdefault(key, PayerColumns(payer, plan, {}))
    _put(columns.fields, field, position, text)
    return True


def _require(
    fields: dict[str, int],
    code_cells: dict[tuple[int, bool], int],
    payers: dict[tuple[str, str], PayerColumns],
) -> None:
    missing = [] if "description" in fields else ["description"]
    if not any(not is_type for _, is_type in code_cells):
        missing.append("code|1")
    if not payers and not {"dollar", "percent", "gross", "cash"} & fields.keys():
        missing.append("standard_charge|…")
    if missing:
        raise HeadersUnusable(
            f"row 3 does not hold the headers of a price file: it lacks {', '.join(missing)}"
        )
