"""What changes after a meeting is convened is noted by triggers: in its agenda, and in whom it concerns."""

from alembic import op

from storage.watched import Watch, statements

revision = "0024"
down_revision = "0023"

_WATCHES = (
    Watch(
        "meetings.convocations",
        "agenda",
        "CAST({row}.meeting_id AS VARCHAR)",
        columns="revision, draft_since",
        when="{row}.convened_at IS NOT NULL",
        added=False,
        removed=False,
    ),
    Watch(
        "meetings.convocations",
        "agenda_item",
        "SELECT CAST(meeting_id AS VARCHAR) FROM agenda WHERE meeting_id = {row}.meeting_id "
        "AND convened_at IS NOT NULL",
        columns="meeting_id, status, number, title, minutes, presenter_ids, closed_under",
        when="{row}.number IS NOT NULL",
        removed=False,
    ),
    Watch(
        "meetings.convocations",
        "membership",
        "SELECT CAST(agenda.meeting_id AS VARCHAR) FROM agenda JOIN meeting ON meeting.id = agenda.meeting_id "
        "WHERE meeting.committee_id = {row}.committee_id AND agenda.convened_at IS NOT NULL",
    ),
)


def upgrade() -> None:
    for statement in statements(op.get_context().dialect.name, _WATCHES):
        op.execute(statement)
