"""A meeting as a card for others: when and where it is, and its agenda without what closed cases are about."""

from collections.abc import Sequence

from handlers.calendar import dates
from handlers.meetings.agenda import lines, shown
from handlers.meetings.at_hand import meeting_button
from handlers.messages.message import Fact, Message, Section
from handlers.people.access import may_read_agenda
from handlers.people.audience import Audience
from handlers.people.context import Context
from handlers.sharing import published as public
from handlers.sharing.small import for_anybody, for_these
from handlers.writing.language import _
from storage import agenda, published
from storage.tables import Committee, Meeting

_LINES = 20


async def card(context: Context, audience: Audience, meeting_id: int) -> Message | None:
    """The meeting for everybody in the audience; None: there is nothing that each of them may see."""
    found = await agenda.meeting(context.session, meeting_id)
    if found is None:
        return None
    meeting, committee = found
    if audience.may(lambda actor: may_read_agenda(actor, committee)):
        return await _for_these(context, meeting, committee)
    return await _for_anybody(context, meeting, committee)


async def _for_these(context: Context, meeting: Meeting, committee: Committee) -> Message:
    read = await lines.read(context.session, meeting, committee)
    stands = () if read.is_draft else read.lines
    facts = (
        (_("Tid"), dates.held(meeting.starts_at, meeting.ends_at, meeting.zone, day_only=meeting.day_only)),
        (_("Sted"), meeting.place),
        (_("Status"), _("Avlyst") if meeting.cancelled_at is not None else ""),
        # What it comes to is told when it is done.
        (_("Kladd"), _("Sekretariatet arbeider med sakslisten, så den kan bli endret.") if read.is_draft else ""),
    )
    return Message(
        title=_called(meeting, committee),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        sections=_listed(_("Saksliste"), [shown.named(line, closed=False) for line in stands]),
        buttons=(meeting_button(meeting),),
        small=for_these(),
    )


async def _for_anybody(context: Context, meeting: Meeting, committee: Committee) -> Message | None:
    slots = [each.id for each in await agenda.slots(context.session, meeting.id)]
    said = await published.said(context.session, slot_ids=slots)
    told = await public.rows_of_meeting(context, said[0]) if said else None
    if told is None:
        return None
    return Message(
        title=_called(meeting, committee),
        facts=(Fact(label=_("Referat"), value=told.reservation),) if told.reservation else (),
        sections=_listed(_("Behandlede saker"), [f"{row.number} {row.title}".strip() for row in told.rows]),
        small=for_anybody(),
    )


def _listed(title: str, lines: Sequence[str]) -> tuple[Section, ...]:
    """Each on a line of its own, as many as are read at once; nothing, where there are none."""
    told = [f"• {line}" for line in lines[:_LINES]]
    if len(lines) > _LINES:
        told.append(_("… og {count} til").format(count=len(lines) - _LINES))
    return (Section(title=title, text="\n".join(told)),) if told else ()


def _called(meeting: Meeting, committee: Committee) -> str:
    return _("{committee}, møtet {day}").format(
        committee=committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)
    )
