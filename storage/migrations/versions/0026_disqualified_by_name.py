"""Somebody who is not in the register may be disqualified in an item."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("disqualification") as batch_op:
        batch_op.alter_column("person_id", existing_type=ID, nullable=True)
        batch_op.add_column(sa.Column("name", sa.String(), nullable=False, server_default=""))
