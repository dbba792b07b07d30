"""The evaluation of a meeting, as whoever opens it may see it; and its way to the next meeting."""

from collections.abc import Mapping

from handlers.dialogs.dialog import Reply
from handlers.errors import AlreadyDone, NotAllowed
from handlers.meetings.evaluation import views
from handlers.meetings.evaluation.at_hand import SHARED, find, is_shared, may_run, to_share, what_it_came_to
from handlers.people.context import Context
from handlers.writing.language import _
from storage import agenda


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """For the secretariat how far it has come and what it came to; for whoever was there, the way to the form."""
    read = await find(context, arguments)
    own = read.of(context.actor.person_id)
    if may_run(context.actor, read):
        summed = await what_it_came_to(context, read)
        shown = views.to_secretariat(read, summed, shared=await is_shared(context, read.meeting.id))
        if own is not None and not own.answered and read.is_open(context.now):
            shown = shown.model_copy(update={"buttons": (*views.to_answer(read).buttons, *shown.buttons)})
        return shown
    if own is None:
        raise NotAllowed(_("Bare de som var på møtet, evaluerer det."))
    if own.answered:
        return views.has_answered(read)
    return views.to_answer(read) if read.is_open(context.now) else views.over(read)


async def share(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What it came to stands on the page of the committee's next meeting from now on."""
    read = await to_share(context, arguments)
    summed = await what_it_came_to(context, read)
    if summed is None:
        raise AlreadyDone(views.too_few(read))
    if await is_shared(context, read.meeting.id):
        raise AlreadyDone(_("Oppsummeringen står allerede på siden til neste møte."))
    await agenda.HISTORY.add(context.session, read.meeting.id, SHARED, context.actor.person_id, context.now)
    return views.to_secretariat(read, summed, shared=True).model_copy(update={"replace": True})
