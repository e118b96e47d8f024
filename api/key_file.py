"""The key file beside a sample database: made when the database is, readable by its owner alone.

It is for trying things out: whoever has the folder has data and key. Production has keys of its
own, kept elsewhere (``SOJOURN_KEYS``).
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

from logistics.errors import InvalidKey
from logistics.repository.errors import DatabaseUnavailable
from logistics.sealing import DEVELOPMENT, KeyRing, new_key, parse_ring

_SUFFIX: Final = ".keys"
_SQLITE: Final = "sqlite:///"
_OTHERS: Final = Path("var/sojourn.keys")
"""Where the key of a sample database lies that is no file; the folder of the default database."""


def key_file_of(database_url: str) -> Path:
    """Return where the key file of a sample database lies: beside it, where it is a file."""
    if database_url.startswith(_SQLITE):
        path = Path(database_url.removeprefix(_SQLITE))
        return path.with_name(path.name + _SUFFIX).absolute()
    return _OTHERS.absolute()


def find_ring(path: Path) -> KeyRing | None:
    """Return the keys in a file, or None where there is no such file.

    Raises InvalidKey, and DatabaseUnavailable where it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, "read", error) from error
    try:
        return parse_ring(text.splitlines())
    except InvalidKey as error:
        raise InvalidKey(f"{path}: {error}") from error


def make_ring(path: Path) -> KeyRing:
    """Return the keys in a file, which is made with a fresh key unless it is there.

    Of several processes that make it at once, all get the keys of the first. Raises InvalidKey,
    and DatabaseUnavailable where it cannot be made.
    """
    found = find_ring(path)
    if found is not None:
        return found
    key = new_key(f"{DEVELOPMENT}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_once(path, f"# The keys of sample data; of no use in production.\n{key.to_line()}\n")
    except OSError as error:
        raise _unusable(path, "made", error) from error
    return find_ring(path) or make_ring(path)


def _write_once(path: Path, text: str) -> None:
    """Put a whole file in place, mode 0600; one that is there already stays."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    try:
        os.link(name, path)
    except FileExistsError:
        return
    finally:
        Path(name).unlink()


def _unusable(path: Path, done: str, error: Exception) -> DatabaseUnavailable:
    reason = error.strerror if isinstance(error, OSError) else "it is no text"
    return DatabaseUnavailable(
        f"the key file {path} cannot be {done} ({reason}); check it and its folder", retryable=False
    )
