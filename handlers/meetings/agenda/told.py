"""Telling the members of an agenda: what changed since they were told of it, gathered into one message.

While the secretariat works on it (kladd) they hear nothing; what changed meanwhile goes out when it is finished. Else
changes go out together, some minutes after the last. What concerns whoever proposed a case, or presents it, is told
them at once all the same (see `handlers.cases.announce`). Once the convocation is sent, what changes after it is the
convocation's to tell.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.lookout import Looked, Lookout
from handlers.meetings import joining
from handlers.meetings.actions import Do
from handlers.meetings.agenda import difference, lines, shown
from handlers.meetings.agenda.lines import AgendaOf
from handlers.meetings.at_hand import about, meeting_button
from handlers.meetings.audience import everybody_at
from handlers.messages.message import Fact, Message, Page, Section
from handlers.messages.standing import Seen, places, tell_once
from handlers.writing.language import _
from storage import agenda, cases
from storage.types import JsonObject
from storage.watched import EVERYTHING

GATHERED = timedelta(minutes=10)
"""So long after the last change of an agenda that is no draft its members are told."""


def is_ours_to_tell(read: AgendaOf, now: datetime) -> bool:
    """Whether the members are to hear of this agenda from here."""
    meeting = read.meeting
    return meeting.cancelled_at is None and meeting.starts_at > now and read.row is not None and not read.row.convened


async def tell(session: AsyncSession, read: AgendaOf, now: datetime, *, besides: Collection[int] = ()) -> int:
    """Tell the members what is different from what they were told of; all of it, if they were told of nothing before.

    The caller holds the agenda. `besides`: who knows already. Returns how many are told.
    """
    row = read.row
    if row is None or not is_ours_to_tell(read, now):
        return 0
    before, after = row.told, difference.snapshot(read)
    if before is not None:
        before = await left_closed(session, before, after)
    changed = difference.between(before, after) if before is not None else None
    row.told, row.told_at = after, now
    if changed is not None and not changed:
        return 0
    meeting = read.meeting
    readers = [
        reader
        for reader in await everybody_at(session, meeting, now)
        if not reader.is_guest and reader.person_id not in besides
    ]

    def message(*, closed: bool) -> Message:
        when = dates.span(meeting.starts_at, meeting.ends_at, meeting.zone)
        facts = [Fact(label=_("Møte"), value=when), *joining.facts(meeting)]
        if changed is not None:
            title = _("{agenda} er endret").format(agenda=shown.title(read))
            return _said(read, title, (*facts, *difference.facts(changed, closed=closed)))
        title = _("{agenda} er klar").format(agenda=shown.title(read))
        return _said(read, title, tuple(facts), Section(text=shown.pages(read, closed=closed)[0]))

    if changed is not None and not difference.facts(changed, closed=False):
        # All that changed is what observers may not know of.
        readers = [reader for reader in readers if reader.sees_closed]
    # Observers hear of a closed case that there is one, and no more.
    subject = f"meeting:{meeting.id}:agenda"
    seen = [
        Seen(
            places(
                f"{subject}:{now.isoformat()}",
                [(reader.person_id, reader.language) for reader in readers if reader.sees_closed is closed],
            ),
            partial(message, closed=closed),
        )
        for closed in (True, False)
    ]
    return await tell_once(session, now, subject, seen, expires_at=meeting.ends_at)


async def left_closed(session: AsyncSession, before: JsonObject, after: JsonObject) -> JsonObject:
    """The agenda as it was told of, in which those cases are marked that have left it and are closed by now."""
    gone = difference.cases_of(before).keys() - difference.cases_of(after).keys()
    return difference.marked_closed(before, await cases.closed(session, gone)) if gone else before


def _said(read: AgendaOf, title: str, facts: tuple[Fact, ...], *sections: Section) -> Message:
    return Message(
        title=title,
        facts=facts,
        links=joining.links(read.meeting),
        sections=sections,
        buttons=(meeting_button(read.meeting),),
        page=Page(reference="", action=Do.PAGE, arguments=about(read.meeting)),
    )


async def _spread(session: AsyncSession, changed: Collection[str], now: datetime) -> None:
    """Gather what changes: these agendas are looked at a while from now. All that were told of are looked at now."""
    if EVERYTHING in changed:
        await agenda.look_at_told(session, CHANGES.name, now)
        return
    # Soon enough to be read before the meeting begins.
    moments = {
        found.id: max(now, min(now + GATHERED, found.starts_at - GATHERED))
        for found in await agenda.told_of(session, map(int, changed))
    }
    await agenda.look_at(session, CHANGES.name, moments)


async def _look(session: AsyncSession, ids: Collection[str], now: datetime) -> Looked:
    written = 0
    for meeting_id in map(int, ids):
        found = await agenda.meeting(session, meeting_id)
        if found is None:
            continue
        await agenda.locked(session, meeting_id)
        read = await lines.read(session, *found)
        if read.row is not None and read.row.told is not None and not read.is_draft:
            written += await tell(session, read, now)
    return Looked(written, dict.fromkeys(ids))


_AGENDAS = Lookout("meetings.agendas", "agenda", _spread, _look)
CHANGES = _AGENDAS.chore(at_once=5)
