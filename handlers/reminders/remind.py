"""The tick: reminders that are due become deliveries, each once per person however often it ticks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import dates
from handlers.deliveries import in_language
from handlers.language import _
from handlers.meetings.audience import Reader, everybody_at
from handlers.meetings.changes import reminder_subject
from handlers.meetings.settings import CommitteeSettings
from handlers.message import Fact, Message, Section
from handlers.reminders.rule import Due, Kind, due
from storage import committees, deliveries
from storage.deliveries import Wish
from storage.tables import Committee, Meeting

_HORIZON = timedelta(days=400)
"""No offset reaches further back from a meeting (its deadline may lie long before it, and the reminder before that)."""


async def write_due_reminders(session: AsyncSession, now: datetime) -> int:
    """Write a delivery for each reminder that is due and not written yet; how many were new.

    The key holds the moment reminded of, so a meeting that moved is reminded of again, for its new date.
    """
    written = 0
    for meeting, committee in await committees.meetings_to_remind_of(session, now, now + _HORIZON):
        settings = CommitteeSettings.model_validate(committee.settings)
        found = due(meeting.starts_at, meeting.deadline_at, meeting.zone, settings, now)
        if not found:
            continue
        readers = await everybody_at(session, meeting, now)
        for reminder in found:
            written += await deliveries.wish_once(session, _wishes(meeting, committee, reminder, readers, now))
    return written


def _wishes(
    meeting: Meeting, committee: Committee, reminder: Due, readers: Sequence[Reader], now: datetime
) -> list[Wish]:
    return [
        Wish(
            key=f"reminder:{meeting.id}:{reminder.kind}:{reminder.anchor.isoformat()}:{reminder.offset}:{reader.person_id}",
            subject=reminder_subject(meeting),
            person_id=reader.person_id,
            message=in_language(reader.language, partial(_text, meeting, committee, reminder, reader)),
            due_at=now,
            expires_at=reminder.anchor,
        )
        for reader in readers
        if reminder.kind == Kind.MEETING or reader.may_propose
    ]


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
            text=_("Har du en sak? Skriv /sak."),
            facts=tuple(facts),
        )
    return Message(
        title=_("Påminnelse: møte i {committee}").format(committee=committee.name),
        text=_("Skriv /sak liste for å se sakslisten."),
        facts=tuple(facts),
        sections=tuple(
            Section(title=_("Du legger fram"), text=f"{case.item.number} {case.item.title}") for case in reader.presents
        ),
    )
