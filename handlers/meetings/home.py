"""The coming meetings on somebody's home."""

from collections.abc import Sequence

from handlers.calendar import dates
from handlers.meetings import joining, owed
from handlers.meetings.actions import Do
from handlers.meetings.at_hand import about
from handlers.messages.message import Button, Fact, Link, Section
from handlers.people.access import may_read_agenda
from handlers.people.context import Context
from handlers.writing.language import _
from handlers.writing.text import shorten
from storage import committees
from storage.committees import MeetingRow
from storage.direct import Question

_SHOWN = 3
_BUTTON = 42
"""Units: a card on Teams cuts a longer label, and what it cuts is the day."""


async def theirs(context: Context) -> Sequence[Section]:
    """The soonest of those that `/mote` lists, with a button to the page of each: one statement at most."""
    ids = _read(context)
    found = await committees.meetings_with_counts(context.session, ids, context.now, 0, _SHOWN) if ids else ()
    if not found:
        return ()
    return (
        Section(
            title=_("Kommende møter"),
            facts=tuple(Fact(label=row.committee, value=_line(context, row)) for row in found),
            links=tuple(link for row in found for link in _links(context, row)),
            buttons=(*map(_button, found), Button(label=_("Vis alle møtene"), action=Do.SHOW)),
        ),
    )


def _read(context: Context) -> list[int]:
    """The committees whose agendas the actor may read."""
    return [each.id for each in context.actor.committees if may_read_agenda(context.actor, each)]


def foresees(context: Context) -> Sequence[Question]:
    """What is asked here and of what somebody owes (see `handlers.meetings.owed`)."""
    ids = _read(context)
    listed = [committees.asked_meetings_with_counts(ids, context.now, 0, _SHOWN)] if ids else []
    return (*owed.foresees(context), *listed)


def _line(context: Context, row: MeetingRow) -> str:
    """«torsdag 3. desember 2026 kl. 09.00–11.00, Rådhuset. Frist for saker: …»."""
    meeting = row.meeting
    where = ", ".join(filter(None, (dates.span(meeting.starts_at, meeting.ends_at, meeting.zone), meeting.place)))
    said = [f"{where}."]
    if meeting.deadline_at > context.now:
        day = dates.day_and_clock(meeting.deadline_at, meeting.zone)
        said.append(_("Frist for saker: {deadline}.").format(deadline=day))
    if meeting.committee_id in context.actor.roles:
        said.append(joining.line(meeting))
    return " ".join(filter(None, said))


def _links(context: Context, row: MeetingRow) -> Sequence[Link]:
    """Where one joins it; it is said of which meeting, since several stand there."""
    if row.meeting.committee_id not in context.actor.roles:
        return ()
    return [each.model_copy(update={"label": f"{each.label}: {_named(row)}"}) for each in joining.links(row.meeting)]


def _named(row: MeetingRow) -> str:
    day = dates.short_day(row.meeting.starts_at, row.meeting.zone)
    return _("{committee} {day}").format(committee=shorten(row.committee, _BUTTON - len(day)), day=day)


def _button(row: MeetingRow) -> Button:
    return Button(label=_named(row), action=Do.PAGE, arguments=about(row.meeting))
