"""What somebody is to answer for a party."""

from collections.abc import Sequence

from handlers.capability import Owed
from handlers.decisions.chain.party_actions import Do, to_answer
from handlers.decisions.owed import by
from handlers.messages.message import Button
from handlers.people.context import Context
from handlers.writing.language import _
from handlers.writing.text import shorten
from storage import chain


async def owes(context: Context) -> Sequence[Owed]:
    """Two statements."""
    organisations = await chain.answers_for(context.session, context.actor.person_id, context.today)
    found = await chain.waiting_for(context.session, organisations) if organisations else ()
    return [
        Owed(
            _("Svar på tilrådingen: {text}").format(text=shorten(each.text, 100)),
            (
                to_answer(_("Svar på tilrådingen"), each),
                Button(label=_("Vis tilrådingene"), action=Do.MINE, arguments={}),
            ),
            by(each.due_on),
            whole_day=True,
        )
        for each in found
    ]
