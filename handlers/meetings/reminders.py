"""What the clock does for meetings: reminders that are due become deliveries, each once per person."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.cases import views
from handlers.lookout import Looked, Lookout
from handlers.meetings.agenda import lines
from handlers.meetings.attendance import buttons, roll
from handlers.meetings.attendance.roll import Roll
from handlers.meetings.audience import Reader, everybody_at
from handlers.meetings.changes import reminder_subject
from handlers.meetings.reminder_rule import Due, Kind, due, next_due
from handlers.meetings.settings import CommitteeSettings
from handlers.messages.deliveries import in_language
from handlers.messages.message import Fact, Message, Section
from handlers.writing.language import _
from handlers.writing.typed import typed
from storage import committees, deliveries
from storage.deliveries import Wish
from storage.tables import Committee, Meeting
from storage.watched import EVERYTHING


async def _spread(session: AsyncSession, changed: Collection[str], now: datetime) -> None:
    """The coming meetings of the committees with these ids, or of all."""
    ids = None if EVERYTHING in changed else [int(committee_id) for committee_id in changed]
    await committees.look_at_meetings(session, REMIND.name, ids, now)


async def _look(session: AsyncSession, ids: Collection[str], now: datetime) -> Looked:
    """Write a delivery for each reminder that is due and not written yet.

    The key holds the moment reminded of, so a meeting that moved is reminded of again, for its new date.
    """
    written = 0
    following: dict[str, datetime | None] = dict.fromkeys(ids)
    for meeting, committee in await committees.meetings_to_remind_of(session, now, map(int, ids)):
        settings = CommitteeSettings.model_validate(committee.settings)
        moments = (meeting.starts_at, meeting.deadline_at, meeting.zone, settings, now)
        following[str(meeting.id)] = next_due(*moments)
        found = due(*moments)
        if found:
            written += await _write(session, meeting, committee, found, now)
    return Looked(written, following)


async def _write(
    session: AsyncSession, meeting: Meeting, committee: Committee, found: Sequence[Due], now: datetime
) -> int:
    written = 0
    readers = await everybody_at(session, meeting, now)
    for reminder in found:
        concerned = {
            _key(meeting, reminder, reader): reader
            for reader in readers
            if reminder.kind == Kind.MEETING or reader.may_propose
        }
        # Mostly everybody has got it, and their messages need not be put together once more.
        written_before = await deliveries.known(session, concerned)
        asking = reminder.kind == Kind.MEETING and concerned.keys() - written_before
        everybody = await roll.read(session, await lines.read(session, meeting, committee)) if asking else None
        wishes = [
            Wish(
                key=key,
                subject=reminder_subject(meeting),
                person_id=reader.person_id,
                message=in_language(reader.language, partial(_text, meeting, committee, reminder, reader, everybody)),
                due_at=now,
                expires_at=reminder.anchor,
            )
            for key, reader in concerned.items()
            if key not in written_before
        ]
        written += await deliveries.wish_once(session, wishes)
    return written


_MEETINGS = Lookout("meetings.reminders", "meeting", _spread, _look)
REMIND = _MEETINGS.chore(at_once=10)


def _key(meeting: Meeting, reminder: Due, reader: Reader) -> str:
    return f"reminder:{meeting.id}:{reminder.kind}:{reminder.anchor.isoformat()}:{reminder.offset}:{reader.person_id}"


def _text(meeting: Meeting, committee: Committee, reminder: Due, reader: Reader, everybody: Roll | None) -> Message:
    when = dates.span(meeting.starts_at, meeting.ends_at, meeting.zone)
    facts = [Fact(label=_("Møte"), value=when)]
    if meeting.place:
        facts.append(Fact(label=_("Sted"), value=meeting.place))
    if reminder.kind == Kind.DEADLINE:
        deadline = dates.day_and_clock(meeting.deadline_at, meeting.zone)
        return Message(
            title=_("Frist for å melde saker til {committee}: {deadline}").format(
                committee=committee.name, deadline=deadline
            ),
            text=_("Har du en sak? Skriv {command}.").format(command=typed("sak")),
            facts=tuple(facts),
        )
    own = everybody.person(reader.person_id) if everybody is not None else None
    to_read = _("Skriv {command} for å se sakslisten.").format(command=typed("sak liste")) if reader.follows else ""
    to_answer = _("Du har ikke svart ennå. Kommer du?") if own is not None and own.asked and own.answer is None else ""
    message = Message(
        title=_("Påminnelse: møte i {committee}").format(committee=committee.name),
        text=" ".join(filter(None, (to_answer, to_read))),
        facts=tuple(facts),
        sections=tuple(Section(title=_("Du legger fram"), text=views.named(case.item)) for case in reader.presents),
    )
    if own is None:
        return message
    offered = message.model_copy(
        update={
            "buttons": buttons.of(meeting, own),
            "page": buttons.page_of(meeting, committee, follows=reader.follows),
        }
    )
    return buttons.answered(offered, own) if own.answer is not None else offered
