"""«Endret siden innkallingen»: what changed in an agenda since those who were convened last read of it.

A meeting that moves, is cancelled or gets another place is told at once, as a message of its own (see
`handlers.meetings.changes`); everything else together, once a day at most (see `change_rule`).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.lookout import Looked, Lookout
from handlers.meetings.agenda import difference
from handlers.meetings.agenda.difference import Difference
from handlers.meetings.agenda.told import left_closed
from handlers.meetings.attendance.roll import Roll
from handlers.meetings.audience import Reader, everybody_at
from handlers.meetings.convocation import change_rule, content, documents, told
from handlers.meetings.convocation.content import Convening
from handlers.meetings.convocation.seeing import Sees, of_reader
from handlers.messages.message import Message
from handlers.messages.standing import Build, Seen, places, tell_once
from handlers.writing.language import _
from storage import agenda, convocations, deliveries
from storage.tables import Agenda, Committee, Meeting
from storage.types import JsonObject
from storage.watched import EVERYTHING

_TOLD_AT = "told_at"
"""In `Agenda.convened`: when changes were told last."""


async def follow(
    session: AsyncSession, meeting: Meeting, committee: Committee, readers: Sequence[Reader], now: datetime
) -> Roll | None:
    """The meeting itself has changed, and everybody is told so: the convocation says so where it stands. Who comes, as
    it was read for that; None: it was not convened."""
    row = await agenda.agenda(session, meeting.id)
    if row is None or row.convened is None:
        return None
    await session.flush()
    convening = await content.gather(session, meeting, committee, now)
    return await told.show(session, convening, readers, now, write=deliveries.wish_by_loading)


async def _spread(session: AsyncSession, changed: Collection[str], now: datetime) -> None:
    """Gather what changes: these meetings, or all, are looked at when it is to be told."""
    ids = None if EVERYTHING in changed else [int(meeting_id) for meeting_id in changed]
    moments = {
        each.meeting_id: _next(each.convened, each.starts_at, each.zone, now)
        for each in await convocations.convened(session, ids, now)
    }
    await agenda.look_at(session, CHANGES.name, {each: at for each, at in moments.items() if at is not None})


def _next(convened: JsonObject, starts_at: datetime, zone: str, now: datetime) -> datetime | None:
    try:
        told_at = convened.get(_TOLD_AT)
        return change_rule.due(now, dates.stored(told_at) if told_at else None, starts_at, zone)
    except (KeyError, ValueError):
        # Looked at now, which says what is wrong with this one, and holds back no other.
        return now


async def _look(session: AsyncSession, ids: Collection[str], now: datetime) -> Looked:
    written = 0
    following: dict[str, datetime | None] = dict.fromkeys(ids)
    for meeting_id in map(int, ids):
        found = await agenda.meeting(session, meeting_id)
        if found is None or found[0].cancelled_at is not None or found[0].starts_at <= now:
            continue
        row = await agenda.locked(session, meeting_id)
        # A draft is looked at again when it is finished.
        if row.convened is not None and row.draft_since is None:
            count, following[str(meeting_id)] = await _tell(session, *found, row, row.convened, now)
            written += count
    return Looked(written, following)


_CONVOCATIONS = Lookout("meetings.convocations", "meeting", _spread, _look)
CHANGES = _CONVOCATIONS.chore(at_once=5)


async def _tell(
    session: AsyncSession, meeting: Meeting, committee: Committee, row: Agenda, before: JsonObject, now: datetime
) -> tuple[int, datetime | None]:
    """Tell of what changed, and let the convocation stand before everybody whom it concerns by now; how many messages
    were written, and when to look again."""
    convening = await content.gather(session, meeting, committee, now)
    after = difference.snapshot(convening.read)
    readers = await everybody_at(session, meeting, now)
    before = await left_closed(session, before, after)
    if not difference.between(before, after):
        if _closed(before) != _closed(after):
            # No news, but it may not stand before everybody as it did.
            row.convened = {**before, "lines": after["lines"]}
            await session.flush()
            await told.show(session, convening, readers, now, write=deliveries.wish_by_loading)
            return len(readers), None
        return await told.show_to_new(session, convening, readers, now), None
    told_at = before.get(_TOLD_AT)
    if told_at and dates.local_date(dates.stored(told_at), meeting.zone) == dates.local_date(now, meeting.zone):
        return 0, _next(before, meeting.starts_at, meeting.zone, now)
    row.convened = {**after, _TOLD_AT: now.isoformat()}
    await session.flush()
    await told.show(session, convening, readers, now, write=deliveries.wish_by_loading)
    known = await deliveries.shown_to(session, [told.subject(meeting)])
    held = {place.person_id for place in known}
    subject = f"meeting:{meeting.id}:changed"
    # The day in the key: whatever happens, nobody gets two on the same day.
    day = dates.local_date(now, meeting.zone).isoformat()
    seen = [
        Seen(places(f"{subject}:{day}", [(reader.person_id, reader.language)]), build)
        for reader in readers
        if reader.person_id in held and (build := _for(convening, reader, before, after)) is not None
    ]
    return await tell_once(session, now, subject, seen, expires_at=meeting.ends_at), None


def _closed(snapshot: JsonObject) -> set[str]:
    return {line.key for line in difference.lines_of(snapshot) if line.closed}


def _for(convening: Convening, reader: Reader, before: JsonObject, after: JsonObject) -> Build | None:
    """What this reader hears; None: nothing that concerns them has changed."""
    sees = of_reader(reader)
    if sees is Sees.OWN:
        own = {line.key for line, _at in convening.lines(sees, reader.person_id)}
        before, after = _only(before, own), _only(after, own)
    changed = difference.between(before, after)
    if not difference.facts(changed, closed=sees is Sees.EVERYTHING):
        return None
    return partial(_message, convening, changed, sees)


def _only(snapshot: JsonObject, keys: Collection[str]) -> JsonObject:
    """These lines of a snapshot."""
    return {**snapshot, "lines": [line for line in snapshot.get("lines", ()) if line.get("key") in keys]}


def _message(convening: Convening, changed: Difference, sees: Sees) -> Message:
    meeting = convening.meeting
    return Message(
        title=_("Endret siden innkallingen: {committee} {day}").format(
            committee=convening.committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)
        ),
        facts=difference.facts(changed, closed=sees is Sees.EVERYTHING),
        files=(documents.word_file(meeting, _("Innkalling (Word)")),),
        buttons=(told.show_button(meeting, own=sees is Sees.OWN),),
        page=told.page_of(convening, own=sees is Sees.OWN),
    )
