"""`/mote finn [utvalg]`: a poll is begun. Without a committee, those that are open are shown, where there are any."""

from collections.abc import Mapping

from handlers.dialogs.dialog import Reply
from handlers.messages import paging
from handlers.messages.message import Button, Fact, Message, Section
from handlers.people.access import require_planner
from handlers.people.context import Context
from handlers.polls import at_hand, starting, views
from handlers.polls.actions import Do
from handlers.polls.at_hand import Poll
from handlers.writing.language import _
from handlers.writing.typed import typed
from storage import committees, polls
from storage.tables import PollStatus

WORDS = ("finn", "dato", "datovalg", "doodle")
"""What is typed after `/mote`."""


async def command(context: Context, text: str) -> Reply:
    """The form for the committee that is named; without one the list, or where there is nothing to list, the form."""
    if text.strip():
        return await _for(context, text.strip())
    plans = starting.own(context)
    if not plans or await _any_open(context, plans):
        return await listed(context, {})
    return await starting.start(context, {"committee": str(plans[0])} if len(plans) == 1 else {})


async def _for(context: Context, text: str) -> Reply:
    found = await committees.named(context.session, text, context.today)
    if found is None:
        return Message(
            title=_("Jeg finner ikke utvalget «{text}»").format(text=text),
            text=_("Skriv {command} med navnet på et utvalg, eller uten.").format(command=typed("mote finn")),
        )
    require_planner(context, found)
    return await starting.start(context, {"committee": str(found.id)})


async def _any_open(context: Context, committee_ids: list[int]) -> bool:
    if await polls.asked_in(context.session, context.actor.person_id, context.now, limit=1):
        return True
    found = await polls.of_committees(context.session, committee_ids, 0, 1)
    return any(each.row.status == PollStatus.OPEN for each in found)


async def listed(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The polls that somebody is asked in, and those of the committees that they plan. `page`: which page of these."""
    at = paging.offset(arguments)
    plans = starting.own(context)
    asked = await polls.asked_in(context.session, context.actor.person_id, context.now) if not at else ()
    found = await polls.of_committees(context.session, plans, at, paging.SIZE + 1) if plans else ()
    run = {each.row.id: each for each in paging.page_of(found)}
    reads = await at_hand.load_all(context, {**{each.poll.row.id: each.poll for each in asked}, **run})
    sections = (
        *(_asked(reads[each.poll.row.id], answered=each.answered) for each in asked if each.poll.row.id not in run),
        *(_run(context, reads[each]) for each in run),
    )
    begin = (Button(label=_("Finn en dato"), action=Do.BEGIN),) if plans else ()
    return Message(
        title=_("Datovalg"),
        text="" if sections else _("Det er ingen datovalg som venter på deg."),
        sections=sections,
        buttons=(*begin, *paging.buttons(found, Do.LIST, {"page": str(at // paging.SIZE)})),
        replace="page" in arguments,
    )


def _asked(read: Poll, *, answered: bool) -> Section:
    said = _("Du har svart.") if answered else _("Venter på svaret ditt.")
    return Section(
        title=views.title(read),
        text=said,
        facts=(Fact(label=_("Svar innen"), value=views.closes(read)),),
        buttons=(views.show(read),),
    )


def _run(context: Context, read: Poll) -> Section:
    facts = (
        (_("Status"), views.status(read, context.now)),
        (_("Svarfrist"), views.closes(read)),
        (_("Har svart"), views.progress(read)),
        (_("Gjelder"), read.row.about),
    )
    return Section(
        title=views.title(read, _("Møte i {committee}")),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        buttons=(views.show(read),),
    )
