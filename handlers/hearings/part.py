"""Rounds of written comments on the page of a meeting, and on that of a case."""

from collections.abc import Collection

from handlers.decisions.case_read import CaseRead
from handlers.hearings import showing
from handlers.hearings.actions import Do, button
from handlers.hearings.at_hand import load as read_round
from handlers.hearings.at_hand import may_read_answers, may_run
from handlers.hearings.views import deadline, document, progress, status, title
from handlers.meetings.agenda.lines import AgendaOf
from handlers.meetings.part import NOTHING, Part
from handlers.messages.message import Arguments, Button, Section
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import _
from storage import hearings


async def of_meeting(context: Context, read: AgendaOf) -> Part:
    """The rounds about cases on the agenda; and for the secretariat, before the meeting, a way to start one."""
    if not context.actor.roles.get(read.committee.id):
        return NOTHING
    items = [line.case.item.id for line in read.lines if line.case is not None]
    carried = {"meeting": str(read.meeting.id)}
    may_start = (
        may_decide(context.actor, read.committee.id)
        and items
        and read.meeting.cancelled_at is None
        and read.meeting.starts_at > context.now
    )
    return Part(
        sections=await _sections(context, items, carried),
        buttons=(_start(carried),) if may_start else (),
    )


async def of_case(context: Context, case: CaseRead) -> Part:
    """The rounds about the case; and for the secretariat a way to start one."""
    if not case.sees:
        return NOTHING
    carried = {"item": str(case.item.id)}
    return Part(
        sections=await _sections(context, [case.item.id], carried),
        buttons=(_start(carried),) if may_decide(context.actor, case.committee.id) else (),
    )


def _start(carried: Arguments) -> Button:
    return Button(label=_("Start en høring"), action=Do.BEGIN, arguments=carried)


async def _sections(context: Context, items: Collection[int], carried: Arguments) -> tuple[Section, ...]:
    """Each round that the actor may know of: the secretariat all, others those whose answers lie with their case."""
    found = []
    for each in await hearings.of_items(context.session, items):
        read = await read_round(context, each.hearing, carried)
        runs = may_run(context.actor, read)
        attached = await showing.is_attached(context, read)
        if not may_read_answers(context.actor, read, attached=attached):
            continue
        lines = (
            _("{status}, frist {day}").format(status=status(read), day=deadline(read)),
            progress(each.asked, each.answered),
        )
        found.append(
            Section(
                title=title(read),
                text="\n".join(lines),
                files=(document(read),) if read.answered else (),
                buttons=(button(Do.SHOW, _("Se høringen"), read.row, carried),) if runs else (),
            )
        )
    return tuple(found)
