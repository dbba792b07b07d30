"""How a meeting stands, as far as its thread tells of it: kept as JSON with the thread, to see what is new.

Of the agenda it is what its members may know by now: not what the secretariat works on (kladd), and nothing that comes
after the meeting has begun.
"""

from datetime import datetime
from typing import NamedTuple, Self

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.meetings import life
from handlers.meetings.agenda import difference, lines
from handlers.meetings.agenda.lines import AgendaOf
from handlers.meetings.life import Stands
from storage import minutes
from storage.tables import Committee, Meeting, Minutes
from storage.types import JsonObject


class State(NamedTuple):
    """`agenda`: as `difference.snapshot` has it, with when each line begins (`clocks`); None: there is nothing to tell
    yet. `minutes`: where they stand (see `MinutesStatus`); empty: nobody has got to see them. `published_at`: when they
    were last published."""

    stands: Stands
    agenda: JsonObject | None = None
    convened: bool = False
    minutes: str = ""
    published_at: str = ""

    def stored(self) -> JsonObject:
        return {**self._asdict(), "stands": life.stored(self.stands)}

    @classmethod
    def of(cls, stored: JsonObject) -> Self | None:
        """As it was kept; None: nothing was."""
        stands = life.read(stored.get("stands"))
        if stands is None:
            return None
        return cls(
            stands,
            stored.get("agenda"),
            bool(stored.get("convened")),
            str(stored.get("minutes", "")),
            str(stored.get("published_at", "")),
        )


class Now(NamedTuple):
    """A meeting, read. `is_told`: its members were told of the agenda. `row`: its minutes."""

    read: AgendaOf
    state: State
    is_told: bool
    row: Minutes | None

    @property
    def meeting(self) -> Meeting:
        return self.read.meeting

    @property
    def committee(self) -> Committee:
        return self.read.committee


async def read_now(
    session: AsyncSession, meeting: Meeting, committee: Committee, told: State | None, now: datetime, *, gathers: bool
) -> Now:
    """How the meeting stands by now.

    Args:
        told: as its thread tells of it already.
        gathers: changes of the agenda wait for more of them.
    """
    read = await lines.read(session, meeting, committee)
    row = read.row
    before = told.agenda if told is not None else None
    if read.is_draft or (before is not None and (gathers or meeting.starts_at <= now)):
        agenda = before or (row.told or row.convened if row is not None else None)
    else:
        agenda = _snapshot(read)
    written = await minutes.minutes(session, meeting.id) if meeting.starts_at <= now else None
    published = written if written is not None and written.published_at is not None else None
    state = State(
        Stands.of(meeting),
        agenda,
        convened=row is not None and row.convened_at is not None,
        minutes=published.status if published is not None else "",
        published_at=published.published_at.isoformat() if published is not None and published.published_at else "",
    )
    return Now(read, state, row is not None and row.told_at is not None, published)


def _snapshot(read: AgendaOf) -> JsonObject:
    clocks = {}
    if read.minutes or any(line.starts_at for line in read.lines):
        clocks = {begins.group.leads.key: begins.at.isoformat() for begins in read.timetable() if begins.at is not None}
    return {**difference.snapshot(read), "clocks": clocks}
