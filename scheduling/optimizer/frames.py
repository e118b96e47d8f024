"""Frames: how a solving process and its caller talk over a socket."""

import contextlib
import socket
import struct
from typing import Final

# One frame: its kind, its length, its bytes.
HEAD: Final = struct.Struct("!cQ")

STARTED: Final = b"S"  # the child's process id
PROGRESS: Final = b"P"  # {"stage", "done", "of"}
ANSWERED: Final = b"A"  # the answer
FAILED: Final = b"F"  # {"error"}: an exception of ours
REQUEST: Final = b"R"

# A whole request, document included.
REQUEST_MAX: Final = 256 * 1024 * 1024


def send(connection: socket.socket, kind: bytes, body: bytes) -> None:
    """Write one frame; nothing happens when nobody listens any more."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(HEAD.pack(kind, len(body)) + body)


def receive(connection: socket.socket) -> tuple[bytes, bytes] | None:
    """Read one frame; None when the other end is gone."""
    head = _read(connection, HEAD.size)
    if head is None:
        return None
    kind, length = HEAD.unpack(head)
    if length > REQUEST_MAX:
        return None
    body = _read(connection, length)
    return None if body is None else (kind, body)


def _read(connection: socket.socket, length: int) -> bytes | None:
    parts = []
    while length > 0:
        try:
            part = connection.recv(min(length, 2**20))
        except ConnectionResetError:
            return None
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
