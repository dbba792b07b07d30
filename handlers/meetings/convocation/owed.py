"""The convocations that a secretariat has not sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.calendar import dates
from handlers.capability import Owed
from handlers.meetings.at_hand import about
from handlers.meetings.convocation.actions import Do
from handlers.meetings.offsets import Offset
from handlers.meetings.settings import CommitteeSettings
from handlers.messages.message import Button
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import _
from storage import owed
from storage.direct import Question
from storage.owed import MeetingOf

_AHEAD = timedelta(days=30)
"""A meeting that is farther away is nothing to do yet."""


def _own(context: Context) -> list[int]:
    return [each for each in context.actor.roles if may_decide(context.actor, each)]


def foresees(context: Context) -> Sequence[Question]:
    """What `owes` asks."""
    own = _own(context)
    return [owed.asked_to_convene(own, context.now + _AHEAD, context.now)] if own else []


async def owes(context: Context) -> Sequence[Owed]:
    """Of the committees whose secretariat the actor is in."""
    own = _own(context)
    found = await owed.to_convene(context.session, own, context.now + _AHEAD, context.now) if own else ()
    return [
        Owed(
            _("Send innkalling til møtet i {committee} {day}").format(
                committee=of.committee.name, day=dates.short_day(of.meeting.starts_at, of.meeting.zone)
            ),
            (Button(label=_("Kontroller og send"), action=Do.CHECK, arguments=about(of.meeting)),),
            _by(of),
            zone=of.meeting.zone,
        )
        for of in found
    ]


def _by(of: MeetingOf) -> datetime:
    """When it is to be sent, by the committee's rule; where there is none, before the meeting."""
    rule = CommitteeSettings.model_validate(of.committee.settings).convocation
    if rule is None:
        return of.meeting.starts_at
    return Offset.parse(rule).before(of.meeting.starts_at, ZoneInfo(of.meeting.zone))
