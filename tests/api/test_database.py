"""The door to the database: opened by its URL, entered to read or to write, described truly."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from api import postgres, sqlite
from api.database import Database, open_database
from logistics.errors import InvalidField
from logistics.repository.cases import add_case, get_case, list_cases
from logistics.repository.errors import DatabaseUnavailable
from tests.databases import undone
from tests.keys import RING
from tests.storage.builders import case
from tests.storage.processes import race


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sojourn.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite://host/sojourn.db",
        "mysql://user:secret@host/name",
        "postgres://user:secret@host/name",
        "postgresql://user:secret@host:port/name",
    ],
)
def test_a_url_that_cannot_be_opened_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(InvalidField, match="sqlite:///var/sojourn") as raised:
        open_database(url)

    assert "secret" not in str(raised.value)


def test_opening_makes_no_file(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path}/folder/sojourn.db")

    assert not list(tmp_path.iterdir())


def test_a_path_may_hold_any_letter(tmp_path: Path) -> None:
    path = tmp_path / "100 % ?x=1 # déjà 王 %41" / "a b.db"
    database = open_database(f"sqlite:///{path}", keys=RING)

    database.migrate()

    assert path.is_file()

    with database.write() as session:
        add_case(session, case())
    database.dispose()


def test_a_description_is_true(database: Database) -> None:
    description = database.describe()

    assert description.is_current
    settings = dict(description.settings)
    if description.kind == "sqlite":
        assert (settings["journal_mode"], settings["synchronous"]) == ("wal", "2")
        assert settings["foreign_keys"] == "1"
        assert tuple(map(int, settings["version"].split("."))) >= sqlite.FIRST_SAFE
    else:
        assert (settings["TimeZone"], settings["lock_timeout"]) == ("UTC", "10s")


def test_a_description_tells_no_password() -> None:
    url = make_url("postgresql://someone:secret@host/name")

    engines = postgres.open_postgres(url, wait_seconds=1)

    assert "secret" not in engines.location
    assert "someone" in engines.location


def test_an_unmigrated_database_is_not_current(empty_url: str) -> None:
    database = open_database(empty_url)
    database.migrate()
    current = database.describe()

    with database._engines.migrator.begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")

    assert current.is_current
    assert not database.describe().is_current
    database.dispose()


def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    with database._engines.migrator.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'r9999'")

    with pytest.raises(DatabaseUnavailable, match="another version") as raised:
        database.migrate()

    assert not raised.value.retryable


def test_what_was_written_is_read(database: Database) -> None:
    with database.write() as session:
        add_case(session, case())

    with database.read() as session:
        assert get_case(session, "SJ-1001") == case()


def test_an_error_undoes_the_whole_transaction(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        _write_and_stumble(database)

    with database.read() as session:
        assert list_cases(session) == ()


def _write_and_stumble(database: Database) -> None:
    with database.write() as session:
        add_case(session, case("SJ-1"))
        add_case(session, case("SJ-2"))
        raise ZeroDivisionError


def test_a_transaction_to_read_cannot_write(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable, match="read-only"):
        _write_while_reading(database)

    with database.read() as session:
        assert list_cases(session) == ()


def _write_while_reading(database: Database) -> None:
    with database.read() as session:
        add_case(session, case())


def test_a_reader_sees_one_state_whatever_others_write(database: Database) -> None:
    with database.read() as session:
        before = list_cases(session)
        with database.write() as other:
            add_case(other, case())
        session.expire_all()
        after = list_cases(session)

    assert before == after == ()
    with database.read() as session:
        assert list_cases(session) == (case(),)


def test_an_undone_transaction_leaves_nothing(database: Database) -> None:
    with undone(database) as session:
        add_case(session, case())

    with database.read() as session:
        assert list_cases(session) == ()


def test_a_database_is_used_again_after_it_was_closed(database: Database) -> None:
    database.dispose()

    with database.write() as session:
        add_case(session, case())
    with database.read() as session:
        assert list_cases(session) == (case(),)


def test_a_forked_process_opens_connections_of_its_own(
    database: Database, database_url: str
) -> None:
    with database.write() as session:
        add_case(session, case("SJ-1"))

    def write_with_the_parents_database(_own: Database, number: int) -> str:
        with database.write() as session:
            add_case(session, case(f"SJ-CHILD-{number}"))
        with database.read() as session:
            return list_cases(session)[0].reference

    answers = race(database_url, 3, write_with_the_parents_database)

    assert answers == ["SJ-1"] * 3
    with database.write() as session:
        add_case(session, case("SJ-2"))
    with database.read() as session:
        assert len(list_cases(session)) == 5


@dataclass(frozen=True)
class _OfDriver(Exception):
    """What a driver raises, with the name or number the tests want."""

    sqlite_errorname: str = ""
    sqlstate: str | None = None


@pytest.mark.parametrize(
    ("name", "words", "retryable"),
    [
        ("SQLITE_BUSY", "busy", True),
        ("SQLITE_BUSY_SNAPSHOT", "busy", True),
        ("SQLITE_FULL", "disk is full", True),
        ("SQLITE_IOERR_FSYNC", "disk refused", True),
        ("SQLITE_CANTOPEN_ISDIR", "cannot be opened", False),
        ("SQLITE_READONLY_DBMOVED", "read-only", False),
        ("SQLITE_CORRUPT_INDEX", "damaged", False),
        ("SQLITE_NOTADB", "not a database", False),
        ("SQLITE_CONSTRAINT_UNIQUE", None, None),
        ("SQLITE_ERROR", None, None),
    ],
)
def test_what_sqlite_says_is_put_into_words(
    name: str, words: str | None, retryable: object
) -> None:
    said = sqlite.explain(DBAPIError("", None, _OfDriver(sqlite_errorname=name)))

    assert (said is None) == (words is None)
    if said is not None and words is not None:
        assert words in said.problem
        assert said.retryable is retryable


@pytest.mark.parametrize(
    ("state", "words", "retryable"),
    [
        ("40001", "busy", True),
        ("40P01", "busy", True),
        ("55P03", "busy", True),
        ("53100", "disk is full", True),
        ("53300", "too many connections", True),
        ("57P01", "cannot be reached", True),
        ("57P03", "cannot be reached", True),
        ("08006", "cannot be reached", True),
        ("58030", "fault of its own", False),
        ("XX001", "fault of its own", False),
        ("42P01", "no tables", False),
        ("23505", None, None),
        ("42601", None, None),
    ],
)
def test_what_postgresql_says_is_put_into_words(
    state: str, words: str | None, retryable: object
) -> None:
    said = postgres.explain(DBAPIError("", None, _OfDriver(sqlstate=state)))

    assert (said is None) == (words is None)
    if said is not None and words is not None:
        assert words in said.problem
        assert said.retryable is retryable
