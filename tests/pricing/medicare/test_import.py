"""Importing: all or nothing, the same again changes nothing, two copies must agree."""

from pathlib import Path

import pytest

from pricing.import_benchmarks import import_benchmarks
from pricing.medicare.errors import BenchmarkNotFound, BenchmarkUnreadable
from pricing.medicare.inpatient import inpatient_payment
from pricing.medicare.payment import factor
from pricing.medicare.rates import inpatient_rates
from pricing.medicare.shelf import Shelf
from pricing.medicare.tables import TableKind
from pricing.money import Money
from tests.pricing.medicare.made_up import FILES, WEIGHTS
from tests.shared_files import shared_folder


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Return a shelf whose folder is not there yet."""
    return Shelf(tmp_path / "kept" / "here")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the four tables and something else."""
    found = tmp_path / "published"
    found.mkdir()
    for name, content in {**FILES, "read me.txt": b"Figures of 2025"}.items():
        (found / name).write_bytes(content)
    return found


def test_a_folder_is_imported_and_what_is_no_table_is_told(shelf: Shelf, folder: Path) -> None:
    imported = import_benchmarks(folder, shelf)

    assert [one.file.name for one in imported if one.table is None] == ["read me.txt"]
    assert all(one.is_changed for one in imported if one.table)
    assert [shelf.years(kind) for kind in TableKind] == [(2026,), (2025,), (2025,), (2025,)]


def test_the_same_again_changes_nothing(shelf: Shelf, folder: Path) -> None:
    import_benchmarks(folder, shelf)

    assert not any(one.is_changed for one in import_benchmarks(folder, shelf))


def test_years_stand_beside_each_other_and_the_newest_is_taken(shelf: Shelf, folder: Path) -> None:
    import_benchmarks(folder, shelf)
    import_benchmarks(folder / "table5.txt", shelf, 2025)

    assert shelf.years(TableKind.WEIGHTS) == (2026, 2025)
    assert shelf.get(TableKind.WEIGHTS).year == 2026
    assert shelf.get(TableKind.WEIGHTS, 2025).year == 2025
    with pytest.raises(BenchmarkNotFound, match="of 2024; there are: 2026, 2025"):
        shelf.get(TableKind.WEIGHTS, 2024)


def test_two_files_of_one_year_that_differ_are_refused_whole(shelf: Shelf, folder: Path) -> None:
    (folder / "other.txt").write_bytes(WEIGHTS.replace(b"1.9289\t1.9\t", b"1.9288\t1.9\t"))

    with pytest.raises(BenchmarkUnreadable, match=r"other rows than other\.txt"):
        import_benchmarks(folder, shelf)
    assert shelf.years(TableKind.APCS) == ()


def test_a_copy_with_the_same_rows_is_welcome(shelf: Shelf, folder: Path) -> None:
    (folder / "copy.txt").write_bytes(WEIGHTS + b"\r\n")

    assert len(import_benchmarks(folder, shelf)) == 6


def test_a_folder_without_tables_and_a_damaged_shelf_are_told(shelf: Shelf, folder: Path) -> None:
    with pytest.raises(BenchmarkUnreadable, match="none of Medicare's tables"):
        import_benchmarks(folder.parent, shelf)
    import_benchmarks(folder, shelf)
    (shelf.folder / "ipps-weights-2026.json").write_text("{}", "utf-8")
    with pytest.raises(BenchmarkUnreadable, match="import the table again"):
        shelf.get(TableKind.WEIGHTS)


def test_the_published_tables_are_read_whole(shelf: Shelf) -> None:
    import_benchmarks(shared_folder("data/cms/benchmarks"), shelf)

    sizes = {kind: len(shelf.get(kind).rows) for kind in TableKind}
    payment = inpatient_payment(
        shelf.get(TableKind.WEIGHTS), inpatient_rates(2026), "470", wage_index=factor("", "1")
    )

    assert list(sizes.values()) == [772, 994, 109, 5183]
    assert payment.amount == Money(14_036_14, "USD")
