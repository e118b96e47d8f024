"""Archives that somebody has laid hands on."""

from __future__ import annotations

import zipfile
from pathlib import Path


def edited_copy(path: Path, member: str, content: bytes | None) -> Path:
    """Return a copy of the archive in which a member has other content, or is missing."""
    copy = path.with_name(f"edited-{path.name}-{Path(member).name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for name in {*old.namelist(), member}:
            kept = content if name == member else old.read(name)
            if kept is not None:
                new.writestr(name, kept)
    return copy


def member_content(path: Path, member: str) -> bytes:
    with zipfile.ZipFile(path) as opened:
        return opened.read(member)
