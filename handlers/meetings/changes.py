"""What follows when a meeting moves or is cancelled: everybody concerned hears of it, and reminders follow.

Those concerned are the committee's people, whoever presents a case at the meeting, and whoever proposed one to it.
What is seen of those cases, with the meeting's date, follows too.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import dates
from handlers.agenda import announce
from handlers.deliveries import in_language
from handlers.language import _
from handlers.meetings.audience import everybody_at
from handlers.message import Fact, Message
from storage import agenda, committees, deliveries
from storage.deliveries import Wish
from storage.tables import Meeting


class MeetingTimes(NamedTuple):
    """When and where a meeting was to be before it changed (UTC)."""

    starts_at: datetime
    ends_at: datetime
    place: str


async def moved(session: AsyncSession, meeting: Meeting, previous: MeetingTimes, now: datetime) -> None:
    """The meeting has new times or a new place, already set on `meeting`.

    Reminders of the old date that are not sent yet are dropped; those of the new one follow by themselves, since
    they are worked out from the meeting at each tick.
    """
    await deliveries.drop_unsent(session, reminder_subject(meeting))
    name = await _committee_name(session, meeting)
    same_time = previous.starts_at == meeting.starts_at and previous.ends_at == meeting.ends_at

    def build() -> Message:
        title = (
            _("Møtet i {committee} har fått nytt sted") if same_time else _("Møtet i {committee} er flyttet")
        ).format(committee=name)
        return Message(
            title=title,
            facts=(
                Fact(label=_("Før"), value=_when_and_where(previous, meeting.zone)),
                Fact(
                    label=_("Nå"),
                    value=_when_and_where(
                        MeetingTimes(meeting.starts_at, meeting.ends_at, meeting.place), meeting.zone
                    ),
                ),
                Fact(label=_("Frist for å melde saker"), value=dates.day_and_clock(meeting.deadline_at, meeting.zone)),
            ),
        )

    await _tell_everybody(session, meeting, "moved", build, now)


async def cancelled(session: AsyncSession, meeting: Meeting, now: datetime) -> None:
    """The meeting will not be held (`cancelled_at` is set already). Its cases keep their numbers and wait."""
    await deliveries.drop_unsent(session, reminder_subject(meeting))
    name = await _committee_name(session, meeting)

    def build() -> Message:
        return Message(
            title=_("Møtet i {committee} er avlyst").format(committee=name),
            text=_(
                "Det skulle vært {when}. Sekretariatet flytter sakene til et senere møte, med numrene de har."
            ).format(when=dates.span(meeting.starts_at, meeting.ends_at, meeting.zone)),
        )

    await _tell_everybody(session, meeting, "cancelled", build, now)


async def reinstated(session: AsyncSession, meeting: Meeting, now: datetime) -> None:
    """A cancelled meeting is to be held after all (`cancelled_at` is cleared already)."""
    name = await _committee_name(session, meeting)
    times = MeetingTimes(meeting.starts_at, meeting.ends_at, meeting.place)

    def build() -> Message:
        return Message(
            title=_("Møtet i {committee} holdes likevel").format(committee=name),
            facts=(
                Fact(label=_("Møte"), value=_when_and_where(times, meeting.zone)),
                Fact(label=_("Frist for å melde saker"), value=dates.day_and_clock(meeting.deadline_at, meeting.zone)),
            ),
        )

    await _tell_everybody(session, meeting, "reinstated", build, now)


def reminder_subject(meeting: Meeting) -> str:
    """The subject under which all reminders of a meeting are found."""
    return f"meeting:{meeting.id}:reminder"


def _when_and_where(times: MeetingTimes, zone: str) -> str:
    when = dates.span(times.starts_at, times.ends_at, zone)
    return f"{when}, {times.place}" if times.place else when


async def _committee_name(session: AsyncSession, meeting: Meeting) -> str:
    owner = await committees.committee(session, meeting.committee_id)
    return owner.name if owner else ""


async def _tell_everybody(
    session: AsyncSession, meeting: Meeting, what: str, build: Callable[[], Message], now: datetime
) -> None:
    # What is seen of the cases is read from the meeting as it stands now.
    await session.flush()
    readers = {reader.person_id: reader.language for reader in await everybody_at(session, meeting, now)}
    for case in await agenda.of_meeting(session, meeting.id or 0):
        readers.setdefault(case.item.proposer_id, case.proposer.language)
        steps = await agenda.steps(session, case.item.id or 0)
        await announce.refresh(session, case, steps[-1], now)
    await deliveries.wish_once(
        session,
        [
            Wish(
                key=f"meeting:{meeting.id}:{what}:{now.isoformat()}:{person_id}",
                subject=f"meeting:{meeting.id}",
                person_id=person_id,
                message=in_language(language, build),
                due_at=now,
                expires_at=max(meeting.ends_at, now),
            )
            for person_id, language in readers.items()
        ],
    )
