"""Datasets are whole or not there; the same file again changes nothing; the newest is current."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import pricing.import_price_file as job
from pricing.import_price_file import ImportWish, import_price_file
from pricing.price_files.dataset import (
    current_for,
    current_of,
    find_manifest,
    folder_of,
    list_manifests,
    write_manifest,
)
from pricing.price_files.errors import DatasetNotFound, ImportUnderWay, NoRoom, NotAPriceFile
from pricing.price_files.survey import survey
from tests.pricing.price_files.made_up import HEAD, NOW, Desk, tall


def contents(root: Path) -> dict[str, bytes]:
    """Return every published file's bytes."""
    return {str(one): one.read_bytes() for one in (root / "datasets").rglob("*") if one.is_file()}


def test_the_same_file_again_changes_nothing_and_says_so(desk: Desk) -> None:
    first = desk.take(tall())
    before = contents(desk.root)

    again = desk.take(tall(), "other name.csv", now=NOW + timedelta(days=1))

    assert (first.outcome, again.outcome) == ("imported", "unchanged")
    assert again.manifest == first.manifest
    assert contents(desk.root) == before


def test_a_link_that_is_new_is_written_and_nothing_else(desk: Desk) -> None:
    first = desk.take(tall())

    linked = desk.take(tall(), facility_id="mayo", url="https://larkspur.example/prices.csv")
    again = desk.take(tall())

    assert (linked.outcome, again.outcome) == ("linked", "unchanged")
    assert again.manifest == replace(
        first.manifest,
        facility_id="mayo",
        file=replace(first.manifest.file, url="https://larkspur.example/prices.csv"),
    )


def test_a_manifest_is_read_as_it_was_written(desk: Desk) -> None:
    manifest = desk.take(tall()).manifest

    assert find_manifest(desk.root, manifest.id) == manifest


def test_the_newest_stated_date_is_current_and_older_ones_are_kept(desk: Desk) -> None:
    older = tall(head={**HEAD, "last_updated_on": "3/1/2025"})
    newer = desk.take(tall()).manifest
    desk.take(older)

    manifests = list_manifests(desk.root)

    assert [one.updated_on for one in manifests] == [date(2026, 3, 2), date(2025, 3, 1)]
    assert current_of(manifests) == {"larkspur-general-hospital": newer}
    assert current_for(manifests, hospital="LARKSPUR general hospital") == newer


def test_a_facility_finds_its_own_dataset(desk: Desk) -> None:
    desk.take(tall(head={**HEAD, "hospital_name": "Birch"}), facility_id="mayo")

    assert current_for(list_manifests(desk.root), facility="mayo").hospital == "Birch"
    with pytest.raises(DatasetNotFound, match="nobody"):
        current_for(list_manifests(desk.root), facility="nobody")


def test_a_finished_import_leaves_no_staged_file(desk: Desk) -> None:
    desk.take(tall())

    assert [one.suffix for one in (desk.root / "staging").iterdir()] == [".lock"]


def broken_off(desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Import, and end at a step as if the process had been killed there."""

    def end(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(job, step, end)
        with pytest.raises(KeyboardInterrupt):
            desk.take(tall())


@pytest.mark.parametrize("step", ["write_charges", "write_set_aside", "write_manifest", "publish"])
def test_an_import_broken_off_publishes_nothing_and_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    broken_off(desk, monkeypatch, step)
    assert list_manifests(desk.root) == []
    calls: list[str] = []
    monkeypatch.setattr(job, "survey", noted(calls, survey))

    imported = desk.take_file(desk.folder / "prices.csv")

    assert imported.outcome == "imported"
    assert calls == [], "the survey of the first run is used again"


def test_finished_stages_are_not_repeated(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_off(desk, monkeypatch, "publish")
    calls: list[str] = []
    for name in ("survey", "write_charges", "write_set_aside"):
        monkeypatch.setattr(job, name, noted(calls, getattr(job, name)))

    desk.take_file(desk.folder / "prices.csv")

    assert calls == []


def noted(calls: list[str], function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that notes that it is called."""

    def call(*words: Any, **named: Any) -> Any:  # noqa: ANN401 — as the function's own
        calls.append(function.__name__)
        return function(*words, **named)

    return call


def test_a_file_that_changed_meanwhile_is_refused(desk: Desk) -> None:
    file = desk.put(tall())

    def change(stage: str, done: int, _total: int) -> None:
        if stage == "write" and done:
            file.write_text(tall() + "x")

    with pytest.raises(NotAPriceFile, match="was changed while it was read"):
        import_price_file(ImportWish(file=file, root=desk.root, now=NOW), change)

    assert list_manifests(desk.root) == []


def test_two_imports_of_one_file_do_not_meet(desk: Desk) -> None:
    desk.take(tall())
    (lock,) = (desk.root / "staging").glob("*.lock")
    descriptor = os.open(lock, os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)

    with pytest.raises(ImportUnderWay, match="wait until it has finished"):
        desk.take_file(desk.folder / "prices.csv")

    os.close(descriptor)


def test_an_import_that_was_overtaken_says_unchanged(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Desk(desk.folder)
    whole = write_manifest

    def overtaken(folder: Path, manifest: Any) -> None:  # noqa: ANN401 — as the job's
        monkeypatch.setattr(job, "write_manifest", whole)
        other.take(tall(), "the same.csv")
        whole(folder, manifest)

    monkeypatch.setattr(job, "write_manifest", overtaken)

    assert desk.take(tall()).outcome == "unchanged"
    assert len(list_manifests(desk.root)) == 1


def test_a_folder_that_cannot_be_written_is_told(desk: Desk) -> None:
    desk.put("no folder", "prices")

    with pytest.raises(NoRoom, match="SOJOURN_PRICE_FILES"):
        desk.take(tall())


def test_datasets_hold_what_the_documents_say(desk: Desk) -> None:
    folder = folder_of(desk.root, desk.take(tall()).manifest.id)

    assert sorted(one.name for one in folder.iterdir()) == [
        "charges.parquet",
        "codes.parquet",
        "flag_sets.parquet",
        "manifest.json",
        "set_aside.parquet",
    ]


def test_a_copy_of_the_datasets_is_all_that_a_backup_needs(desk: Desk) -> None:
    imported = desk.take(tall(), facility_id="mayo")
    other = Desk(desk.folder / "restored")
    shutil.copytree(desk.root / "datasets", other.root / "datasets")

    assert list_manifests(other.root) == [imported.manifest]
    assert other.charges(imported) == desk.charges(imported)
    assert other.take_file(desk.folder / "prices.csv").outcome == "unchanged"


def test_the_same_file_imported_anew_gives_the_same_dataset(desk: Desk) -> None:
    imported = desk.take(tall(), facility_id="mayo")
    kept = desk.charges(imported)
    shutil.rmtree(desk.root)

    again = desk.take_file(desk.folder / "prices.csv", facility_id="mayo")

    assert again.manifest == imported.manifest
    assert desk.charges(again) == kept


def test_what_a_killed_import_left_a_week_ago_is_removed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_off(desk, monkeypatch, "publish")
    other = tall(head={**HEAD, "hospital_name": "Birch"})

    (left,) = (one for one in (desk.root / "staging").iterdir() if one.is_dir())
    killed_at = datetime.fromtimestamp(left.stat().st_mtime, UTC)

    desk.take(other, "other.csv", now=killed_at + timedelta(days=6))
    assert staged(desk) == 1
    desk.take(other, "other.csv", now=killed_at + timedelta(days=8))

    assert staged(desk) == 0


def staged(desk: Desk) -> int:
    """Return how many imports have staged files."""
    return sum(one.is_dir() for one in (desk.root / "staging").iterdir())
