"""The evaluation of a meeting, as whoever opens it may see it; and its way to the next meeting."""

from collections.abc import Mapping, Sequence

from handlers.calendar import dates
from handlers.dialogs.dialog import Reply
from handlers.errors import AlreadyDone, NotAllowed
from handlers.meetings.agenda import adding, changing
from handlers.meetings.at_hand import about
from handlers.meetings.evaluation import views
from handlers.meetings.evaluation.at_hand import SHARED, Read, find, is_shared, may_run, to_share, what_it_came_to
from handlers.meetings.evaluation.summary import Summed
from handlers.people.context import Context
from handlers.writing.language import DEFAULT, _, speaking
from storage import agenda
from storage.tables import Meeting, SlotKind


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
    """What it came to stands on the page of the committee's next meeting from now on, and on its agenda."""
    read = await to_share(context, arguments)
    summed = await what_it_came_to(context, read)
    if summed is None:
        raise AlreadyDone(views.too_few(read))
    if await is_shared(context, read.meeting.id):
        raise AlreadyDone(_("Oppsummeringen står allerede på siden til neste møte."))
    await agenda.HISTORY.add(context.session, read.meeting.id, SHARED, context.actor.person_id, context.now)
    shown = views.to_secretariat(read, summed, shared=True)
    following = await agenda.next_meeting(context.session, read.meeting, context.now)
    if following is not None:
        await _on_the_agenda(context, read, summed, following)
        day = dates.short_day(following.starts_at, following.zone)
        said = _("Den er satt på sakslisten for møtet {day}.").format(day=day)
        shown = shown.model_copy(update={"text": f"{shown.text} {said}"})
    return shown.model_copy(update={"replace": True})


async def _on_the_agenda(context: Context, read: Read, summed: Sequence[Summed], following: Meeting) -> None:
    """A line of the next meeting's agenda, with what it came to below it in the convocation."""
    held = await changing.hold(context, about(following))
    # The agenda is everybody's, whatever language its secretary reads.
    with speaking(context.actor.language if context.actor.language != "en" else DEFAULT):
        day = dates.short_day(read.meeting.starts_at, read.meeting.zone)
        title, text = _("Evaluering av møtet {day}").format(day=day), views.in_short(summed)
    after = adding.after_the_cases(held)
    await adding.add(context, held, SlotKind.OTHER, title, after=after, text=text, presenters_text="")
