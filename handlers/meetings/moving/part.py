"""When and where a meeting is, on its page: what was changed of it, how one joins it, and ways to change it."""

from handlers.meetings import joining
from handlers.meetings.agenda.lines import AgendaOf
from handlers.meetings.at_hand import about
from handlers.meetings.moving import at_hand
from handlers.meetings.moving.actions import Do
from handlers.meetings.part import Part
from handlers.messages.message import Button, Fact, Section
from handlers.people.access import may_plan
from handlers.people.context import Context
from handlers.writing.language import _
from storage import attendance
from storage.tables import Meeting


async def part(context: Context, read: AgendaOf) -> Part:
    meeting = read.meeting
    comes = await _is_for(context, read)
    links = joining.links(meeting) if comes else ()
    return Part(
        facts=await _facts(context, meeting, why=comes),
        sections=(Section(title=_("Nettmøte"), links=links),) if links else (),
        buttons=_buttons(context, read),
    )


async def _is_for(context: Context, read: AgendaOf) -> bool:
    """Whether the actor is one of those whom the meeting is for. The agenda of a committee that takes cases from
    everyone is read by others too: they are told neither how one joins it, nor why it was moved."""
    if context.actor.roles.get(read.committee.id):
        return True
    own = context.actor.person_id
    if any(own in line.case.item.presenter_ids for line in read.lines if line.case is not None):
        return True
    return own in await attendance.asked(context.session, read.meeting.id)


async def _facts(context: Context, meeting: Meeting, *, why: bool) -> tuple[Fact, ...]:
    event = await at_hand.last_change(context, meeting)
    changed = at_hand.told(event, meeting) if event is not None else ""
    facts = (
        (_("Slag"), _("Ekstraordinært møte") if meeting.extraordinary else ""),
        (_("Siste endring"), changed),
        (_("Grunn"), event.note if event is not None and why else ""),
    )
    return tuple(Fact(label=label, value=value) for label, value in facts if value)


def _buttons(context: Context, read: AgendaOf) -> tuple[Button, ...]:
    meeting = read.meeting
    if not may_plan(context.actor, read.committee.id) or meeting.starts_at <= context.now:
        return ()
    if meeting.cancelled_at is not None:
        return (Button(label=_("Hold møtet likevel"), action=Do.HOLD, arguments=about(meeting)),)
    return (
        Button(label=_("Flytt eller endre møtet"), action=Do.MOVE, arguments=about(meeting)),
        Button(label=_("Avlys møtet"), action=Do.CANCEL, arguments=about(meeting)),
    )
