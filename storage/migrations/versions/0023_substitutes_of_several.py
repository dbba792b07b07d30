"""Somebody may be the substitute of several members of a committee."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "also_substitute",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("committee_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"]),
        sa.ForeignKeyConstraint(["member_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("committee_id", "person_id", "member_id"),
    )
    op.create_index("ix_also_substitute_person_id", "also_substitute", ["person_id"])
