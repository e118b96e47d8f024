"""Files that lie beside the repository, in a folder ``shared``, and are no part of it."""

from pathlib import Path
from typing import Final

import pytest

_ROOT: Final = Path(__file__).resolve().parents[1]


def shared_folder(inside: str) -> Path:
    """Return a folder of ``shared``; without it skip the running test and say so."""
    for parent in _ROOT.parents[:2]:
        folder = parent / "shared" / inside
        if folder.is_dir():
            return folder
    pytest.skip(f"needs the folder shared/{inside} beside the repository")
