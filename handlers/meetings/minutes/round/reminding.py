"""Reminders of minutes that wait for somebody's comments, or to be approved: laid ahead when they are sent."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.meetings.minutes.round import moments, views
from handlers.meetings.minutes.round.at_hand import ASKED, Round, load
from handlers.meetings.minutes.states import Event
from handlers.messages.message import Fact, Message
from handlers.people.context import CLOCK, Context
from handlers.reminders.kind import Drawn, Due, Kind, Reason, Reminding
from handlers.reminders.laying import lay
from handlers.writing.language import N_, _, ngettext
from storage import minutes_round
from storage.tables import MinutesStatus


def subject(read: Round) -> str:
    """What all reminders of minutes are about."""
    return f"minutes:{read.minutes.id}"


async def lay_all(context: Context, read: Round, *, since: datetime | None = None) -> None:
    """Make the reminders of minutes what they are to be by now. `since`: see `handlers.reminders.laying.lay`; if not
    now."""
    ahead = await _wanted(context, read)
    kinds = [COMMENT.name, APPROVE.name]
    await lay(context.session, [subject(read)], kinds, ahead, context.now, since=since or context.now)


async def _wanted(context: Context, read: Round) -> Sequence[Reminding]:
    """None where nobody is asked for anything, or the time is over."""
    if _comments_until(read) is not None:
        return _of(read, COMMENT, Event.SENT, _comments_until(read), await silent(context.session, read), context.now)
    if _approve_until(read) is not None:
        return _of(read, APPROVE, ASKED, _approve_until(read), await _not_approved(context.session, read), context.now)
    return ()


def _of(
    read: Round, kind: Kind, begun: str, until: datetime | None, waited_for: Mapping[int, str], now: datetime
) -> Sequence[Reminding]:
    event = read.last(begun)
    at = moments.reminder(event.at, until, read.meeting.zone) if event is not None and until is not None else None
    if at is None or until is None or now > until:
        return ()
    return [
        Reminding(
            kind=kind.name,
            occurrence=f"{read.minutes.id}:{read.minutes.round}:{until.isoformat()}",
            person_id=person_id,
            subject=subject(read),
            due_at=at,
            expires_at=until,
            meeting_id=read.meeting.id,
            committee_id=read.committee.id,
        )
        for person_id in waited_for
    ]


def _comments_until(read: Round) -> datetime | None:
    return read.minutes.comments_until if read.status is MinutesStatus.COMMENTS else None


def _approve_until(read: Round) -> datetime | None:
    return read.minutes.approve_until if read.status is MinutesStatus.PUBLISHED else None


async def silent(session: AsyncSession, read: Round) -> Mapping[int, str]:
    """Those who may comment and have said nothing, with their language."""
    comments = await minutes_round.comments(session, read.minutes.id)
    said = {each.comment.person_id for each in read.given(comments)} | read.without_remarks
    return {each: language for each, language in read.concerned.commenters(read.rules).items() if each not in said}


async def _not_approved(session: AsyncSession, read: Round) -> Mapping[int, str]:
    """Those who are asked to approve and have not answered, with their language."""
    answers = await minutes_round.answers(session, read.minutes.id, read.minutes.round)
    return {each.row.person_id: each.language for each in answers if each.row.approves is None}


# --- said ------------------------------------------------------------------------------------------------------

_Until = Callable[[Round], datetime | None]
_Text = Callable[[Round, datetime, datetime], Message]


async def _draw_comment(session: AsyncSession, dues: Sequence[Due], now: datetime) -> Mapping[int, Drawn | Reason]:
    return await _draw(session, dues, now, _comments_until, silent, _to_comment)


async def _draw_approve(session: AsyncSession, dues: Sequence[Due], now: datetime) -> Mapping[int, Drawn | Reason]:
    return await _draw(session, dues, now, _approve_until, _not_approved, _to_approve)


async def _draw(
    session: AsyncSession,
    dues: Sequence[Due],
    now: datetime,
    until_of: _Until,
    silent_of: Callable[[AsyncSession, Round], Awaitable[Mapping[int, str]]],
    text: _Text,
) -> Mapping[int, Drawn | Reason]:
    """A few statements for each of the minutes that somebody is reminded of."""
    context = Context(session, CLOCK, now)
    by_minutes: dict[int, list[Due]] = {}
    for due in dues:
        by_minutes.setdefault(int(due.subject.split(":")[1]), []).append(due)
    found: dict[int, Drawn | Reason] = {}
    for minutes_id, own in by_minutes.items():
        of = await minutes_round.minutes_of(session, minutes_id)
        if of is None:
            continue
        read = await load(context, of)
        until = until_of(read)
        waited_for = await silent_of(session, read)
        concerned = read.concerned.commenters(read.rules) if until_of is _comments_until else None
        for due in own:
            if until is None or due.expires_at != until:
                found[due.id] = Reason.CHANGED
            elif due.person_id in waited_for:
                found[due.id] = _drawn(text, read, until, now)
            else:
                left = concerned is not None and due.person_id not in concerned
                found[due.id] = Reason.NOT_THEIRS if left else Reason.DONE
    return found


def _drawn(text: _Text, read: Round, until: datetime, now: datetime) -> Drawn:
    return lambda: text(read, until, now)


def _to_comment(read: Round, until: datetime, now: datetime) -> Message:
    words = _("Husk å se over {minutes}: fristen er {when}").replace(
        "{when}", dates.remaining(now, until, read.meeting.zone)
    )
    return views.to_comment(read).model_copy(update={"title": views.title(read, words)})


def _to_approve(read: Round, until: datetime, _now: datetime) -> Message:
    return views.to_approve(read).model_copy(
        update={
            "title": views.title(read, _("Påminnelse: {minutes} venter på svaret ditt")),
            "facts": (Fact(label=_("Frist"), value=dates.day(until, read.meeting.zone)),),
        }
    )


def _several_to_comment(count: int) -> str:
    return ngettext("{count} referat å se over", "{count} referater å se over", count).format(count=count)


def _several_to_approve(count: int) -> str:
    return ngettext("{count} referat venter på svaret ditt", "{count} referater venter på svaret ditt", count).format(
        count=count
    )


COMMENT = Kind("referatrunde.kommentarfrist", N_("Kommentarer til referat"), _draw_comment, _several_to_comment)
APPROVE = Kind("referatrunde.godkjenningsfrist", N_("Godkjenning av referat"), _draw_approve, _several_to_approve)
KINDS = (COMMENT, APPROVE)
