"""An archive is what was written, or refused by the name of the member that is not."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table

from api import migrating
from api.archive_errors import ArchiveUnusable
from api.database import Database
from api.operations.archive import (
    MANIFEST,
    SIGNATURE,
    _parse_row,
    kind_of,
    member_of,
    write_table,
)
from api.operations.backup import verify_backup
from api.operations.restore import restore
from logistics.errors import UnknownKey
from pricing.column_types import BYTES, DEGREES, TEXT, WHOLE, Flag, Row, UtcInstant
from tests.api.operations.archives import edited_copy, member_content
from tests.keys import KEY, RING

CASES = member_of("sojourn_case")
Edit = Callable[[list[bytes]], list[bytes]]


VALUES = Table(
    "values",
    MetaData(),
    Column("text", TEXT),
    Column("whole", WHOLE),
    Column("degrees", DEGREES),
    Column("flag", Flag()),
    Column("instant", UtcInstant()),
    Column("bytes", BYTES),
)
rows = st.tuples(
    st.none() | st.text(st.characters(exclude_categories=["Cs"])),
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    st.none() | st.booleans(),
    st.none()
    | st.datetimes(
        min_value=datetime(1, 1, 2),  # noqa: DTZ001 — hypothesis adds the zone
        max_value=datetime(9999, 12, 30),  # noqa: DTZ001 — as above
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5, minutes=30))]),
    ),
    st.none() | st.binary(),
)


def test_nothing_private_is_in_an_archive(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        content = b"".join(opened.read(name) for name in opened.namelist())

    assert b"SJ-1001" in content
    for private in (b"aortic stenosis", b"Mara", KEY.secret, KEY.to_line().encode()):
        assert private not in content


def test_a_whole_archive_is_known_to_be_whole(archive: Path) -> None:
    manifest = verify_backup(archive, RING)

    assert manifest.revision == migrating.latest_revision()
    assert {table.name for table in manifest.tables} == set(Row.metadata.tables)
    assert manifest.rows > 40


@pytest.mark.parametrize("kept", [0, 10, 0.5, 0.99, -1])
def test_an_archive_cut_short_is_refused(archive: Path, empty: Database, kept: float) -> None:
    content = archive.read_bytes()
    length = int(kept * len(content)) if 0 < kept < 1 else int(kept)
    archive.write_bytes(content[:length])

    with pytest.raises(ArchiveUnusable, match="no whole archive"):
        verify_backup(archive, RING)
    with pytest.raises(ArchiveUnusable, match="no whole archive"):
        restore(archive, database=empty)
    assert not Path(empty._engines.location).exists()


def _lines(path: Path, member: str) -> list[bytes]:
    return member_content(path, member).splitlines(keepends=True)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda lines: lines[:-1], "29 rows instead of 30"),
        (lambda lines: [*lines, lines[0]], "more than 30 rows"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "SHA-256"),
        (lambda lines: [lines[0].replace(b"premium", b"vip"), *lines[1:]], "SHA-256"),
        (lambda lines: [b"nonsense\n", *lines[1:]], "line 1 is no row"),
        (lambda lines: [*lines[:-1], b'["SJ"]\n'], "line 30 is no row"),
    ],
)
def test_an_edited_member_is_refused_by_name(
    archive: Path,
    empty: Database,
    edit: Edit,
    words: str,
) -> None:
    edited = edited_copy(archive, CASES, b"".join(edit(_lines(archive, CASES))))

    with pytest.raises(ArchiveUnusable, match=words) as verified:
        verify_backup(edited, RING)
    with pytest.raises(ArchiveUnusable, match=words) as restored:
        restore(edited, database=empty)
    assert verified.value.member == restored.value.member == CASES


def test_a_missing_or_added_member_is_refused_by_name(archive: Path) -> None:
    for edited, words in (
        (edited_copy(archive, CASES, None), "missing"),
        (edited_copy(archive, "tables/more.jsonl", b""), "does not know"),
    ):
        with pytest.raises(ArchiveUnusable, match=words):
            verify_backup(edited, RING)


def test_a_member_that_is_there_twice_is_refused(archive: Path) -> None:
    with zipfile.ZipFile(archive, "a") as opened, pytest.warns(UserWarning, match="Duplicate"):
        opened.writestr(CASES, opened.read(CASES))

    with pytest.raises(ArchiveUnusable, match=f"{CASES}: it is there twice"):
        verify_backup(archive, RING)


def test_a_flipped_byte_within_a_member_is_refused_by_name(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        found = opened.getinfo(CASES)
    content = bytearray(archive.read_bytes())
    content[found.header_offset + 30 + len(CASES) + 40] ^= 4
    archive.write_bytes(content)

    with pytest.raises(ArchiveUnusable) as caught:
        verify_backup(archive, RING)
    assert caught.value.member == CASES


def test_a_manifest_that_fits_the_edit_is_refused_all_the_same(archive: Path) -> None:
    manifest = json.loads(member_content(archive, MANIFEST))
    manifest["made_from"] = "elsewhere"

    with pytest.raises(ArchiveUnusable, match="signature") as caught:
        verify_backup(edited_copy(archive, MANIFEST, json.dumps(manifest).encode()), RING)
    assert caught.value.member == MANIFEST


@pytest.mark.parametrize("signature", [b"", b"test-key:", b"test-key:" + b"0" * 64])
def test_a_signature_that_is_no_signature_is_refused(archive: Path, signature: bytes) -> None:
    with pytest.raises((ArchiveUnusable, UnknownKey)):
        verify_backup(edited_copy(archive, SIGNATURE, signature), RING)


@given(st.lists(rows, max_size=5))
def test_every_value_is_read_back_as_it_was(written: list[tuple[Any, ...]]) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        entry = write_table(opened, VALUES, written)
        content = opened.read(entry.member)

    read = [tuple(_parse_row(entry, line, 1).values()) for line in content.splitlines()]

    assert read == written


def test_every_column_of_the_house_has_a_kind() -> None:
    kinds = {kind_of(column) for table in Row.metadata.tables.values() for column in table.columns}

    assert kinds == {"text", "whole", "degrees", "flag", "instant", "bytes"}
