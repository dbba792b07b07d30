"""What a report is about may have lasted, from a day or a time to another one."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("deviation", sa.Column("happened_last_on", sa.Date(), nullable=True))
    op.add_column("deviation", sa.Column("happened_last_clock", sa.Time(), nullable=True))
