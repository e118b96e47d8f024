"""Archives made to hurt: bombs, names that lead elsewhere, and bytes changed by chance."""

from __future__ import annotations

import resource
import zipfile
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.archive_errors import ArchiveUnusable
from api.database import Database
from api.operations.archive import MANIFEST, SIGNATURE, member_of
from api.operations.backup import verify_backup
from api.operations.restore import restore
from logistics.errors import UnknownKey
from tests.api.operations.archives import edited_copy, member_content
from tests.keys import RING

CASES: Final = member_of("sojourn_case")
_BOMB: Final = 300_000_000
"""Bytes that a bomb unpacks to; packed they are a thousandth of that."""

_ROOM_KILOBYTES: Final = _BOMB // 2_000
"""Half of what it would fill."""

_LONGEST_WORDS: Final = 5_000


def _bomb(path: Path, member: str, block: bytes) -> Path:
    """Return a copy of the archive whose member unpacks to the block again and again."""
    copy = path.with_name("bomb.zip")
    with (
        zipfile.ZipFile(path) as old,
        zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            if name != member:
                new.writestr(name, old.read(name))
        with new.open(member, "w", force_zip64=True) as file:
            for _ in range(_BOMB // len(block)):
                file.write(block)
    return copy


def _peak_kilobytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize("member", [CASES, MANIFEST, SIGNATURE])
@pytest.mark.parametrize("block", [b"[" * 1_000_000, b"[1]\n" * 250_000], ids=["one line", "rows"])
def test_a_bomb_is_refused_before_it_fills_the_memory(
    archive: Path, member: str, block: bytes
) -> None:
    bomb = _bomb(archive, member, block)
    assert bomb.stat().st_size < _BOMB / 100
    before = _peak_kilobytes()

    # A signature begins with the name of its key, and that of a bomb is nobody's.
    with pytest.raises((ArchiveUnusable, UnknownKey)) as refusal:
        verify_backup(bomb, RING)

    assert len(str(refusal.value)) < _LONGEST_WORDS

    assert _peak_kilobytes() - before < _ROOM_KILOBYTES


@pytest.mark.parametrize(
    "name", ["../../outside.jsonl", "/etc/passwd", "tables/../../x", "C:\\x", "tables/new.jsonl"]
)
def test_a_member_of_another_name_is_refused_and_written_nowhere(
    archive: Path, name: str, empty: Database
) -> None:
    copy = edited_copy(archive, name, b"[]\n")
    before = sorted(archive.parent.parent.rglob("*"))

    with pytest.raises(ArchiveUnusable, match="does not know it"):
        restore(copy, database=empty)

    assert sorted(archive.parent.parent.rglob("*")) == before


@pytest.mark.parametrize(
    "line", [b"[" * 100_000 + b"\n", b"[" + b"9" * 100_000 + b"]\n", b"[NaN]\n", b"{}\n", b"\xff\n"]
)
def test_a_line_that_is_no_row_is_refused(archive: Path, line: bytes) -> None:
    rows = member_content(archive, CASES).splitlines(keepends=True)

    copy = edited_copy(archive, CASES, line + b"".join(rows[1:]))

    with pytest.raises(ArchiveUnusable, match="sojourn_case"):
        verify_backup(copy, RING)


@given(place=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_byte_breaks_an_archive_only_as_archives_break(
    archive: Path, place: float, byte: int
) -> None:
    content = bytearray(archive.read_bytes())
    content[int(place * len(content))] = byte
    copy = archive.with_name("changed.zip")
    copy.write_bytes(content)

    try:
        found = verify_backup(copy, RING)
    except (ArchiveUnusable, UnknownKey):
        return
    # A byte of a date or a flag may go unseen: what is read is the same all the same.
    assert found == verify_backup(archive, RING)


@given(length=st.integers(0, 4_000))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_archive_cut_short_is_refused(archive: Path, length: int) -> None:
    copy = archive.with_name("short.zip")
    copy.write_bytes(archive.read_bytes()[:-1][: length * 10])

    with pytest.raises(ArchiveUnusable):
        verify_backup(copy, RING)


def test_a_locked_member_is_refused(archive: Path) -> None:
    content = archive.read_bytes()
    copy = archive.with_name("locked.zip")
    # Bit 0 of the flags in the central directory and in the local headers: encrypted.
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        parts = content.split(mark)
        content = mark.join(
            [parts[0]]
            + [
                part[: offset - 4] + bytes([part[offset - 4] | 1]) + part[offset - 3 :]
                for part in parts[1:]
            ]
        )
    copy.write_bytes(content)

    with pytest.raises(ArchiveUnusable):
        verify_backup(copy, RING)
