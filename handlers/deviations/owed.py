"""The deviations that somebody's unit is to answer, or they themselves, by when."""

from collections.abc import Sequence

from handlers.capability import Owed
from handlers.deviations import describe
from handlers.deviations.access import own_posts
from handlers.deviations.actions import Do
from handlers.messages.message import Button
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage import deviations
from storage.deviations import Owing, ToDo

_MOST = 100
"""More nobody reads."""
_WORDS = {
    ToDo.ANSWER: N_("Svar på {title}"),
    ToDo.COMPLETE: N_("Se over og send {title}"),
    ToDo.REPLY: N_("Svar enheten om {title}"),
}


async def owes(context: Context) -> Sequence[Owed]:
    """Two statements."""
    posts = await own_posts(context)
    found = await deviations.owed(
        context.session,
        context.actor.person_id,
        posts.handles,
        posts.leads,
        posts.leads_units,
        context.today,
        _MOST,
    )
    return [_owed(owing) for owing in found]


def _owed(owing: Owing) -> Owed:
    title = describe.titled(owing.reference, owing.consequence, owing.categories, owing.organisation)
    show = Button(label=_("Vis"), action=Do.SHOW, arguments={"deviation": str(owing.id)})
    return Owed(
        _(_WORDS[owing.to_do]).format(title=title), (show,), owing.due_at if owing.to_do is ToDo.ANSWER else None
    )
