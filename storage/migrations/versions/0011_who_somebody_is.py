"""Who somebody is: guests, ids in the partnership file, what a platform vouches for, people joined to others."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    postgresql = op.get_context().dialect.name == "postgresql"
    no = sa.text("false")
    op.add_column("organisation", sa.Column("guests", sa.Boolean(), server_default=no, nullable=False))

    op.add_column("person", sa.Column("listed", sa.Boolean(), server_default=no, nullable=False))
    op.add_column("person", sa.Column("slack_id", sa.String(), nullable=True))
    op.add_column("person", sa.Column("teams_id", sa.String(), nullable=True))
    op.add_column("person", sa.Column("guest", sa.Boolean(), server_default=no, nullable=False))
    # Alembic would copy the table on SQLite to add a reference, and all that refers to it would be in the way.
    op.execute(
        f"ALTER TABLE person ADD COLUMN joined_to_id {'BIGINT' if postgresql else 'INTEGER'} REFERENCES person (id)"
    )
    op.create_index("ix_person_slack_id", "person", ["slack_id"])
    op.create_index("ix_person_teams_id", "person", ["teams_id"])
    # Roles come from the partnership file alone. Who else stands there is known when it is loaded next.
    op.execute(
        "UPDATE person SET listed = true WHERE id IN (SELECT person_id FROM membership) "
        "OR id IN (SELECT person_id FROM unit_staff)"
    )

    op.add_column("account", sa.Column("outsider", sa.Boolean(), server_default=no, nullable=False))
    op.add_column("account", sa.Column("unvouched", sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column("account", sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("account", sa.Column("asked", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_index("ix_account_user", "account", ["surface", "user_id"])

    op.create_table(
        "look_up",
        sa.Column("surface", sa.String(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("ask_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("surface", "person_id"),
    )
    op.create_index("ix_look_up_person_id", "look_up", ["person_id"])
    _let_history_follow_a_joining(postgresql)


def _let_history_follow_a_joining(postgresql: bool) -> None:
    """Who did something may be put in the place of whom they turned out not to be, and nothing else may change."""
    if postgresql:
        op.execute(
            "CREATE OR REPLACE FUNCTION deviation_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'actor_id' = to_jsonb(OLD) - 'actor_id' "
            "AND NEW.actor_id = (SELECT joined_to_id FROM person WHERE id = OLD.actor_id) THEN RETURN NEW; END IF; "
            "RAISE EXCEPTION 'deviation_event is append-only'; END $$"
        )
        return
    op.execute("DROP TRIGGER deviation_event_stays_update")
    # The same as on PostgreSQL, which compares whole rows.
    op.execute(
        "CREATE TRIGGER deviation_event_stays_update BEFORE UPDATE ON deviation_event WHEN NOT ("
        "NEW.id IS OLD.id AND NEW.deviation_id IS OLD.deviation_id AND NEW.kind IS OLD.kind AND NEW.at IS OLD.at "
        "AND NEW.note IS OLD.note AND NEW.data IS OLD.data AND NEW.internal IS OLD.internal "
        "AND NEW.draft_id IS OLD.draft_id AND NEW.actor_id IS NOT NULL "
        "AND NEW.actor_id IS (SELECT joined_to_id FROM person WHERE id = OLD.actor_id)) "
        "BEGIN SELECT RAISE(ABORT, 'deviation_event is append-only'); END"
    )
