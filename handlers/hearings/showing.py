"""One round of written comments, as whoever opens it may see it."""

from collections.abc import Mapping

from handlers.dialogs.dialog import Reply
from handlers.errors import Gone
from handlers.hearings import announce, at_hand, views
from handlers.hearings.actions import Do, button
from handlers.hearings.at_hand import Round
from handlers.messages import paging
from handlers.messages.arguments import id_of
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.language import _
from storage import deliveries
from storage.hearings import HISTORY

ATTACHED = "attached"
"""The event that the answers were laid with their case."""


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """For the secretariat all of it; for whoever is asked what is asked, and their own answer."""
    read = await at_hand.to_read(context, arguments)
    at = paging.offset(arguments)
    if at_hand.may_run(context.actor, read):
        shown = await whole(context, read, at=at)
        return shown.model_copy(update={"replace": "page" in arguments})
    own = read.of(context.actor.person_id)
    if own is None:
        raise Gone(_("Høringen finnes ikke lenger."))
    return views.to_recipient(read, own, late=context.now > read.row.deadline_at)


async def whole(context: Context, read: Round, *, said: str = "", at: int = 0) -> Message:
    """For the secretariat. `said`: what was just done. `at`: so many recipients come before those shown."""
    own = read.of(context.actor.person_id)
    late = context.now > read.row.deadline_at
    shown = views.to_secretariat(
        read,
        attached=await is_attached(context, read),
        missing=await deliveries.not_delivered(context.session, announce.subject(read)),
        case=at_hand.case_called(context.actor, read.item) if read.item is not None else "",
        at=at,
        own=views.answer_buttons(read, own, late=late) if own is not None else (),
    )
    return shown.model_copy(update={"text": "\n\n".join((said, shown.text)), "replace": True}) if said else shown


async def is_attached(context: Context, read: Round) -> bool:
    return await HISTORY.last(context.session, read.row.id, ATTACHED) is not None


async def answer(context: Context, arguments: Mapping[str, str]) -> Reply:
    """One answer in full, for the secretariat."""
    read = await at_hand.to_run(context, arguments, lock=False)
    wanted = id_of(arguments, "recipient")
    found = next((each for each in read.recipients if each.row.id == wanted), None)
    if found is None or not found.has_answered:
        raise Gone(_("Svaret finnes ikke lenger."))
    return Message(
        title=views.called(found),
        text=views.own_answer(read, found),
        buttons=(button(Do.SHOW, _("Hele høringen"), read.row, read.carried),),
        small=views.how_answered(read, found),
        replace=True,
    )
