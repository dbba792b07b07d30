"""Who said in which language somebody is spoken to. Until now only the partnership file could."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language_from", sa.String(), server_default="", nullable=False))
    op.execute("UPDATE person SET language_from = 'file' WHERE language <> 'nb'")
