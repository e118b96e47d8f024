"""Callers over HTTP: as fast as answers come, or at a steady pace; latencies in seconds.

Written on bare sockets, because on a machine with two cores whatever the callers take is what the
server does not get.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

Ask = bytes
"""A whole request as it goes over the wire."""

_CHUNK: Final = 65_536


@dataclass(frozen=True, slots=True)
class Heard:
    """How long each answer took, how many were none of success, and the seconds of it all."""

    latencies: tuple[float, ...]
    refused: int
    seconds: float

    @property
    def rate(self) -> float:
        """Return answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the latency that this share of the answers did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def to_ask(method: str, address: str, *, token: str = "", body: bytes = b"") -> Ask:
    """Return the request for an address; with a body of JSON, if any."""
    parts = urlsplit(address)
    wanted = f"{parts.path}?{parts.query}" if parts.query else parts.path
    lines = [f"{method} {wanted} HTTP/1.1", f"Host: {parts.netloc}"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Line:
    """One connection that is kept open."""

    def __init__(self, address: str) -> None:
        """Take the address of the server; connects at once."""
        self._address = (urlsplit(address).hostname or "", urlsplit(address).port or 80)
        self._connect()

    def ask(self, ask: Ask) -> tuple[int, bytes]:
        """Return status and body of the answer; connects again where the server has hung up."""
        try:
            return self._ask(ask)
        except ConnectionError:
            self._connect()
            return self._ask(ask)

    def _connect(self) -> None:
        self._socket = socket.create_connection(self._address, timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _ask(self, ask: Ask) -> tuple[int, bytes]:
        self._socket.sendall(ask)
        heard = b""
        while b"\r\n\r\n" not in heard:
            heard += self._hear()
        head, _, body = heard.partition(b"\r\n\r\n")
        length = _length_of(head)
        while len(body) < length:
            body += self._hear()
        if b"\r\nconnection: close" in head.lower():
            self._connect()
        return int(head[9:12]), body

    def _hear(self) -> bytes:
        heard = self._socket.recv(_CHUNK)
        if not heard:
            raise ConnectionResetError("the server has hung up")
        return heard


def _length_of(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def ask_hard(address: str, asks: Sequence[Ask], *, callers: int, seconds: float) -> Heard:
    """Ask over and over, each caller as soon as it is answered, for that long."""
    end = time.monotonic() + seconds

    def call(number: int, say: Callable[[float, int], None]) -> None:
        line = Line(address)
        # Each begins elsewhere in the list.
        turn = number * len(asks) // callers
        while (begun := time.monotonic()) < end:
            status, _ = line.ask(asks[turn % len(asks)])
            say(time.monotonic() - begun, status)
            turn += 1

    return _gather(call, callers)


def ask_steadily(
    address: str, asks: Sequence[Ask], *, rate: float, callers: int, seconds: float
) -> Heard:
    """Ask at that rate whether or not answers come; a latency counts from when it was due."""
    start = time.monotonic()

    def call(number: int, say: Callable[[float, int], None]) -> None:
        line = Line(address)
        for turn in range(number, int(rate * seconds), callers):
            due = start + turn / rate
            time.sleep(max(0.0, due - time.monotonic()))
            status, _ = line.ask(asks[turn % len(asks)])
            say(time.monotonic() - due, status)

    return _gather(call, callers)


def _gather(call: Callable[[int, Callable[[float, int], None]], None], callers: int) -> Heard:
    latencies: list[float] = []
    statuses: list[int] = []

    def say(seconds: float, status: int) -> None:
        latencies.append(seconds)
        statuses.append(status)

    begun = time.monotonic()
    threads = [Thread(target=call, args=(number, say)) for number in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = sum(not 200 <= status < 300 for status in statuses)  # noqa: PLR2004 — success in HTTP
    return Heard(tuple(latencies), refused, time.monotonic() - begun)
