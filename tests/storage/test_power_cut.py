"""What was acknowledged is there after a power cut, as the drill of power cuts simulates them."""

import random
from pathlib import Path

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from bench.drills.disk import FOLDER, Disk, Step
from bench.drills.power import cut_power

pytestmark = pytest.mark.sweep

CUTS = 20
CHANGES = 30
OLD = bytes(1_500)

_writes = st.builds(
    lambda offset, content: Step("W", "file", offset, content),
    st.integers(0, 3_000),
    st.binary(min_size=1, max_size=1_200),
)
_truncations = st.builds(lambda length: Step("T", "file", length), st.integers(0, 3_000))
_changes = st.lists(_writes | _truncations, max_size=8)
_luck = st.builds(random.Random, st.integers(0, 10_000))


def _disk(*steps: Step) -> Disk:
    disk = Disk({"file": OLD})
    for step in steps:
        disk.follow(step)
    return disk


@pytest.mark.needs_tool("gcc")
def test_a_power_cut_loses_no_acknowledged_write(tmp_path: Path) -> None:
    found = cut_power(tmp_path, CUTS, changes=CHANGES, seed=1)

    assert found["faults"] == {}
    assert found["acknowledged"] == CHANGES


@pytest.mark.needs_tool("gcc")
def test_a_power_cut_loses_what_was_not_flushed(tmp_path: Path) -> None:
    found = cut_power(tmp_path, CUTS, changes=CHANGES, seed=1, synchronous="NORMAL")

    assert found["cuts_that_lost"] > CUTS / 2
    # Lost, but never halved: that is what this setting does promise.
    assert set(found["faults"]) == {"lost"}


@given(_changes, _luck)
def test_what_was_flushed_survives_every_cut(changes: list[Step], luck: random.Random) -> None:
    disk = _disk(*changes, Step("S", "file"))

    assert disk.after_cut(luck) == disk.seen()


@given(_changes, _changes, _luck)
def test_a_cut_invents_nothing(flushed: list[Step], since: list[Step], luck: random.Random) -> None:
    disk = _disk(*flushed, Step("S", "file"))
    before = disk.seen()["file"]
    for step in since:
        disk.follow(step)

    left = disk.after_cut(luck)["file"]

    sources = [before, *(bytes(one.offset) + one.content for one in since if one.what == "W")]
    event("changed" if left != before else "as before")
    assert len(left) <= max(len(one) for one in sources + [bytes(one.offset) for one in since])
    for place, byte in enumerate(left):
        assert byte == 0 or any(source[place : place + 1] == bytes([byte]) for source in sources)


def test_a_write_may_be_there_whole_or_torn_or_not_at_all() -> None:
    new = b"x" * len(OLD)
    disk = _disk(Step("W", "file", 0, new))

    left = {disk.after_cut(random.Random(seed))["file"] for seed in range(200)}

    assert {OLD, new, b"x" * 512 + bytes(512) + b"x" * 476} <= left


def test_a_sector_is_written_whole_or_not_at_all() -> None:
    disk = _disk(Step("W", "file", 100, b"x" * 1_000))

    for seed in range(100):
        left = disk.after_cut(random.Random(seed))["file"]
        assert {len(set(left[100:512])), len(set(left[512:1_024]))} == {1}


def test_what_the_folder_has_not_flushed_may_be_there_or_not() -> None:
    made, gone = Step("C", "new"), Step("U", "file")
    flushed = [Step("W", "new", 0, b"x"), Step("S", "new")]
    unsure = _disk(made, *flushed, gone)
    sure = _disk(made, *flushed, gone, Step("S", FOLDER))

    left = {tuple(sorted(unsure.after_cut(random.Random(seed)))) for seed in range(100)}

    assert left == {(), ("file",), ("new",), ("file", "new")}
    assert all(sure.after_cut(random.Random(seed)) == {"new": b"x"} for seed in range(100))


def test_what_the_folder_has_flushed_does_not_come_back() -> None:
    disk = _disk(Step("C", "new"), Step("U", "new"), Step("S", FOLDER))

    assert all(set(disk.after_cut(random.Random(seed))) == {"file"} for seed in range(100))
