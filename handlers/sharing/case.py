"""A case, or another line of an agenda, as a card for others. Of a closed one there is none."""

from collections.abc import Sequence

from handlers.calendar import dates
from handlers.cases.referring import may_see
from handlers.cases.views import status_of
from handlers.decisions.access import reads_decisions_of
from handlers.meetings.minutes.verbs import how_decided
from handlers.messages.message import Fact, Message, Section
from handlers.people.audience import Audience
from handlers.people.context import Context
from handlers.searching import naming
from handlers.searching.actions import show
from handlers.sharing import published as public
from handlers.sharing.small import for_anybody, for_these
from handlers.writing.language import _
from handlers.writing.text import shorten
from storage import published, references
from storage.published import Said
from storage.references import Record

_DECISION = 1000
"""Characters of what was decided at a meeting."""
_MEETINGS = 3
"""A case that was decided in at more meetings is shown with the last ones."""


async def card(
    context: Context, audience: Audience, *, item_id: int | None = None, slot_id: int | None = None
) -> Message | None:
    """The case, or line, for everybody in the audience; None: there is nothing that each of them may see."""
    found = await references.of(
        context.session,
        item_ids=[item_id] if item_id is not None else (),
        slot_ids=[slot_id] if slot_id is not None else (),
    )
    if not found or found[0].closed_under:
        return None
    (record,) = found
    said = await published.said(
        context.session,
        item_ids=[record.item_id] if record.item_id is not None else (),
        slot_ids=[record.slot_id] if record.slot_id is not None else (),
    )
    if audience.may(lambda actor: may_see(actor, record)):
        return _for_these(record, [each for each in said if _is_read_by(audience, each.committee_id)])
    return await _for_anybody(context, record, said)


def _is_read_by(audience: Audience, committee_id: int) -> bool:
    return audience.may(lambda actor: reads_decisions_of(actor, committee_id))


def _for_these(record: Record, said: Sequence[Said]) -> Message:
    facts = (
        (_("Utvalg"), record.committee),
        (_("Møte"), dates.day(record.starts_at, record.zone) if record.starts_at is not None else ""),
        (_("Status"), status_of(record.status) if record.item_id is not None else ""),
    )
    return Message(
        title=naming.named(record),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        sections=tuple(_decided(each) for each in said[-_MEETINGS:] if each.conclusions),
        buttons=(show(record),),
        small=for_these(),
    )


def _decided(said: Said) -> Section:
    text = "\n".join(
        _("{decision} (opphevet)").format(decision=each.text) if each.revoked else each.text
        for each in said.conclusions
    )
    how = how_decided(said.how_decided)
    return Section(
        title=_("Vedtak {day}").format(day=dates.short_day(said.starts_at, said.zone)),
        text=shorten(text, _DECISION),
        facts=(Fact(label=_("Avgjort ved"), value=how),) if how else (),
    )


async def _for_anybody(context: Context, record: Record, said: Sequence[Said]) -> Message | None:
    told = [rows for each in said[-_MEETINGS:] if (rows := await public.rows_of(context, each)) is not None]
    if not told:
        return None
    last = told[-1].rows[-1]
    sections = tuple(
        Section(
            title=_("Vedtak {day}").format(day=rows.day),
            text=shorten("\n".join(row.decisions), _DECISION),
            facts=tuple(
                Fact(label=label, value=value)
                for label, value in ((_("Avgjort ved"), row.how), (_("Referat"), rows.reservation))
                if value
            ),
        )
        for rows in told
        for row in rows.rows
        if row.decisions
    )
    return Message(
        title=f"{last.number} {last.title}".strip(),
        facts=(Fact(label=_("Utvalg"), value=record.committee), Fact(label=_("Møte"), value=told[-1].day)),
        sections=sections,
        small=for_anybody(),
    )
