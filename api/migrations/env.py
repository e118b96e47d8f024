"""Alembic's entry: runs the migrations on the connection which ``api.migrating`` hands over."""

from typing import Any, Literal

from alembic import context

from pricing.column_types import Flag, Row, UtcInstant


def render(_kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:  # noqa: ANN401 — Alembic's signature
    """Write our column types in SQLAlchemy's words: a migration must not change when they do."""
    if isinstance(item, UtcInstant):
        return "sa.DateTime(timezone=True).with_variant(sa.Text(), 'sqlite')"
    if isinstance(item, Flag):
        return "sa.Boolean().with_variant(sa.Integer(), 'sqlite')"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    compare_type=True,
    render_as_batch=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
