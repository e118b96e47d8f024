"""Writers take turns: in order of arrival, one at a time, and nobody waits for ever."""

import threading
from pathlib import Path

import pytest

from api.database import Database, open_database
from api.writers_turn import WritersTurn
from logistics.repository.cases import list_cases
from logistics.repository.errors import DatabaseUnavailable
from tests.keys import RING
from tests.storage.processes import race

PATIENCE_SECONDS = 30


def test_threads_write_in_order_of_arrival(tmp_path: Path) -> None:
    turn = WritersTurn(tmp_path / "a.db", PATIENCE_SECONDS)
    order: list[int] = []
    threads = [
        threading.Thread(target=_note_turn, args=(turn, order, number)) for number in range(8)
    ]

    with turn.taken():
        for place, thread in enumerate(threads, 2):
            thread.start()
            while len(turn._line) < place:
                thread.join(0.001)
    for thread in threads:
        thread.join(PATIENCE_SECONDS)

    assert order == list(range(8))


def _note_turn(turn: WritersTurn, order: list[int], number: int) -> None:
    with turn.taken():
        order.append(number)


def test_who_waits_too_long_gives_up_and_leaves_the_line(tmp_path: Path) -> None:
    turn = WritersTurn(tmp_path / "a.db", 0.02)
    given_up: list[DatabaseUnavailable] = []

    def wait() -> None:
        with pytest.raises(DatabaseUnavailable, match="too many") as raised, turn.taken():
            pass
        given_up.append(raised.value)

    with turn.taken():
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(PATIENCE_SECONDS)

    assert [error.retryable for error in given_up] == [True]
    with turn.taken():
        assert len(turn._line) == 1


def test_a_turn_is_passed_on_after_an_error(tmp_path: Path) -> None:
    turn = WritersTurn(tmp_path / "a.db", 0.02)

    for _ in range(2):
        with pytest.raises(ZeroDivisionError), turn.taken():
            raise ZeroDivisionError


def test_a_thread_cannot_wait_for_itself(tmp_path: Path) -> None:
    turn = WritersTurn(tmp_path / "a.db", PATIENCE_SECONDS)

    with turn.taken(), pytest.raises(RuntimeError, match="open in this thread"), turn.taken():
        pass


def test_another_process_that_writes_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    waiting = WritersTurn(path, 0.02)
    writing = WritersTurn(path, PATIENCE_SECONDS)

    # Two of these share nothing but the files, as two processes do.
    with writing.taken(), pytest.raises(DatabaseUnavailable, match="too many"), waiting.taken():
        pass

    with waiting.taken():
        pass


def test_a_forked_process_stands_in_a_line_of_its_own(sqlite_url: str, tmp_path: Path) -> None:
    turn = WritersTurn(tmp_path / "a.db", 0.02)

    def wait_for_the_parent(_database: Database, _number: int) -> str:
        with pytest.raises(DatabaseUnavailable, match="too many"), turn.taken():
            pass
        return f"{len(turn._line)} in line"

    with turn.taken():
        answers = race(sqlite_url, 2, wait_for_the_parent)

    assert answers == ["0 in line"] * 2


def test_a_database_waits_for_its_turn_to_write_and_to_migrate(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    database = open_database(sqlite_url, wait_seconds=0.02, keys=RING)

    with WritersTurn(path, PATIENCE_SECONDS).taken():
        with pytest.raises(DatabaseUnavailable, match="too many"), database.write():
            pass
        with pytest.raises(DatabaseUnavailable, match="too many"):
            database.migrate()
        with database.read() as session:
            assert list_cases(session) == ()
    database.dispose()


def test_a_process_that_died_holds_no_turn(sqlite_url: str) -> None:
    (answer,) = race(sqlite_url, 1, _die_while_writing)

    assert "died" in str(answer)
    with open_database(sqlite_url, wait_seconds=1, keys=RING).write():
        pass


def _die_while_writing(database: Database, _number: int) -> str:
    held = database._engines.turn()
    held.__enter__()
    return "died with the turn"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    turn = WritersTurn(tmp_path / "nowhere" / "a.db", 0.02)

    with pytest.raises(DatabaseUnavailable, match="sojourn seed"), turn.taken():
        pass


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    turn = WritersTurn(tmp_path / "a.db", PATIENCE_SECONDS)
    inside: list[int] = []
    most: list[int] = []

    def write(number: int) -> None:
        for _ in range(50):
            with turn.taken():
                inside.append(number)
                most.append(len(inside))
                inside.remove(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)

    assert max(most) == 1
    assert len(most) == 200
