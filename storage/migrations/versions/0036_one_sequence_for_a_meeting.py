"""A meeting's sequence is the meeting's alone: its agenda had one of its own."""

from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    # What calendars got meanwhile goes on from there. Where it is there already, nothing is written.
    op.execute(
        "UPDATE meeting SET sequence = agenda.sequence FROM agenda "
        "WHERE agenda.meeting_id = meeting.id AND agenda.sequence > meeting.sequence"
    )
    # Not in a batch: that would copy the table on SQLite, and leave the triggers that watch it behind.
    op.drop_column("agenda", "sequence")
