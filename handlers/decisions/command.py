"""`/vedtak`: the register, by whose, by committee, by number and by text."""

from handlers.capability import Find
from handlers.decisions import access, register
from handlers.decisions.actions import case_button
from handlers.decisions.case_page import CasePage
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Message, Section
from handlers.people.access import may_read_agenda
from handlers.people.context import Context
from handlers.writing.language import _
from storage import committees, decisions
from storage.decisions import ItemOf
from storage.tables import Committee

MINE, OVERDUE = ("mine", "min", "mitt", "mi"), ("forfalt", "forfalte", "forfallen", "forfalne")
LACKING = ("mangler", "manglar")
DISAGREED = ("uenighet", "uenigheter", "uenighetene", "usemje", "usemjer", "usemjene")
YEAR = ("år", "ar", "året", "årets", "årsliste", "arsliste")
_MOST = 8


async def command(page: CasePage, of_year: Find, disagreed: Find, context: Context, text: str) -> Reply:
    """`page`: what is shown of a case. `of_year`: what is shown of a year of a committee's decisions. `disagreed`: what
    is shown of those that ended in disagreement."""
    wanted = " ".join(text.split())
    word, _space, rest = wanted.partition(" ")
    if word.casefold() in YEAR:
        return await of_year(context, rest)
    if wanted.casefold() in DISAGREED:
        return await disagreed(context, "")
    if not wanted:
        return await register.listed(context, {})
    if wanted.casefold() in MINE:
        return await register.mine(context, {})
    if wanted.casefold() in OVERDUE:
        return await register.overdue(context, {})
    if wanted.casefold() in LACKING:
        return await register.lacking(context, {})
    committee = await _committee(context, wanted)
    if committee is not None:
        return await register.listed(context, {"committee": str(committee.id)})
    late = [each for each in wanted.split() if each.casefold() in OVERDUE]
    committee = await _committee(context, " ".join(each for each in wanted.split() if each not in late))
    if late and committee is not None:
        return await register.overdue(context, {"committee": str(committee.id)})
    numbered = await _numbered(context, page, wanted)
    return numbered if numbered is not None else await register.with_text(context, wanted)


async def _committee(context: Context, name: str) -> Committee | None:
    """The committee that is called so, or was once, if the actor may read what it decides."""
    found = await committees.named(context.session, name, context.today)
    found = found or await committees.named(context.session, name, None)
    return found if found is not None and may_read_agenda(context.actor, found) else None


async def _numbered(context: Context, page: CasePage, text: str) -> Reply:
    """The case with this number; several, to choose. None: it is no number of a case that the actor may see."""
    found = [
        each
        for each in await decisions.items(context.session, await register.numbered(context, text))
        if _may(context, each)
    ]
    if not found:
        return None
    if len(found) == 1:
        return await page.show(context, {"item": str(found[0].item.id)})
    return Message(
        title=_("Flere saker har nummeret {number}").format(number=text),
        sections=tuple(
            Section(title=each.item.title, text=each.committee.name, buttons=(case_button(each.item.id),))
            for each in found[:_MOST]
        ),
    )


def _may(context: Context, found: ItemOf) -> bool:
    return access.may_read_case(context.actor, found)
