"""Whoever tampers with the trail is found, whichever row, whichever way, on either database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from api.audit.canonical import HASHED
from api.audit.verify import Break, Fault
from api.audit.walking import CHUNK
from api.database import Database
from tests.api.audit.builders import store_entries, verdict_of
from tests.api.audit.tampering import (
    Row,
    chain_anew,
    execute,
    hash_anew,
    rewrite,
    swap_sides,
    verdict_after,
)

COUNT: Final = 7
PLACES: Final = st.integers(0, COUNT - 1)
SHARED: Final = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150
)


@pytest.fixture
def filled(database: Database) -> Database:
    """A database with a short trail."""
    store_entries(database, COUNT)
    return database


@st.composite
def edits(draw: st.DrawFn) -> Callable[[list[Row]], Sequence[Row]]:
    """Draw a change of one column of one entry, with its own hash computed anew or not."""
    place, column = draw(PLACES), draw(st.sampled_from([*HASHED[1:], "hash"]))
    is_rehashed = draw(st.booleans()) and column != "hash"
    value = draw(st.sampled_from(["", "x", "0" * 64, "u-mia", "r-2", "SJ-2"]))

    def change(rows: list[Row]) -> list[Row]:
        before = dict(rows[place])
        words = {"at": rows[(place + 1) % COUNT]["at"], "outcome": "failed"}
        rows[place][column] = words.get(column, value)
        if rows[place] == before:
            rows[place][column] = "something else"
        if is_rehashed:
            hash_anew(rows[place])
        return rows

    event(f"edit {column}")
    return change


@st.composite
def deletions(draw: st.DrawFn) -> Callable[[list[Row]], Sequence[Row]]:
    """Draw the deletion of one entry or of the last ones, with the gap closed or not."""
    first = draw(PLACES)
    count = draw(st.sampled_from([1, COUNT]))
    is_closed, is_rehashed = draw(st.booleans()), draw(st.booleans())

    def change(rows: list[Row]) -> list[Row]:
        kept = rows[:first] + rows[first + count :]
        _renumber(kept[first:], first + 1 if is_closed else None, is_rehashed=is_rehashed)
        return kept

    event("delete")
    return change


@st.composite
def insertions(draw: st.DrawFn) -> Callable[[list[Row]], Sequence[Row]]:
    """Draw an entry more, made of another one, with good hashes of its own; the rest moves on."""
    place, source = draw(PLACES), draw(PLACES)
    is_chained, is_rehashed = draw(st.booleans()), draw(st.booleans())

    def change(rows: list[Row]) -> list[Row]:
        forged = {**rows[source], "seq": place + 1, "user_id": "somebody"}
        if is_chained and place:
            forged["prev_hash"] = rows[place - 1]["hash"]
        hash_anew(forged)
        rest = rows[place:]
        _renumber(rest, place + 2, is_rehashed=is_rehashed)
        return [*rows[:place], forged, *rest]

    event("insert")
    return change


def _renumber(rows: Sequence[Row], first: int | None, *, is_rehashed: bool) -> None:
    for seq, row in enumerate(rows, first or 0):
        if first is not None:
            row["seq"] = seq
        if is_rehashed:
            hash_anew(row)


@st.composite
def swaps(draw: st.DrawFn) -> Callable[[list[Row]], Sequence[Row]]:
    """Draw two entries that change places."""
    one, other = draw(st.lists(PLACES, min_size=2, max_size=2, unique=True))
    is_rehashed = draw(st.booleans())

    def change(rows: list[Row]) -> list[Row]:
        rows[one]["seq"], rows[other]["seq"] = rows[other]["seq"], rows[one]["seq"]
        if is_rehashed:
            hash_anew(rows[one])
            hash_anew(rows[other])
        return rows

    event("swap")
    return change


@given(change=edits() | deletions() | insertions() | swaps())
@SHARED
def test_no_single_tampering_goes_unseen(
    filled: Database, change: Callable[[list[Row]], Sequence[Row]]
) -> None:
    heads = {COUNT: verdict_of(filled).last_hash}

    verdict = verdict_after(filled, rewrite(change), heads)

    assert not verdict.is_whole


@given(one=PLACES, other=PLACES)
@SHARED
def test_details_that_change_places_are_seen(filled: Database, one: int, other: int) -> None:
    verdict = verdict_after(filled, swap_sides(one + 1, other + 1))

    assert verdict.is_whole == (one == other)


@given(start=PLACES)
@SHARED
def test_a_chain_computed_anew_does_not_lead_to_the_signed_head(
    filled: Database, start: int
) -> None:
    heads = {COUNT: verdict_of(filled).last_hash}

    def change(rows: list[Row]) -> list[Row]:
        rows[start]["user_id"] = "somebody"
        chain_anew(rows, start)
        return rows

    verdict = verdict_after(filled, rewrite(change), heads)

    assert verdict.broken == Break(COUNT, Fault.REWRITTEN)
    # What a head is for: the chain by itself cannot show this.
    assert verdict_after(filled, rewrite(change)).is_whole


def _edit(seq: int, *, is_rehashed: bool = False) -> Callable[[Connection], None]:
    def change(rows: list[Row]) -> list[Row]:
        rows[seq - 1]["user_id"] = "somebody"
        if is_rehashed:
            hash_anew(rows[seq - 1])
        return rows

    return rewrite(change)


def _without(seq: int) -> Callable[[Connection], None]:
    return rewrite(lambda rows: [row for row in rows if row["seq"] != seq])


def _closed(seq: int) -> Callable[[Connection], None]:
    def change(rows: list[Row]) -> list[Row]:
        kept = [row for row in rows if row["seq"] != seq]
        _renumber(kept, 1, is_rehashed=False)
        return kept

    return rewrite(change)


def _turned(seq: int, other: int) -> Callable[[Connection], None]:
    def change(rows: list[Row]) -> list[Row]:
        rows[seq - 1]["seq"], rows[other - 1]["seq"] = other, seq
        return rows

    return rewrite(change)


@pytest.mark.parametrize(
    ("tamper", "broken"),
    [
        (_edit(3), Break(3, Fault.EDITED)),
        (_edit(1, is_rehashed=True), Break(1, Fault.EDITED)),
        (_edit(3, is_rehashed=True), Break(3, Fault.EDITED)),
        (_edit(6, is_rehashed=True), Break(6, Fault.EDITED)),
        (_edit(7, is_rehashed=True), Break(7, Fault.REWRITTEN)),
        (_without(1), Break(1, Fault.DELETED)),
        (_without(3), Break(3, Fault.DELETED)),
        (_without(7), Break(7, Fault.TRUNCATED)),
        (rewrite(lambda rows: rows[:4]), Break(5, Fault.TRUNCATED)),
        (rewrite(lambda _: []), Break(1, Fault.TRUNCATED)),
        (_closed(3), Break(3, Fault.REORDERED)),
        (_turned(3, 5), Break(3, Fault.REORDERED)),
        (_turned(3, 4), Break(3, Fault.REORDERED)),
        (
            execute("UPDATE audit_detail SET detail = '{}' WHERE seq = 3"),
            Break(3, Fault.DETAIL_EDITED),
        ),
        (
            execute("UPDATE audit_detail SET salt = 'x' WHERE seq = 3"),
            Break(3, Fault.DETAIL_EDITED),
        ),
        (execute("DELETE FROM audit_detail WHERE seq = 3"), Break(3, Fault.DETAIL_DELETED)),
        (execute("DELETE FROM audit_case WHERE seq = 4"), Break(4, Fault.CASES_EDITED)),
        (
            execute("UPDATE audit_case SET case_reference = 'SJ-9' WHERE seq = 3"),
            Break(3, Fault.CASES_EDITED),
        ),
        (execute("INSERT INTO audit_case VALUES (2, 'SJ-9')"), Break(2, Fault.CASES_EDITED)),
    ],
)
def test_the_first_broken_entry_is_named_with_what_is_wrong(
    filled: Database, tamper: Callable[[Connection], object], broken: Break
) -> None:
    heads = {COUNT: verdict_of(filled).last_hash}

    assert verdict_after(filled, tamper, heads).broken == broken


def test_what_hangs_on_no_entry_is_seen(filled: Database) -> None:
    tamper = execute("INSERT INTO audit_case VALUES (99, 'SJ-1')")

    assert verdict_after(filled, tamper).broken == Break(99, Fault.LEFT_OVER)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET user_id = CAST(x'ff' AS TEXT) WHERE seq = 5",
        "UPDATE audit_detail SET detail = CAST(x'ff' AS TEXT) WHERE seq = 5",
        "INSERT INTO audit_case VALUES (5, CAST(x'ff' AS TEXT))",
    ],
)
def test_bytes_that_are_no_text_are_found(sqlite_database: Database, statement: str) -> None:
    store_entries(sqlite_database, COUNT)

    verdict = verdict_after(sqlite_database, execute(statement))

    assert verdict.broken == Break(5, Fault.UNREADABLE)
    assert verdict.entries == 4


def test_an_empty_trail_is_whole(database: Database) -> None:
    verdict = verdict_of(database)

    assert verdict.is_whole
    assert verdict.entries == 0


def test_a_long_trail_is_walked_in_several_steps(sqlite_database: Database) -> None:
    count = 2 * CHUNK + 3
    store_entries(sqlite_database, count)

    assert verdict_of(sqlite_database).entries == count
    assert verdict_after(sqlite_database, _edit(CHUNK + 1)).broken == Break(CHUNK + 1, Fault.EDITED)


def test_every_head_on_the_way_is_compared(filled: Database) -> None:
    good = {COUNT: verdict_of(filled).last_hash}

    assert verdict_of(filled, good).is_whole
    assert verdict_of(filled, {**good, 3: "0" * 64}).broken == Break(3, Fault.REWRITTEN)
