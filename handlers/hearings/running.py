"""What the secretariat does with a round on its way: more time, answers laid with the case, the end of it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from handlers.calendar.zone import local_day
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Day, Dialog, Note, Raw, Reply, Step
from handlers.errors import AlreadyDone, BadInput
from handlers.hearings import announce, at_hand, moments, showing, views
from handlers.hearings.at_hand import Round
from handlers.hearings.starting import wrong_deadline
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage.hearings import HISTORY
from storage.tables import HearingStatus

_KEPT = ("hearing", "meeting", "item")


async def _what(context: Context, answers: Answers) -> str:
    read = await at_hand.to_run(context, answers.arguments, lock=False)
    return _("Høringen: {title}. Fristen er nå {day}.").format(title=read.row.title, day=views.deadline(read))


class Extend(Step):
    """En senere frist."""

    about = About(title=N_("Forleng fristen"), submit=N_("Lagre"))
    what: Annotated[None, Note("", text=_what)] = None
    until: Annotated[date, Day(N_("Ny frist"), help=N_("Til og med denne dagen."))]

    async def problems(self, context: Context, _answers: Answers) -> Mapping[str, str]:
        day = getattr(self, "until", None)
        wrong = wrong_deadline(day, context.today) if day is not None else ""
        return {"until": wrong} if wrong else {}


async def _extended(context: Context, answers: Answers) -> Message:
    read = await at_hand.to_change(context, answers.arguments)
    until = moments.end_of(answers[Extend].until)
    if until <= read.row.deadline_at:
        raise BadInput({"until": _("Fristen er {day}. Velg en senere dag.").format(day=views.deadline(read))})
    read.row.deadline_at = until
    read.row.clock_at = until
    read = await _note(context, read, "extended", answers.draft_id)
    await announce.extended(context, read)
    return await showing.whole(context, read, said=_("Fristen er {day}.").format(day=views.deadline(read)))


async def _note(context: Context, read: Round, kind: str, draft_id: str | None = None) -> Round:
    """Something has happened to the round: everybody sees it as it stands. The round as it is then."""
    read.row.revision += 1
    await context.session.flush()
    await HISTORY.add(context.session, read.row.id, kind, context.actor.person_id, context.now, draft_id=draft_id)
    await announce.stand(context, read)
    return read


async def _begin(context: Context, arguments: Mapping[str, str]) -> Raw:
    read = await at_hand.to_change(context, arguments)
    return {"until": str(local_day(read.row.deadline_at))}


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_change(context, arguments)


EXTEND = Dialog(name="horing.forleng", steps=(Extend,), finish=_extended, prefill=_begin, still=_still)


async def extend(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form for a later deadline."""
    return await conversation.start(context, EXTEND, {name: arguments[name] for name in _KEPT if name in arguments})


async def close(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Nobody answers any more."""
    read = await at_hand.to_change(context, arguments)
    read.row.status, read.row.closed_at, read.row.clock_at = HearingStatus.CLOSED, context.now, None
    read = await _note(context, read, "closed")
    return await showing.whole(context, read, said=_("Høringen er avsluttet."))


async def withdraw(context: Context, arguments: Mapping[str, str]) -> Reply:
    """It is not asked any more, and nobody is to answer."""
    read = await at_hand.to_change(context, arguments)
    read.row.status, read.row.closed_at, read.row.clock_at = HearingStatus.WITHDRAWN, context.now, None
    read = await _note(context, read, "withdrawn")
    await announce.withdrawn(context, read)
    return await showing.whole(context, read, said=_("Høringen er trukket."))


async def attach(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The answers lie with their case from now on: the committee reads them on the page of the meeting."""
    read = await at_hand.to_run(context, arguments)
    if read.item is None or not read.answered or read.status is HearingStatus.WITHDRAWN:
        raise AlreadyDone(_("Det er ingen svar å legge ved noen sak."))
    if await showing.is_attached(context, read):
        raise AlreadyDone(_("Svarene ligger allerede ved saken."))
    read = await _note(context, read, showing.ATTACHED)
    said = _("Svarene ligger ved saken. Medlemmene finner dem på møtets side når saken står på sakslisten.")
    return await showing.whole(context, read, said=said)
