"""Datasets: one folder for each imported file, whole or not there; what its manifest says.

``datasets/ID`` holds ``manifest.json`` and four Parquet files: ``charges``, ``codes``,
``flag_sets``, ``set_aside``. A folder appears by one rename and never changes afterwards, but for
the manifest's link to a facility and its address, which are replaced by one rename, too.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pricing.price_files.errors import DatasetNotFound
from pricing.price_files.head import key_of

LAYOUT: Final = 1
"""Changes when datasets are written differently: files are then imported anew."""

CHARGES: Final = "charges.parquet"
CODES: Final = "codes.parquet"
FLAG_SETS: Final = "flag_sets.parquet"
SET_ASIDE: Final = "set_aside.parquet"
_MANIFEST: Final = "manifest.json"
_DATASETS: Final = "datasets"
_ID_LENGTH: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """The file a dataset was made of, so that every figure can be traced to it."""

    name: str
    sha256: str
    size: int
    url: str | None
    packing: str
    member: str | None
    shape: str
    reader: str
    encoding: str
    odd_bytes: int
    """Bytes that were no UTF-8 and were read as Windows-1252."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows in, kept and set aside (by reason); ``charges`` are what the kept ones hold.

    ``second_count`` is what a count that knows no reader found; it may differ only for a file
    whose quotes or line ends are broken.
    """

    read: int
    kept: int
    set_aside: int
    reasons: dict[str, int]
    charges: int
    second_count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptions:
    """Descriptions kept, and dropped because a licensed code stands beside them."""

    licence: str | None
    kept: int
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is known of a dataset."""

    id: str
    hospital: str
    updated_on: date | None
    updated_as_written: str
    version: str
    is_known_version: bool
    locations: tuple[str, ...]
    addresses: tuple[str, ...]
    npis: tuple[str, ...]
    license_state: str
    license_number: str
    contract_provisions: str
    financial_aid_policy: str
    facility_id: str | None
    imported_at: datetime
    file: SourceFile
    rows: Rows
    codes: int
    """Different sets of codes."""

    flags: dict[str, int]
    descriptions: Descriptions
    ignored_columns: tuple[str, ...]
    layout: int = LAYOUT

    @property
    def hospital_key(self) -> str:
        """Return the hospital's name as files of the same hospital share it."""
        return key_of(self.hospital)

    @property
    def age(self) -> tuple[date, datetime]:
        """Return what orders the datasets of a hospital: the date stated, then the import's."""
        return (self.updated_on or date.min, self.imported_at)


def dataset_id(sha256: str, licence: str | None) -> str:
    """Return the id of the dataset that this file makes; with a licence it holds more text."""
    told = "\n".join((str(LAYOUT), sha256, licence or ""))
    return hashlib.sha256(told.encode()).hexdigest()[:_ID_LENGTH]


def folder_of(root: Path, dataset: str) -> Path:
    """Return the folder of a dataset, whether it is there or not."""
    return root / _DATASETS / dataset


def find_manifest(root: Path, dataset: str) -> Manifest | None:
    """Return what is known of a dataset, or None if there is none."""
    try:
        text = (folder_of(root, dataset) / _MANIFEST).read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    return _parsed(text)


def list_manifests(root: Path) -> list[Manifest]:
    """Return what is known of all datasets, by hospital, the newest first."""
    folder = root / _DATASETS
    names = sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []
    found = [one for name in names if (one := find_manifest(root, name)) is not None]
    newest_first = sorted(found, key=lambda one: one.age, reverse=True)
    return sorted(newest_first, key=lambda one: one.hospital_key)


def current_of(manifests: Iterable[Manifest]) -> dict[str, Manifest]:
    """Return the newest dataset of each hospital, by the hospital's key."""
    newest: dict[str, Manifest] = {}
    for one in sorted(manifests, key=lambda one: one.age):
        newest[one.hospital_key] = one
    return newest


def current_for(
    manifests: Iterable[Manifest], *, hospital: str | None = None, facility: str | None = None
) -> Manifest:
    """Return the newest dataset of a hospital by name, or of one of our facilities by id.

    Raises:
        DatasetNotFound: there is none.
    """
    wanted = [
        one
        for one in manifests
        if (facility is None or one.facility_id == facility)
        and (hospital is None or one.hospital_key == key_of(hospital))
    ]
    if not wanted:
        raise DatasetNotFound(facility or hospital or "")
    return max(wanted, key=lambda one: one.age)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a manifest so that it is there whole or not at all."""
    text = json.dumps(to_document(manifest), ensure_ascii=False, indent=2) + "\n"
    write_whole(folder / _MANIFEST, text)


def to_document(manifest: Manifest) -> dict[str, Any]:
    """Return a manifest as JSON."""
    document = asdict(manifest)
    document["updated_on"] = manifest.updated_on and manifest.updated_on.isoformat()
    document["imported_at"] = manifest.imported_at.isoformat()
    return document


def publish(folder: Path, root: Path, dataset: str) -> bool:
    """Move a finished folder to its place; return False if another import was faster."""
    for file in folder.iterdir():
        _flush(file)
    _flush(folder)
    target = folder_of(root, dataset)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.rename(target)
    except OSError:
        # A folder that is not empty cannot be renamed over.
        if find_manifest(root, dataset) is None:
            raise
        return False
    _flush(target.parent)
    return True


def write_whole(file: Path, text: str) -> None:
    """Replace a file by one rename, once its new text is on the disk."""
    draft = file.with_suffix(".draft")
    draft.write_text(text, encoding="utf-8")
    _flush(draft)
    draft.replace(file)
    _flush(file.parent)


def _flush(path: Path) -> None:
    """Wait until a file or a folder's names are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Manifest:
    """Return what a text says; the same texts are read again at every question."""
    document: dict[str, Any] = json.loads(text)
    updated = document["updated_on"]
    lists = ("locations", "addresses", "npis", "ignored_columns")
    return Manifest(
        **{
            **document,
            **{name: tuple(document[name]) for name in lists},
            "updated_on": updated and date.fromisoformat(updated),
            "imported_at": datetime.fromisoformat(document["imported_at"]),
            "file": SourceFile(**document["file"]),
            "rows": Rows(**document["rows"]),
            "descriptions": Descriptions(**document["descriptions"]),
        }
    )
