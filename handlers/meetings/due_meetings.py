"""What is due at «the next meeting» is due at that meeting: it moves with it, and where it is cancelled it is due at
the one after.

While none is planned it has no date, and gets one when a meeting is.
"""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates, due
from handlers.calendar.due import Due, Kind
from storage import committees
from storage import due as stored
from storage.tables import Meeting


def said_on(meeting: Meeting) -> date:
    """The local day on which something was said at the meeting."""
    return dates.local_date(meeting.starts_at, meeting.zone)


async def committee_of(session: AsyncSession, words: Due, said_in: Meeting) -> int | None:
    """Whose next meeting is meant; None: no committee is called so."""
    if not words.committee:
        return said_in.committee_id
    found = await committees.named(session, words.committee, said_on(said_in))
    return found.id if found is not None else None


async def next_of(session: AsyncSession, committee_id: int, said_in: Meeting) -> Meeting | None:
    """The first meeting of the committee after the one in which it was said; None: none is planned."""
    found = await stored.meetings_after(session, committee_id, said_in.starts_at)
    return found[0] if found else None


def day_at(meeting: Meeting, words: Due) -> date:
    """The day on which what is due at the meeting is due: «før neste møte» is the working day before."""
    day = said_on(meeting)
    return due.working_day_before(day) if words.before else day


async def follow(session: AsyncSession, committee_id: int, now: datetime) -> None:
    """The committee's meetings have changed, or there are new ones: what is due at the next of them is due when that
    is held now. Three statements at most, and one for each other committee that is named in words."""
    await session.flush()
    tied = await stored.tied_to_meetings(session, committee_id, now)
    if not tied:
        return
    ahead = await stored.meetings_after(session, committee_id, now)
    for row, said_in, due_at in tied:
        words = due.understand(row.due_text, said_on(said_in))
        if due_at is None and (
            words.kind is not Kind.MEETING or await committee_of(session, words, said_in) != committee_id
        ):
            continue
        found = next((each for each in ahead if each.starts_at > said_in.starts_at), None)
        day = day_at(found, words) if found is not None else None
        if (row.due_meeting_id, row.due_on) == (found.id if found is not None else None, day):
            continue
        row.due_meeting_id = found.id if found is not None else None
        row.due_on = day
        # Whoever is reminded of it is so by the new day: what follows it notices the change (see `storage.watched`).
        row.revision += 1
