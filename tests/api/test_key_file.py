"""The key file of a sample database: made once, for its owner alone, and never a second time."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from api.database import Database, open_database
from api.key_file import find_ring, key_file_of, make_ring
from logistics.errors import InvalidKey, KeysMissing, UnknownKey
from logistics.repository.cases import add_case, get_case
from logistics.repository.errors import DatabaseUnavailable
from logistics.sealing import KeyRing
from tests.storage.builders import case


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a key file would lie."""
    return tmp_path / "folder" / "sojourn.db.keys"


def _sample(path: Path) -> Database:
    url = f"sqlite:///{path.parent / 'sojourn.db'}"
    return open_database(url, keys=key_file_of(url))


def test_it_lies_beside_the_database_file(tmp_path: Path) -> None:
    assert key_file_of(f"sqlite:///{tmp_path}/a b.db") == tmp_path / "a b.db.keys"


def test_it_lies_in_the_folder_of_the_service_for_other_databases() -> None:
    assert key_file_of("postgresql://me@host/name") == Path("var/sojourn.keys").absolute()


def test_it_is_readable_by_its_owner_alone(path: Path) -> None:
    make_ring(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_its_key_is_random_and_known_for_what_it_is(path: Path, tmp_path: Path) -> None:
    ring, other = make_ring(path), make_ring(tmp_path / "other.keys")

    assert ring.has_development_keys
    assert ring.current.startswith("dev-")
    assert ring.ids != other.ids


def test_it_is_made_once(path: Path) -> None:
    first = make_ring(path)
    written = path.read_bytes()

    assert make_ring(path).ids == first.ids
    assert path.read_bytes() == written


def test_all_that_make_it_at_once_get_the_same_keys(path: Path) -> None:
    made: list[KeyRing] = []
    threads = [threading.Thread(target=lambda: made.append(make_ring(path))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 16
    assert {ring.ids for ring in made} == {make_ring(path).ids}
    assert list(path.parent.iterdir()) == [path]


def test_without_a_file_there_are_no_keys(path: Path) -> None:
    assert find_ring(path) is None


def test_a_file_that_holds_no_key_is_named(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("nonsense")

    with pytest.raises(InvalidKey, match=str(path)):
        find_ring(path)


def test_a_file_that_cannot_be_read_is_named(path: Path) -> None:
    path.mkdir(parents=True)

    with pytest.raises(DatabaseUnavailable, match=str(path)):
        find_ring(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DatabaseUnavailable, match="cannot be"):
        make_ring(tmp_path / "file" / "sojourn.keys")


def test_it_is_made_with_the_database_and_opens_it_again(path: Path) -> None:
    database = _sample(path)
    database.migrate()
    with database.write() as session:
        add_case(session, case())
    database.dispose()

    again = _sample(path)
    with again.read() as session:
        assert get_case(session, "SJ-1001") == case()
    again.dispose()


def test_opening_a_database_makes_no_key(path: Path) -> None:
    _sample(path)

    assert not path.parent.exists()


def test_a_lost_file_is_not_replaced_while_something_is_sealed(path: Path) -> None:
    database = _sample(path)
    database.migrate()
    with database.write() as session:
        add_case(session, case())
    database.dispose()
    key_id = make_ring(path).current
    kept = path.rename(path.parent / "kept")

    lost = _sample(path)
    with pytest.raises(UnknownKey, match=key_id):
        lost.migrate()
    with pytest.raises(KeysMissing), lost.read() as session:
        get_case(session, "SJ-1001")
    assert not path.exists()

    kept.rename(path)
    lost.migrate()
    with lost.read() as session:
        assert get_case(session, "SJ-1001") == case()
    lost.dispose()
