"""The meeting that somebody wants to move, cancel or hold after all, if they may and it can be."""

import hashlib
from collections.abc import Mapping

from handlers.calendar import dates
from handlers.errors import BadInput
from handlers.meetings import at_hand, life
from handlers.meetings.at_hand import AtHand, about, meeting_button
from handlers.meetings.moving.actions import Do
from handlers.messages.message import Button
from handlers.messages.settled import Settled
from handlers.people.access import require_planner
from handlers.people.context import Context
from handlers.writing.language import _
from storage import agenda, minutes, planned
from storage.history import Event
from storage.tables import Meeting, MeetingSource

SEEN = "seen"
"""Among what a form began with: how the meeting stood when its person saw it last (see `seen`)."""


async def to_plan(context: Context, arguments: Mapping[str, str]) -> AtHand:
    """The meeting, for whoever plans those of its committee. Raises `Gone` or `NotAllowed`."""
    found = await at_hand.find(context, arguments)
    require_planner(context, found.committee)
    return found


async def to_change(context: Context, arguments: Mapping[str, str]) -> AtHand:
    """The meeting, that it can be moved or cancelled.

    Raises:
        Settled: it is cancelled, has begun, or has minutes; says so.
        Gone, NotAllowed: as of `to_plan`.
    """
    found = await to_plan(context, arguments)
    meeting = found.meeting
    if meeting.cancelled_at is not None:
        said = await _said(context, meeting, life.CANCELLED) or _("Møtet er avlyst.")
        raise Settled(said, Button(label=_("Hold møtet likevel"), action=Do.HOLD, arguments=about(meeting)))
    await _refuse_begun(context, meeting)
    return found


async def to_hold(context: Context, arguments: Mapping[str, str]) -> AtHand:
    """The meeting, that was cancelled and can be held after all. Raises as `to_change`."""
    found = await to_plan(context, arguments)
    meeting = found.meeting
    if meeting.cancelled_at is None:
        said = await _said(context, meeting, life.REINSTATED) or _("Møtet er ikke avlyst.")
        raise Settled(said, meeting_button(meeting))
    if meeting.starts_at <= context.now:
        raise Settled(_("Tidspunktet for møtet er passert. Sett opp et nytt møte i stedet."), meeting_button(meeting))
    return found


async def _refuse_begun(context: Context, meeting: Meeting) -> None:
    if meeting.starts_at <= context.now:
        when = dates.held(meeting.starts_at, meeting.ends_at, meeting.zone, day_only=meeting.day_only)
        raise Settled(
            _("Møtet {when} har begynt, og kan ikke flyttes eller avlyses.").format(when=when), meeting_button(meeting)
        )
    if await minutes.minutes(context.session, meeting.id) is not None:
        raise Settled(
            _("Møtet har et referat, og kan ikke flyttes eller avlyses. Forkast referatet først, om det er feil."),
            meeting_button(meeting),
        )


async def hold_still(context: Context, found: AtHand) -> None:
    """Nobody else changes the committee's meetings until the transaction ends; the meeting is as it is now."""
    await planned.hold(context.session, found.committee.id)
    await context.session.refresh(found.meeting)


async def _said(context: Context, meeting: Meeting, kind: str) -> str:
    """«Eksempel Sekretær avlyste møtet (3. jan. 2026 kl. 10.02).»; empty: nobody knows who did."""
    event = await agenda.HISTORY.last(context.session, meeting.id, kind)
    return f"{told(event, meeting)}." if event is not None else ""


def told(event: Event, meeting: Meeting) -> str:
    """What was done and when, as a sentence without its full stop; empty for what is no event of these."""
    what = life.sentence(event, meeting.zone)
    if not what:
        return ""
    return _("{what} ({day} kl. {clock})").format(
        what=what, day=dates.short_day(event.at, meeting.zone), clock=dates.clock(event.at, meeting.zone)
    )


async def last_change(context: Context, meeting: Meeting) -> Event | None:
    """The last event that says when and where the meeting is, or whether it is held."""
    return await agenda.HISTORY.last_among(context.session, meeting.id, life.KINDS)


def seen(meeting: Meeting) -> str:
    """How the meeting stands, as a short code: it is another once anything of it is changed."""
    parts = (meeting.sequence, meeting.deadline_at.isoformat(), meeting.join_url, meeting.place)
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]


async def refuse_overtaken(
    context: Context, meeting: Meeting, field: str, before: Mapping[str, object], now: Mapping[str, object]
) -> None:
    """Somebody else has changed the meeting since the form was drawn: whoever handed it in reads what they did, under
    `field`, and looks at it once more, with what they wrote still in it.

    Args:
        before: what the form began with (`Answers.prefilled`).
        now: what it would begin with now.

    Raises:
        BadInput: so it is.
    """
    if before.get(SEEN) == seen(meeting):
        return
    event = await last_change(context, meeting)
    what = told(event, meeting) if event is not None else _("Noen har endret møtet")
    raise BadInput(
        {field: _("{what}, mens du skrev. Det du skrev, står her. Se over, og send på nytt.").format(what=what)},
        begun=dict(now),
    )


def source(context: Context) -> MeetingSource:
    """Where it is said: on a page that a signed link opened, or in chat."""
    return MeetingSource.PAGE if context.only else MeetingSource.CHAT
