"""Reminders of meetings are laid ahead: those that were said before are, and the rest follows at the first look."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage import watched
from storage.types import UtcDateTime

revision = "0038"
down_revision = "0037"

_WATCHES = (
    watched.Watch(
        "meetings.reminders",
        "attendance",
        "'m' || CAST({row}.meeting_id AS VARCHAR)",
        columns="meeting_id, person_id, answer, stands_in_for_id",
    ),
)
_KINDS = {"deadline": "mote.frist", "meeting": "mote.mote"}
_CHORE = "meetings.reminders"

_delivery = sa.table(
    "delivery",
    sa.column("id"),
    sa.column("key"),
    sa.column("person_id"),
    sa.column("status"),
    sa.column("shown_revision"),
    sa.column("attempts"),
    sa.column("due_at", UtcDateTime()),
    sa.column("expires_at", UtcDateTime()),
)
_reminder = sa.table(
    "reminder",
    *map(
        sa.column,
        ("kind", "occurrence", "person_id", "subject", "meeting_id", "committee_id", "status", "reason"),
    ),
    sa.column("delivery_key"),
    *(sa.column(name, UtcDateTime()) for name in ("due_at", "send_at", "expires_at", "created_at", "settled_at")),
)
_meeting = sa.table("meeting", sa.column("id"), sa.column("committee_id"))


def upgrade() -> None:
    connection = op.get_bind()
    now = datetime.now(UTC)
    committees: dict[int, int] = {
        row[0]: row[1] for row in connection.execute(sa.select(_meeting.c.id, _meeting.c.committee_id))
    }
    rows = connection.execute(
        sa.select(*_delivery.c).where(_delivery.c.key.like("reminder:%"), _delivery.c.expires_at > now)
    ).all()
    said: list[dict[str, Any]] = []
    for row in rows:
        _word, meeting, kind, rest = row.key.split(":", 3)
        occurrence = f"{meeting}:{rest.rpartition(':')[0]}"
        if kind not in _KINDS or not meeting.isdecimal() or int(meeting) not in committees:
            continue
        if row.shown_revision == 0 and row.attempts == 0 and row.status == "pending":
            # Nobody has got it, and it is said anew.
            connection.execute(sa.delete(_delivery).where(_delivery.c.id == row.id))
            continue
        said.append(
            {
                "kind": _KINDS[kind],
                "occurrence": occurrence,
                "person_id": row.person_id,
                "subject": f"meeting:{meeting}",
                "meeting_id": int(meeting),
                "committee_id": committees[int(meeting)],
                "status": "handed",
                "reason": "",
                "delivery_key": row.key,
                "due_at": row.due_at,
                "send_at": row.due_at,
                "expires_at": row.expires_at,
                "created_at": row.due_at,
                "settled_at": row.due_at,
            }
        )
    if said:
        connection.execute(_reminder.insert(), said)
    # Everything is looked at once more, and not only at midnight.
    op.execute(f"DELETE FROM chore_look WHERE chore = '{_CHORE}'")  # noqa: S608
    for statement in watched.statements(connection.dialect.name, _WATCHES):
        op.execute(statement)
