"""The cases that wait for somebody: for their secretariat, or for them themselves to answer."""

from collections.abc import Sequence

from handlers.capability import Waiting
from handlers.cases.actions import Do
from handlers.messages.message import Button
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage import cases


async def home(context: Context) -> Sequence[Waiting]:
    found = []
    own = [committee_id for committee_id in context.actor.roles if may_decide(context.actor, committee_id)]
    count = await cases.count_undecided(context.session, own) if own else 0
    if count:
        text = ngettext("{count} sak venter på sekretariatet", "{count} saker venter på sekretariatet", count)
        found.append(Waiting(text.format(count=count), Button(label=_("Vis"), action=Do.QUEUE)))
    count = await cases.count_questioned(context.session, context.actor.person_id)
    if count:
        text = ngettext("{count} sak venter på svar fra deg", "{count} saker venter på svar fra deg", count)
        found.append(Waiting(text.format(count=count), Button(label=_("Vis"), action=Do.MINE)))
    return found
