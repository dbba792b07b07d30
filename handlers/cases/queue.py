"""What waits for a secretariat: a list to decide from, line by line, that stays where it is.

Each line says who, what type, which meeting and how old. A decision leaves the same page of the list, with what was
done on top of it and a way to undo that. Buttons that belong to the list carry `queue`, the page they stand on.
"""

from collections.abc import Awaitable, Callable, Mapping

from handlers.calendar import dates
from handlers.cases import views
from handlers.cases.actions import Do
from handlers.cases.views import accept_button, decisions
from handlers.dialogs.dialog import Reply
from handlers.errors import AlreadyDone, Gone
from handlers.messages import paging
from handlers.messages.arguments import id_in
from handlers.messages.message import Button, Message, Section
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage import cases, committees, people
from storage.cases import Case

IN_QUEUE = "queue"
"""The argument of a button, or a form, that is begun from the list: the page."""
_OPEN = "open"
"""The argument that says which case is shown with all that can be done with it."""


async def waiting(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The cases that wait for the actor's secretariats, oldest first."""
    shown = await page(context, arguments.get("page", "0"), open_item=id_in(arguments.get(_OPEN, "")))
    return shown.model_copy(update={"replace": "page" in arguments})


async def page(context: Context, number: str, *, top: Section | None = None, open_item: int | None = None) -> Message:
    """A page of the list (the last one, if there are not so many), with `top` above it: a fixed number of statements,
    however many cases wait. `open_item`: the case that is shown with everything."""
    own = [committee_id for committee_id in context.actor.roles if may_decide(context.actor, committee_id)]
    count = await cases.count_undecided(context.session, own) if own else 0
    above = (top,) if top is not None else ()
    if not count:
        return Message(title=_("Ingen saker venter på dere"), sections=above)
    at = min(paging.offset({"page": number}), (count - 1) // paging.SIZE * paging.SIZE)
    found = await cases.undecided(context.session, own, at, paging.SIZE)
    last = await cases.HISTORY.last_of(context.session, [case.item.id for case in found])
    coming = await committees.coming_meetings_of(
        context.session, {case.item.committee_id for case in found}, context.now
    )
    carried = {IN_QUEUE: str(at // paging.SIZE)}
    names: Mapping[int, str] = {}
    opened = next((case for case in found if case.item.id == open_item), None)
    if opened is not None:
        names = await people.names(context.session, opened.item.presenter_ids)

    def section(case: Case) -> Section:
        meetings = coming[case.item.committee_id]
        event, item = last[case.item.id].id, case.item
        line = _line(context, case, several=len(own) > 1)
        target = views.meeting_to_accept_into(case, meetings, context.now)
        if target is not None and target.id != item.meeting_id:
            day = dates.short_day(target.starts_at, target.zone)
            line += "\n" + _("Settes opp i møtet {day}.").format(day=day)
        if case is opened:
            fewer = Button(label=_("Vis mindre"), action=Do.QUEUE, arguments={"page": carried[IN_QUEUE]})
            return Section(
                title=item.title,
                text=line,
                facts=views.content(case, names),
                links=views.links(item.links),
                buttons=(*decisions(case, event, meetings, context.now, carried), fewer),
            )
        more = Button(
            label=_("Se mer og velg"), action=Do.QUEUE, arguments={"page": carried[IN_QUEUE], _OPEN: str(item.id)}
        )
        accept = accept_button(case, event, meetings, context.now, carried)
        return Section(title=item.title, text=line, buttons=(accept, more))

    title = ngettext("{count} sak venter på sekretariatet", "{count} saker venter på sekretariatet", count)
    return Message(
        title=title.format(count=count),
        text=paging.place(at, len(found), count),
        sections=(*above, *(section(case) for case in found)),
        buttons=paging.buttons_at(at, count, Do.QUEUE),
    )


def _line(context: Context, case: Case, *, several: bool) -> str:
    """«Eksempel Member · Drøfting · ønsket møte: 21. sep. 2026 · meldt for 3 dager siden · Venter på sekretariatet»."""
    item = case.item
    parts = (
        case.committee.name if several else "",
        views.proposer(case),
        views.type_names(item.types),
        _("ønsket møte: {meeting}").format(meeting=views.wanted_meeting(case, short=True)),
        _("meldt {when}").format(when=dates.since(item.created_at, context.now, case.committee.zone)),
        views.status(case) if item.status != "proposed" else "",
    )
    return " · ".join(part for part in parts if part)


async def answer(context: Context, arguments: Mapping[str, str], done: Message) -> Message:
    """What whoever took an event reads: `done`, or where it was taken from the list, the list with that on top."""
    if IN_QUEUE not in arguments:
        return done
    top = Section(title=done.title, text=done.text, facts=done.facts, buttons=done.buttons)
    return (await page(context, arguments[IN_QUEUE], top=top)).model_copy(update={"replace": True})


async def kept_up(
    context: Context, arguments: Mapping[str, str], act: Callable[[Context, Mapping[str, str]], Awaitable[Reply]]
) -> Reply:
    """Do `act`. If somebody was first, and it was done from the list, the list shows that and is brought up to date."""
    try:
        return await act(context, arguments)
    except (AlreadyDone, Gone) as error:
        if IN_QUEUE not in arguments:
            raise
        return await answer(context, arguments, Message(title=str(error)))
