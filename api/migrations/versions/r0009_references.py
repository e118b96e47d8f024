"""The reference of an erased case stays taken, whoever asks the database for it."""

from typing import Final

from alembic import op

revision = "r0009"
down_revision = "r0008"
branch_labels = None
depends_on = None

TAKEN: Final = "EXISTS (SELECT 1 FROM erased_case WHERE reference = NEW.reference)"
WORDS: Final = "the reference was that of a case which has been erased"
STAYS: Final = "what was erased stays remembered"

# After the insert and not before it: an insert waits for an erasure under way, and only a look
# afterwards sees what that has committed.
ON_SQLITE: Final = (
    f"""
    CREATE TRIGGER sojourn_case_is_no_erased_one AFTER INSERT ON sojourn_case WHEN {TAKEN}
    BEGIN SELECT RAISE(ABORT, '{WORDS}'); END
    """,
    *(
        f"""
        CREATE TRIGGER erased_case_refuses_{event.lower()} BEFORE {event} ON erased_case
        BEGIN SELECT RAISE(ABORT, '{STAYS}'); END
        """
        for event in ("UPDATE", "DELETE")
    ),
)
ON_POSTGRESQL: Final = (
    f"""
    CREATE FUNCTION case_is_no_erased_one() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {TAKEN} THEN
            RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'unique_violation';
        END IF;
        RETURN NULL;
    END
    $$
    """,
    f"""
    CREATE FUNCTION erased_case_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{STAYS}';
    END
    $$
    """,
    """
    CREATE TRIGGER sojourn_case_is_no_erased_one AFTER INSERT ON sojourn_case
    FOR EACH ROW EXECUTE FUNCTION case_is_no_erased_one()
    """,
    """
    CREATE TRIGGER erased_case_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON erased_case
    FOR EACH STATEMENT EXECUTE FUNCTION erased_case_stays()
    """,
)


def upgrade() -> None:
    """Make the triggers."""
    for statement in ON_SQLITE if _is_sqlite() else ON_POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Take them away again."""
    if _is_sqlite():
        for name in (
            "sojourn_case_is_no_erased_one",
            "erased_case_refuses_update",
            "erased_case_refuses_delete",
        ):
            op.execute(f"DROP TRIGGER {name}")
        return
    op.execute("DROP TRIGGER sojourn_case_is_no_erased_one ON sojourn_case")
    op.execute("DROP TRIGGER erased_case_refuses_change ON erased_case")
    op.execute("DROP FUNCTION case_is_no_erased_one()")
    op.execute("DROP FUNCTION erased_case_stays()")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
