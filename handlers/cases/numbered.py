"""A case that somebody found by its number, as they may see it (see `handlers.searching.referred`)."""

from collections.abc import Mapping

from handlers.calendar import dates
from handlers.cases import closed, listing, views
from handlers.dialogs.dialog import Reply
from handlers.errors import Gone
from handlers.messages.arguments import id_of
from handlers.messages.message import Fact, Message
from handlers.people.access import may_decide, may_read_agenda
from handlers.people.context import Context
from handlers.writing.language import _
from storage import cases, people
from storage.cases import Case
from storage.tables import ItemStatus, Meeting


def _may_see(context: Context, case: Case) -> bool:
    if not closed.may_see(context.actor, case):
        return False
    if case.item.proposer_id == context.actor.person_id or may_decide(context.actor, case.item.committee_id):
        return True
    on_agenda = case.item.status in (
        ItemStatus.ACCEPTED,
        ItemStatus.WITHDRAWN,
        ItemStatus.REMOVED,
        ItemStatus.HANDLED,
    )
    return on_agenda and may_read_agenda(context.actor, case.committee)


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The button of one of several with the same number. Raises `Gone` also where the actor may not see it."""
    case = await cases.case_or_read_in(context.session, id_of(arguments, "item"))
    if case is None or not _may_see(context, case):
        raise Gone(_("Saken finnes ikke lenger."))
    return await shown(context, case)


async def shown(context: Context, case: Case) -> Message:
    """The case as whoever asks may see it: to decide on, as one's own, or as it stands on the agenda."""
    read_in = case.item.status == ItemStatus.HANDLED
    if may_decide(context.actor, case.item.committee_id) and not read_in:
        return await listing.show(context, {"item": str(case.item.id)})
    own = case.item.proposer_id == context.actor.person_id
    case = await cases.with_former(context.session, case)
    names = await people.names(context.session, case.item.presenter_ids)
    content = views.content(case, names) if own else _on_agenda(case, names)
    return Message(
        title=views.named(case.item),
        facts=(Fact(label=_("Status"), value=views.status(case, own=own)), *content, *views.way(case, own=True)),
        links=views.links(case.item.links) if own else (),
        buttons=views.own_buttons(case, context.now) if own else (),
    )


def _on_agenda(case: Case, names: Mapping[int, str]) -> tuple[Fact, ...]:
    """What the agenda tells of it: no more than whoever follows the committee reads there."""
    meeting = case.meeting
    facts = (
        (_("Utvalg"), case.committee.name),
        (_("Møte"), _began(meeting) if meeting else ""),
        (_("Type"), views.type_names(case.item.types)),
        (_("Legges fram av"), views.presenters(case.item, names)),
        (_("Tid"), views.minutes(case.item.minutes)),
    )
    return tuple(Fact(label=label, value=value) for label, value in facts if value)


def _began(meeting: Meeting) -> str:
    """When it begins or began, as far as it is known."""
    day = dates.day_and_clock if not meeting.day_only else dates.day
    return day(meeting.starts_at, meeting.zone)
