"""No SQLite that can corrupt its log is ever used, and no other driver is chosen in silence."""

import importlib
from types import SimpleNamespace

import pytest

from api import sqlite
from logistics.repository.errors import DatabaseUnavailable


def test_the_driver_is_new_enough() -> None:
    assert sqlite.find_driver().sqlite_version_info >= sqlite.FIRST_SAFE


@pytest.mark.parametrize(
    ("version", "is_safe"), [((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 0), True)]
)
def test_without_pysqlite3_only_a_safe_python_will_do(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], *, is_safe: bool
) -> None:
    own = SimpleNamespace(sqlite_version_info=version, sqlite_version=".".join(map(str, version)))
    monkeypatch.setattr("api.sqlite.sqlite3", own)
    monkeypatch.setattr(importlib, "import_module", _missing)

    if is_safe:
        assert sqlite.find_driver() is own
    else:
        with pytest.raises(DatabaseUnavailable, match="install pysqlite3"):
            sqlite.find_driver()


def _missing(name: str) -> object:
    raise ImportError(name)
