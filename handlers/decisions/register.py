"""The lists of the register: what a committee has decided, what is mine to do, what is overdue."""

from collections.abc import Mapping, Sequence

from handlers.cases.referring import led
from handlers.decisions import access, views
from handlers.decisions.actions import Do, button
from handlers.dialogs.dialog import Reply
from handlers.meetings.follow_up_actions import Do as FollowUpDo
from handlers.meetings.follow_up_actions import button as follow_up_button
from handlers.meetings.minutes.verbs import NEEDING_NOTHING
from handlers.messages import paging
from handlers.messages.arguments import id_in
from handlers.messages.message import Button, Message, Section
from handlers.people.access import LISTENERS, may_decide
from handlers.people.context import Context
from handlers.understanding.meaning import only_asks_for
from handlers.writing.language import _
from handlers.writing.typed import typed
from storage import chain, decisions, follow_ups
from storage.decisions import Decision
from storage.follow_ups import Served, Task


async def listed(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What the actor's committees have decided, newest first; of the one called `committee` alone."""
    readable = access.committees_read_by(context.actor)
    one = id_in(arguments.get("committee", ""))
    own = [each for each in readable if each in context.actor.roles] or readable
    ids = [each for each in readable if each == one] if "committee" in arguments else own
    found = await decisions.of_committees(context.session, ids, paging.offset(arguments), paging.SIZE + 1)
    name = next((each.name for each in context.actor.committees if each.id == one), "")
    title = _("Vedtak i {committee}").format(committee=name) if name else _("Vedtak i utvalgene dine")
    carried = {"committee": arguments["committee"]} if "committee" in arguments else {}
    if not found:
        text = _("Det er ingen vedtak her ennå. De kommer hit når et referat er publisert.")
        return Message(title=title, text=text, buttons=_others(Do.LIST), replace="page" in arguments)
    return Message(
        title=title,
        sections=tuple(views.line(context, each) for each in paging.page_of(found)),
        buttons=(*_pages(found, Do.LIST, arguments, carried), *_others(Do.LIST)),
        replace="page" in arguments,
    )


async def mine(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What the actor is to see to and has not done: theirs, and their committees' where they answer for these."""
    found = await follow_ups.seen_to(context.session, await served(context), paging.offset(arguments), paging.SIZE + 1)
    title = _("Oppfølginger du har ansvar for")
    if not found:
        text = _("Du har ingen åpne oppfølginger.")
        return Message(title=title, text=text, buttons=_others(Do.MINE), replace="page" in arguments)
    return Message(
        title=title,
        sections=tuple(views.task_line(context, each) for each in paging.page_of(found)),
        buttons=(*_pages(found, Do.MINE, arguments), *_others(Do.MINE)),
        replace="page" in arguments,
    )


async def overdue(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What should have been done: decided by the actor's committees, or theirs to see to; of the one called
    `committee` alone, what that has decided."""
    readable = access.committees_read_by(context.actor)
    one = id_in(arguments.get("committee", ""))
    asked = [one] if "committee" in arguments else list(context.actor.roles)
    committees = [each for each in readable if each in asked]
    found = await follow_ups.overdue(
        context.session,
        committees,
        None if "committee" in arguments else await served(context),
        _members_of(context),
        context.today,
        offset=paging.offset(arguments),
        limit=paging.SIZE + 1,
    )
    name = next((each.name for each in context.actor.committees if each.id in committees and each.id == one), "")
    title = _("Forfalte oppfølginger i {committee}").format(committee=name) if name else _("Forfalte oppfølginger")
    carried = {"committee": arguments["committee"]} if "committee" in arguments else {}
    if not found:
        text = _("Ingenting er forfalt.")
        return Message(title=title, text=text, buttons=_others(Do.OVERDUE), replace="page" in arguments)
    return Message(
        title=title,
        sections=tuple(views.task_line(context, each) for each in paging.page_of(found)),
        buttons=(*_pages(found, Do.OVERDUE, arguments, carried), *_others(Do.OVERDUE)),
        replace="page" in arguments,
    )


async def served(context: Context) -> Served:
    organisations = await chain.answers_for(context.session, context.actor.person_id, context.today)
    return access.served_by(context.actor, organisations)


def _members_of(context: Context) -> Sequence[int]:
    """The committees whose closed cases the actor may see."""
    return [each for each, held in context.actor.roles.items() if held.difference(LISTENERS)]


async def lacking(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What the actor's secretariat is to settle: what has no owner or no date. Five statements, however much it is."""
    own = [each for each in context.actor.roles if may_decide(context.actor, each)]
    if not own:
        return Message(
            title=_("Mangler eier eller frist"),
            text=_("Dette er en liste for sekretariatet i et utvalg, og du er ikke med i noe sekretariat."),
            buttons=_others(),
            replace="page" in arguments,
        )
    found = await decisions.lacking(context.session, own, NEEDING_NOTHING)
    title, at = _("Mangler eier eller frist"), min(paging.offset(arguments), max(0, found.total - 1))
    at -= at % paging.SIZE
    if not found.total:
        text = _("Alle vedtak har eier og frist, eller krever ingen oppfølging.")
        return Message(title=title, text=text, buttons=_others(), replace="page" in arguments)
    both = [*(("decision", each) for each in found.decisions), *(("task", each) for each in found.tasks)]
    page = both[at : at + paging.SIZE]
    shown = await decisions.with_ids(context.session, [each for kind, each in page if kind == "decision"])
    tasks = await follow_ups.tasks(context.session, [each for kind, each in page if kind == "task"])
    return Message(
        title=title,
        text=paging.place(at, len(page), found.total),
        sections=(
            *(_to_settle(context, each) for each in shown),
            *(_to_complete(context, each) for each in tasks),
        ),
        buttons=(*paging.buttons_at(at, found.total, Do.LACKING), *_others()),
        replace="page" in arguments,
    )


def _to_settle(context: Context, decision: Decision) -> Section:
    """A decision from which nothing follows, with what settles it."""
    section = views.line(context, decision)
    buttons = (
        button(Do.ADD, _("Legg til eier og frist"), decision, style="primary"),
        button(Do.SETTLE, _("Krever ingen oppfølging"), decision),
    )
    return section.model_copy(update={"buttons": (*buttons, *section.buttons)})


def _to_complete(context: Context, task: Task) -> Section:
    """Something that is to be done and has no owner or no date: once, whichever of the decisions it follows from."""
    section = views.task_line(context, task)
    change = follow_up_button(FollowUpDo.CHANGE, _("Velg eier og frist"), task.row, style="primary")
    return section.model_copy(update={"buttons": (change, *section.buttons)})


async def numbered(context: Context, text: str) -> Sequence[int]:
    """The cases with the number that `text` is, whoever may see them: ids; none: it is more than a number."""
    referred = await led(context, text, alone=True, sees=None)
    if not all(only_asks_for(text, text[each.reference.start : each.reference.end]) for each in referred):
        return []
    return [record.item_id for each in referred for record in each.records if record.item_id is not None]


async def found(context: Context, text: str, limit: int) -> Sequence[Decision]:
    """Decisions that the actor may read: in the case with that number, with the text in them, or the newest ones."""
    readable = access.committees_read_by(context.actor)
    if not text:
        return await decisions.of_committees(context.session, readable, 0, limit)
    items = await numbered(context, text)
    if items:
        made = await decisions.of_items(context.session, items)
        mine = [each for each in made if access.may_read(context.actor, each) and access.sees(context.actor, each.at)]
        if mine:
            return mine[:limit]
    closed_to = [each for each in readable if each not in _members_of(context)]
    return await decisions.with_text(context.session, text, readable, closed_to, 0, limit)


async def with_text(context: Context, text: str) -> Reply:
    """Decisions with the text in their wording, their case or what is to be done."""
    hits = await found(context, text, paging.SIZE + 1)
    if not hits:
        return Message(
            title=_("Jeg finner ingen vedtak med «{text}»").format(text=text),
            text=_("Skriv {all} for vedtakene i utvalgene dine, eller {mine} for det du skal følge opp.").format(
                all=typed("vedtak"), mine=typed("vedtak mine")
            ),
        )
    more = ""
    if len(hits) > paging.SIZE:
        more = _("Dette er de {count} nyeste. Skriv flere ord for å finne andre.").format(count=paging.SIZE)
    return Message(
        title=_("Vedtak med «{text}»").format(text=text),
        text=more,
        sections=tuple(views.line(context, each) for each in paging.page_of(hits)),
        buttons=_others(),
    )


def _pages(
    found: Sequence[object], do: Do, arguments: Mapping[str, str], carried: Mapping[str, str] | None = None
) -> tuple[Button, ...]:
    return paging.buttons(found, do, {**(carried or {}), "page": arguments.get("page", "0")})


def _others(shown: Do | None = None) -> tuple[Button, ...]:
    """To the other lists."""
    lists = ((Do.MINE, _("Mine oppfølginger")), (Do.LIST, _("Vedtak i utvalgene mine")), (Do.OVERDUE, _("Forfalte")))
    return tuple(Button(label=label, action=do) for do, label in lists if do is not shown)
