"""What meetings are reminded of: the deadline for proposing cases, and the meeting itself. Laid ahead for everybody."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.cases import views
from handlers.lookout import Looked, Lookout
from handlers.meetings import joining, owed, preparing, terms
from handlers.meetings.agenda import lines
from handlers.meetings.attendance import buttons, roll
from handlers.meetings.attendance.roll import Attendee
from handlers.meetings.audience import Reader, everybody_at_each
from handlers.meetings.duties import reminders as duties
from handlers.meetings.reminded_of import Preparing, subject
from handlers.meetings.reminder_rule import Kind, moments
from handlers.meetings.settings import CommitteeSettings
from handlers.meetings.to_be_held import as_they_are
from handlers.messages.message import Fact, Message, Section
from handlers.reminders import kind as reminding
from handlers.reminders.kind import Due, Reason, Reminding
from handlers.reminders.laying import Change, lay
from handlers.writing.language import N_, _, ngettext
from handlers.writing.typed import typed
from storage import cases, committees, looks, reminders
from storage.tables import Answer, Committee, Meeting
from storage.terms import of_committees
from storage.watched import EVERYTHING

_OF_MEETINGS = (*Kind, *Preparing)
_OF_COMMITTEES = (terms.NAME, duties.NAME)
_MEETING, _COMMITTEE, _PERSON = "m", "c", "p"
"""How a meeting is noted that has changed, where its committee's others have not; how a committee is looked at, of
which the meetings are looked at each by itself; and how somebody is noted."""


# --- laid ahead ------------------------------------------------------------------------------------------------


async def _spread(session: AsyncSession, changed: Collection[str], now: datetime) -> None:
    """The committees with these ids, or all, and their meetings to come; a meeting itself (`m12`); whatever somebody
    (`p12`) has a role in, or is to be at."""
    if EVERYTHING in changed:
        await committees.look_at_meetings(session, REMIND.name, None, now)
        await _at_midnight(session, now)
        return
    meetings = {each.removeprefix(_MEETING) for each in changed if each.startswith(_MEETING)}
    people = [int(each.removeprefix(_PERSON)) for each in changed if each.startswith(_PERSON)]
    ids = {int(each) for each in changed if each.isdecimal()}
    if people:
        concerned = await committees.of_people(session, people, now)
        ids.update(concerned.committees)
        meetings.update(map(str, concerned.meetings))
    if ids:
        await committees.look_at_meetings(session, REMIND.name, sorted(ids), now)
        await looks.look_at(session, REMIND.name, {f"{_COMMITTEE}{each}": now for each in ids})
    if meetings:
        await looks.look_at(session, REMIND.name, dict.fromkeys(meetings, now))


async def _at_midnight(session: AsyncSession, now: datetime) -> None:
    """What a committee is to do by a date has another year. Whom a meeting concerns is known from the day on which it
    is held, and so is whose term ends when: no date changes these."""
    everyone = await committees.ids_to_remind_of(session)
    await looks.look_at(session, REMIND.name, {f"{_COMMITTEE}{each}": now for each in everyone})


async def _look(session: AsyncSession, ids: Collection[str], now: datetime) -> Looked:
    """They are looked at again when something about them changes, or at midnight."""
    their_ids = [int(each.removeprefix(_COMMITTEE)) for each in ids if each.startswith(_COMMITTEE)]
    meetings = [int(each) for each in ids if not each.startswith(_COMMITTEE)]
    changed = sum(await lay_of(session, meetings, now)) if meetings else 0
    changed += sum(await lay_of_committees(session, their_ids, now)) if their_ids else 0
    return Looked(changed, dict.fromkeys(ids))


async def lay_of(session: AsyncSession, meeting_ids: Sequence[int], now: datetime) -> Change:
    """Lay the reminders of these meetings as they stand now; none of one that is cancelled, or has begun."""
    wanted: list[Reminding] = []
    found = await committees.meetings_to_remind_of(session, now, meeting_ids)
    everybody = await everybody_at_each(session, [meeting for meeting, _committee in found], now)
    for meeting, committee in found:
        wanted += wanted_of(meeting, committee, everybody[meeting.id], now)
        wanted += preparing.wanted_of(meeting, committee, everybody[meeting.id], now)
    return await lay(session, [subject(meeting_id) for meeting_id in meeting_ids], _OF_MEETINGS, wanted, now)


async def lay_of_committees(session: AsyncSession, committee_ids: Sequence[int], now: datetime) -> Change:
    """Lay the reminders of these committees that are about no meeting: terms that run out, yearly duties. None of one
    that is removed."""
    wanted: list[Reminding] = []
    for committee, of_committee in (await of_committees(session, committee_ids)).values():
        wanted += terms.wanted_of(committee, of_committee, now.astimezone(ZoneInfo(committee.zone)).date())
        wanted += duties.wanted_of(committee, of_committee, now)
    before = await reminders.subjects_of(session, committee_ids, _OF_COMMITTEES)
    return await lay(session, {*before, *(each.subject for each in wanted)}, _OF_COMMITTEES, wanted, now)


def wanted_of(meeting: Meeting, committee: Committee, readers: Sequence[Reader], now: datetime) -> Sequence[Reminding]:
    """Who is to be reminded of what about a meeting, and when.

    The occurrence holds the moment reminded of, so a meeting that moved is reminded of again, for its new date.
    """
    settings = CommitteeSettings.model_validate(committee.settings)
    return [
        Reminding(
            kind=moment.kind,
            occurrence=f"{meeting.id}:{moment.anchor.isoformat()}:{moment.offset}",
            person_id=reader.person_id,
            subject=subject(meeting.id),
            due_at=moment.due_at,
            expires_at=moment.anchor,
            meeting_id=meeting.id,
            committee_id=committee.id,
        )
        for moment in moments(meeting.starts_at, meeting.deadline_at, meeting.zone, settings, now)
        for reader in readers
        if moment.kind == Kind.MEETING or reader.may_propose
    ]


_MEETINGS = Lookout("meetings.reminders", "meeting", _spread, _look, _at_midnight)
REMIND = _MEETINGS.chore(at_once=5)
"""Few: on SQLite nobody else writes meanwhile."""


# --- said ------------------------------------------------------------------------------------------------------

_Drawn = Callable[[], Message] | Reason


async def _deadline(session: AsyncSession, dues: Sequence[Due], now: datetime) -> Mapping[int, _Drawn]:
    """Who has proposed a case to the meeting has done it."""
    found: dict[int, _Drawn] = {}
    proposed = await cases.proposed_to(session, {due.meeting_id for due in dues if due.meeting_id})
    for meeting, committee, own, readers in await as_they_are(session, dues, now):
        for due in own:
            reader = readers.get(due.person_id)
            if due.expires_at != meeting.deadline_at:
                found[due.id] = Reason.CHANGED
            elif reader is None or not reader.may_propose:
                found[due.id] = Reason.NOT_THEIRS
            elif (meeting.id, due.person_id) in proposed:
                found[due.id] = Reason.DONE
            else:
                found[due.id] = partial(_deadline_text, meeting, committee)
    return found


async def _meeting(session: AsyncSession, dues: Sequence[Due], now: datetime) -> Mapping[int, _Drawn]:
    """Who does not come needs none. Who comes is not asked again."""
    found: dict[int, _Drawn] = {}
    for meeting, committee, own, readers in await as_they_are(session, dues, now):
        everybody = await roll.read(session, await lines.read(session, meeting, committee))
        for due in own:
            reader, attendee = readers.get(due.person_id), everybody.person(due.person_id)
            if due.expires_at != meeting.starts_at:
                found[due.id] = Reason.CHANGED
            elif attendee is not None and attendee.answer in (Answer.ABSENT, Answer.SUBSTITUTE):
                found[due.id] = Reason.DONE
            elif reader is None:
                found[due.id] = Reason.NOT_THEIRS
            else:
                found[due.id] = partial(_meeting_text, meeting, committee, reader, attendee)
    return found


def _facts(meeting: Meeting) -> tuple[Fact, ...]:
    when = Fact(label=_("Møte"), value=dates.span(meeting.starts_at, meeting.ends_at, meeting.zone))
    return (when, Fact(label=_("Sted"), value=meeting.place)) if meeting.place else (when,)


def _deadline_text(meeting: Meeting, committee: Committee) -> Message:
    deadline = dates.day_and_clock(meeting.deadline_at, meeting.zone)
    return Message(
        title=_("Frist for å melde saker til {committee}: {deadline}").format(
            committee=committee.name, deadline=deadline
        ),
        text=_("Har du en sak? Skriv {command}.").format(command=typed("sak")),
        facts=_facts(meeting),
        buttons=(owed.propose(committee.id),),
    )


def _meeting_text(meeting: Meeting, committee: Committee, reader: Reader, own: Attendee | None) -> Message:
    to_read = _("Skriv {command} for å se sakslisten.").format(command=typed("sak liste")) if reader.follows else ""
    to_answer = _("Du har ikke svart ennå. Kommer du?") if own is not None and own.asked and own.answer is None else ""
    message = Message(
        title=_("Påminnelse: møte i {committee} {day}").format(
            committee=committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)
        ),
        text=" ".join(filter(None, (to_answer, to_read))),
        facts=(*_facts(meeting), *joining.facts(meeting)),
        links=joining.links(meeting),
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
    return buttons.answered(offered, own, meeting) if own.answer is not None else offered


KINDS = (
    *preparing.KINDS,
    *terms.KINDS,
    reminding.Kind(
        Kind.DEADLINE,
        N_("Frist for å melde saker"),
        _deadline,
        lambda count: ngettext("{count} frist for å melde saker", "{count} frister for å melde saker", count).format(
            count=count
        ),
    ),
    reminding.Kind(
        Kind.MEETING,
        N_("Møte"),
        _meeting,
        lambda count: ngettext("Påminnelse om {count} møte", "Påminnelse om {count} møter", count).format(count=count),
    ),
)
