"""Price files of a made-up hospital, of any size, in the shapes real ones have.

Real tall files name a dozen to a few hundred plans for each item, one below the other, half of them
with a dollar amount and a percentage; real wide files have up to 1,300 columns, many empty.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_MEGABYTE: Final = 1_000_000
_HEAD: Final = (
    "hospital_name,last_updated_on,version,location_name,hospital_address,license_number|MA,"
    "type_2_npi,attester_name\n"
    '{name},2026-03-27,3.0.0,{name},"1 Larkspur Way, Alder, MA",L-1,1000000001,Ada Alder\n'
)
_ITEM: Final = (
    "description,code|1,code|1|type,code|2,code|2|type,code|3,code|3|type,modifiers,setting,"
    "drug_unit_of_measurement,drug_type_of_measurement,standard_charge|gross,"
    "standard_charge|discounted_cash,standard_charge|min,standard_charge|max"
)
_TALL: Final = (
    "payer_name,plan_name,standard_charge|negotiated_dollar,standard_charge|negotiated_percentage,"
    "standard_charge|negotiated_algorithm,median_amount,10th_percentile,90th_percentile,count,"
    "standard_charge|methodology,additional_generic_notes"
)
_LETTERS: Final = "CGJQ"
_SETTINGS: Final = ("inpatient", "outpatient", "both")
_COUNTS: Final = ("0", "1 through 10", "12", "87", "2025")
_PLANS: Final = 30
_WIDE_PLANS: Final = 140
_FILLED: Final = 0.6


def write_tall(
    file: Path, megabytes: int, *, name: str = "Larkspur General", seed: int = 1
) -> None:
    """Write a tall file of about this size; rows of an item follow each other."""
    luck = random.Random(seed)
    plans = [f"{_payer(number)},HB PLAN {number} COMMERCIAL HMO" for number in range(_PLANS)]

    def rows() -> Iterator[str]:
        for item, gross in _items(luck):
            yield "".join(f"{item},{plan},{_tall_cells(luck, gross)}\n" for plan in plans)

    _write(file, megabytes, f"{_HEAD.format(name=name)}{_ITEM},{_TALL}\n", rows())


def write_shuffled(file: Path, megabytes: int) -> None:
    """Write a tall file sorted by plan, so that no two rows of an item follow each other."""
    luck = random.Random(3)
    size = megabytes * _MEGABYTE // _PLANS
    items = []
    for item, gross in _items(luck):
        items.append((item, gross))
        size -= len(item) + 130
        if size < 0:
            break

    def rows() -> Iterator[str]:
        for number in range(_PLANS):
            plan = f"{_payer(number)},HB PLAN {number} COMMERCIAL HMO"
            for item, gross in items:
                yield f"{item},{plan},{_tall_cells(luck, gross)}\n"

    _write(file, megabytes, f"{_HEAD.format(name='Larkspur')}{_ITEM},{_TALL}\n", rows())


def write_wide(file: Path, megabytes: int) -> None:
    """Write a wide file of about this size and 1,275 columns."""
    luck = random.Random(2)
    headers = [_ITEM]
    for number in range(_WIDE_PLANS):
        plan = f"{_payer(number)}|Plan {number}"
        headers += [
            f"standard_charge|{plan}|{last}"
            for last in ("negotiated_dollar", "negotiated_percentage", "negotiated_algorithm")
        ]
        headers += [
            f"{first}|{plan}" for first in ("median_amount", "10th_percentile", "90th_percentile")
        ]
        headers += [f"count|{plan}", f"standard_charge|{plan}|methodology"]
        headers += [f"additional_payer_notes|{plan}"]

    def rows() -> Iterator[str]:
        for item, gross in _items(luck):
            cells = (
                _wide_cells(luck, gross) if luck.random() < _FILLED else ",,,,,,,,"
                for _ in range(_WIDE_PLANS)
            )
            yield f"{item},{','.join(cells)}\n"

    _write(file, megabytes, f"{_HEAD.format(name='Larkspur')}{','.join(headers)}\n", rows())


def _write(file: Path, megabytes: int, headers: str, rows: Iterator[str]) -> None:
    size = megabytes * _MEGABYTE
    with file.open("w", encoding="utf-8", newline="") as target:
        size -= target.write(headers)
        while size > 0 and (row := next(rows, None)) is not None:
            size -= target.write(row)


def _payer(number: int) -> str:
    return f"PAYER NUMBER {number} [{1000 + number}]"


def _items(luck: random.Random) -> Iterator[tuple[str, float]]:
    """Yield each item's cells and its gross charge, without end."""
    number = 0
    while True:
        number += 1
        gross = luck.randint(100, 9_000_000) / 100
        letter = _LETTERS[number % len(_LETTERS)]
        yield (
            (
                f'"MADE UP SERVICE NUMBER {number}, KIND {luck.randint(1, 99)} OF MANY",'
                f"PX-{30_000_000 + number},CDM,{letter}{number % 10_000:04d},HCPCS,"
                f"{luck.randint(250, 999):04d},RC,,{_SETTINGS[number % 3]},,,"
                f"{gross:.2f},{gross * 0.75:.2f},{gross * 0.2:.2f},{gross * 0.9:.2f}"
            ),
            gross,
        )


def _tall_cells(luck: random.Random, gross: float) -> str:
    percent = luck.randint(200, 900) / 10
    paid = gross * percent / 100
    return (
        f"{paid:.2f},{percent},,{paid:.2f},{paid * 0.6:.2f},{paid * 1.2:.2f},"
        f"{luck.choice(_COUNTS)},percent of total billed charges,"
    )


def _wide_cells(luck: random.Random, gross: float) -> str:
    percent = luck.randint(200, 900) / 10
    paid = gross * percent / 100
    if percent < 55:  # noqa: PLR2004 — about half of them
        return f"{paid:.2f},,,,,,,fee schedule,"
    return (
        f",{percent},,{paid:.2f},{paid * 0.6:.2f},{paid * 1.2:.2f},{luck.choice(_COUNTS)},"
        "percent of total billed charges,"
    )
