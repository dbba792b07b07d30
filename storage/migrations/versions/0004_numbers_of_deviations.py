"""Numbers of deviations, counted and kept, and the triggers that note which months have changed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_COUNTED_BY = (
    "month, direction, status, unit_id, workplace_id, organisation_id, reporter_organisation_id, service, "
    "consequence, near_miss, answered_at, seconds_to_answer, rating"
)
_WATCHED = (
    ("deviation", f"UPDATE OF {_COUNTED_BY}", "VALUES ({row}.month)"),
    ("deviation_category", "UPDATE", "SELECT month FROM deviation WHERE id = {row}.deviation_id"),
    ("direct_fix", "UPDATE", "VALUES ({row}.month)"),
)


def upgrade() -> None:
    op.create_table(
        "deviation_count",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "month", "direction", "what", "key"),
    )
    op.create_table(
        "deviation_pattern",
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("direction", "service", "category"),
    )
    op.create_table(
        "deviation_recount",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    watch = _watch_on_postgresql if op.get_context().dialect.name == "postgresql" else _watch_on_sqlite
    for name, update, month in _WATCHED:
        watch(name, update, f"INSERT INTO deviation_recount (month) {month};")
    # What is there already is to be counted too.
    op.execute("INSERT INTO deviation_recount (month) SELECT month FROM deviation UNION SELECT month FROM direct_fix")


def _watch_on_postgresql(name: str, update: str, note: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}_recount() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {note.format(row='OLD')} END IF; "
        f"IF TG_OP <> 'DELETE' THEN {note.format(row='NEW')} END IF; "
        "RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name}_recount AFTER INSERT OR DELETE OR {update} ON {name} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}_recount()"
    )


def _watch_on_sqlite(name: str, update: str, note: str) -> None:
    old, new = note.format(row="OLD"), note.format(row="NEW")
    for when, does in (("INSERT", new), (update, f"{old} {new}"), ("DELETE", old)):
        op.execute(f"CREATE TRIGGER {name}_recount_{when.split()[0].lower()} AFTER {when} ON {name} BEGIN {does} END")
