"""`/kjede`: decisions that something went out from and that are not done, of the committees whose decisions one may
read."""

from collections.abc import Collection, Mapping

from handlers.decisions import access
from handlers.decisions.chain import at_hand, steps, views
from handlers.decisions.chain.actions import Do
from handlers.dialogs.dialog import Reply
from handlers.messages import paging
from handlers.messages.message import Message, Section
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from handlers.writing.text import clean
from storage import chain, committees


async def command(context: Context, text: str) -> Reply:
    """`/kjede [utvalg]`."""
    text = clean(text)
    readable = access.committees_read_by(context.actor)
    if not text:
        return await _list(context, readable, {})
    committee = await committees.named(context.session, text, context.today)
    if committee is None:
        return Message(
            title=_("Jeg kjenner ikke noe utvalg som heter «{name}».").format(name=text[:100]),
            text=_("Skriv navnet på et utvalg, eller ingenting for å se alle."),
        )
    if committee.id not in readable:
        return Message(
            title=_("Bare de som kan lese vedtakene til {committee}, kan se dette.").format(committee=committee.name)
        )
    return await _list(context, [committee.id], {"committee": str(committee.id)})


async def listed(context: Context, arguments: Mapping[str, str]) -> Reply:
    """A page of the list. `committee`: of this one."""
    readable = access.committees_read_by(context.actor)
    if "committee" in arguments:
        readable = [each for each in readable if str(each) == arguments["committee"]]
    shown = await _list(context, readable, arguments)
    return shown.model_copy(update={"replace": "page" in arguments})


async def _list(context: Context, committee_ids: Collection[int], arguments: Mapping[str, str]) -> Message:
    ids = await chain.open_entries(context.session, committee_ids)
    if not ids:
        return Message(
            title=_("Ingen vedtak er på vei"),
            text=_("Her står vedtak som er sendt til et annet utvalg eller til parter, og som ikke er gjort ferdig."),
        )
    at = min(paging.offset(arguments), (len(ids) - 1) // paging.SIZE * paging.SIZE)
    on_page = ids[at : at + paging.SIZE]
    every = {each.at.entry.id: each for each in await steps.read(context.session, on_page, context.now)}
    sections = tuple(
        Section(
            title=views.case_name(decided.at, sees=access.sees(context.actor, decided.at)),
            text=views.summary(decided),
            buttons=(views.show_button(decided.at),),
        )
        for decided in (every[each] for each in on_page)
    )
    title = ngettext("{count} vedtak er på vei", "{count} vedtak er på vei", len(ids)).format(count=len(ids))
    kept = {name: value for name, value in arguments.items() if name == "committee"}
    left = [None] * max(0, len(ids) - at)
    return Message(
        title=title,
        text=paging.place(at, len(on_page), len(ids)),
        sections=sections,
        buttons=paging.buttons(left, Do.LIST, {**kept, "page": str(at // paging.SIZE)}),
    )


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The picture of one decision."""
    return await at_hand.shown(context, await at_hand.to_read(context, arguments))
