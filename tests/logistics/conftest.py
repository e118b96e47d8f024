"""The databases these tests run on."""

from tests.databases import (  # noqa: F401 — pytest finds fixtures by name
    database,
    database_url,
    empty_postgres_url,
    empty_url,
    postgres_server,
    postgres_url,
    sqlite_database,
    sqlite_template,
    sqlite_url,
)
