"""Decisions made at a meeting, and what follows from them, as the register finds them."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from handlers.meetings.agenda import lines
from storage import agenda, minutes
from storage.minutes import EntryOf
from storage.tables import Conclusion, FollowUp, Meeting, MinutesEntry, MinutesStatus, Paper
from tests.kept_world import kept
from tests.meetings.convocation.steps import put
from tests.surface import FakeSurface


class At(NamedTuple):
    """A line of the minutes."""

    entry: MinutesEntry
    conclusions: list[Conclusion]
    item_id: int


async def entries_by_title(session: AsyncSession, meeting_id: int) -> dict[str, At]:
    """What is written of each line of a meeting's minutes, by the line's title."""
    row = await minutes.minutes(session, meeting_id)
    assert row is not None
    found = await agenda.meeting(session, meeting_id)
    assert found is not None
    written: dict[int, EntryOf] = await minutes.entries(session, row.id)
    laid = await lines.read(session, *found)
    return {
        line.title: At(
            written[line.slot.id].entry,
            list(written[line.slot.id].conclusions),
            line.case.item.id if line.case is not None else 0,
        )
        for line in laid.lines
        if line.slot is not None and line.slot.id in written
    }


class Decided(NamedTuple):
    """Ids of what a meeting decided in a case. `follow` 0: nothing is to be done."""

    item: int
    entry: int
    decision: int
    follow: int


@kept
async def decide(
    surface: FakeSurface,
    title: str,
    text: str,
    *,
    number: int = 1,
    to_do: str = "",
    verb: str = "",
    status: MinutesStatus = MinutesStatus.PUBLISHED,
    meeting: str = "fsu-1",
    on: datetime | None = None,
    case: dict[str, Any] | None = None,
    **follow_up: Any,
) -> Decided:
    """A meeting of FSU's that was held yesterday (or `on`) decided `text` in a case called `title`, and its minutes
    stand so. `to_do`: what follows from it, with `follow_up` as its fields. Called again, the same meeting decides in
    one more case."""
    world, now = surface.world, surface.clock.now()
    item_id = await put(world, title, number, meeting_id=world.meetings[meeting], **(case or {}))
    async with world.database.transaction() as session:
        row = await session.get_one(Meeting, world.meetings[meeting])
        row.starts_at = on or now - timedelta(days=1)
        row.ends_at = row.starts_at + timedelta(hours=3)
        await session.flush()
        await agenda.locked(session, row.id)
        found = await agenda.meeting(session, row.id)
        assert found is not None
        laid = await lines.lay_down(session, await lines.read(session, *found))
        await minutes.begin(session, row.id, world.people["secretary"], now)
        written = await minutes.locked(session, row.id)
        assert written is not None
        slots = [line.slot.id for line in laid.lines if line.slot is not None]
        await minutes.begin_entries(session, written.id, slots, now)
        written.status = status
        if status in (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED):
            written.published_at = written.published_at or now
        slot = next(line.slot.id for line in laid.lines if line.slot and line.case and line.case.item.id == item_id)
        entry = (
            await session.scalars(
                select(MinutesEntry).where(
                    col(MinutesEntry.minutes_id) == written.id, col(MinutesEntry.slot_id) == slot
                )
            )
        ).one()
        conclusion = Conclusion(entry_id=entry.id, ordinal=1, verb=verb, text=text)
        session.add(conclusion)
        await session.flush()
        follow = 0
        if to_do:
            follow_row = FollowUp(
                entry_id=entry.id, ordinal=1, text=to_do, conclusion_id=conclusion.id, **_filled(follow_up)
            )
            session.add(follow_row)
            await session.flush()
            follow = follow_row.id
        return Decided(item_id, entry.id, conclusion.id, follow)


def _filled(follow_up: dict[str, Any]) -> dict[str, Any]:
    due = follow_up.get("due_on")
    said = f"{due.day}.{due.month}.{due.year}" if isinstance(due, date) else ""
    return {"due_text": said, **follow_up}


async def put_paper(surface: FakeSurface) -> int:
    """An old paper that was read in; its id."""
    async with surface.world.database.transaction() as session:
        paper = Paper(name="referat.docx", digest="0" * 64, kind="referat", read={}, at=surface.clock.now())
        session.add(paper)
        await session.flush()
        return paper.id
