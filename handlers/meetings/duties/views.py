"""What is said of a yearly duty."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from handlers.calendar import dates
from handlers.meetings.duties.actions import Do
from handlers.meetings.duties.due import Duty
from handlers.meetings.offsets import local_moment
from handlers.messages.message import Button, Fact, Message
from handlers.writing.language import _


def done_button(duty: Duty) -> Button:
    return Button(label=_("Gjort"), action=Do.DONE, arguments=dict(duty.arguments), style="primary")


def reminder(duty: Duty, now: datetime) -> Message:
    late = duty.over <= now
    title = _("{duty} {year} skulle vært klar {day}") if late else _("{duty} {year} skal være klar {day}")
    return Message(
        title=title.format(duty=duty.rule.name, year=duty.year, day=_day(duty)),
        facts=(Fact(label=_("Utvalg"), value=duty.committee.name),),
        buttons=(done_button(duty),),
    )


def done(duty: Duty) -> Message:
    return Message(
        title=_("{duty} {year} er gjort").format(duty=duty.rule.name, year=duty.year),
        text=_("Ingen blir minnet på den mer i år."),
        facts=(Fact(label=_("Utvalg"), value=duty.committee.name),),
        buttons=(Button(label=_("Angre"), action=Do.UNDO, arguments=dict(duty.arguments)),),
        replace=True,
    )


def _day(duty: Duty) -> str:
    zone = duty.committee.zone
    return dates.day(local_moment(datetime.combine(duty.by, time(12)), ZoneInfo(zone)), zone)
