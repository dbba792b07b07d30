"""What becomes of a case that somebody follows is noted by triggers."""

from alembic import op

from storage.watched import Watch, statements

revision = "0032"
down_revision = "0031"

_WATCHES = (
    Watch("decisions.case_news", "minutes", "'m' || CAST({row}.id AS VARCHAR)", "status", removed=False),
    Watch(
        "decisions.case_news",
        "follow_up",
        "SELECT CAST(case_follower.item_id AS VARCHAR) FROM case_follower "
        "JOIN agenda_slot ON agenda_slot.item_id = case_follower.item_id "
        "JOIN minutes_entry ON minutes_entry.slot_id = agenda_slot.id WHERE minutes_entry.id = {row}.entry_id",
        "status",
        added=False,
        removed=False,
    ),
    Watch(
        "decisions.case_news",
        "agenda_item",
        "SELECT CAST(item_id AS VARCHAR) FROM case_follower WHERE item_id = {row}.id",
        "meeting_id, committee_id, status, closed_under",
        added=False,
        removed=False,
    ),
)


def upgrade() -> None:
    for statement in statements(op.get_context().dialect.name, _WATCHES):
        op.execute(statement)
