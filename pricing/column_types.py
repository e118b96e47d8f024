"""What every table of the house shares: one metadata, names of constraints, and column types.

The types mean the same on both databases: instants come back as aware UTC, text sorts by code
point, whole numbers hold 64 bits. On SQLite they compile to the type names STRICT tables allow.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    DateTime,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

NAMING_CONVENTION: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, so that a migration can change it on either database."""

STRICT: Final = {"sqlite_strict": True}
"""Table option: SQLite refuses values of another type than the column's."""


class Row(SQLModel):
    """Base of every table class. It validates nothing, so rows stay inside the repositories."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING_CONVENTION)


class UtcInstant(TypeDecorator[datetime]):
    """An instant: refuses naive datetimes, returns aware UTC ones.

    ``timestamptz`` on PostgreSQL; on SQLite text of fixed width (``2026-11-21T09:30:00.000000Z``),
    whose order is the order of time.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the database's own type."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Return what is stored; raises ValueError for a naive datetime."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"{value!r} has no offset; only aware datetimes are stored")
        instant = value.astimezone(UTC)
        if dialect.name != "sqlite":
            return instant
        return instant.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(
        self, value: datetime | str | None, dialect: Dialect
    ) -> datetime | None:
        """Return the stored instant, aware and in UTC."""
        if value is None:
            return None
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if value.utcoffset() is None:
            raise ValueError(f"{dialect.name} returned {value!r}, which has no offset")
        return value.astimezone(UTC)


class Flag(TypeDecorator[bool]):
    """Yes or no: ``boolean`` on PostgreSQL, the integers 1 and 0 on SQLite."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the database's own type."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> bool | None:  # noqa: FBT001 — SQLAlchemy's signature
        """Return what is stored; raises TypeError for anything but True, False and None."""
        if value is not None and not isinstance(value, bool):
            raise TypeError(f"{value!r} is neither True nor False")
        return value

    def process_result_value(self, value: int | bool | None, dialect: Dialect) -> bool | None:  # noqa: FBT001 — SQLAlchemy's signature
        """Return the stored answer."""
        return None if value is None else bool(value)


TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Text of any length and script, ordered by code point on both databases."""

WHOLE: Final = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of 64 bits: minor units of money, counts, revisions."""

DEGREES: Final[Double[float]] = Double().with_variant(REAL(), "sqlite")
"""A binary64 number, for coordinates; never for money."""

SEALED: Final = {"info": {"sealed": True}}
"""Column arguments of a private field: its text (or bytes that are text) is sealed at rest."""


def finds(column: str) -> dict[str, dict[str, str]]:
    """Return the column arguments of a blind index, by which a sealed column is found."""
    return {"info": {"finds": column}}


BYTES: Final = LargeBinary()
"""Bytes as they are."""
