"""`/vedtak år [utvalg] [år]`: a year of a committee's decisions, as documents to fetch."""

import re
from collections.abc import Mapping, Sequence

from handlers.decisions.published import rows
from handlers.decisions.published.actions import PUBLIC, TABLE, YEAR, Do
from handlers.decisions.published.document.values import counted, heading
from handlers.decisions.published.files import OfYear, find, handled
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Button, FileLink, FileRef, Message, Section
from handlers.patterns import pattern_of
from handlers.people.access import may_decide, may_read_agenda
from handlers.people.context import Context
from handlers.writing.language import _
from storage import committees
from storage import handled as stored
from storage.people import Seat
from storage.tables import Committee

_YEAR = pattern_of(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MOST = 10


async def command(context: Context, text: str) -> Reply:
    """The committee that is named, or the actor's own; the year that is named, or the last that has any."""
    year = _YEAR.search(text)
    name = " ".join(_YEAR.sub(" ", text).split())
    if name:
        committee = await committees.named(context.session, name, context.today)
        # Its decisions of years ago are asked for by the name that it had then.
        committee = committee or await committees.named(context.session, name, None)
        if committee is None:
            return _choose(
                context, _own(context), year, _("Jeg kjenner ikke noe utvalg som heter «{name}».").format(name=name)
            )
    else:
        own = _own(context)
        if len(own) != 1:
            return _choose(context, own, year, _("Velg utvalg"))
        committee = await committees.committee(context.session, own[0].id)
        assert committee is not None  # noqa: S101 - it is among those that are there
    wanted = int(year[0]) if year is not None else await _last_year(context, committee)
    return await show(context, {"committee": str(committee.id), "year": str(wanted)})


def _own(context: Context) -> Sequence[Seat]:
    """The committees that the actor has a role in; without one, those whose agendas they may read."""
    readable = [each for each in context.actor.committees if may_read_agenda(context.actor, each)]
    return [each for each in readable if context.actor.roles.get(each.id)] or readable


async def _last_year(context: Context, committee: Committee) -> int:
    span = await stored.first_and_last(context.session, committee.id)
    this = rows.year_of(context.now, committee.zone)
    return min(this, rows.year_of(span[1], committee.zone)) if span is not None else this


def _choose(context: Context, own: Sequence[Seat], year: re.Match[str] | None, said: str) -> Message:
    named = year[0] if year is not None else str(context.today.year)
    if not own:
        return Message(
            title=said, text=_("Du kan ikke lese vedtakene i noe utvalg ennå. Be koordinatoren føre deg opp.")
        )
    buttons = tuple(
        Button(label=each.name, action=Do.SHOW, arguments={"committee": str(each.id), "year": named})
        for each in own[:_MOST]
    )
    return Message(title=said, text=_("Hvilket utvalg gjelder det?"), buttons=buttons)


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What there is of the year, with the documents: the decisions, and for the secretariat what it may publish."""
    of = await find(context, arguments)
    told = rows.told(await handled(context, of), context.actor, context.today)
    carried = _arguments(of, of.year)
    files = [FileLink(label=_("Årets vedtak (Word)"), file=FileRef(document=YEAR, arguments=carried))]
    sections = []
    if may_decide(context.actor, of.committee.id):
        public = (
            FileLink(label=_("Offentlig liste (Word)"), file=FileRef(document=PUBLIC, arguments=carried)),
            FileLink(label=_("Offentlig liste (CSV)"), file=FileRef(document=TABLE, arguments=carried)),
        )
        text = _(
            "Til å legge ut. Saker som er unntatt offentlighet, står bare med nummer, og personer som boten kjenner, "
            "står med virksomheten sin i stedet for navnet. Les den gjennom før du legger den ut."
        )
        sections.append(Section(title=_("Offentlig liste over behandlede saker"), text=text, files=public))
    return Message(
        title=heading(of.committee.name, of.year, public=False),
        text=counted(told),
        files=tuple(files),
        sections=tuple(sections),
        buttons=await _years(context, of),
        replace=bool(arguments.get("turned")),
    )


def _arguments(of: OfYear, year: int) -> dict[str, str]:
    return {"committee": str(of.committee.id), "year": str(year)}


async def _years(context: Context, of: OfYear) -> tuple[Button, ...]:
    """To the year before and after, where there is any."""
    span = await stored.first_and_last(context.session, of.committee.id)
    if span is None:
        return ()
    first, last = (rows.year_of(each, of.committee.zone) for each in span)
    return tuple(
        Button(label=str(year), action=Do.SHOW, arguments={**_arguments(of, year), "turned": "yes"})
        for year in (of.year - 1, of.year + 1)
        if first <= year <= last
    )
