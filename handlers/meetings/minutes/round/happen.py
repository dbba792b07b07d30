"""What happens to minutes: each event changes where they stand, is written in their history, and is seen by everybody.

These are used by people and by the clock alike; who may do what has been asked before. The caller holds the minutes.
"""

from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from handlers.cases.numbers import Kind, render_number, series_of
from handlers.meetings.minutes.approval_rule import Outcome, outcome
from handlers.meetings.minutes.round import announce, moments, views
from handlers.meetings.minutes.round.at_hand import ASKED, UNSETTLED, Round, require
from handlers.meetings.minutes.states import Event
from handlers.meetings.minutes_settings import ApprovedBy
from handlers.messages.message import Fact, Message
from handlers.people.context import CLOCK, Context
from handlers.writing.language import _
from storage import committees, minutes, minutes_round
from storage.series import ENDLESS, Series
from storage.tables import Meeting

SERIES = "minutes"
"""The numbers of minutes, a series for each committee."""


async def record(context: Context, read: Round, kind: str, **more: Any) -> Round:
    """Write it in the history; the round with it. `more`: as `storage.history.History.add` takes it."""
    actor = context.actor
    event = await minutes.HISTORY.add(
        context.session,
        read.minutes.id,
        kind,
        None if actor is CLOCK else actor.person_id,
        context.now,
        actor=actor.name,
        **more,
    )
    return read._replace(events=(*read.events, event))


def _move(read: Round, event: Event, now: datetime) -> None:
    """Change where they stand. Raises `Settled`: it may not happen now."""
    row = read.minutes
    row.status = require(read, event)
    row.changed_at = now
    row.revision += 1


async def sent(context: Context, read: Round) -> Round:
    """They are out for comment, from now to the end of the last day."""
    row, zone = read.minutes, read.meeting.zone
    _move(read, Event.SENT, context.now)
    row.round += 1
    row.comments_until = until = moments.last_moment(context.now, read.rules.comment_days, zone)
    row.clock_at = until
    read = await record(context, read, Event.SENT, data={"round": row.round, "until": until.isoformat()})
    await announce.stand(context, read)
    return read


async def comments_over(context: Context, read: Round) -> Round:
    """The time for comments is over and all of them are answered."""
    _move(read, Event.COMMENTS_OVER, context.now)
    read.minutes.clock_at = None
    read = await record(context, read, Event.COMMENTS_OVER)
    await announce.stand(context, read)
    await announce.tell_writers(
        context,
        read,
        f"{announce.ADJUSTED}:{read.minutes.round}",
        lambda: Message(
            title=views.title(read, _("{minutes} kan publiseres")),
            text=_("Kommentarrunden er avsluttet, og alle kommentarene er besvart."),
            facts=views.facts(read),
            buttons=(*views.writer_buttons(read, 0), views.show(read)),
            page=views.page_of(read),
        ),
    )
    return read


async def published(context: Context, read: Round) -> Round:
    """Everybody at the meeting has them, with the reservation that they are not approved; and where the committee
    approves them outside its meetings, those who do are asked."""
    row = read.minutes
    _move(read, Event.PUBLISHED, context.now)
    row.published_at, row.followed_from = context.now, None
    row.clock_at = row.comments_until = None
    row.remark = ""
    if read.rules.number is not None and row.number is None:
        await _number(context, read, read.rules.number)
    read = await record(context, read, Event.PUBLISHED, data={"number": row.number})
    if read.rules.approval is ApprovedBy.MEETING:
        await announce.stand(context, read)
        return read
    return await asked(context, read)


async def _number(context: Context, read: Round, template: str) -> None:
    """Give the minutes a number of their own, once."""
    row, kind = read.minutes, Kind("", template)
    year = read.meeting.starts_at.astimezone(ZoneInfo(read.meeting.zone)).year
    ordinal = await committees.ordinal(context.session, read.meeting) if "{meeting}" in template else 0
    series = Series.of(":".join(filter(None, (SERIES, series_of(kind, ordinal)))), read.committee.id)
    number = await series.next(context.session, ENDLESS if kind.is_endless else year)
    row.number = render_number(template, number, year, (), ordinal)
    row.number_year, row.number_in_year = year, number


async def asked(context: Context, read: Round) -> Round:
    """Those who approve or sign are asked, each with a message of their own."""
    row, rules, zone = read.minutes, read.rules, read.meeting.zone
    signs = rules.approval is ApprovedBy.SIGNERS
    people = read.concerned.signers(rules, row.chair_id) if signs else read.concerned.approvers(rules)
    if not people:
        row.approve_until = row.clock_at = None
        await announce.stand(context, read)
        await announce.tell_writers(
            context,
            read,
            f"nobody:{row.round}",
            lambda: Message(
                title=views.title(read, _("Ingen kan godkjenne {minutes}")),
                text=_("Ingen er ført opp som skal godkjenne det. Se hvem som var til stede, og hvem som er medlem."),
            ),
            but_actor=False,
        )
        return read
    row.round += 1
    row.approve_until = until = moments.last_moment(context.now, rules.approval_days, zone)
    row.clock_at = until
    await minutes_round.ask(context.session, row.id, row.round, people)
    read = await record(context, read, ASKED, data={"round": row.round, "until": until.isoformat()})
    await announce.stand(context, read)
    return read


async def settle(context: Context, read: Round, *, over: bool) -> Round:
    """What a round of approval has come to, after an answer or when its time is over."""
    row = read.minutes
    answers = await minutes_round.answers(context.session, row.id, row.round)
    came_to = outcome([answer.row.approves for answer in answers], read.rules.silence, over=over)
    match came_to:
        case Outcome.WAITING:
            await announce.stand(context, read)
        case Outcome.APPROVED:
            silent = sum(answer.row.approves is None for answer in answers)
            remarks = "\n".join(f"{each.name}: {each.row.remark}" for each in answers if each.row.remark)
            read = await approved(context, read, str(read.rules.approval), remark=remarks, silent=silent)
        case Outcome.REFUSED:
            reasons = "\n".join(
                f"{answer.name}: {answer.row.remark}" for answer in answers if answer.row.approves is False
            )
            read = await refused(context, read, reasons)
        case Outcome.UNSETTLED:
            read = await _unsettled(context, read, [each.name for each in answers if each.row.approves is None])
    return read


async def _unsettled(context: Context, read: Round, silent: list[str]) -> Round:
    row = read.minutes
    row.approve_until = row.clock_at = None
    read = await record(context, read, UNSETTLED, data={"round": row.round})
    await announce.stand(context, read)
    await announce.tell_writers(
        context,
        read,
        f"unsettled:{row.round}",
        lambda: Message(
            title=views.title(read, _("Fristen for å godkjenne {minutes} er ute")),
            text=_("Disse har ikke svart: {names}. Spør på nytt, eller godkjenn det på et møte.").format(
                names=", ".join(silent)
            )
            if silent
            else _("Ingen av dem som ble spurt, er med lenger. Spør på nytt, eller godkjenn det på et møte."),
            buttons=(*views.writer_buttons(read, 0), views.show(read)),
            page=views.page_of(read),
        ),
    )
    return read


async def approved(
    context: Context,
    read: Round,
    how: str,
    *,
    remark: str = "",
    silent: int = 0,
    at: Meeting | None = None,
    draft_id: str | None = None,
) -> Round:
    """They are approved, and locked from now on. `at`: the meeting that did it."""
    row = read.minutes
    _move(read, Event.APPROVED, context.now)
    row.approved_at, row.approved_how, row.remark = context.now, how, remark
    row.approved_in_id = at.id if at is not None else None
    row.approve_until = row.clock_at = None
    data = {"how": how, "silent": silent, "meeting": row.approved_in_id}
    read = await record(context, read, Event.APPROVED, note=remark, data=data, draft_id=draft_id)
    await announce.stand(context, read)
    await announce.tell_writers(
        context,
        read,
        "approved",
        lambda: Message(
            title=views.title(read, _("{minutes} er godkjent")),
            facts=views.facts(read),
            buttons=(views.show(read),),
            page=views.page_of(read),
        ),
    )
    return read


async def refused(context: Context, read: Round, reason: str, *, draft_id: str | None = None) -> Round:
    """They are not approved, and back with the minute taker."""
    row = read.minutes
    _move(read, Event.REFUSED, context.now)
    row.remark = reason
    row.approve_until = row.clock_at = None
    read = await record(context, read, Event.REFUSED, note=reason, draft_id=draft_id)
    await announce.stand(context, read)
    await announce.tell_writers(context, read, f"refused:{read.events[-1].id}", partial(_refused, read))
    return read


def _refused(read: Round) -> Message:
    return Message(
        title=views.title(read, _("{minutes} er underkjent")),
        text=_("Rett det, og send det ut på nytt."),
        facts=(Fact(label=_("Begrunnelse"), value=read.minutes.remark),),
        buttons=(*views.writer_buttons(read, 0), views.show(read)),
        page=views.page_of(read),
    )
