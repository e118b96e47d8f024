"""Valid price files of a hospital that does not exist, in every layout and version.

A CSV file is a table: rows of cells as text. The codes are LOCAL, HCPCS level II or MS-DRG.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

from pricing.price_files.validation.standard import statement

Table = list[list[str]]

LAYOUTS: Final = ("tall", "wide", "json")
PLANS: Final = (("Harbour Mutual", "Open"), ("Northern Province", "Visitors"))
_CODES: Final = ("code|1", "code|1|type", "code|2", "code|2|type")
_CHARGE: Final = (
    "negotiated_dollar",
    "negotiated_percentage",
    "negotiated_algorithm",
    "methodology",
)
_ALLOWED: Final = ("median_amount", "10th_percentile", "90th_percentile", "count")
# What a plan pays: dollar, percentage, algorithm, methodology; median, p10, p90, count; notes.
_PAYS: Final = (
    ("1200.50", "", "", "fee schedule", "", "", "", "", ""),
    ("", "62.5", "", "percent of total billed charges", "900", "850.25", "990", "14", ""),
    ("", "", "Weight x base rate", "case rate", "11000", "9000", "15000", "1 through 10", ""),
    ("", "45", "", "other", "", "", "", "0", "No allowed amounts in the last year"),
    ("310", "12.5", "", "per diem", "280", "250", "300", "120", "Per day"),
)
# Description, code, type, second code, its type, setting, drug unit, drug type, gross, cash.
_ITEMS: Final = (
    ("Knee replacement", "470", "MS-DRG", "", "", "inpatient", "", "", "48000", "24000"),
    ("Infusion, one hour", "S9338", "HCPCS", "LOC-7", "LOCAL", "outpatient", "", "", "900.00", ""),
    ("Sample solution 5 mL", "00000-1111-22", "NDC", "", "", "both", "5", "ML", "40", "20.5"),
    ("Ward, one day", "LOC-1", "LOCAL", "", "", "inpatient", "", "", "", "1500"),
)


def rows(version: str, layout: str) -> Table:
    """Return a valid CSV file as a table."""
    newest = version >= "3"
    place = "location_name" if newest else "hospital_location"
    head = [
        ("hospital_name", "Sample Harbor Hospital"),
        ("last_updated_on", "2026-07-01"),
        ("version", "3.0.0" if newest else "2.0.0"),
        (place, "Sample Harbor Hospital|Harbor Clinic"),
        ("hospital_address", "1 Quay, Sampletown, TX 00000|2 Quay, Sampletown, TX 00000"),
        ("license_number|TX", "0001"),
        (statement(version), "true"),
    ]
    if newest:
        head += [("type_2_npi", "0000000000|0000000001"), ("attester_name", "Sam Sample")]
    body = _wide(version) if layout == "wide" else _tall(version)
    return [[name for name, _ in head], [value for _, value in head], *body]


def _item_headers(version: str) -> list[str]:
    drug = ["drug_unit_of_measurement", "drug_type_of_measurement"] if version >= "2.2" else []
    charges = [f"standard_charge|{name}" for name in ("gross", "discounted_cash")]
    return ["description", *_CODES, "setting", *drug, *charges]


def _item_cells(item: Sequence[str], version: str) -> list[str]:
    return [*item[:6], *(item[6:8] if version >= "2.2" else ()), *item[8:]]


def _modifiers(version: str) -> list[str]:
    return ["modifiers"] if version >= "2.2" else []


def _amount_names(version: str) -> tuple[str, ...]:
    if version >= "3":
        return _ALLOWED
    return ("estimated_amount",) if version >= "2.2" else ()


def _amounts(pays: Sequence[str], version: str) -> list[str]:
    if version >= "3":
        return list(pays[4:8])
    return [pays[4] or ("100" if pays[1] else "")] if version >= "2.2" else []


def _tall(version: str) -> Table:
    headers = [
        *_item_headers(version),
        *_modifiers(version),
        "payer_name",
        "plan_name",
        *(f"standard_charge|{part}" for part in _CHARGE),
        *_amount_names(version),
        "standard_charge|min",
        "standard_charge|max",
        "additional_generic_notes",
    ]
    blank = [""] * len(_modifiers(version))
    table = [headers]
    for number, pays in enumerate(_PAYS):
        item = _ITEMS[number % len(_ITEMS)]
        cells = [*_item_cells(item, version), *blank, *PLANS[number % 2], *pays[:4]]
        table.append([*cells, *_amounts(pays, version), "250", "2500.75", pays[8]])
    if version >= "2.2":
        table.append(_modifier_row(headers, "additional_generic_notes"))
    return table


def _modifier_row(headers: list[str], notes: str) -> list[str]:
    told = {"description": "Two surgeons", "modifiers": "62", notes: "62.5 % of the fee schedule"}
    return [told.get(header, "") for header in headers]


def _wide(version: str) -> Table:
    headers = [*_item_headers(version), *_modifiers(version)]
    for payer, plan in PLANS:
        headers += [f"standard_charge|{payer}|{plan}|{part}" for part in _CHARGE]
        headers += [f"{name}|{payer}|{plan}" for name in _amount_names(version)]
        headers.append(f"additional_payer_notes|{payer}|{plan}")
    headers += ["standard_charge|min", "standard_charge|max", "additional_generic_notes"]
    blank = [""] * len(_modifiers(version))
    table = [headers]
    for number, item in enumerate(_ITEMS):
        cells = [*_item_cells(item, version), *blank]
        for offset in range(len(PLANS)):
            pays = _PAYS[(number + offset) % len(_PAYS)]
            cells += [*pays[:4], *_amounts(pays, version), pays[8]]
        table.append([*cells, "250", "2500.75", ""])
    if version >= "2.2":
        table.append(_modifier_row(headers, f"additional_payer_notes|{'|'.join(PLANS[1])}"))
    return table


def document(version: str) -> dict[str, Any]:
    """Return a valid JSON file as a document."""
    newest = version >= "3"
    word = "attestation" if newest else "affirmation"
    stated: dict[str, Any] = {word: statement(version), f"confirm_{word}": True}
    found: dict[str, Any] = {
        "hospital_name": "Sample Harbor Hospital",
        "last_updated_on": "2026-07-01",
        "version": "3.0.0" if newest else "2.0.0",
        "location_name" if newest else "hospital_location": ["Sample Harbor Hospital"],
        "hospital_address": ["1 Quay, Sampletown, TX 00000"],
        "license_information": {"license_number": "0001", "state": "TX"},
        word: stated,
    }
    if newest:
        stated["attester_name"] = "Sam Sample"
        found["type_2_npi"] = ["0000000000"]
    if version >= "2.2":
        payer = {"payer_name": PLANS[0][0], "plan_name": PLANS[0][1], "description": "150 %"}
        modifier: dict[str, Any] = {"description": "Both sides", "code": "50"}
        modifier["modifier_payer_information"] = [payer]
        found["modifier_information"] = [{**modifier, "setting": "both"} if newest else modifier]
    found["standard_charge_information"] = [
        _item(item, number, version) for number, item in enumerate(_ITEMS)
    ]
    return found


def _item(item: Sequence[str], number: int, version: str) -> dict[str, Any]:
    codes = [{"code": item[1], "type": item[2]}]
    codes += [{"code": item[3], "type": item[4]}] if item[3] else []
    charge: dict[str, Any] = {"setting": item[5], "minimum": 250, "maximum": 2500.75}
    charge |= {"gross_charge": float(item[8])} if item[8] else {}
    charge |= {"discounted_cash": float(item[9])} if item[9] else {}
    charge["payers_information"] = [
        _payer(_PAYS[(number + offset) % len(_PAYS)], plan, version)
        for offset, plan in enumerate(PLANS)
    ]
    found: dict[str, Any] = {"description": item[0], "code_information": codes}
    if item[6] and version >= "2.2":
        unit = float(item[6]) if version >= "3" else item[6]
        found["drug_information"] = {"unit": unit, "type": item[7]}
    found["standard_charges"] = [charge]
    return found


def _payer(pays: Sequence[str], plan: tuple[str, str], version: str) -> dict[str, Any]:
    names = ("standard_charge_dollar", "standard_charge_percentage")
    found: dict[str, Any] = {"payer_name": plan[0], "plan_name": plan[1], "methodology": pays[3]}
    found |= {name: float(text) for name, text in zip(names, pays, strict=False) if text}
    found |= {"standard_charge_algorithm": pays[2]} if pays[2] else {}
    found |= {"additional_payer_notes": pays[8]} if pays[8] else {}
    amounts = _amounts(pays, version)
    for name, text in zip(_amount_names(version), amounts, strict=True):
        if text:
            found[name] = text if name == "count" else float(text)
    return found


def written(table: Table, line_end: str = "\n") -> bytes:
    """Return a table as the bytes of a CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator=line_end).writerows(table)
    return text.getvalue().encode()
