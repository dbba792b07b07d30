"""What the minutes say of something that is to be done, kept where it changes after they have left the minute taker."""

from storage.follow_ups import Task


def remember_what_was_said(task: Task) -> None:
    """What the minutes say of it stays there, whatever becomes of it."""
    row = task.row
    if row.said is None and not row.added_later:
        row.said = {
            "owner": task.owner,
            "due_text": row.due_text,
            "due_on": row.due_on.isoformat() if row.due_on is not None else "",
        }
