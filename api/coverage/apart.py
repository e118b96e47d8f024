"""Asking about policies in a process of its own: no document holds up a server for long.

The process is started by the first question and kept. Everything here may be called from any
thread.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from api.coverage.checking import Checked
from api.coverage.worker import PATIENCE, receive_all
from api.policy_errors import DecidingBusy, TooLongToDecide

SECONDS: Final = 10.0
"""Processor time of one question; see docs/coverage.md for what the worst documents take."""

CHECK_SECONDS: Final = 5.0
"""Processor time of looking a policy over; it may happen while a transaction is open."""

AT_ONCE: Final = 2
"""Questions answered at the same time by one server; others wait, and then are refused."""

_GRACE: Final = 5.0
_REMEMBERED: Final = 100

_places = threading.BoundedSemaphore(AT_ONCE)
_lock = threading.Lock()
_checked: OrderedDict[str, Checked] = OrderedDict()


@dataclass(frozen=True, slots=True)
class _Nursery:
    process: subprocess.Popen[bytes]
    control: socket.socket
    owner: int


_nurseries: dict[str, _Nursery] = {}


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
            "more": 0,
        }
    with _lock:
        _checked[key] = found
        if len(_checked) > _REMEMBERED:
            _checked.popitem(last=False)
    return found


def cool_down() -> None:
    """End the process; the next question starts another."""
    with _lock:
        nursery = _nurseries.pop("one", None)
    if nursery is not None and nursery.owner == os.getpid():
        nursery.control.close()
        nursery.process.wait(timeout=_GRACE)


def _ask(question: Mapping[str, Any], seconds: float) -> bytes:
    """Return the answer; empty where the child ended without one."""
    with _connect() as connection:
        connection.settimeout(seconds * PATIENCE + _GRACE)
        # A child that has died hangs up; what it has not read or said is gone with it.
        with contextlib.suppress(OSError):
            connection.sendall(json.dumps(question).encode())
            connection.shutdown(socket.SHUT_WR)
            return receive_all(connection)
    return b""


def _connect() -> socket.socket:
    """Return a connection whose other end a new child has."""
    ours, theirs = socket.socketpair()
    with theirs, _lock:
        try:
            socket.send_fds(_running().control, [b"+"], [theirs.fileno()])
        except (BrokenPipeError, ConnectionResetError):
            _nurseries.pop("one", None)
            socket.send_fds(_running().control, [b"+"], [theirs.fileno()])
    return ours


def _running() -> _Nursery:
    nursery = _nurseries.get("one")
    # After a fork of the web server the process belongs to the parent.
    if nursery is None or nursery.owner != os.getpid() or nursery.process.poll() is not None:
        if nursery is None:
            atexit.register(cool_down)
        nursery = _start()
        _nurseries["one"] = nursery
    return nursery


_CODE: Final = """
import sys
sys.path[:] = sys.argv[2:]
from api.coverage.worker import serve
serve(int(sys.argv[1]))
"""


def _start() -> _Nursery:
    ours, theirs = socket.socketpair()
    with theirs:
        number = theirs.fileno()
        process = subprocess.Popen(  # noqa: S603 — our own interpreter and our own module
            [sys.executable, "-c", _CODE, str(number), *sys.path],
            pass_fds=[number],
            stdin=subprocess.DEVNULL,
        )
    return _Nursery(process, ours, os.getpid())
