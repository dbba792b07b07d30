"""The tick: reminders that are due become deliveries, each once per person however often it ticks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.cases import views
from handlers.chore import Chore, Item
from handlers.meetings.audience import Reader, everybody_at
from handlers.meetings.changes import reminder_subject
from handlers.meetings.reminder_rule import Due, Kind, due
from handlers.meetings.settings import CommitteeSettings
from handlers.messages.deliveries import in_language
from handlers.messages.message import Fact, Message, Section
from handlers.writing.language import _
from handlers.writing.typed import typed
from storage import committees, deliveries
from storage.deliveries import Wish
from storage.tables import Committee, Meeting

_HORIZON = timedelta(days=2 * 999 + 1)
"""No reminder reaches further back from a meeting: at most 999 days (`Offset`) before a deadline that lies at most as
long before the meeting."""


async def _due(session: AsyncSession, now: datetime) -> Sequence[Item]:
    meetings = await committees.meetings_to_remind_of(session, now, now + _HORIZON)
    return [Item("meeting", meeting.id) for meeting, committee in meetings if _may_be_due(meeting, committee, now)]


def _may_be_due(meeting: Meeting, committee: Committee, now: datetime) -> bool:
    try:
        settings = CommitteeSettings.model_validate(committee.settings)
        return bool(due(meeting.starts_at, meeting.deadline_at, meeting.zone, settings, now))
    except (ValueError, KeyError):
        # What cannot be read holds back no other meeting: it fails where it is done, by itself.
        return True


async def _write(session: AsyncSession, items: Sequence[Item], now: datetime) -> int:
    """Write a delivery for each reminder that is due and not written yet; how many were new.

    The key holds the moment reminded of, so a meeting that moved is reminded of again, for its new date.
    """
    written = 0
    for meeting, committee in await committees.meetings_to_remind_of(
        session, now, now + _HORIZON, [int(item.id) for item in items]
    ):
        settings = CommitteeSettings.model_validate(committee.settings)
        found = due(meeting.starts_at, meeting.deadline_at, meeting.zone, settings, now)
        if not found:
            continue
        readers = await everybody_at(session, meeting, now)
        for reminder in found:
            concerned = {
                _key(meeting, reminder, reader): reader
                for reader in readers
                if reminder.kind == Kind.MEETING or reader.may_propose
            }
            # At most ticks everybody has got it, and their messages need not be put together once more.
            written_before = await deliveries.known(session, concerned)
            wishes = [
                Wish(
                    key=key,
                    subject=reminder_subject(meeting),
                    person_id=reader.person_id,
                    message=in_language(reader.language, partial(_text, meeting, committee, reminder, reader)),
                    due_at=now,
                    expires_at=reminder.anchor,
                )
                for key, reader in concerned.items()
                if key not in written_before
            ]
            written += await deliveries.wish_once(session, wishes)
    return written


REMIND = Chore("meetings.reminders", _due, _write)


def _key(meeting: Meeting, reminder: Due, reader: Reader) -> str:
    return f"reminder:{meeting.id}:{reminder.kind}:{reminder.anchor.isoformat()}:{reminder.offset}:{reader.person_id}"


def _text(meeting: Meeting, committee: Committee, reminder: Due, reader: Reader) -> Message:
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
    return Message(
        title=_("Påminnelse: møte i {committee}").format(committee=committee.name),
        text=_("Skriv {command} for å se sakslisten.").format(command=typed("sak liste")) if reader.follows else "",
        facts=tuple(facts),
        sections=tuple(Section(title=_("Du legger fram"), text=views.named(case.item)) for case in reader.presents),
    )
