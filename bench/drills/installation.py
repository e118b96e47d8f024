"""The service as it is run: its commands as processes, over a database with keys of its own."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, Final

from api.database import Database, open_database
from logistics.sealing import parse_ring

_SOJOURN: Final = Path(sys.executable).with_name("sojourn")
_TOKEN: Final = re.compile(r'name="form_token" value="([^"]+)"')
_PATIENCE_SECONDS: Final = 120
_STOP_SECONDS: Final = 40


@dataclass(frozen=True, slots=True)
class Installation:
    """One database, and the file with the keys of its private fields."""

    url: str
    keys: Path

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, however it ends."""
        return subprocess.run(
            [_SOJOURN, *words],
            check=False,
            capture_output=True,
            text=True,
            env=self._environment(),
            timeout=_PATIENCE_SECONDS,
        )

    def do(self, *words: str | Path) -> str:
        """Run a command and return what it printed; raises RuntimeError unless it succeeds."""
        ended = self.run(*words)
        if ended.returncode:
            raise RuntimeError(f"sojourn {words[0]} ended with {ended.returncode}: {ended.stderr}")
        return ended.stdout

    def answer(self, *words: str | Path) -> Any:  # noqa: ANN401 — a JSON document
        """Run a command and return its answer; raises as `do`."""
        return json.loads(self.do(*words, "--json"))

    def add_key(self, key_id: str) -> None:
        """Make a key and put it first."""
        others = self.keys.read_text() if self.keys.exists() else ""
        self.keys.write_text(self.do("keys", "new", key_id) + others)

    def open(self) -> Database:
        """Open the database from within this process."""
        return open_database(self.url, keys=parse_ring(self.keys.read_text().splitlines()))

    @contextmanager
    def served(self) -> Iterator[Visitor]:
        """Serve the pages until the end of the block; yield somebody who looks at them."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        command = [str(_SOJOURN), "serve", "--port", port]
        with subprocess.Popen(
            command, env=self._environment(), stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                # The first line says that it listens. The rest is less than a pipe holds.
                if process.stderr is not None:
                    process.stderr.readline()
                yield Visitor(f"http://127.0.0.1:{port}")
            finally:
                process.terminate()
                process.wait(timeout=_STOP_SECONDS)

    def _environment(self) -> dict[str, str]:
        keys = {"SOJOURN_KEYS": str(self.keys)} if self.keys.exists() else {}
        return {**os.environ, "SOJOURN_DATABASE_URL": self.url, **keys}


class Visitor:
    """A browser without a screen."""

    def __init__(self, address: str) -> None:
        self._address = address
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of a page."""
        return self._ask(path, None)

    def come_in(self, user: str) -> None:
        """Log in as a sample user."""
        found = _TOKEN.search(self.get("/login")[1])
        token = unescape(found[1]) if found else ""
        form = urllib.parse.urlencode({"user": user, "form_token": token})
        self._ask("/login/demo", form.encode())

    def _ask(self, path: str, body: bytes | None) -> tuple[int, str]:
        request = urllib.request.Request(self._address + path, body)  # noqa: S310 — our own server
        try:
            with self._opener.open(request, timeout=_STOP_SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
