"""What waits for somebody in the register: what they have to do, and for a secretariat, what nobody has got to do."""

from collections.abc import Sequence

from handlers.capability import Waiting
from handlers.decisions import register
from handlers.decisions.actions import Do
from handlers.meetings.minutes.verbs import NEEDING_NOTHING
from handlers.messages.message import Button
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage import decisions, follow_ups


async def queues(context: Context) -> Sequence[Waiting]:
    """What nobody has got to do, for the secretariat: one statement at most."""
    own = [each for each in context.actor.roles if may_decide(context.actor, each)]
    lacking = (await decisions.lacking(context.session, own, NEEDING_NOTHING)).total if own else 0
    if not lacking:
        return ()
    text = ngettext("{count} vedtak mangler eier eller frist", "{count} vedtak mangler eier eller frist", lacking)
    return (Waiting(text.format(count=lacking), Button(label=_("Vis"), action=Do.LACKING)),)


async def home(context: Context) -> Sequence[Waiting]:
    """Four statements at most."""
    new, overdue = await follow_ups.count_waiting(context.session, await register.served(context), context.today)
    found = []
    if overdue:
        text = ngettext("{count} oppfølging er forfalt", "{count} oppfølginger er forfalt", overdue)
        found.append(Waiting(text.format(count=overdue), Button(label=_("Vis"), action=Do.MINE)))
    if new:
        text = ngettext("{count} oppfølging er ikke bekreftet", "{count} oppfølginger er ikke bekreftet", new)
        found.append(Waiting(text.format(count=new), Button(label=_("Vis"), action=Do.MINE)))
    return [*found, *await queues(context)]
