"""A database in trouble says so in one way, and keeps nothing by halves."""

import os
import resource
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from api.database import Database, open_database
from api.sqlite import find_driver
from logistics.repository.cases import add_case, list_cases
from logistics.repository.errors import DatabaseUnavailable
from scheduling.planning import Phase
from scheduling.repository.plans import get_plan, list_plans, move_plan, record_outcome
from tests.keys import RING
from tests.storage.builders import case, planned, store_people, store_plan
from tests.storage.processes import race

WAY = (Phase.SEARCHING, Phase.SOLVING, Phase.CHECKING)


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _store_a_plan(database: Database, plan_id: str, size: int) -> None:
    with database.write() as session:
        plan = store_plan(session, plan_id)
        for phase in WAY:
            move_plan(session, plan_id, phase, progress="")
        record_outcome(session, planned(plan, problem=os.urandom(size)))


def _stored_plans(database: Database) -> list[str]:
    """Return the ids of all plans; each must be whole."""
    with database.read() as session:
        found = sorted(plan.id for plan in list_plans(session, "SJ-1001"))
        for plan_id in found:
            plan = get_plan(session, plan_id)
            assert plan.phase is Phase.PLANNED
            assert plan.problem is not None
    return found


def test_a_locked_sqlite_file_is_named_as_busy(sqlite_url: str) -> None:
    impatient = open_database(sqlite_url, wait_seconds=0.05, keys=RING)
    other = find_driver().connect(_path(sqlite_url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(DatabaseUnavailable, match="try again") as raised:
        _add_case(impatient)

    assert raised.value.retryable
    with impatient.read() as session:
        assert list_cases(session) == ()
    other.execute("ROLLBACK")
    _add_case(impatient)
    other.close()
    impatient.dispose()


def test_a_locked_table_is_named_as_busy(postgres_url: str) -> None:
    impatient = open_database(postgres_url, wait_seconds=0.05, keys=RING)

    with psycopg.connect(postgres_url) as other:
        other.execute("LOCK TABLE sojourn_case IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(DatabaseUnavailable, match="try again") as raised:
            _add_case(impatient)

    assert raised.value.retryable
    _add_case(impatient)
    impatient.dispose()


def _add_case(database: Database) -> None:
    with database.write() as session:
        add_case(session, case())


def test_waiting_for_a_connection_ends(database_url: str) -> None:
    impatient = open_database(database_url, wait_seconds=0.05, keys=RING)

    with pytest.raises(DatabaseUnavailable, match="too many") as raised:
        _read_without_end(impatient)

    assert raised.value.retryable
    _add_case(impatient)
    impatient.dispose()


def _read_without_end(database: Database) -> None:
    with ExitStack() as opened:
        for _ in range(100):
            list_cases(opened.enter_context(database.read()))


def _fill_the_disk(database: Database, _number: int) -> list[str]:
    """Store plans until the disk, which has room for a few, is full; then with room again."""
    room = _path(f"sqlite:///{database.describe().location}").stat().st_size + 300_000
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, most))
    stored = []
    try:
        for number in range(1_000):
            plan_id = f"plan-{number:03}"
            _store_a_plan(database, plan_id, 20_000)
            stored.append(plan_id)
    except DatabaseUnavailable as error:
        stored.append(f"{error.problem[:8]} {error.retryable}")
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    _store_a_plan(database, "plan-999", 20_000)
    return [*stored, "plan-999"]


def test_a_full_disk_keeps_what_was_stored_and_nothing_by_halves(sqlite_url: str) -> None:
    database = open_database(sqlite_url, keys=RING)
    with database.write() as session:
        store_people(session)
    database.dispose()

    (heard,) = race(sqlite_url, 1, _fill_the_disk)

    assert isinstance(heard, list), heard
    *stored, trouble, last = heard
    assert trouble == "the disk True"
    assert len(stored) > 2
    assert _stored_plans(database) == [*stored, last]


def test_a_file_that_may_not_grow_is_a_full_disk(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        store_people(session)
    with sqlite_database._engines.writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    with pytest.raises(DatabaseUnavailable, match="disk is full") as raised:
        _store_a_plan(sqlite_database, "plan-1", 100_000)

    assert raised.value.retryable
    assert _stored_plans(sqlite_database) == []


def _remove(path: Path) -> None:
    path.unlink()


def _scribble(path: Path) -> None:
    path.write_bytes(b"this is a shopping list, not a database" * 100)


def _cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _replace_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_remove, "sojourn seed"),
        (_scribble, "backup"),
        (_cut, "backup"),
        (_empty, "sojourn seed"),
        (_replace_by_a_folder, "cannot be opened"),
    ],
)
@pytest.mark.parametrize("way", ["read", "write"])
def test_an_unreadable_file_is_named_with_what_to_do(
    sqlite_url: str, harm: Callable[[Path], None], words: str, way: str
) -> None:
    harm(_path(sqlite_url))
    database = open_database(sqlite_url, keys=RING)

    with pytest.raises(DatabaseUnavailable, match=words) as raised:
        _touch_a_case(database, way)

    assert not raised.value.retryable


def _touch_a_case(database: Database, way: str) -> None:
    with getattr(database, way)() as session:
        list_cases(session)


def test_a_mistyped_path_does_not_become_an_empty_database(tmp_path: Path) -> None:
    path = tmp_path / "soujorn.sqlite"

    for way in ("read", "write"):
        with pytest.raises(DatabaseUnavailable, match="sojourn seed"):
            _touch_a_case(open_database(f"sqlite:///{path}", keys=RING), way)

    assert not path.exists()


def test_a_writer_has_locked_the_file_before_its_first_question(sqlite_url: str) -> None:
    database = open_database(sqlite_url, keys=RING)
    other = find_driver().connect(_path(sqlite_url), isolation_level=None, timeout=0)

    with database.write() as session:
        list_cases(session)
        with pytest.raises(find_driver().OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")

    other.execute("BEGIN IMMEDIATE")
    other.close()
    database.dispose()


def test_a_missing_folder_is_named_with_what_to_do(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'nowhere' / 'sojourn.sqlite'}", keys=RING)

    for way in ("read", "write"):
        with pytest.raises(DatabaseUnavailable, match="sojourn seed"):
            _touch_a_case(database, way)

    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    database = open_database(f"sqlite:///{tmp_path / 'file' / 'sojourn.sqlite'}", keys=RING)

    with pytest.raises(DatabaseUnavailable, match="cannot be made"):
        database.migrate()


@pytest.mark.parametrize(
    ("change", "words", "retryable"),
    [
        ({"host": "/nowhere"}, "cannot be reached", True),
        ({"dbname": "nobodys"}, "SOJOURN_DATABASE_URL", False),
        ({"user": "nobody"}, "SOJOURN_DATABASE_URL", False),
    ],
)
def test_an_unreachable_server_is_named_with_what_to_do(
    postgres_url: str,
    change: dict[str, str],
    words: str,
    retryable: bool,  # noqa: FBT001 — a column of the table above
) -> None:
    known = psycopg.conninfo.conninfo_to_dict(postgres_url) | change
    url = f"postgresql://{known['user']}@/{known['dbname']}?host={known['host']}"

    with pytest.raises(DatabaseUnavailable, match=words) as raised:
        _touch_a_case(open_database(url, wait_seconds=1, keys=RING), "read")

    assert raised.value.retryable is retryable


def test_a_database_without_tables_is_named_with_what_to_do(empty_postgres_url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="sojourn seed") as raised:
        _touch_a_case(open_database(empty_postgres_url, keys=RING), "write")

    assert not raised.value.retryable


def test_a_server_that_hangs_up_is_asked_again(postgres_url: str) -> None:
    database = open_database(postgres_url, keys=RING)

    with pytest.raises(DatabaseUnavailable, match="cannot be reached") as raised:
        _add_a_case_while_the_server_stops(database, postgres_url)

    assert raised.value.retryable
    with database.read() as session:
        assert list_cases(session) == ()
    _add_case(database)
    database.dispose()


def _add_a_case_while_the_server_stops(database: Database, url: str) -> None:
    with database.write() as session:
        add_case(session, case())
        _hang_up(url)
        list_cases(session)


@pytest.mark.parametrize("way", ["look", "read", "write"])
def test_nobody_hears_that_a_server_hung_up_on_a_connection_at_rest(
    postgres_url: str, way: str
) -> None:
    database = open_database(postgres_url, keys=RING)
    for _time in range(2):
        with getattr(database, way)() as entered:
            entered.execute(text("SELECT 1"))
        _hang_up(postgres_url)
    database.dispose()


def test_a_look_reads_and_does_not_write(database: Database) -> None:
    with database.look() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1

    with pytest.raises(DatabaseUnavailable, match="read-only"), database.look() as connection:
        connection.exec_driver_sql("DELETE FROM sojourn_case")


def _hang_up(url: str) -> None:
    """Have the server end every connection of others; return once they are gone."""
    with psycopg.connect(url, autocommit=True) as other:
        for row in other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ):
            assert row[0]


def test_two_that_wait_for_each_other_are_parted(postgres_url: str) -> None:
    database = open_database(postgres_url, keys=RING)
    with database.write() as session:
        add_case(session, case("SJ-1"))
        add_case(session, case("SJ-2"))
    database.dispose()

    answers = race(postgres_url, 2, _lock_two_cases)

    assert sorted(map(str, answers)) == ["done", "try again"]


def _lock_two_cases(database: Database, number: int) -> str:
    order = ("SJ-1", "SJ-2") if number else ("SJ-2", "SJ-1")
    try:
        with database.write() as session:
            for reference in order:
                session.connection().exec_driver_sql(
                    "UPDATE sojourn_case SET story = story WHERE reference = %s", (reference,)
                )
                # Give the other time for its first row: either way one must wait for the other.
                session.connection().exec_driver_sql("SELECT pg_sleep(1)")
    except DatabaseUnavailable as error:
        return "try again" if error.retryable else "given up"
    return "done"
