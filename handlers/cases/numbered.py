"""A case number, as people write it: what it leads to, for whoever may see it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from handlers.calendar import dates
from handlers.cases import closed, listing, views
from handlers.cases.actions import Do, button
from handlers.cases.numbers import Numbering, series_of, written_number
from handlers.dialogs.dialog import Reply
from handlers.errors import Gone
from handlers.messages.arguments import id_of
from handlers.messages.message import Fact, Message, Section
from handlers.people.access import may_decide, may_read_agenda
from handlers.people.context import Context
from handlers.understanding.meaning import only_asks_for
from handlers.writing.language import _
from handlers.writing.typed import typed
from storage import cases, committees, people
from storage.cases import Case, Numbered
from storage.tables import ItemStatus

_LONGEST = 100
"""Characters. In a longer text a number is mentioned, not asked for."""
_MOST = 8


class _Written(NamedTuple):
    wanted: Sequence[Numbered]
    number: str


async def find(context: Context, text: str) -> Reply:
    """The case whose number stands in a short text: alone, or «hva skjer med sak 33/24?».

    The same number may be several committees': those that the actor may see. None: no committee writes its numbers so.
    """
    written = await _written(context, text)
    if written is None:
        return None
    found = [case for case in await cases.numbered(context.session, written.wanted) if _may_see(context, case)]
    if not found:
        # The same whether it exists or not: who guesses numbers learns nothing.
        return Message(
            title=_("Jeg finner ingen sak {number} som du kan se").format(number=written.number),
            text=_("Skriv {mine} for sakene du har meldt, eller {agenda} for sakslistene i utvalgene dine.").format(
                mine=typed("sak mine"), agenda=typed("sak liste")
            ),
        )
    if len(found) == 1:
        return await _shown(context, found[0])
    return Message(
        title=_("Flere utvalg har en sak {number}").format(number=written.number),
        sections=tuple(_line(case) for case in found[:_MOST]),
    )


async def _written(context: Context, text: str) -> _Written | None:
    """The number in the text, by committee."""
    if len(text) > _LONGEST or not any(letter.isdigit() for letter in text):
        return None
    matches = [
        (match, Numbered(committee.id, match.n, match.years, series_of(kind, match.meeting or 0)))
        for committee in await committees.active(context.session)
        for kind in Numbering.of(committee).kinds
        if (match := written_number(kind.template, text)) is not None and only_asks_for(text, match.text)
    ]
    if not matches:
        return None
    # «PS 6/26» is no «6/26» of somebody else's.
    number = max((match.text for match, _numbered in matches), key=len)
    return _Written([numbered for match, numbered in matches if len(match.text) == len(number)], number)


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
    """One of several with the same number. Raises `Gone` also where the actor may not see it."""
    case = await cases.case_or_read_in(context.session, id_of(arguments, "item"))
    if case is None or not _may_see(context, case):
        raise Gone(_("Saken finnes ikke lenger."))
    return await _shown(context, case)


async def _shown(context: Context, case: Case) -> Reply:
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
        (_("Møte"), dates.day_and_clock(meeting.starts_at, meeting.zone) if meeting else ""),
        (_("Type"), views.type_names(case.item.types)),
        (_("Legges fram av"), views.presenters(case.item, names)),
        (_("Tid"), views.minutes(case.item.minutes)),
    )
    return tuple(Fact(label=label, value=value) for label, value in facts if value)


def _line(case: Case) -> Section:
    return Section(
        title=views.named(case.item),
        text=f"{case.committee.name} – {views.status(case)}",
        buttons=(button(Do.SHOW_NUMBERED, _("Vis saken"), case),),
    )
