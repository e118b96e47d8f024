"""Medicare's tables are told by their headers and read exactly, remarks and titles apart."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.medicare.errors import BenchmarkUnreadable
from pricing.medicare.reading import read_table
from pricing.medicare.shelf import find_row
from pricing.medicare.tables import (
    ApcRate,
    DrgWeight,
    Locality,
    Service,
    TableKind,
    from_document,
    to_document,
)
from tests.pricing.medicare.made_up import APCS, FILES, WEIGHTS, table

EXPECTED = {
    "table5.txt": (TableKind.WEIGHTS, 2026, 3),
    "addendum_a.txt": (TableKind.APCS, 2025, 3),
    "gpci.csv": (TableKind.LOCALITIES, 2025, 2),
    "pfs_2025_rvu.csv": (TableKind.SERVICES, 2025, 4),
}


@pytest.mark.parametrize("name", FILES)
def test_each_table_is_known_by_its_headers_and_year(name: str) -> None:
    found = table(name)

    assert (found.kind, found.year, len(found.rows)) == EXPECTED[name]


@pytest.mark.parametrize("name", FILES)
def test_a_table_comes_back_from_its_document(name: str) -> None:
    assert from_document(to_document(table(name))) == table(name)


def test_numbers_stay_as_published() -> None:
    assert find_row(table("table5.txt"), "001") == DrgWeight(
        "001", "SAMPLE, WITH MCC", Decimal("2.4000"), Decimal("25.8"), Decimal("36.2")
    )
    assert find_row(table("addendum_a.txt"), "0701") == ApcRate(
        "0701", "Sample drug", "K", Decimal("1740.720")
    )
    assert find_row(table("gpci.csv"), "TX-09") == Locality(
        "TX-09", "ELSEWHERE", Decimal("1.02"), Decimal("1.01"), Decimal("0.9")
    )


def test_what_is_not_paid_or_not_done_has_no_number() -> None:
    drg, apc = find_row(table("table5.txt"), "999"), find_row(table("addendum_a.txt"), "2038")
    service = find_row(table("pfs_2025_rvu.csv"), "G0101-26")

    assert isinstance(drg, DrgWeight)
    assert drg.weight is None
    assert isinstance(apc, ApcRate)
    assert apc.rate is None
    assert isinstance(service, Service)
    assert service.facility is None


def test_descriptors_of_licensed_codes_are_dropped() -> None:
    licensed = find_row(table("pfs_2025_rvu.csv"), "99999")
    free = find_row(table("pfs_2025_rvu.csv"), "G0101")

    assert isinstance(licensed, Service)
    assert licensed.title == ""
    assert isinstance(free, Service)
    assert free.title == "Sample exam"


def test_the_year_may_be_named() -> None:
    assert read_table(FILES["pfs_2025_rvu.csv"], "rvu.csv", 2024).year == 2024
    with pytest.raises(BenchmarkUnreadable, match="name it with --year"):
        read_table(FILES["pfs_2025_rvu.csv"], "rvu.csv")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "none of IPPS table 5"),
        (b"a,b\n1,2\n", "none of IPPS table 5"),
        (WEIGHTS.replace(b"2.4000", b"heavy"), "'heavy' is no number"),
        (WEIGHTS.replace(b"001\t", b"470\t"), "has two rows"),
        (WEIGHTS[: WEIGHTS.index(b"001\t")], "no rows"),
        (APCS.replace(b"\t$128.87 \t.", b""), "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said_and_not_skipped(content: bytes, why: str) -> None:
    with pytest.raises(BenchmarkUnreadable, match=why):
        read_table(content, "figures of 2025.txt")


@given(st.sampled_from(sorted(FILES)), st.binary(max_size=8), st.integers(0, 900))
def test_a_broken_file_is_read_or_refused(name: str, stray: bytes, position: int) -> None:
    content = FILES[name][:position] + stray + FILES[name][position:]
    try:
        read_table(content, name)
    except BenchmarkUnreadable:
        return
