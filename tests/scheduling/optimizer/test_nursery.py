"""A nursery's children are born with everything loaded, and never go through it for garbage."""

from __future__ import annotations

import gc
from typing import Final

from api.permanent import make_permanent
from scheduling.optimizer.nursery import Nursery

# Every child answers how many objects its collector leaves out.
_COUNTING: Final = """
import gc, sys
sys.path[:] = sys.argv[2:]
from scheduling.optimizer.nursery import serve_forks
def answer(connection):
    connection.sendall(str(gc.get_freeze_count()).encode())
serve_forks(int(sys.argv[1]), answer, niceness=0)
"""
_LOADED: Final = 10_000
"""Fewer objects than Python itself and the nursery load."""


def test_children_leave_what_they_are_born_with_alone() -> None:
    nursery = Nursery(_COUNTING)
    try:
        with nursery.connect() as connection:
            frozen = int(connection.recv(100))
    finally:
        nursery.cool_down()

    assert frozen > _LOADED


def test_what_is_loaded_becomes_permanent() -> None:
    gc.unfreeze()
    kept: list[dict[str, int]] = [{} for _ in range(1000)]

    make_permanent()

    assert gc.get_freeze_count() > len(kept) + _LOADED
