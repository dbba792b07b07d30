"""A meeting as a card for others: when and where it is, and its agenda without what closed cases are about."""

from itertools import islice

from handlers.calendar import dates
from handlers.meetings.actions import Do
from handlers.meetings.agenda import lines, shown
from handlers.meetings.at_hand import about
from handlers.messages.message import Button, Fact, Message
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
    told = [f"• {shown.named(line, closed=False)}" for line in islice(stands, _LINES)]
    left = len(stands) - len(told)
    facts = (
        (_("Tid"), dates.held(meeting.starts_at, meeting.ends_at, meeting.zone, day_only=meeting.day_only)),
        (_("Sted"), meeting.place),
        (_("Status"), _("Avlyst") if meeting.cancelled_at is not None else ""),
        (_("Saksliste"), "\n".join([*told, *([_("… og {count} til").format(count=left)] if left else [])])),
        # What it comes to is told when it is done.
        (_("Kladd"), _("Sekretariatet arbeider med sakslisten, så den kan bli endret.") if read.is_draft else ""),
    )
    return Message(
        title=_called(meeting, committee),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        buttons=(Button(label=_("Vis møtet"), action=Do.PAGE, arguments=about(meeting)),),
        small=for_these(),
    )


async def _for_anybody(context: Context, meeting: Meeting, committee: Committee) -> Message | None:
    slots = [each.id for each in await agenda.slots(context.session, meeting.id)]
    said = await published.said(context.session, slot_ids=slots)
    told = await public.rows_of_meeting(context, said[0]) if said else None
    if told is None:
        return None
    cases = [f"• {row.number} {row.title}".rstrip() for row in islice(told.rows, _LINES)]
    left = len(told.rows) - len(cases)
    facts = (
        (_("Behandlede saker"), "\n".join([*cases, *([_("… og {count} til").format(count=left)] if left else [])])),
        (_("Referat"), told.reservation),
    )
    return Message(
        title=_called(meeting, committee),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        small=for_anybody(),
    )


def _called(meeting: Meeting, committee: Committee) -> str:
    return _("{committee}, møtet {day}").format(
        committee=committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)
    )
