"""What follows when a meeting is made, moves or is cancelled: everybody concerned hears of it, and reminders follow.

Those concerned are the committee's people, whoever presents a case at the meeting, and whoever proposed one to it.
What is seen of those cases, with the meeting's date, follows too.

Each hears once, of what is different from what they know: news that nobody has got yet are taken back, and what is said
instead goes from how the meeting stood before these (see `_known`). Where it stands again as they know it, they hear
nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.cases import announce
from handlers.meetings import due_meetings, joining, life
from handlers.meetings.agenda import lines
from handlers.meetings.attendance import buttons, news, roll
from handlers.meetings.attendance.roll import Attendee, Roll
from handlers.meetings.audience import Reader, everybody_at
from handlers.meetings.convocation import changed, documents
from handlers.meetings.life import BY_LOADING, By, MeetingTimes, Stands, in_words
from handlers.messages.message import Fact, Message
from handlers.messages.standing import Seen, places, tell_once
from handlers.reminders.laying import take_back
from handlers.writing.language import _
from storage import agenda, cases, committees, deliveries
from storage.tables import Committee, Meeting


async def agenda_follows(session: AsyncSession, meeting: Meeting, previous: MeetingTimes) -> None:
    """What stands at a fixed time on the agenda goes along with the meeting, as far from its beginning as before."""
    if previous.starts_at != meeting.starts_at:
        await agenda.shift(session, meeting.id, meeting.starts_at - previous.starts_at)


async def made(session: AsyncSession, meeting: Meeting, now: datetime, by: By) -> None:
    """The meeting is new, and stored: those concerned hear when and where it is, and are asked whether they come."""
    await due_meetings.follow(session, meeting.committee_id, now)
    await _note(session, meeting, life.MADE, None, by, now)
    await _tell_everybody(session, meeting, None, by, now)


async def moved(
    session: AsyncSession, meeting: Meeting, previous: MeetingTimes, now: datetime, by: By = BY_LOADING
) -> None:
    """The meeting has new times, a new place or a new link, already set on `meeting`; perhaps a new deadline too.

    Reminders of the old date that nobody has got yet are taken back; those of the new one follow by themselves, since
    the meeting is looked at when it has changed (`handlers.meetings.reminders`).
    """
    meeting.sequence += 1
    await take_back(session, [_subject(meeting)], now)
    await agenda_follows(session, meeting, previous)
    await due_meetings.follow(session, meeting.committee_id, now)
    await _note(session, meeting, life.MOVED, Stands(previous), by, now)
    await _tell_everybody(session, meeting, Stands(previous), by, now)


async def cancelled(session: AsyncSession, meeting: Meeting, now: datetime, by: By = BY_LOADING) -> None:
    """The meeting will not be held (`cancelled_at` is set already). Its cases keep their numbers and wait."""
    meeting.sequence += 1
    await take_back(session, [_subject(meeting)], now)
    await due_meetings.follow(session, meeting.committee_id, now)
    before = Stands(MeetingTimes.of(meeting))
    await _note(session, meeting, life.CANCELLED, before, by, now)
    await _tell_everybody(session, meeting, before, by, now)


async def reinstated(
    session: AsyncSession,
    meeting: Meeting,
    now: datetime,
    previous: MeetingTimes | None = None,
    by: By = BY_LOADING,
) -> None:
    """A cancelled meeting is to be held after all (`cancelled_at` is cleared already); at other times than it was to
    be before where there are `previous` ones."""
    meeting.sequence += 1
    before = Stands(previous or MeetingTimes.of(meeting), cancelled=True)
    await agenda_follows(session, meeting, before.times)
    await due_meetings.follow(session, meeting.committee_id, now)
    await _note(session, meeting, life.REINSTATED, before, by, now)
    await _tell_everybody(session, meeting, before, by, now, undoing=previous is None)


async def deadline_moved(session: AsyncSession, meeting: Meeting, previous: datetime, now: datetime, by: By) -> None:
    """The meeting has another deadline for cases, already set, and is when it was."""
    await take_back(session, [_subject(meeting)], now)
    before = Stands(MeetingTimes.of(meeting)._replace(deadline_at=previous))
    await _note(session, meeting, life.MOVED, before, by, now)
    await _tell_everybody(session, meeting, before, by, now)


async def deadlines_moved(session: AsyncSession, meetings: Sequence[Meeting], now: datetime) -> None:
    """These meetings of one committee have new deadlines, already set; those who may propose hear of them together."""
    await session.flush()
    committee = await committees.committee(session, meetings[0].committee_id)
    readers: dict[int, str] = {}
    for meeting in meetings:
        await take_back(session, [_subject(meeting)], now)
        present = await everybody_at(session, meeting, now)
        readers.update({reader.person_id: reader.language for reader in present if reader.may_propose})
    readers.update(await _refresh_cases(session, meetings, now))

    def build() -> Message:
        return Message(
            title=_("Nye frister for å melde saker til {committee}").format(
                committee=committee.name if committee is not None else ""
            ),
            facts=tuple(
                Fact(
                    label=_("Møtet {day}").format(day=dates.short_day(meeting.starts_at, meeting.zone)),
                    value=dates.day_and_clock(meeting.deadline_at, meeting.zone),
                )
                for meeting in meetings
            ),
        )

    await _tell(
        session, f"committee:{meetings[0].committee_id}", f"deadlines:{now.isoformat()}", readers, build, now, None
    )


def _subject(meeting: Meeting) -> str:
    """The subject of the news about a meeting, and of its reminders."""
    return f"meeting:{meeting.id}"


async def _note(
    session: AsyncSession, meeting: Meeting, kind: str, before: Stands | None, by: By, now: datetime
) -> None:
    data = life.event_data(before, Stands.of(meeting), meeting.source)
    await agenda.HISTORY.add(
        session, meeting.id, kind, by.actor_id, now, note=by.reason, data=data, draft_id=by.draft_id
    )


# --- who knows what, and hears what ------------------------------------------------------------------------


class _News(NamedTuple):
    """What somebody hears. `what`: a word for its key. `asks`: whether they are asked if they come, since it is at
    another time than they have answered for."""

    what: str
    build: Callable[[], Message]
    asks: bool = False


class _Kind(NamedTuple):
    """Readers who hear the same. None of it: whoever only proposed a case."""

    may_send: bool = False
    follows: bool = False
    may_propose: bool = True
    attends: bool = False

    @classmethod
    def of(cls, reader: Reader) -> "_Kind":
        return cls(reader.may_send, reader.follows, reader.may_propose, attends=True)


class _Knows(NamedTuple):
    """What somebody knows of the meeting; `stands` None: they have not heard of it. `since`: the first change that they
    have not heard of."""

    stands: Stands | None
    since: datetime


async def _known(session: AsyncSession, meeting: Meeting) -> Mapping[int, _Knows]:
    """Take back the news about the meeting that nobody has got yet. By whose they were: what they know, which is how
    the meeting stood before the first of these."""
    subject = _subject(meeting)
    taken = await deliveries.taken_back(session, subject, [f"{subject}:{_word(kind)}" for kind in life.KINDS])
    if not taken:
        return {}
    first: dict[int, datetime] = {}
    for person_id, key in taken:
        moment = _since(key.removeprefix(f"{subject}:"))
        first[person_id] = min(moment, first.get(person_id, moment))
    stood: dict[datetime, Stands | None] = {}
    for event in await agenda.HISTORY.of_kinds(session, meeting.id, life.KINDS):
        stood.setdefault(event.at, life.before(event))
    return {person_id: _Knows(stood[at], at) for person_id, at in first.items() if at in stood}


def _said_at(now: datetime, since: datetime) -> str:
    """What the key of news has of its time: when it was said; where they go from longer ago than that, from when."""
    return now.isoformat() if since == now else f"{now.isoformat()}/{since.isoformat()}"


def _since(key: str) -> datetime:
    """From when news with this key go, `moved:2026-…/2026-…:12`."""
    moments = key.partition(":")[2].rpartition(":")[0]
    return dates.stored(moments.rpartition("/")[2])


def _word(kind: str) -> str:
    """`moved`: as it stands in the keys of news."""
    return kind.partition(".")[2]


async def _tell_everybody(
    session: AsyncSession, meeting: Meeting, before: Stands | None, by: By, now: datetime, *, undoing: bool = False
) -> None:
    """`before`: how the meeting stood until now, for whoever has heard all that was said of it. `undoing`: it is as it
    was before it changed last."""
    await session.flush()
    committee = await committees.committee(session, meeting.committee_id)
    if committee is None:
        return
    readers = await everybody_at(session, meeting, now)
    proposers = await _refresh_cases(session, [meeting], now, undoing=undoing)
    everybody = await changed.follow(session, meeting, committee, readers, now)
    known = await _known(session, meeting)
    answered: Sequence[Attendee] = ()
    if before is not None and before.times.starts_at != meeting.starts_at:
        answered = await _answered(session, meeting, committee, everybody, now)
    otherwise = _Knows(before, now)
    languages = {**proposers, **{reader.person_id: reader.language for reader in readers}}
    kinds = {reader.person_id: _Kind.of(reader) for reader in readers}
    alike: dict[tuple[_Knows, _Kind], dict[int, str]] = {}
    for person_id, language in languages.items():
        kind = (known.get(person_id, otherwise), kinds.get(person_id, _Kind()))
        alike.setdefault(kind, {})[person_id] = language
    for (knows, of), people in alike.items():
        found = _news(meeting, committee, knows.stands, by, now, of, has_cases=bool(proposers))
        if found is not None:
            build = partial(_whole, found, meeting, committee, of, convened=everybody is not None)
            said_at = _said_at(now, knows.since)
            await _tell(session, _subject(meeting), f"{found.what}:{said_at}", people, build, now, meeting.ends_at)
    if answered:
        await news.show_answers(session, meeting, answered, now)


def _whole(found: _News, meeting: Meeting, committee: Committee, kind: _Kind, *, convened: bool) -> Message:
    message = found.build()
    if not kind.attends:
        return message
    if convened:
        # Those who were convened get the calendar entry anew, in the same message.
        message = message.model_copy(update={"files": (documents.calendar_file(meeting),)})
    if not found.asks:
        return message
    return message.model_copy(
        update={
            "text": " ".join(filter(None, (message.text, _asking(found)))),
            "buttons": buttons.to_answer(meeting, substitute=kind.may_send),
            "page": buttons.page_of(meeting, committee, follows=kind.follows),
        }
    )


def _asking(found: _News) -> str:
    return _("Kommer du?") if found.what == _word(life.MADE) else _("Svar på nytt om du kommer.")


async def _answered(
    session: AsyncSession, meeting: Meeting, committee: Committee, everybody: Roll | None, now: datetime
) -> Sequence[Attendee]:
    """Who has answered that they come did so for another time: what they have answered on says so. Those whose answer
    is for this time again, so that what they are told now says that. `everybody`: who comes, if that was read."""
    if everybody is None:
        everybody = await roll.read(session, await lines.read(session, meeting, committee))
    outdated = [each for each in everybody.attendees if each.outdated]
    if outdated:
        await news.show_answers(session, meeting, outdated, now)
    return [each for each in everybody.attendees if each.answer is not None]


def _news(
    meeting: Meeting,
    committee: Committee,
    knows: Stands | None,
    by: By,
    now: datetime,
    kind: _Kind,
    *,
    has_cases: bool,
) -> _News | None:
    """What those hear who know the meeting as `knows`; None: nothing that they do not know."""
    stands = Stands.of(meeting)
    if stands.cancelled:
        if knows is None or knows.cancelled:
            return None
        build = partial(_cancelled, meeting, committee, knows.times, by, has_cases=has_cases)
        return _News(_word(life.CANCELLED), build)
    if knows is None:
        return _News(_word(life.MADE), partial(_made, meeting, committee, now), asks=True)
    asks = knows.times.starts_at != meeting.starts_at
    if knows.cancelled:
        return _News(_word(life.REINSTATED), partial(_reinstated, meeting, committee, by), asks=asks)
    if knows.times[:4] != stands.times[:4]:
        return _News(_word(life.MOVED), partial(_moved, meeting, committee, knows.times, by), asks=asks)
    if knows.times.deadline_at not in (None, meeting.deadline_at) and kind.may_propose:
        return _News(_word(life.MOVED), partial(_new_deadline, meeting, committee, knows.times.deadline_at, by))
    return None


def _made(meeting: Meeting, committee: Committee, now: datetime) -> Message:
    title = _("Ekstraordinært møte i {committee}") if meeting.extraordinary else _("Nytt møte i {committee}")
    facts = [Fact(label=_("Møte"), value=in_words(MeetingTimes.of(meeting), meeting.zone)), *joining.facts(meeting)]
    if meeting.deadline_at > now:
        facts.append(_deadline(meeting))
    return Message(title=title.format(committee=committee.name), facts=tuple(facts), links=joining.links(meeting))


def _moved(meeting: Meeting, committee: Committee, known: MeetingTimes, by: By) -> Message:
    same_time = known[:2] == (meeting.starts_at, meeting.ends_at)
    if not same_time:
        title = _("Møtet i {committee} er flyttet")
    elif known.place != meeting.place:
        title = _("Møtet i {committee} har fått nytt sted")
    else:
        title = _("Møtet i {committee} har fått ny lenke til nettmøtet")
    return Message(
        title=title.format(committee=committee.name),
        facts=(
            Fact(label=_("Før"), value=in_words(known, meeting.zone)),
            Fact(label=_("Nå"), value=in_words(MeetingTimes.of(meeting), meeting.zone)),
            *joining.facts(meeting),
            _deadline(meeting),
            *_reason(by),
        ),
        links=joining.links(meeting),
    )


def _new_deadline(meeting: Meeting, committee: Committee, known: datetime | None, by: By) -> Message:
    before = dates.day_and_clock(known, meeting.zone) if known is not None else ""
    return Message(
        title=_("Ny frist for å melde saker til {committee}").format(committee=committee.name),
        facts=(
            Fact(label=_("Møte"), value=in_words(MeetingTimes.of(meeting), meeting.zone)),
            Fact(label=_("Før"), value=before),
            Fact(label=_("Nå"), value=dates.day_and_clock(meeting.deadline_at, meeting.zone)),
            *_reason(by),
        ),
    )


def _cancelled(meeting: Meeting, committee: Committee, known: MeetingTimes, by: By, *, has_cases: bool) -> Message:
    when = dates.span(known.starts_at, known.ends_at, meeting.zone)
    if has_cases:
        text = _("Det skulle vært {when}. Sekretariatet flytter sakene til et senere møte, med numrene de har.")
    else:
        text = _("Det skulle vært {when}.")
    return Message(
        title=_("Møtet i {committee} er avlyst").format(committee=committee.name),
        text=text.format(when=when),
        facts=_reason(by),
    )


def _reinstated(meeting: Meeting, committee: Committee, by: By) -> Message:
    return Message(
        title=_("Møtet i {committee} holdes likevel").format(committee=committee.name),
        facts=(
            Fact(label=_("Møte"), value=in_words(MeetingTimes.of(meeting), meeting.zone)),
            *joining.facts(meeting),
            _deadline(meeting),
            *_reason(by),
        ),
        links=joining.links(meeting),
    )


def _deadline(meeting: Meeting) -> Fact:
    return Fact(label=_("Frist for å melde saker"), value=dates.day_and_clock(meeting.deadline_at, meeting.zone))


def _reason(by: By) -> tuple[Fact, ...]:
    return (Fact(label=_("Grunn"), value=by.reason),) if by.reason else ()


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
    """News under `subject` for these readers (language by person id), once. `what`: their keys go on so."""
    seen = [Seen(places(f"{subject}:{what}", readers.items()), build)]
    until = max(expires_at, now) if expires_at is not None else None
    await tell_once(session, now, subject, seen, expires_at=until)
