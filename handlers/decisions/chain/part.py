"""What a case's page in the register says of its way down and out, and where it came from."""

from handlers.decisions import access
from handlers.decisions.case_read import CaseRead
from handlers.decisions.chain import steps, views
from handlers.decisions.chain.actions import Do, button
from handlers.meetings.part import NOTHING, Part
from handlers.messages.message import Section
from handlers.people.access import may_decide, may_read_agenda
from handlers.people.context import Context
from handlers.writing.language import _
from storage import chain


async def part(context: Context, case: CaseRead) -> Part:
    """A fixed number of statements."""
    session, actor = context.session, context.actor
    above = (await chain.above_items(session, [case.item.id])).get(case.item.id, [])
    own = [each.at.entry.id for each in case.decided]
    from_above = [each.entry_id for each in above]
    read = {
        each.at.entry.id: each for each in await steps.read(session, [*dict.fromkeys((*from_above, *own))], context.now)
    }
    sections = []
    for entry_id in from_above:
        decided = read.get(entry_id)
        if decided is not None and decided.at.is_in_force and may_read_agenda(actor, decided.at.committee):
            sections.append(
                Section(
                    title=_("Kommer fra et annet utvalg"),
                    # Either may be closed without the other being so.
                    text=views.case_name(decided.at, sees=case.sees and access.sees(actor, decided.at)),
                    buttons=(views.show_button(decided.at),),
                )
            )
    for entry_id in dict.fromkeys(own):
        decided = read[entry_id]
        if not may_read_agenda(actor, decided.at.committee):
            continue
        went_out = any(leg.task.row.recommended or leg.case is not None or leg.has_stopped for leg in decided.legs)
        if went_out:
            sections.append(
                Section(title=_("På vei videre"), text=views.summary(decided), buttons=(views.show_button(decided.at),))
            )
        elif may_decide(actor, decided.at.committee.id) and decided.at.minutes.paper_id is None:
            label = _("Send som tilråding til parter")
            sections.append(Section(buttons=(button(Do.SEND, label, decided.at),)))
    return Part(sections=tuple(sections)) if sections else NOTHING
