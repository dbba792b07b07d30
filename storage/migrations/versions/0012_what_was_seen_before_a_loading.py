"""What is seen of a message while a loading of the partnership has changed what is to be seen."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("delivery", sa.Column("before_loading", json, nullable=True))
