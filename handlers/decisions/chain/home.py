"""What of decisions on their way waits for a person: what they are to answer for a party."""

from collections.abc import Sequence

from handlers.capability import Waiting
from handlers.decisions.chain.party_actions import Do
from handlers.messages.message import Button
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage import chain


async def home(context: Context) -> Sequence[Waiting]:
    organisations = await chain.answers_for(context.session, context.actor.person_id, context.today)
    count = len(await chain.waiting_for(context.session, organisations)) if organisations else 0
    if not count:
        return ()
    text = ngettext("{count} tilråding venter på svar fra deg", "{count} tilrådinger venter på svar fra deg", count)
    button = Button(label=_("Vis tilrådingene"), action=Do.MINE, arguments={})
    return (Waiting(text.format(count=count), button),)
