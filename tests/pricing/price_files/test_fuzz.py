"""Files broken in every way: never a crash, never a row that is not counted.

A broken file is imported or refused with a reason. What is imported must agree with a plain reading
by Python's csv module, which shares nothing with the importer.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Final

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from pricing.import_price_file import Imported
from pricing.price_files.errors import NotAPriceFile
from tests.pricing.price_files.made_up import HEAD, THREE, Desk, Item, as_csv, as_json, tall, wide

DEEP: Final = settings.default.max_examples if settings.default is not None else 0
FEW: Final = settings(
    # An import takes a tenth of a second; `--hypothesis-profile=deep` has the time.
    max_examples=DEEP if DEEP > 1_000 else 8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
HEADERS: Final = (
    "description", "code|1", "code|1|type", "setting", "payer_name", "plan_name",
    "standard_charge|gross", "standard_charge|negotiated_dollar", "standard_charge|methodology",
    "additional_generic_notes",
)  # fmt: skip
ODD: Final = st.text(alphabet='ab 1.,"\n\r\té—\x00|[]$', max_size=8)
AMOUNT: Final = st.sampled_from(["", "1", "0", "-3", "1e3", "9" * 9, "7.1234567", "$2", "nan", " "])
ROW: Final = st.tuples(
    ODD, st.sampled_from(["470", "", " ", "C1 [2]"]), st.sampled_from(["MS-DRG", "", "rc", "?"]),
    st.sampled_from(["inpatient", "Both ", "", "x"]), ODD, ODD, AMOUNT, AMOUNT,
    st.sampled_from(["fee schedule", "FEE  SCHEDULE", "", "other"]), ODD,
)  # fmt: skip
ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
ENDS: Final = ("\n", "\r\n")


def require_counted(imported: Imported, desk: Desk) -> None:
    """Require that every row is a charge or set aside with its reason."""
    rows = imported.manifest.rows
    assert rows.read == rows.kept + rows.set_aside
    assert sum(rows.reasons.values()) == rows.set_aside == len(desk.set_aside(imported))
    charges = desk.charges(imported)
    assert len(charges) == rows.charges
    assert len({one["row"] for one in charges}) == rows.kept
    assert not {one["row"] for one in charges} & {row for row, _, _ in desk.set_aside(imported)}


@FEW
@given(
    rows=st.lists(ROW, min_size=1, max_size=6),
    order=st.permutations(range(len(HEADERS))),
    encoding=st.sampled_from(ENCODINGS),
    end=st.sampled_from(ENDS),
)
def test_any_cells_in_any_order_and_encoding_come_through(
    desk: Desk,
    rows: list[tuple[str, ...]],
    order: list[int],
    encoding: str,
    end: str,
) -> None:
    table = [[cells[at] for at in order] for cells in (HEADERS, *rows)]
    text = as_csv([list(HEAD), list(HEAD.values())], end) + quoted(table, end)

    imported = desk.take(text.encode(encoding))

    event(imported.manifest.file.reader)
    require_counted(imported, desk)
    assert imported.manifest.rows.read == len(rows)
    filled = [number for number, cells in enumerate(rows, start=4) if any(cells)]
    charges = sorted(desk.charges(imported), key=lambda one: one["row"])
    assert [one["row"] for one in charges] == filled
    kept = dict(enumerate(rows, start=4))
    assert [one["notes"] for one in charges] == [plain(kept[row][-1]) for row in filled]


def quoted(table: list[list[str]], end: str) -> str:
    """Return rows as CSV, each cell in quotes: no writer agrees on when they are needed."""
    text = io.StringIO()
    csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    return text.getvalue()


def plain(cell: str) -> str | None:
    """Return a cell as a dataset keeps it."""
    return cell.strip(" ") or None


@FEW
@given(data=st.data(), shape=st.sampled_from([tall, wide, as_json]))
def test_a_file_cut_off_anywhere_loses_no_row_uncounted(
    desk: Desk, data: st.DataObject, shape: Callable[[tuple[Item, ...]], str]
) -> None:
    whole = shape(THREE).encode()
    at = data.draw(st.integers(0, len(whole)))

    try:
        imported = desk.take(whole[:at])
    except NotAPriceFile as refused:
        event(refused.reason[:20])
        return

    event(imported.manifest.file.reader)
    require_counted(imported, desk)


@FEW
@given(data=st.data())
def test_odd_bytes_anywhere_lose_no_row_uncounted(desk: Desk, data: st.DataObject) -> None:
    whole = bytearray(tall(THREE * 3).encode())
    start = whole.index(b"Knee")
    for _mark in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(start, len(whole) - 1))
        whole[at] = data.draw(st.sampled_from(b'",\n\r\x00\x93\xff a\xe9'))

    imported = desk.take(bytes(whole))

    event(imported.manifest.file.reader)
    require_counted(imported, desk)


@FEW
@given(marks=st.lists(st.sampled_from(['"', ",", "\n", "\r\n", "a", "1", " "]), max_size=60))
def test_any_rows_behind_the_headers_are_counted(desk: Desk, marks: list[str]) -> None:
    text = tall([THREE[2]]) + "".join(marks)

    imported = desk.take(text)

    event(imported.manifest.file.reader)
    require_counted(imported, desk)


@FEW
@given(junk=st.binary(max_size=200))
def test_bytes_that_are_no_file_at_all_are_refused(desk: Desk, junk: bytes) -> None:
    try:
        desk.take(junk)
    except NotAPriceFile as refused:
        event(refused.reason[:20])
    else:
        raise AssertionError("bytes of chance were taken for a price file")
