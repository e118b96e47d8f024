"""First tables: facilities, specialists, cases, slots, appointments, plans and itineraries."""

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DEGREES: sa.Double[float] = sa.Double().with_variant(sa.REAL(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
BOOKED = sa.text("status = 'booked'")

# Neither database can say this as a plain constraint: btree_gist is not everywhere, so that
# PostgreSQL compares the specialist as a range of one text.
ONE_SLOT_AT_A_TIME = {
    "postgresql": (
        'CREATE TYPE text_range AS RANGE (subtype = text, collation = "C")',
        """
        ALTER TABLE slot ADD CONSTRAINT ex_slot_specialist_id_time EXCLUDE USING gist (
            text_range(specialist_id, specialist_id, '[]') WITH &&,
            tstzrange(starts_at, ends_at) WITH &&
        )
        """,
    ),
    "sqlite": tuple(
        f"""
        CREATE TRIGGER ex_slot_specialist_id_time_{event} BEFORE {event} ON slot
        WHEN EXISTS (
            SELECT 1 FROM slot
            WHERE specialist_id = NEW.specialist_id AND id IS NOT {itself}
                AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at
        )
        BEGIN
            SELECT RAISE(ABORT, 'a specialist has one slot at a time');
        END
        """  # noqa: S608 — both words stand in the line below
        for event, itself in (("insert", "NULL"), ("update", "OLD.id"))
    ),
}


def upgrade() -> None:
    """Make every table."""
    _make_logistics()
    _make_slots()
    _make_plans()
    _make_itineraries()
    _make_appointments()


def downgrade() -> None:
    """Drop every table."""
    for table in (
        "appointment",
        "itinerary_revision",
        "itinerary",
        "plan_problem",
        "plan",
        "slot",
        "sojourn_case",
        "specialist",
        "facility",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TYPE text_range")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _make_logistics() -> None:
    op.create_table(
        "facility",
        *_texts("id", "name", "city", "country"),
        sa.Column("latitude", DEGREES, nullable=False),
        sa.Column("longitude", DEGREES, nullable=False),
        *_texts("zone", "gateways", "languages", "address"),
        sa.Column("phone", TEXT, nullable=True),
        *_texts("website", "source"),
        sa.PrimaryKeyConstraint("id", name="pk_facility"),
        sqlite_strict=True,
    )
    op.create_table(
        "specialist",
        *_texts("id", "facility_id", "name", "specialty", "credentials", "languages"),
        sa.Column("is_sample", FLAG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_specialist"),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.id"], name="fk_specialist_facility_id_facility"
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_specialist_facility_id", "specialist", ["facility_id"])
    op.create_table(
        "sojourn_case",
        *_texts("reference", "title", "diagnosis", "service_level"),
        *_texts("patient", "companions", "visit"),
        sa.Column("is_sample", FLAG, nullable=False),
        *_texts("story"),
        sa.PrimaryKeyConstraint("reference", name="pk_sojourn_case"),
        sqlite_strict=True,
    )


def _make_slots() -> None:
    op.create_table(
        "slot",
        *_texts("id", "specialist_id"),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("fee_minor", WHOLE, nullable=False),
        *_texts("fee_currency"),
        sa.PrimaryKeyConstraint("id", name="pk_slot"),
        sa.UniqueConstraint("specialist_id", "starts_at", name="uq_slot_specialist_id_starts_at"),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name="fk_slot_specialist_id_specialist"
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_slot_ends_after_start")),
        sa.CheckConstraint("fee_minor >= 0", name=op.f("ck_slot_fee_not_negative")),
        sqlite_strict=True,
    )
    op.create_index("ix_slot_starts_at", "slot", ["starts_at"])
    for statement in ONE_SLOT_AT_A_TIME[op.get_bind().dialect.name]:
        op.execute(statement)


def _make_plans() -> None:
    op.create_table(
        "plan",
        *_texts("id", "case_reference"),
        sa.Column("request_key", TEXT, nullable=True),
        *_texts("phase", "progress"),
        sa.Column("cancel_requested", FLAG, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("status", TEXT, nullable=True),
        sa.Column("best_cost", WHOLE, nullable=True),
        *_texts("proposals", "obstacles", "notes"),
        sa.Column("policy_version", TEXT, nullable=True),
        sa.Column("failure", TEXT, nullable=True),
        *_texts("statistics"),
        sa.PrimaryKeyConstraint("id", name="pk_plan"),
        sa.UniqueConstraint("request_key", name="uq_plan_request_key"),
        sa.ForeignKeyConstraint(
            ["case_reference"],
            ["sojourn_case.reference"],
            name="fk_plan_case_reference_sojourn_case",
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_plan_case_reference_created_at", "plan", ["case_reference", "created_at"])
    op.create_table(
        "plan_problem",
        *_texts("plan_id"),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        *_texts("sha256"),
        sa.PrimaryKeyConstraint("plan_id", name="pk_plan_problem"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_plan_problem_plan_id_plan"),
        sqlite_strict=True,
    )


def _make_itineraries() -> None:
    op.create_table(
        "itinerary",
        *_texts("id", "case_reference"),
        sa.PrimaryKeyConstraint("id", name="pk_itinerary"),
        sa.UniqueConstraint("case_reference", name="uq_itinerary_case_reference"),
        sa.ForeignKeyConstraint(
            ["case_reference"],
            ["sojourn_case.reference"],
            name="fk_itinerary_case_reference_sojourn_case",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "itinerary_revision",
        *_texts("itinerary_id"),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("request_key", TEXT, nullable=True),
        *_texts("plan_id", "proposal_name"),
        sa.Column("accepted_at", INSTANT, nullable=False),
        *_texts("document"),
        sa.PrimaryKeyConstraint("itinerary_id", "revision", name="pk_itinerary_revision"),
        sa.UniqueConstraint("request_key", name="uq_itinerary_revision_request_key"),
        sa.ForeignKeyConstraint(
            ["itinerary_id"], ["itinerary.id"], name="fk_itinerary_revision_itinerary_id_itinerary"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name="fk_itinerary_revision_plan_id_plan"
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_itinerary_revision_revision_from_one")),
        sqlite_strict=True,
    )
    op.create_index("ix_itinerary_revision_plan_id", "itinerary_revision", ["plan_id"])


def _make_appointments() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", WHOLE, nullable=False),
        *_texts("slot_id", "case_reference", "itinerary_id", "status"),
        sa.Column("booked_at", INSTANT, nullable=False),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_appointment"),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name="fk_appointment_slot_id_slot"),
        sa.ForeignKeyConstraint(
            ["case_reference"],
            ["sojourn_case.reference"],
            name="fk_appointment_case_reference_sojourn_case",
        ),
        sa.ForeignKeyConstraint(
            ["itinerary_id"],
            ["itinerary.id"],
            name="fk_appointment_itinerary_id_itinerary",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.CheckConstraint(
            "status IN ('booked', 'cancelled')", name=op.f("ck_appointment_status_known")
        ),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancelled_at IS NOT NULL)",
            name=op.f("ck_appointment_cancelled_has_time"),
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_appointment_case_reference", "appointment", ["case_reference"])
    op.create_index(
        "uq_appointment_slot_id_booked",
        "appointment",
        ["slot_id"],
        unique=True,
        sqlite_where=BOOKED,
        postgresql_where=BOOKED,
    )
