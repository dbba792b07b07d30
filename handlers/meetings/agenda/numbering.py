"""Numbers of what nobody proposed: standing items and the secretariat's own lines, where the committee numbers these.

A case has its number since it was accepted. These get theirs when the convocation is sent, in the order in which they
stand then, of the committee's main series; and keep it, wherever they are moved.
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.cases.numbers import Numbering, render_number, series_of
from handlers.meetings.agenda import lines
from handlers.meetings.agenda.lines import AgendaOf, Line
from storage import cases, committees
from storage.series import ENDLESS
from storage.tables import Committee, SlotKind


async def issue(session: AsyncSession, read: AgendaOf) -> AgendaOf:
    """Give a number to each line that is to have one and has none. The caller holds the agenda
    (`storage.agenda.locked`)."""
    if not any(_is_to_have_one(line, read.committee) for line in read.lines):
        return read
    read = await lines.lay_down(session, read)
    meeting, committee = read.meeting, read.committee
    kind = Numbering.of(committee).kind(())
    year = meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).year
    ordinal = await committees.ordinal(session, meeting) if kind.is_per_meeting else 0
    series = cases.numbers_of(committee.id, series_of(kind, ordinal))
    for line in read.lines:
        if line.slot is not None and _is_to_have_one(line, committee):
            n = await series.next(session, ENDLESS if kind.is_endless else year)
            line.slot.number = render_number(kind.template, n, year, (), ordinal)
            line.slot.number_year, line.slot.number_in_year = year, n
    await session.flush()
    return await lines.read(session, meeting, committee)


def _is_to_have_one(line: Line, committee: Committee) -> bool:
    if line.number:
        return False
    if line.kind is SlotKind.OTHER:
        return bool(committee.settings.get("numbers_own_items"))
    return line.kind is SlotKind.STANDING and line.standing in _numbered(committee)


def _numbered(committee: Committee) -> set[str]:
    """The standing items that carry a number."""
    items: list[Any] = committee.standing_items
    return {str(each["title"]) for each in items if isinstance(each, Mapping) and each.get("numbered")}
