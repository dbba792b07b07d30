"""What is searched in: the terms of cases and of what minutes say; what changes about these is noted by triggers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from storage import search_index
from storage.watched import Watch, statements

revision = "0030"
down_revision = "0029"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TERMS = sa.Text().with_variant(TSVECTOR(), "postgresql")

_INDEX = "searching.index"
_OF_SLOT = "CASE WHEN s.item_id IS NULL THEN 's' || CAST(s.id AS VARCHAR) ELSE 'i' || CAST(s.item_id AS VARCHAR) END"
_OF_ENTRIES = "SELECT {what} FROM minutes_entry AS e JOIN agenda_slot AS s ON s.id = e.slot_id".replace(
    "{what}", _OF_SLOT
)
_OF_ENTRY = _OF_ENTRIES + " WHERE e.id = {row}.entry_id"
_EVERYTHING = "''"

_WATCHES = (
    Watch(
        _INDEX,
        "agenda_item",
        "'i' || CAST({row}.id AS VARCHAR)",
        "committee_id, meeting_id, status, proposer_id, title, purpose, conclusion, presenters_text, number",
    ),
    Watch(_INDEX, "former_number", "'i' || CAST({row}.item_id AS VARCHAR)"),
    Watch(
        _INDEX,
        "agenda_slot",
        "CASE WHEN {row}.item_id IS NULL THEN 's' || CAST({row}.id AS VARCHAR) "
        "ELSE 'i' || CAST({row}.item_id AS VARCHAR) END",
        "item_id, standing, title, text, number, left_out",
        added=False,
    ),
    Watch(
        _INDEX,
        "meeting",
        "SELECT 'i' || CAST(id AS VARCHAR) FROM agenda_item WHERE meeting_id = {row}.id "
        "UNION SELECT 'searching.index', 's' || CAST(id AS VARCHAR) FROM agenda_slot "
        "WHERE meeting_id = {row}.id AND item_id IS NULL",
        "starts_at, committee_id",
        added=False,
        removed=False,
    ),
    Watch(_INDEX, "minutes", _OF_ENTRIES + " WHERE e.minutes_id = {row}.id", "status"),
    Watch(
        _INDEX,
        "minutes_entry",
        "SELECT {what} FROM agenda_slot AS s WHERE s.id = {row}.slot_id".replace("{what}", _OF_SLOT),
        "discussion, slot_id",
    ),
    Watch(_INDEX, "conclusion", _OF_ENTRY, "text, entry_id"),
    Watch(_INDEX, "follow_up", _OF_ENTRY, "text, due_text, entry_id"),
    Watch(_INDEX, "committee", _EVERYTHING, "key, name", removed=False),
    Watch(_INDEX, "committee_alias", _EVERYTHING),
)


def upgrade() -> None:
    dialect = op.get_context().dialect.name
    op.create_table(
        "search_doc",
        sa.Column("place", ID, autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("item_id", ID, nullable=True),
        sa.Column("slot_id", ID, nullable=True),
        sa.Column("committee_id", ID, nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("terms", TERMS, nullable=False),
        sa.PrimaryKeyConstraint("place"),
    )
    op.create_index("ix_search_doc_subject", "search_doc", ["subject"])
    for table in ("agenda_item", "former_number", "agenda_slot"):
        op.create_index(f"ix_{table}_number_in_year", table, ["number_in_year"])
    for statement in (*search_index.statements(dialect), *statements(dialect, _WATCHES)):
        op.execute(statement)
