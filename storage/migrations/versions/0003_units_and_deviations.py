"""Units, and the deviations that are reported to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "deviation_series",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year"),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "direct_fix",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("direct_fix", schema=None) as batch_op:
        batch_op.create_index("ix_direct_fix_month", ["month", "direction"], unique=False)
        batch_op.create_index(batch_op.f("ix_direct_fix_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "unit",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("response_days", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "deviation",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number_in_year", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("reporter_id", ID, nullable=False),
        sa.Column("reporter_organisation_id", ID, nullable=False),
        sa.Column("workplace_id", ID, nullable=True),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("service_other", sa.String(), nullable=False),
        sa.Column("category_other", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("happened_clock", sa.Time(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("immediate_measures", sa.Text(), nullable=False),
        sa.Column("consequence", sa.String(), nullable=False),
        sa.Column("near_miss", sa.Boolean(), nullable=False),
        sa.Column("prevention", sa.Text(), nullable=False),
        sa.Column("consent", sa.String(), nullable=False),
        sa.Column("notice_considered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("handler_id", ID, nullable=True),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconds_to_answer", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("measure_by", sa.String(), nullable=False),
        sa.Column("measure_due", sa.String(), nullable=False),
        sa.Column("reject_reason", sa.String(), nullable=False),
        sa.Column("duplicate_of_id", ID, nullable=True),
        sa.Column("asked_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rating", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"],
            ["deviation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["handler_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["reporter_organisation_id"],
            ["organisation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.ForeignKeyConstraint(
            ["workplace_id"],
            ["unit.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("draft_id"),
        sa.UniqueConstraint("reference"),
    )
    with op.batch_alter_table("deviation", schema=None) as batch_op:
        batch_op.create_index("ix_deviation_due", ["status", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_deviation_handler_id"), ["handler_id"], unique=False)
        batch_op.create_index("ix_deviation_month", ["month", "direction"], unique=False)
        batch_op.create_index(batch_op.f("ix_deviation_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deviation_reporter_id"), ["reporter_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_deviation_reporter_organisation_id"), ["reporter_organisation_id"], unique=False
        )
        batch_op.create_index("ix_deviation_unit_open", ["unit_id", "status", "sent_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_deviation_workplace_id"), ["workplace_id"], unique=False)

    op.create_table(
        "unit_alias",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("learnt_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["learnt_by_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("unit_id", "alias"),
    )
    with op.batch_alter_table("unit_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_alias_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "unit_staff",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("unit_id", "person_id", "role"),
    )
    with op.batch_alter_table("unit_staff", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_staff_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_staff_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "workplace",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.PrimaryKeyConstraint("person_id"),
    )
    with op.batch_alter_table("workplace", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workplace_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "deviation_category",
        sa.Column("deviation_id", ID, nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deviation_id"],
            ["deviation.id"],
        ),
        sa.PrimaryKeyConstraint("deviation_id", "category"),
    )
    op.create_table(
        "deviation_event",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("deviation_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["deviation_id"],
            ["deviation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("draft_id"),
    )
    with op.batch_alter_table("deviation_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deviation_event_deviation_id"), ["deviation_id"], unique=False)

    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("leaders_complete", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
    _make_append_only()


def _make_append_only() -> None:
    """The history of a deviation can be added to, and nothing else, whoever has the database open."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION deviation_event_stays() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'deviation_event is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER deviation_event_stays BEFORE UPDATE OR DELETE ON deviation_event "
            "FOR EACH ROW EXECUTE FUNCTION deviation_event_stays()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER deviation_event_stays_{change.lower()} BEFORE {change} ON deviation_event "
            "BEGIN SELECT RAISE(ABORT, 'deviation_event is append-only'); END"
        )
