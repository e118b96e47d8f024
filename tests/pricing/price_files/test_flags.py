"""Odd rows are kept as they came, and flagged; licensed descriptions are dropped, and counted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import pytest

from pricing.price_files.flags import FLAGS
from tests.pricing.price_files.made_up import FEE, Desk, Item, Pays, as_csv, tall

SOUND: Final = Item(cells={"cash": "500", "minimum": "100", "maximum": "900"}, payers=(Pays(),))


def paying(**cells: str) -> Item:
    """Return a sound item whose payer's cells are these."""
    return Item(cells=SOUND.cells, payers=(Pays(cells={**FEE, **cells}),))


def having(**cells: str) -> Item:
    """Return a sound item with other cells of its own."""
    return Item(cells={**SOUND.cells, **cells}, payers=SOUND.payers)


ODD: Final = {
    "dollar_and_percent": paying(dollar="700", percent="70"),
    "above_gross": having(gross="600"),
    "cash_above_gross": having(cash="1000.01"),
    "percent_over_100": paying(percent="100.5"),
    "percent_below_1": paying(percent="0.7"),
    "below_minimum": having(minimum="700.01"),
    "above_maximum": having(maximum="699.99"),
    "minimum_above_maximum": having(minimum="800", maximum="750"),
    "nines": having(gross="999999999"),
    "no_payer": Item(payers=(Pays(payer="", plan=""),)),
    "no_plan": Item(payers=(Pays(plan=" "),)),
    "no_negotiated_charge": paying(),
    "no_charge": Item(cells={"gross": ""}),
    "revenue_code_as_modifier": having(modifiers="360"),
    "not_positive": paying(dollar="0"),
    "unreadable_number": paying(dollar="$1,200.00"),
    "rounded": paying(dollar="700.12345678"),
    "unknown_methodology": paying(dollar="700", methodology="by feeling"),
    "unknown_setting": having(setting="day"),
    "unknown_count": paying(percent="70", count="7"),
    "no_description": having(description=""),
    "no_code": Item(codes=()),
    "unknown_code_type": Item(codes=(("GUESS", "1"),)),
    "bracketed_code": Item(codes=(("CDM", "1 [22]"),)),
}


def test_a_sound_row_has_no_flag(desk: Desk) -> None:
    assert desk.charges(desk.take(tall([SOUND])))[0]["flags"] == []


@pytest.fixture(scope="module")
def odd_charges(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Return the charge of every odd row, all of one file, by the name of its flag."""
    desk = Desk(tmp_path_factory.mktemp("odd"))
    items = [replace(item, cells={**item.cells, "notes": name}) for name, item in ODD.items()]
    imported = desk.take(tall(items))
    assert set(imported.manifest.flags) == {*ODD, "repeated"}
    return {one["notes"]: one for one in desk.charges(imported)}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_row_is_kept_and_flagged(odd_charges: dict[str, Any], name: str) -> None:
    assert name in odd_charges[name]["flags"]


def test_flags_are_counted_in_the_manifest(desk: Desk) -> None:
    imported = desk.take(tall([ODD["nines"], ODD["nines"], SOUND]))

    assert imported.manifest.flags == {"repeated": 3, "nines": 2}


def test_every_flag_is_tried_here_or_with_the_texts() -> None:
    assert {flag.name for flag in FLAGS} - ODD.keys() == {"repeated", "short_row"}


def test_rows_that_repeat_a_charge_are_all_flagged(desk: Desk) -> None:
    other = Item(cells=SOUND.cells, payers=(Pays(plan="HMO"),))

    charges = desk.charges(desk.take(tall([SOUND, other, SOUND])))

    assert [one["flags"] for one in charges] == [["repeated"], [], ["repeated"]]


@pytest.mark.parametrize("shape", ["tall", "wide"])
def test_a_wide_file_repeats_what_a_tall_one_does(desk: Desk, shape: str) -> None:
    from tests.pricing.price_files import made_up  # noqa: PLC0415 — by the name of the shape

    one = Item(payers=(Pays(), Pays("Birch Health")))
    two = Item(payers=(Pays(),))

    charges = desk.charges(desk.take(getattr(made_up, shape)([one, two, SOUND])))

    assert [(one["payer"], one["flags"]) for one in charges] == [
        ("Alder Mutual", ["repeated"]),
        ("Birch Health", []),
        ("Alder Mutual", ["repeated"]),
        ("Alder Mutual", ["repeated"]),
    ]


def test_a_number_that_cannot_be_read_is_kept_as_text(desk: Desk) -> None:
    (charge,) = desk.charges(desk.take(tall([ODD["unreadable_number"]])))

    assert charge["dollar"] is None
    assert charge["unread"] == ["dollar=$1,200.00"]


def test_a_cell_of_spaces_is_an_empty_cell(desk: Desk) -> None:
    (charge,) = desk.charges(desk.take(tall([paying(dollar="700", percent="  ")])))

    assert (charge["flags"], charge["unread"]) == ([], [])


def test_six_decimals_are_kept_exactly(desk: Desk) -> None:
    (charge,) = desk.charges(desk.take(tall([paying(dollar="123456789.123456")])))

    assert charge["dollar"] == Decimal("123456789.123456")


def test_a_row_about_a_modifier_alone_is_not_odd(desk: Desk) -> None:
    row = Item(codes=(), cells={"modifiers": "50", "gross": "", "setting": ""})

    assert desk.charges(desk.take(tall([row])))[0]["flags"] == []


@pytest.mark.parametrize(
    ("codes", "is_kept"),
    [
        ((("CPT", "27447"),), False),
        ((("HCPCS", "27447"),), False),
        ((("HCPCS", "0001T"), ("RC", "360")), False),
        ((("CDT", "D0120"),), False),
        ((("HCPCS", "D0120"),), False),
        ((("APR-DRG", "302"),), False),
        ((("RC", "360"),), False),
        ((("RC", "360"), ("CDM", "1")), True),
        ((("HCPCS", "J0001"),), True),
        ((("MS-DRG", "470"),), True),
        ((("NDC", "1"), ("LOCAL", "27447")), True),
        ((), True),
    ],
)
def test_descriptions_beside_licensed_codes_are_dropped(
    desk: Desk, codes: tuple[tuple[str, str], ...], *, is_kept: bool
) -> None:
    imported = desk.take(tall([Item(codes=codes)]))

    (charge,) = desk.charges(imported)
    assert charge["description"] == ("Knee" if is_kept else None)
    told = imported.manifest.descriptions
    assert (told.kept, told.dropped) == ((1, 0) if is_kept else (0, 1))
    assert "no_description" not in charge["flags"]


def test_with_a_licence_descriptions_are_kept_and_the_licence_is_told(desk: Desk) -> None:
    item = Item(codes=(("CPT", "27447"),))

    with_one = desk.take(tall([item]), licence="AMA 123")
    without = desk.take(tall([item]))

    assert desk.charges(with_one)[0]["description"] == "Knee"
    assert with_one.manifest.descriptions.licence == "AMA 123"
    assert desk.charges(without)[0]["description"] is None


def test_what_stands_in_a_flagged_row_is_not_mended(desk: Desk) -> None:
    (charge,) = desk.charges(desk.take(tall([paying(percent="0.7")])))

    assert charge["percent"] == Decimal("0.7")


def test_flags_do_not_depend_on_the_reader(desk: Desk) -> None:
    text = tall(ODD.values())
    careful = as_csv([], "") + text.replace("\n", "\r\n", 1)

    direct = desk.take(text)
    carefully = desk.take(careful)

    assert (direct.manifest.file.reader, carefully.manifest.file.reader) == ("direct", "careful")
    assert direct.manifest.flags == carefully.manifest.flags
    assert desk.charges(direct) == desk.charges(carefully)
