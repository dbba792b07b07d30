"""What a committee decided before and is not done, on the page of the meeting that looks at it (see
`handlers.meetings.agenda.lines.status_item`)."""

from collections.abc import Mapping

from handlers.decisions import access, views
from handlers.decisions.actions import Do
from handlers.dialogs.dialog import Reply
from handlers.meetings import at_hand
from handlers.meetings.agenda.lines import AgendaOf
from handlers.meetings.follow_up_actions import Do as FollowUpDo
from handlers.meetings.follow_up_actions import button as follow_up_button
from handlers.meetings.minutes import to_do
from handlers.meetings.part import NOTHING, Part
from handlers.messages import paging
from handlers.messages.message import Button, Message, Section
from handlers.people.access import may_write_minutes
from handlers.people.context import Context
from handlers.writing.language import _
from storage import follow_ups
from storage.follow_ups import Task


async def part(context: Context, read: AgendaOf) -> Part:
    """For whoever may read the agenda, until the meeting is over."""
    line = read.status_line
    if line is None or read.meeting.ends_at < context.now or read.meeting.cancelled_at is not None:
        return NOTHING
    found = [
        task
        for task in await follow_ups.open_of(context.session, read.committee.id)
        if access.may_read_task(context.actor, task)
    ]
    if not found:
        return Part(sections=(Section(title=line.title, text=_("Alt som er vedtatt før, er gjort.")),))
    # The page that a link to the meeting opened leads to nothing else: all of it stands there.
    shown = found if context.only else found[: paging.SIZE]
    text = "\n".join(f"• {to_do.line(task, context.today)}" for task in shown)
    arguments = at_hand.about(read.meeting, committee=read.committee.id)
    label = _("Se alle {count}").format(count=len(found)) if len(found) > paging.SIZE else _("Gå gjennom dem")
    buttons = () if context.only else (Button(label=label, action=Do.STATUS, arguments=arguments),)
    return Part(sections=(Section(title=line.title, text=text, buttons=buttons),))


async def listed(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What is not done, a section each, for whoever may read the agenda of the meeting."""
    meeting, committee = await at_hand.to_read(context, arguments)
    every = [
        task
        for task in await follow_ups.open_of(context.session, committee.id)
        if access.may_read_task(context.actor, task)
    ]
    at = paging.offset(arguments)
    shown = every[at : at + paging.SIZE + 1]
    writes = may_write_minutes(context.actor, committee.id)
    return Message(
        title=_("Ikke gjort ennå: {committee}").format(committee=committee.name),
        text="" if every else _("Alt som er vedtatt før, er gjort."),
        sections=tuple(_section(context, task, writes=writes) for task in paging.page_of(shown)),
        buttons=paging.buttons(shown, Do.STATUS, {**at_hand.about(meeting), "page": arguments.get("page", "0")}),
        replace="page" in arguments,
    )


def _section(context: Context, task: Task, *, writes: bool) -> Section:
    section = views.task_line(context, task)
    if not writes or task.row.recommended:
        return section
    return section.model_copy(
        update={"buttons": (follow_up_button(FollowUpDo.DONE, _("Gjort"), task.row), *section.buttons)}
    )
