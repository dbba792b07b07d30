"""`/horing`: the rounds that somebody is asked in, and for a secretariat those of its committees."""

from collections.abc import Mapping

from handlers.calendar import dates
from handlers.calendar.zone import LOCAL_ZONE
from handlers.dialogs.dialog import Reply
from handlers.hearings import starting
from handlers.hearings.actions import Do, about
from handlers.hearings.views import progress
from handlers.messages import paging
from handlers.messages.message import Button, Fact, Message, Section
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage import hearings
from storage.hearings import Asked, Counted
from storage.tables import HearingStatus

NEW = "ny"
_STATUS: Mapping[HearingStatus, str] = {
    HearingStatus.OPEN: N_("Åpen for svar"),
    HearingStatus.CLOSED: N_("Avsluttet"),
    HearingStatus.WITHDRAWN: N_("Trukket"),
}


async def command(context: Context, text: str) -> Reply:
    """`/horing`, or `/horing ny [tittel]`, which opens the form."""
    word, _space, rest = text.strip().partition(" ")
    if word.casefold() in (NEW, "nytt", "start"):
        return await starting.begin(context, rest.strip())
    return await listed(context, {})


async def listed(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The list. `page`: which page of a secretariat's rounds."""
    at = paging.offset(arguments)
    asked = await hearings.asked(context.session, context.actor.person_id, waiting=False) if not at else ()
    own = [each for each in context.actor.roles if may_decide(context.actor, each)]
    found = await hearings.of_committees(context.session, own, at, paging.SIZE + 1) if own else ()
    in_list = {each.hearing.row.id for each in found}
    sections = (
        *(_asked(each) for each in asked if each.hearing.row.id not in in_list),
        *(_counted(each) for each in paging.page_of(found)),
    )
    begin = (Button(label=_("Start en høring"), action=Do.BEGIN),) if own else ()
    return Message(
        title=_("Høringer"),
        text="" if sections else _("Det er ingen høringer som venter på deg."),
        sections=sections,
        buttons=(*begin, *paging.buttons(found, Do.LIST, {"page": str(at // paging.SIZE)})),
        replace="page" in arguments,
    )


def _asked(each: Asked) -> Section:
    row = each.hearing.row
    said = _("Du har svart.") if each.recipient.answered_at is not None else _("Venter på svaret ditt.")
    return Section(
        title=row.title,
        text=said,
        facts=(
            Fact(label=_("Fra"), value=each.hearing.committee.name),
            Fact(label=_("Frist"), value=dates.day(row.deadline_at, LOCAL_ZONE.key)),
        ),
        buttons=(Button(label=_("Se høringen"), action=Do.SHOW, arguments=about(row, {})),),
    )


def _counted(each: Counted) -> Section:
    row = each.hearing.row
    return Section(
        title=row.title,
        text=_(_STATUS[HearingStatus(row.status)]),
        facts=(
            Fact(label=_("Utvalg"), value=each.hearing.committee.name),
            Fact(label=_("Frist"), value=dates.day(row.deadline_at, LOCAL_ZONE.key)),
            Fact(label=_("Har svart"), value=progress(each.asked, each.answered)),
        ),
        buttons=(Button(label=_("Se høringen"), action=Do.SHOW, arguments=about(row, {})),),
    )
