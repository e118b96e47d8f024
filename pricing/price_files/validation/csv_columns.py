"""Row 3 of a CSV file: which columns there are, and whether the file is tall or wide."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from pricing.price_files.validation.cell_text import header_key, header_parts, is_same
from pricing.price_files.validation.csv_findings import CellNotes

CHARGE_PARTS: Final = (
    "negotiated_dollar",
    "negotiated_percentage",
    "negotiated_algorithm",
    "methodology",
)
ALLOWED_AMOUNTS: Final = ("median_amount", "10th_percentile", "90th_percentile", "count")
CODES_MAX: Final = 1000
"""A higher number in ``code | N`` is a slip; so many columns are reported as missing, no more."""

_PLAN_PARTS: Final = 3
_CHARGE_PLAN_PARTS: Final = 4
_CODE_PARTS: Final = (2, 3)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file that may be read: where each label stands.

    ``plans`` has one ``payer | plan`` for each of a wide file, none where it is tall.
    """

    index: dict[str, int]
    headers: tuple[str, ...]
    plans: tuple[str, ...]
    code_count: int

    @property
    def is_tall(self) -> bool:
        """Whether payer and plan stand in the rows."""
        return not self.plans

    @property
    def width(self) -> int:
        """How many cells of a row are looked at."""
        return max(self.index.values()) + 1


def find_columns(headers: list[str], version: str, note: CellNotes) -> Columns | None:
    """Return the columns of row 3; note what is wrong, and return None where anything is."""
    faults = _Counted(note)
    note.row = 2
    is_tall = all(
        any(is_same(h, wanted) for h in headers) for wanted in ("payer_name", "plan_name")
    )
    plans = _plans(headers, version)
    if version >= "3":
        _note_plan_placeholders(headers, faults)
        plans = [plan for plan in plans if not _is_placeholder_plan(plan)]
        _note_code_placeholders(headers, faults)
    if is_tall == bool(plans):
        faults("neither-tall-nor-wide")
        return None
    code_count = _code_count(headers)
    index = _placed(headers, expected_labels(version, code_count, plans), faults)
    if faults.count:
        return None
    return Columns(index, tuple(headers), tuple(plans), code_count)


class _Counted:
    """Passes notes on and counts them."""

    def __init__(self, note: CellNotes) -> None:
        self._note = note
        self.count = 0

    def __call__(self, rule: str, column: int = -1, header: str = "") -> None:
        self.count += 1
        self._note(rule, column, header=header)


def expected_labels(version: str, code_count: int, plans: list[str]) -> list[str]:
    """Return the labels a file needs under a version, in the order they are reported missing."""
    labels = ["description", "setting"]
    labels += [f"standard_charge | {one}" for one in ("gross", "discounted_cash", "min", "max")]
    labels.append("additional_generic_notes")
    for number in range(1, max(1, code_count) + 1):
        labels += [f"code | {number}", f"code | {number} | type"]
    if not plans:
        labels += ["payer_name", "plan_name"]
        labels += [f"standard_charge | {part}" for part in CHARGE_PARTS]
    for plan in plans:
        labels += [f"standard_charge | {plan} | {part}" for part in CHARGE_PARTS]
        labels.append(f"additional_payer_notes | {plan}")
    if version >= "2.2":
        labels += ["drug_unit_of_measurement", "drug_type_of_measurement", "modifiers"]
    for amounts in _amounts(version):
        labels += [f"{amounts} | {plan}" for plan in plans] if plans else [amounts]
    return labels


def _amounts(version: str) -> tuple[str, ...]:
    if version >= "3":
        return ALLOWED_AMOUNTS
    return ("estimated_amount",) if version >= "2.2" else ()


def _placed(headers: list[str], labels: list[str], fault: _Counted) -> dict[str, int]:
    """Return where each label stands; note headers that come twice and labels that are missing."""
    wanted: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for label in labels:
        wanted[header_key(label)].append(label)
    index: dict[str, int] = {}
    seen: set[tuple[str, ...]] = set()
    for column, header in enumerate(headers):
        key = header_key(header)
        if wanted.get(key):
            index[wanted[key].pop(0)] = column
        elif header and key in seen:
            fault("column-twice", column, header)
        seen.add(key)
    for label in labels:
        if label not in index:
            fault("column-missing", header=label)
    return index


def _plans(headers: list[str], version: str) -> list[str]:
    """Return each ``payer | plan`` in lower case, in the order they come up."""
    amounts = ("additional_payer_notes", *_amounts(version))
    plans: dict[str, None] = {}
    for header in headers:
        parts = header_parts(header)
        if _is_plan_charge(parts) or (
            len(parts) == _PLAN_PARTS and any(is_same(parts[0], one) for one in amounts)
        ):
            plans[" | ".join(parts[1:3]).lower()] = None
    return list(plans)


def _is_plan_charge(parts: list[str]) -> bool:
    return (
        len(parts) == _CHARGE_PLAN_PARTS
        and is_same(parts[0], "standard_charge")
        and any(is_same(parts[3], one) for one in CHARGE_PARTS)
    )


def _is_placeholder_plan(plan: str) -> bool:
    payer, _, name = plan.partition(" | ")
    return is_same(payer, "[payer_name]") or is_same(name, "[plan_name]")


def _note_plan_placeholders(headers: list[str], fault: _Counted) -> None:
    amounts = ("additional_payer_notes", *ALLOWED_AMOUNTS)
    for column, header in enumerate(headers):
        parts = header_parts(header)
        if _is_plan_charge(parts):
            is_left = is_same(parts[1], "[payer_name]") or is_same(parts[2], "[plan_name]")
        elif len(parts) == _PLAN_PARTS and any(is_same(parts[0], one) for one in amounts):
            is_left = is_same(parts[1], "[payer_name]") and is_same(parts[2], "[plan_name]")
        else:
            is_left = False
        if is_left:
            fault("placeholder-left", column, header)


def _code_parts(header: str) -> list[str]:
    """Return the parts of a header ``code | N`` or ``code | N | type``, else none."""
    parts = [part for part in header_parts(header) if part]
    if len(parts) not in _CODE_PARTS or not is_same(parts[0], "code"):
        return []
    return parts if len(parts) == _CODE_PARTS[0] or is_same(parts[2], "type") else []


def _note_code_placeholders(headers: list[str], fault: _Counted) -> None:
    for column, header in enumerate(headers):
        parts = _code_parts(header)
        if parts and is_same(parts[1], "[i]"):
            fault("placeholder-left", column, header)


def _code_count(headers: list[str]) -> int:
    """Return the highest number of a code column, at most `CODES_MAX`."""
    count = 0
    for header in headers:
        parts = _code_parts(header)
        digits = re.sub(r"[^0-9]", "", parts[1])[:9] if parts else ""
        count = max(count, int(digits or "0"))
    return min(count, CODES_MAX)
