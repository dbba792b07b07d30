"""The agenda on a meeting's page, and a page at a time."""

from collections.abc import Mapping, Sequence

from handlers.dialogs.dialog import Reply
from handlers.meetings import at_hand
from handlers.meetings.agenda import lines, ordering, shown
from handlers.meetings.agenda.actions import PAGE, Do
from handlers.meetings.agenda.lines import AgendaOf
from handlers.meetings.part import Part
from handlers.messages.arguments import id_in
from handlers.messages.message import Button, Fact, Message, Order, Section
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import _


async def part(context: Context, read: AgendaOf) -> Part:
    works = may_decide(context.actor, read.committee.id) and ordering.why_not(read, context.now) is None
    work = Button(label=_("Arbeid med sakslisten"), action=Do.WORK, arguments=at_hand.about(read.meeting))
    return Part(
        facts=(*shown.total(read), *_draft(read)),
        sections=(_section(read, 0, ordering.order(read) if works else None),),
        buttons=(work,) if works else (),
    )


async def listed(context: Context, arguments: Mapping[str, str]) -> Reply:
    """A further page of the agenda, for whoever may read it."""
    found = await at_hand.to_read(context, arguments)
    read = await lines.read(context.session, *found)
    if not await at_hand.stands_in(context, found):
        read = read.seen_by(context.actor)
    page = id_in(arguments.get(PAGE, "0")) or 0
    return Message(title=shown.title(read), sections=(_section(read, page),), replace=PAGE in arguments)


def _draft(read: AgendaOf) -> tuple[Fact, ...]:
    if not read.is_draft:
        return ()
    return (Fact(label=_("Kladd"), value=_("Sekretariatet arbeider med sakslisten, så den kan bli endret.")),)


def _section(read: AgendaOf, page: int, order: Order | None = None) -> Section:
    pages = shown.pages(read)
    page = min(page, len(pages) - 1)
    text = pages[page] or _("Ingen saker på sakslisten ennå.")
    if len(pages) > 1:
        text += "\n" + _("Del {page} av {pages} av sakslisten.").format(page=page + 1, pages=len(pages))
    return Section(title=_("Saksliste"), text=text, buttons=_steps(read, page, pages), order=order)


def _steps(read: AgendaOf, page: int, pages: Sequence[str]) -> tuple[Button, ...]:
    steps = [(_("Forrige del av sakslisten"), page - 1)] if page else []
    steps += [(_("Neste del av sakslisten"), page + 1)] if page + 1 < len(pages) else []
    return tuple(
        Button(label=label, action=Do.LIST, arguments=at_hand.about(read.meeting, **{PAGE: to})) for label, to in steps
    )
