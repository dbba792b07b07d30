"""A committee's last meeting before another: where what is handed on from meeting to meeting is looked for."""

from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col

from storage.tables import Meeting


def last_before(statement: Any) -> Any:
    """The statement, which has `Meeting` in it, for the last one of the `committee_id` that starts before `starts_at`
    (UTC) and is not cancelled."""
    return (
        statement.where(
            col(Meeting.committee_id) == bindparam("committee_id"),
            col(Meeting.cancelled_at).is_(None),
            col(Meeting.starts_at) < bindparam("starts_at"),
        )
        .order_by(col(Meeting.starts_at).desc())
        .limit(1)
    )
