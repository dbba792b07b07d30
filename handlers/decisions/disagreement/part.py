"""Disagreements on a meeting's page: the protocols of its items, and what may be opened; and on the page of a case."""

from handlers.calendar import dates
from handlers.decisions.case_read import CaseRead
from handlers.decisions.disagreement import at_hand
from handlers.decisions.disagreement.actions import Do
from handlers.decisions.disagreement.actions import button as protocol_button
from handlers.decisions.disagreement.rule import NAME, holding
from handlers.meetings.agenda.lines import AgendaOf
from handlers.meetings.at_hand import about
from handlers.meetings.part import NOTHING, Part
from handlers.messages.message import Button, Section
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import _
from handlers.writing.text import shorten
from storage import disagreements
from storage.tables import ClosedHow, MinutesStatus

_MOST = 5
"""No more of them are opened from here; the rest are found in the register."""


async def part(context: Context, read: AgendaOf) -> Part:
    """For the committee's people, once the meeting has begun."""
    meeting, committee = read.meeting, read.committee
    if meeting.starts_at > context.now or not at_hand.is_of_committee(context.actor, committee.id):
        return NOTHING
    found = await disagreements.of_meeting(context.session, meeting.id)
    if not found:
        return NOTHING
    rule = holding(await disagreements.setting(context.session, NAME), context.today)
    titles = {line.slot.id: f"{line.number} {line.title}".strip() for line in read.lines if line.slot is not None}
    lines: list[str] = []
    buttons: list[Button] = []
    for at in found[:_MOST]:
        called = titles.get(at.entry.slot_id, _("en sak som har gått videre"))
        row = at.protocol
        if row is not None and row.closed_how != ClosedHow.GONE:
            where = rule.called(row.step) if row.closed_how == ClosedHow.OPEN else _("lukket")
            lines.append(f"{called}: {where}")
            label = _("Uenighet: {case}").format(case=shorten(called, 40))
            buttons.append(protocol_button(Do.SHOW, label, row))
        elif may_decide(context.actor, committee.id) and at.minutes.status != MinutesStatus.DRAFT:
            lines.append(_("{case}: ingen protokoll ennå").format(case=called))
            label = _("Åpne protokoll: {case}").format(case=shorten(called, 40))
            buttons.append(Button(label=label, action=Do.OPEN, arguments=about(meeting, slot=at.entry.slot_id)))
    if not lines:
        return NOTHING
    return Part(sections=(Section(title=_("Uenighet"), text="\n".join(lines), buttons=tuple(buttons)),))


async def of_case(context: Context, case: CaseRead) -> Part:
    """The same on the page of a case: its protocols, also where it was proposed because of one. The page of one case
    that a link opened says where they stand, and leads to none."""
    if not case.sees:
        return NOTHING
    found = [
        each
        for each in await disagreements.of_item(context.session, case.item.id)
        if at_hand.is_of_committee(context.actor, each.committee.id)
    ]
    if not found:
        return NOTHING
    rule = holding(await disagreements.setting(context.session, NAME), context.today)
    lines = []
    buttons: list[Button] = []
    for each in found[:_MOST]:
        day = dates.short_day(each.meeting.starts_at, each.meeting.zone)
        where = rule.called(each.row.step) if each.is_open else _("lukket")
        lines.append(_("{committee}, møtet {day}: {where}").format(committee=each.committee.name, day=day, where=where))
        if not context.only:
            buttons.append(protocol_button(Do.SHOW, _("Uenighet, møtet {day}").format(day=day), each.row))
    return Part(sections=(Section(title=_("Uenighet"), text="\n".join(lines), buttons=tuple(buttons)),))
