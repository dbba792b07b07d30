"""What happens to a follow-up: each event changes how it stands, is written in its history, and is seen by whoever has
it. Who may do what has been asked before; the caller holds the follow-up."""

from datetime import date
from typing import Any

from handlers.decisions.following import announce
from handlers.people.context import CLOCK, Context
from storage import follow_ups
from storage.follow_ups import Task, owner_of
from storage.history import Event
from storage.tables import FollowUp, FollowUpStatus


def give_owner(
    row: FollowUp, *, person: int | None = None, committee: int | None = None, organisation: int | None = None
) -> None:
    """It is theirs from now on, and nobody has said that they have it."""
    before = owner_of(row)
    row.owner_id, row.owner_committee_id, row.owner_organisation_id, row.owner_text = (
        person,
        committee,
        organisation,
        "",
    )
    if owner_of(row) != before:
        row.status = FollowUpStatus.OPEN


def give_date(row: FollowUp, due: date | None) -> None:
    """It is due on that day from now on, whatever was said; where that is the day that was said, in those words."""
    if due != row.due_on:
        said = row.said or {}
        is_as_said = due is not None and said.get("due_on") == due.isoformat()
        row.due_on, row.due_text, row.due_meeting_id = due, said["due_text"] if is_as_said else "", None


async def record(context: Context, task: Task, kind: str, *, status: FollowUpStatus | None = None, **more: Any) -> Task:
    """Write it in the history; whoever has it sees it. The follow-up as it stands then. `status`: where it stands from
    now on. `more`: as `storage.history.History.add` takes it."""
    row, session = task.row, context.session
    if status is not None:
        row.status = status
    row.status_at = context.now
    row.revision += 1
    await session.flush()
    actor = context.actor
    by = None if actor is CLOCK else actor.person_id
    await follow_ups.HISTORY.add(session, row.id, kind, by, context.now, **more)
    after = await follow_ups.task(session, row.id)
    assert after is not None  # noqa: S101 - it is held
    await announce.stand(session, context.now, [after])
    return after


async def last(context: Context, task: Task) -> Event | None:
    """The last thing that happened to it."""
    return await follow_ups.HISTORY.last(context.session, task.row.id)
