"""Where an import works: a folder of its own, with notes of what is finished, for one at a time.

The folder's name is a digest of the file's path, size and time of change, so that an import that
was killed finds it again, and one of a file that has changed does not. A lock that the system lets
go of with the process keeps two imports of one file apart.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pricing.price_files.counting import RowCount
from pricing.price_files.dataset import LAYOUT, write_whole
from pricing.price_files.errors import ImportUnderWay, NotAPriceFile, PriceFileUnreadable
from pricing.price_files.survey import Survey
from pricing.price_files.unpack import Packing

_NOTES_LAYOUT: Final = 2
"""Changes when notes or drafts are written differently: what was staged before is left to sweep."""

_STAGING: Final = "staging"
_NOTES: Final = "notes.json"
_SURVEY: Final = "survey"
_LEFT_SECONDS: Final = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Staging:
    """The folder of one import."""

    file: Path
    folder: Path
    identity: str

    @property
    def text(self) -> Path:
        """Return where the file's text goes if it must be unpacked or recoded."""
        return self.folder / "text"

    @property
    def spill(self) -> Path:
        """Return an empty folder where DuckDB puts what memory does not hold."""
        folder = self.folder / "spill"
        # A killed import leaves its own, which nobody reads again.
        shutil.rmtree(folder, ignore_errors=True)
        return folder

    @property
    def output(self) -> Path:
        """Return the folder that will be published."""
        folder = self.folder / "output"
        folder.mkdir(exist_ok=True)
        return folder

    def text_of(self, found: Survey) -> Path:
        """Return a path of the file's text under a name without marks that DuckDB would read."""
        if found.is_copied:
            return self.text
        link = self.folder / "source"
        link.unlink(missing_ok=True)
        link.symlink_to(self.file.resolve())
        return link

    def survey(self) -> Survey | None:
        """Return what an earlier run has found out about the file, if it came so far."""
        noted = self.note(_SURVEY)
        if noted is None:
            return None
        return Survey(
            **{
                **noted,
                "packing": Packing(**noted["packing"]),
                "count": RowCount(**noted["count"]),
            }
        )

    def keep_survey(self, found: Survey) -> None:
        """Note that the file's text is there and what it is."""
        self.keep_note(_SURVEY, asdict(found))

    def note(self, name: str) -> dict[str, Any] | None:
        """Return what was noted under a name, or None."""
        found: dict[str, Any] | None = self._notes().get(name)
        return found

    def keep_note(self, name: str, found: dict[str, Any]) -> None:
        """Note that a stage is finished, and what came of it."""
        notes = {**self._notes(), name: found}
        write_whole(self.folder / _NOTES, json.dumps(notes))

    def require_same_file(self) -> None:
        """Refuse a file that was changed meanwhile."""
        if _identity(self.file) != self.identity:
            self.clear()
            raise NotAPriceFile(
                self.file.name, "the file was changed while it was read; import it again"
            )

    def clear(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _notes(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self.folder / _NOTES).read_text("utf-8"))
        except FileNotFoundError:
            return {}
        return found


@contextmanager
def staging_for(file: Path, root: Path, *, licence: str | None, now: datetime) -> Iterator[Staging]:
    """Give the folder in which a file is imported; a file that is refused leaves none.

    What killed imports left a week ago and nobody went on with is removed.

    Raises:
        ImportUnderWay: another process imports the file.
        PriceFileUnreadable: there is no such file.
    """
    try:
        identity = _identity(file)
    except OSError as error:
        raise PriceFileUnreadable(
            file.name, f"cannot be read ({error.strerror or error})"
        ) from error
    key = hashlib.sha256(
        f"{LAYOUT}.{_NOTES_LAYOUT}\n{identity}\n{licence or ''}".encode()
    ).hexdigest()[:24]
    folder = root / _STAGING / key
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder.parent, folder, now)
    staging = Staging(file, folder, identity)
    with _locked(folder.with_suffix(".lock"), file.name):
        # Another import may have finished and cleared it before the lock was ours.
        folder.mkdir(exist_ok=True)
        try:
            yield staging
        except NotAPriceFile:
            staging.clear()
            raise


def _sweep(staging: Path, own: Path, now: datetime) -> None:
    """Remove folders that nobody has written to for a week."""
    for folder in staging.iterdir():
        if folder == own or not folder.is_dir():
            continue
        age = now.timestamp() - folder.stat().st_mtime
        if age > _LEFT_SECONDS:
            with suppress(ImportUnderWay), _locked(folder.with_suffix(".lock"), folder.name):
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(path: Path, name: str) -> Iterator[None]:
    # The lock's file stays: one that is removed could be locked twice.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ImportUnderWay(name) from error
        yield
    finally:
        os.close(descriptor)


def _identity(file: Path) -> str:
    found = file.stat()
    return f"{file.resolve()}\n{found.st_size}\n{found.st_mtime_ns}"
