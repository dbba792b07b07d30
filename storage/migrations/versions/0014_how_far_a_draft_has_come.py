"""How far a draft has come stands in a column of its own. Until now it stood among what the form is about, under names
that begin with a line."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_DRAFT = sa.table("draft", sa.column("id", sa.String()), sa.column("arguments", _JSON), sa.column("progress", _JSON))
_AT_ONCE = 500


def upgrade() -> None:
    op.add_column("draft", sa.Column("progress", _JSON, server_default="{}", nullable=False))
    connection = op.get_bind()
    private = sa.cast(_DRAFT.c.arguments, sa.Text()).like('%"\\_%', escape="\\")
    last = ""
    while True:
        rows = connection.execute(
            sa.select(_DRAFT.c.id, _DRAFT.c.arguments)
            .where(private, _DRAFT.c.id > last)
            .order_by(_DRAFT.c.id)
            .limit(_AT_ONCE)
        ).all()
        for draft_id, arguments in rows:
            last = draft_id
            progress = {name[1:]: value for name, value in arguments.items() if name.startswith("_")}
            about = {name: value for name, value in arguments.items() if not name.startswith("_")}
            connection.execute(
                sa.update(_DRAFT).where(_DRAFT.c.id == draft_id).values(arguments=about, progress=progress)
            )
        if len(rows) < _AT_ONCE:
            return
