"""The questions about their own cases that somebody has not answered, and what a secretariat has to decide on."""

from collections.abc import Sequence

from handlers.capability import Owed
from handlers.cases.actions import Do, button
from handlers.messages.message import Button
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage import cases

MOST = 100
"""More nobody reads."""


async def owes(context: Context) -> Sequence[Owed]:
    """Two statements at most."""
    found = [
        Owed(
            _("Svar sekretariatet om saken «{title}»").format(title=case.item.title),
            (button(Do.ANSWER, _("Svar"), case),),
            case.meeting.deadline_at if case.meeting is not None else None,
            zone=case.meeting.zone if case.meeting is not None else "",
        )
        for case in await cases.questioned(context.session, context.actor.person_id, MOST)
    ]
    own = [each for each in context.actor.roles if may_decide(context.actor, each)]
    count = await cases.count_undecided(context.session, own) if own else 0
    if count:
        text = ngettext("{count} sak venter på sekretariatet", "{count} saker venter på sekretariatet", count)
        found.append(Owed(text.format(count=count), (Button(label=_("Vis"), action=Do.QUEUE),)))
    return found
