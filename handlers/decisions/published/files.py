"""A year of a committee's decisions as a Word document for those who read its agendas, and the list of cases handled
that anybody may read, as a Word document and as a table: made when somebody opens them, of what stands then."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from handlers.capability import Document, File
from handlers.decisions.published import rows
from handlers.decisions.published.actions import PUBLIC, TABLE, YEAR
from handlers.decisions.published.document import fields
from handlers.decisions.published.document.values import heading, table, values
from handlers.decisions.published.hiding import instead
from handlers.errors import Gone, NotAllowed
from handlers.messages.arguments import id_of
from handlers.people.access import may_read_agenda, require_decider
from handlers.people.context import Context
from handlers.writing.language import DEFAULT, _, speaking
from handlers.writing.spreadsheet import CSV
from handlers.writing.template.fields import Kind
from handlers.writing.template.filling import fill
from handlers.writing.word import DOCX
from storage import cases, committees, convocations
from storage import handled as stored
from storage.handled import Handled
from storage.tables import Committee


class OfYear(NamedTuple):
    """A committee, and one of its years."""

    committee: Committee
    year: int


async def find(context: Context, arguments: Mapping[str, str]) -> OfYear:
    """For whoever may read the committee's agendas. Raises `Gone`, `NotAllowed`: says why not."""
    committee = await committees.committee(context.session, id_of(arguments, "committee"))
    year = arguments.get("year", "")
    if committee is None or not year.isdecimal() or not 1900 <= int(year) <= 2200:
        raise Gone(_("Utvalget eller året finnes ikke lenger."))
    if not may_read_agenda(context.actor, committee):
        raise NotAllowed(
            _("Vedtakene i {committee} er for medlemmene. Er du medlem? Be koordinatoren føre deg opp.").format(
                committee=committee.name
            )
        )
    return OfYear(committee, int(year))


async def handled(context: Context, of: OfYear) -> Sequence[Handled]:
    return await stored.handled(context.session, of.committee.id, *rows.bounds(of.year, of.committee.zone))


async def _year(context: Context, arguments: Mapping[str, str]) -> File:
    of = await find(context, arguments)
    found = await handled(context, of)
    with speaking(DEFAULT):
        told = rows.told(found, context.actor, context.today)
        hidden = rows.closed_titles(await cases.closed_ones(context.session), context.actor, told)
    return await _word(context, of, fields.YEAR, told, hidden, public=False)


async def _public(context: Context, arguments: Mapping[str, str]) -> File:
    """For the secretariat, which publishes it."""
    of, told, called = await _to_publish(context, arguments)
    return await _word(context, of, fields.PUBLIC, told, called, public=True)


async def _table(context: Context, arguments: Mapping[str, str]) -> File:
    of, told, called = await _to_publish(context, arguments)

    def draw() -> bytes:
        with speaking(DEFAULT):
            return table(rows.masked(told, called))

    return File(f"Saker {of.committee.key} {of.year} offentlig.csv", CSV, draw)


async def _to_publish(
    context: Context, arguments: Mapping[str, str]
) -> tuple[OfYear, Sequence[rows.MeetingRows], Mapping[str, str]]:
    of = await find(context, arguments)
    require_decider(context, of.committee)
    found = await handled(context, of)
    with speaking(DEFAULT):
        told = rows.public(found, context.today)
        bounds = rows.bounds(of.year, of.committee.zone)
        return of, told, await instead(context, of.committee.id, *bounds, told)


async def _word(
    context: Context,
    of: OfYear,
    kind: Kind,
    told: Sequence[rows.MeetingRows],
    called: Mapping[str, str],
    *,
    public: bool,
) -> File:
    own = await convocations.template(context.session, of.committee.id, kind.name)
    now, template = context.now, own or kind.default()
    called_so, zone, key = of.committee.name, of.committee.zone, of.committee.key

    def draw() -> bytes:
        with speaking(DEFAULT):
            shown = rows.masked(told, called) if public else rows.without_titles(told, called)
            filled = values(called_so, zone, of.year, shown, now, public=public)
            return fill(template, filled, title=heading(called_so, of.year, public=public), at=now)

    name = f"Saker {key} {of.year} offentlig.docx" if public else f"Vedtak {key} {of.year}.docx"
    return File(name, DOCX, draw)


DOCUMENTS = (Document(YEAR, _year), Document(PUBLIC, _public), Document(TABLE, _table))
