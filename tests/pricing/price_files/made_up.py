"""Made-up hospitals' price files in all three shapes, and a desk to import them at."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from pricing.import_price_file import Imported, ImportWish, import_price_file
from pricing.price_files.dataset import CHARGES, FLAG_SETS, SET_ASIDE, folder_of

NOW: Final = datetime(2026, 11, 26, 12, tzinfo=UTC)
HEAD: Final = {
    "hospital_name": "Larkspur General Hospital",
    "last_updated_on": "2026-03-02",
    "version": "3.0.0",
    "location_name": "Larkspur General Hospital|Larkspur Annexe",
    "hospital_address": "1 Larkspur Way, Alder, MA 01001|2 Larkspur Way, Alder, MA 01001",
    "license_number|MA": "L-1",
    "type_2_npi": "1000000001|1000000002",
    "attester_name": "Ada Alder",
}
ITEM: Final = {
    "description": "description",
    "modifiers": "modifiers",
    "setting": "setting",
    "drug_unit": "drug_unit_of_measurement",
    "drug_type": "drug_type_of_measurement",
    "gross": "standard_charge|gross",
    "cash": "standard_charge|discounted_cash",
    "minimum": "standard_charge|min",
    "maximum": "standard_charge|max",
    "notes": "additional_generic_notes",
}
PAYER: Final = {
    "dollar": "standard_charge|negotiated_dollar",
    "percent": "standard_charge|negotiated_percentage",
    "algorithm": "standard_charge|negotiated_algorithm",
    "methodology": "standard_charge|methodology",
    "median": "median_amount",
    "p10": "10th_percentile",
    "p90": "90th_percentile",
    "count": "count",
}


FEE: Final = {"methodology": "fee schedule"}


@dataclass(frozen=True)
class Pays:
    """What one payer and plan pays, cell by cell."""

    payer: str = "Alder Mutual"
    plan: str = "PPO"
    cells: dict[str, str] = field(default_factory=lambda: {"dollar": "700", **FEE})


@dataclass(frozen=True)
class Item:
    """One item: codes as (type, code), its own cells, what payers pay."""

    codes: tuple[tuple[str, str], ...] = (("MS-DRG", "470"),)
    cells: dict[str, str] = field(default_factory=dict)
    payers: tuple[Pays, ...] = ()

    @property
    def own(self) -> dict[str, str]:
        """Return the item's cells with what a sound one has."""
        return {"description": "Knee", "setting": "inpatient", "gross": "1000", **self.cells}


THREE: Final = (
    Item(
        cells={"cash": "800.50", "minimum": "600", "maximum": "700", "notes": 'a "b", c\nd'},
        payers=(Pays(), Pays("Birch Health", "HMO", {"dollar": "600.00", **FEE})),
    ),
    Item(
        codes=(("HCPCS", "J0001"), ("NDC", "12345-678-9"), ("RC", "636")),
        cells={"description": "Drug", "drug_unit": "1", "drug_type": "ML", "setting": "both"},
        payers=(Pays(cells={"percent": "70.5", "count": "0", **FEE}),),
    ),
    Item(codes=(("LOCAL", "X-1"),), cells={"description": "No payer at all", "cash": "9.99"}),
)
"""Three sound items: five rows tall, three wide, three items in JSON; four charges."""


def tall(items: Iterable[Item] = THREE, head: dict[str, str] = HEAD) -> str:
    """Return a tall CSV text."""
    rows = [_tall_row(item, one) for item in items for one in item.payers or (None,)]
    headers = [*_code_headers(), *ITEM.values(), "payer_name", "plan_name", *PAYER.values()]
    return as_csv([list(head), list(head.values()), headers, *rows])


def wide(items: Iterable[Item] = THREE, head: dict[str, str] = HEAD) -> str:
    """Return a wide CSV text with nine columns for each payer and plan."""
    items = list(items)
    payers = list(dict.fromkeys((one.payer, one.plan) for item in items for one in item.payers))
    headers = [*_code_headers(), *ITEM.values()]
    for payer, plan in payers:
        for name, header in PAYER.items():
            first, _, last = header.partition("|")
            headers.append("|".join([first, payer, plan, *([last] if last else [])]))
            if name == "count":
                headers.append(f"additional_payer_notes|{payer}|{plan}")
    rows = []
    for item in items:
        row = [*_codes(item), *(item.own.get(name, "") for name in ITEM)]
        paid = {(one.payer, one.plan): one.cells for one in item.payers}
        for key in payers:
            row += [paid.get(key, {}).get(name, "") for name in (*PAYER, "payer_notes")]
        rows.append(row)
    return as_csv([list(head), list(head.values()), headers, *rows])


def as_json(items: Iterable[Item] = THREE, head: dict[str, str] = HEAD) -> str:
    """Return a JSON text."""
    known = {name: value for name, value in head.items() if not name.startswith("license")}
    lists = {
        name: known[name].split("|") for name in ("location_name", "hospital_address", "type_2_npi")
    }
    return json.dumps(
        {
            **known,
            **lists,
            "license_information": {"license_number": "L-1", "state": "MA"},
            "standard_charge_information": [_json_item(item) for item in items],
        },
        indent=1,
    )


def as_csv(rows: Iterable[list[str]], end: str = "\n") -> str:
    """Return rows as CSV text."""
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows(rows)
    return text.getvalue()


def _code_headers() -> list[str]:
    return [name for number in (1, 2, 3) for name in (f"code|{number}", f"code|{number}|type")]


def _codes(item: Item) -> list[str]:
    cells = [cell for kind, code in item.codes for cell in (code, kind)]
    return [*cells, *[""] * (6 - len(cells))]


def _tall_row(item: Item, one: Pays | None) -> list[str]:
    row = [*_codes(item), *(item.own.get(name, "") for name in ITEM)]
    if one is None:
        return [*row, *[""] * (2 + len(PAYER))]
    return [*row, one.payer, one.plan, *(one.cells.get(name, "") for name in PAYER)]


def _json_item(item: Item) -> dict[str, Any]:
    own = item.own
    names = {"gross": "gross_charge", "cash": "discounted_cash"}
    charge: dict[str, Any] = {
        names.get(name, name): json.loads(own[name])
        for name in ("gross", "cash", "minimum", "maximum")
        if name in own
    }
    charge |= {"setting": own["setting"]}
    if "notes" in own:
        charge["additional_generic_notes"] = own["notes"]
    if item.payers:
        charge["payers_information"] = [_json_payer(one) for one in item.payers]
    found: dict[str, Any] = {
        "description": own["description"],
        "code_information": [{"code": code, "type": kind} for kind, code in item.codes],
        "standard_charges": [charge],
    }
    if "drug_unit" in own:
        found["drug_information"] = {"unit": own["drug_unit"], "type": own["drug_type"]}
    return found


def _json_payer(one: Pays) -> dict[str, Any]:
    names = {
        "dollar": "standard_charge_dollar",
        "percent": "standard_charge_percentage",
        "algorithm": "standard_charge_algorithm",
        "median": "median_amount",
        "p10": "10th_percentile",
        "p90": "90th_percentile",
    }
    cells = {
        names.get(name, name): json.loads(value) if name in {"dollar", "percent"} else value
        for name, value in one.cells.items()
    }
    return {"payer_name": one.payer, "plan_name": one.plan, **cells}


@dataclass(frozen=True)
class Desk:
    """A folder for files and one for datasets."""

    folder: Path

    @property
    def root(self) -> Path:
        """Return the folder of datasets."""
        return self.folder / "prices"

    def put(self, content: str | bytes, name: str = "prices.csv") -> Path:
        """Write a file."""
        file = self.folder / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    def take(self, content: str | bytes, name: str = "prices.csv", **wish: Any) -> Imported:  # noqa: ANN401 — a wish's fields
        """Import a file with this content."""
        return self.take_file(self.put(content, name), **wish)

    def take_file(self, file: Path, **wish: Any) -> Imported:  # noqa: ANN401 — a wish's fields
        """Import a file."""
        wanted = {"file": file, "root": self.root, "now": NOW, **wish}
        return import_price_file(ImportWish(**wanted), lambda *_: None)

    def charges(self, imported: Imported) -> list[dict[str, Any]]:
        """Return a dataset's charges with the names of their flags."""
        folder = folder_of(self.root, imported.manifest.id)
        found = duckdb.connect().execute(
            "SELECT c.* EXCLUDE (flag_set), f.flags FROM read_parquet(?) c "
            "JOIN read_parquet(?) f USING (flag_set) ORDER BY item, row, payer",
            [str(folder / CHARGES), str(folder / FLAG_SETS)],
        )
        names = [one[0] for one in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def set_aside(self, imported: Imported) -> list[tuple[int, int | None, str]]:
        """Return row, line and reason of what a dataset set aside."""
        file = folder_of(self.root, imported.manifest.id) / SET_ASIDE
        return duckdb.connect().execute("FROM read_parquet(?)", [str(file)]).fetchall()
