"""Databases for the jobs of this floor."""

from __future__ import annotations

from tests.databases import (  # noqa: F401 — fixtures are found by their name
    database,
    database_url,
    postgres_server,
    postgres_url,
    sqlite_database,
    sqlite_template,
    sqlite_url,
)
