"""What follows when a meeting moves or is cancelled: everybody concerned hears of it, and reminders follow.

Those concerned are the committee's people, whoever presents a case at the meeting, and whoever proposed one to it.
What is seen of those cases, with the meeting's date, follows too.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.cases import announce
from handlers.meetings import due_meetings
from handlers.meetings.agenda import lines
from handlers.meetings.attendance import buttons, news, roll
from handlers.meetings.audience import everybody_at
from handlers.meetings.convocation import changed, documents
from handlers.messages.deliveries import in_each_language
from handlers.messages.message import Fact, Message
from handlers.writing.language import _
from storage import agenda, cases, committees, deliveries
from storage.deliveries import Wish
from storage.tables import Committee, Meeting

_CANCELLED = "cancelled"


class MeetingTimes(NamedTuple):
    """When and where a meeting was to be before it changed (UTC)."""

    starts_at: datetime
    ends_at: datetime
    place: str


async def agenda_follows(session: AsyncSession, meeting: Meeting, previous: MeetingTimes) -> None:
    """What stands at a fixed time on the agenda goes along with the meeting, as far from its beginning as before."""
    if previous.starts_at != meeting.starts_at:
        await agenda.shift(session, meeting.id, meeting.starts_at - previous.starts_at)


async def moved(session: AsyncSession, meeting: Meeting, previous: MeetingTimes, now: datetime) -> None:
    """The meeting has new times or a new place, already set on `meeting`.

    Reminders of the old date that are not sent yet are dropped; those of the new one follow by themselves, since
    they are worked out from the meeting at each tick.
    """
    meeting.sequence += 1
    await deliveries.drop_unsent(session, reminder_subject(meeting))
    await agenda_follows(session, meeting, previous)
    await due_meetings.follow(session, meeting.committee_id, now)
    committee = await committees.committee(session, meeting.committee_id)
    name = committee.name if committee is not None else ""
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

    if previous.starts_at == meeting.starts_at or committee is None:
        await _tell_everybody(session, meeting, "moved", build, now)
        return
    asked = await _ask_again(session, meeting, committee, build, now)
    await _tell_everybody(session, meeting, "moved", build, now, besides=asked)


async def _ask_again(
    session: AsyncSession, meeting: Meeting, committee: Committee, build: Callable[[], Message], now: datetime
) -> Collection[int]:
    """Who has answered that they come did so for another time: they are asked again in what tells them of it (`build`),
    and what they have answered on says so. Who was told."""
    await session.flush()
    read = await lines.read(session, meeting, committee)
    convened = read.row is not None and read.row.convened is not None

    def asking() -> Message:
        # Those who were convened get the calendar entry anew.
        files = (documents.calendar_file(meeting),) if convened else ()
        return build().model_copy(update={"text": _("Svar på nytt om du kommer."), "files": files})

    told = await _ask(session, meeting, committee, "moved", asking, now)
    everybody = await roll.read(session, read)
    outdated = [each for each in everybody.attendees if each.outdated]
    if outdated:
        await news.show_answers(session, meeting, outdated, now)
    return told


async def _ask(
    session: AsyncSession,
    meeting: Meeting,
    committee: Committee,
    what: str,
    build: Callable[[], Message],
    now: datetime,
) -> Collection[int]:
    """Tell everybody at the meeting of it (`build`), with buttons to answer whether they come. Who was told."""
    alike: dict[tuple[bool, bool], dict[int, str]] = {}
    for reader in await everybody_at(session, meeting, now):
        alike.setdefault((reader.may_send, reader.follows), {})[reader.person_id] = reader.language
    for (may_send, follows), readers in alike.items():

        def asking(may_send: bool = may_send, follows: bool = follows) -> Message:
            return build().model_copy(
                update={
                    "buttons": buttons.to_answer(meeting, substitute=may_send),
                    "page": buttons.page_of(meeting, committee, follows=follows),
                }
            )

        await _tell(session, _subject(meeting), what, readers, asking, now, max(meeting.ends_at, now))
    return {person_id for readers in alike.values() for person_id in readers}


async def made(session: AsyncSession, meeting: Meeting, now: datetime) -> None:
    """The meeting is new, and stored: those concerned hear when and where it is, and are asked whether they come."""
    await due_meetings.follow(session, meeting.committee_id, now)
    committee = await committees.committee(session, meeting.committee_id)
    if committee is None:
        return
    times = MeetingTimes(meeting.starts_at, meeting.ends_at, meeting.place)

    def build() -> Message:
        title = _("Ekstraordinært møte i {committee}") if meeting.extraordinary else _("Nytt møte i {committee}")
        facts = [Fact(label=_("Møte"), value=_when_and_where(times, meeting.zone))]
        if meeting.deadline_at > now:
            deadline = dates.day_and_clock(meeting.deadline_at, meeting.zone)
            facts.append(Fact(label=_("Frist for å melde saker"), value=deadline))
        return Message(title=title.format(committee=committee.name), text=_("Kommer du?"), facts=tuple(facts))

    await _ask(session, meeting, committee, "made", build, now)


async def cancelled(session: AsyncSession, meeting: Meeting, now: datetime) -> None:
    """The meeting will not be held (`cancelled_at` is set already). Its cases keep their numbers and wait."""
    meeting.sequence += 1
    await deliveries.drop_unsent(session, reminder_subject(meeting))
    await due_meetings.follow(session, meeting.committee_id, now)
    name = await _committee_name(session, meeting)

    def build() -> Message:
        return Message(
            title=_("Møtet i {committee} er avlyst").format(committee=name),
            text=_(
                "Det skulle vært {when}. Sekretariatet flytter sakene til et senere møte, med numrene de har."
            ).format(when=dates.span(meeting.starts_at, meeting.ends_at, meeting.zone)),
        )

    await _tell_everybody(session, meeting, _CANCELLED, build, now)


async def deadlines_moved(session: AsyncSession, meetings: Sequence[Meeting], now: datetime) -> None:
    """These meetings of one committee have new deadlines, already set; those who may propose hear of them together."""
    await session.flush()
    name = await _committee_name(session, meetings[0])
    readers: dict[int, str] = {}
    for meeting in meetings:
        await deliveries.drop_unsent(session, reminder_subject(meeting))
        present = await everybody_at(session, meeting, now)
        readers.update({reader.person_id: reader.language for reader in present if reader.may_propose})
    readers.update(await _refresh_cases(session, meetings, now))

    def build() -> Message:
        return Message(
            title=_("Nye frister for å melde saker til {committee}").format(committee=name),
            facts=tuple(
                Fact(
                    label=_("Møtet {day}").format(day=dates.short_day(meeting.starts_at, meeting.zone)),
                    value=dates.day_and_clock(meeting.deadline_at, meeting.zone),
                )
                for meeting in meetings
            ),
        )

    await _tell(session, f"committee:{meetings[0].committee_id}", "deadlines", readers, build, now, None)


async def reinstated(session: AsyncSession, meeting: Meeting, now: datetime, *, as_planned: bool = True) -> None:
    """A cancelled meeting is to be held after all (`cancelled_at` is cleared already).

    Whoever has not been told yet that it was cancelled is told neither, where it is to be held as it was planned
    before (`as_planned`).
    """
    meeting.sequence += 1
    await due_meetings.follow(session, meeting.committee_id, now)
    subject = _subject(meeting)
    unaware = await deliveries.take_back(session, subject, f"{subject}:{_CANCELLED}") if as_planned else ()
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

    await _tell_everybody(session, meeting, "reinstated", build, now, besides=unaware, undoing=as_planned)


def reminder_subject(meeting: Meeting) -> str:
    """The subject under which all reminders of a meeting are found."""
    return f"{_subject(meeting)}:reminder"


def _subject(meeting: Meeting) -> str:
    """The subject of the news about a meeting."""
    return f"meeting:{meeting.id}"


def _when_and_where(times: MeetingTimes, zone: str) -> str:
    when = dates.span(times.starts_at, times.ends_at, zone)
    return f"{when}, {times.place}" if times.place else when


async def _committee_name(session: AsyncSession, meeting: Meeting) -> str:
    owner = await committees.committee(session, meeting.committee_id)
    return owner.name if owner else ""


async def _tell_everybody(
    session: AsyncSession,
    meeting: Meeting,
    what: str,
    build: Callable[[], Message],
    now: datetime,
    *,
    besides: Collection[int] = (),
    undoing: bool = False,
) -> None:
    await session.flush()
    concerned = {reader.person_id: reader.language for reader in await everybody_at(session, meeting, now)}
    readers = {**concerned, **await _refresh_cases(session, [meeting], now, undoing=undoing)}
    readers = {person_id: language for person_id, language in readers.items() if person_id not in besides}
    subject, until = _subject(meeting), max(meeting.ends_at, now)
    if await changed.follow(session, meeting, now):
        # Those who were convened get the calendar entry anew, in the same message.
        def with_entry() -> Message:
            return build().model_copy(update={"files": (documents.calendar_file(meeting),)})

        own = {person_id: language for person_id, language in readers.items() if person_id in concerned}
        await _tell(session, subject, what, own, with_entry, now, until)
        readers = {person_id: language for person_id, language in readers.items() if person_id not in concerned}
    if readers:
        await _tell(session, subject, what, readers, build, now, until)


async def _refresh_cases(
    session: AsyncSession, meetings: Sequence[Meeting], now: datetime, *, undoing: bool = False
) -> dict[int, str]:
    """Show the meetings, of one committee, as they are now (and stored) in what is seen of their cases: a fixed number
    of statements, however many cases there are. Their proposers' languages, by id.

    `undoing`: they are as they were before they changed last.
    """
    found = await cases.of_meetings(session, [meeting.id for meeting in meetings])
    last = await cases.HISTORY.last_of(session, [case.item.id for case in found])
    write = partial(deliveries.wish_by_loading, undoing=undoing)
    await announce.refresh(session, [(case, last[case.item.id]) for case in found], now, write=write)
    return {case.proposer.id: case.proposer.language for case in found}


async def _tell(
    session: AsyncSession,
    subject: str,
    what: str,
    readers: Mapping[int, str],
    build: Callable[[], Message],
    now: datetime,
    expires_at: datetime | None,
) -> None:
    """News under `subject` for these readers (language by person id), once."""
    said = in_each_language(build)
    await deliveries.wish_once(
        session,
        [
            Wish(
                key=f"{subject}:{what}:{now.isoformat()}:{person_id}",
                subject=subject,
                person_id=person_id,
                message=said(language),
                due_at=now,
                expires_at=expires_at,
            )
            for person_id, language in readers.items()
        ],
    )
