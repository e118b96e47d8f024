"""Asking about policies in a process of its own: no document holds up a server for long.

The process is started by the first question and kept; `cool_down` ends it. Everything here may be
called from any thread.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from api.coverage.checking import Checked
from api.coverage.worker import PATIENCE, receive_all
from api.policy_errors import DecidingBusy, TooLongToDecide
from scheduling.optimizer.nursery import GRACE_SECONDS, Nursery

SECONDS: Final = 10.0
"""Processor time of one question."""

CHECK_SECONDS: Final = 5.0
"""Processor time of looking a policy over; it may happen while a transaction is open."""

AT_ONCE: Final = 2
"""Questions answered at the same time by one server; others wait, and then are refused."""

_REMEMBERED: Final = 100

_places = threading.BoundedSemaphore(AT_ONCE)
_lock = threading.Lock()
_checked: OrderedDict[str, Checked] = OrderedDict()


_nursery: Final = Nursery("""
import sys
sys.path[:] = sys.argv[2:]
from api.coverage.worker import serve
serve(int(sys.argv[1]))
""")

cool_down: Final = _nursery.cool_down


def ask_apart(job: str, wish: Mapping[str, Any], *, seconds: float = SECONDS) -> dict[str, Any]:
    """Return the answer of one of `answering.JOBS`.

    Raises TooLongToDecide, and DecidingBusy where others take all the places for too long.
    """
    if not _places.acquire(timeout=seconds * PATIENCE):
        raise DecidingBusy
    try:
        answer = _ask({"job": job, "wish": wish, "seconds": seconds}, seconds)
    finally:
        _places.release()
    if not answer:
        raise TooLongToDecide(seconds)
    found: dict[str, Any] = json.loads(answer)
    return found


def check_apart(text: str) -> Checked:
    """Return what is wrong with a policy document; the same text is not looked at twice soon.

    That it takes too long to check is a fault, too. Raises DecidingBusy.
    """
    key = sha256(text.encode()).hexdigest()
    with _lock:
        if key in _checked:
            _checked.move_to_end(key)
            return _checked[key]
    try:
        found = ask_apart("check", {"text": text}, seconds=CHECK_SECONDS)
    except TooLongToDecide as error:
        found = {
            "well": False,
            "faults": [{"line": 1, "path": "", "message": str(error)}],
            "warnings": [],
            "more": 0,
        }
    with _lock:
        _checked[key] = found
        if len(_checked) > _REMEMBERED:
            _checked.popitem(last=False)
    return found


def _ask(question: Mapping[str, Any], seconds: float) -> bytes:
    """Return the answer; empty where the child ended without one."""
    with _nursery.connect() as connection:
        connection.settimeout(seconds * PATIENCE + GRACE_SECONDS)
        # A child that has died hangs up; what it has not read or said is gone with it.
        with contextlib.suppress(OSError):
            connection.sendall(json.dumps(question).encode())
            connection.shutdown(socket.SHUT_WR)
            return receive_all(connection)
    return b""
