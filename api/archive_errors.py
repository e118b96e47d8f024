"""What goes wrong with the archive of a backup."""

from __future__ import annotations


class ArchiveError(Exception):
    """Base of every error about an archive."""


class ArchiveUnusable(ArchiveError):
    """An archive is not what was written: cut short, edited, or none at all."""

    def __init__(self, member: str, reason: str) -> None:
        """Keep which member of the archive it is, and what is wrong with it."""
        super().__init__(f"{member}: {reason}; nothing was restored. Use another backup")
        self.member = member
        self.reason = reason


class ArchiveExists(ArchiveError):
    """There is a file already where the archive was to be written."""

    def __init__(self, path: str) -> None:
        """Keep where."""
        super().__init__(f"{path} exists already; name another file")
        self.path = path


class DatabaseInUse(ArchiveError):
    """A backup can be restored into an empty database only."""

    def __init__(self, location: str) -> None:
        """Keep which database it is; the location has no password."""
        super().__init__(
            f"{location} has tables already; set SOJOURN_DATABASE_URL to an empty database"
        )
        self.location = location


class BackupTooEarly(ArchiveError):
    """A database must be up to date before it is backed up."""

    def __init__(self, revision: str | None) -> None:
        """Keep the revision it is at."""
        super().__init__(
            f"the database is at revision {revision or 'none'}; bring it up to date first with"
            " 'sojourn migrate'"
        )
        self.revision = revision
