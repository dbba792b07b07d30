"""Putting a line of its own on an agenda: what its secretariat writes, and what is taken along to the meeting."""

from datetime import datetime
from typing import Any

from handlers.meetings.agenda import changing, happened, lines, ordering
from handlers.meetings.agenda.changing import Done
from handlers.meetings.agenda.lines import AgendaOf, Line
from handlers.people.context import Context
from handlers.writing.language import _
from storage import agenda
from storage.tables import SlotKind


def after_the_cases(read: AgendaOf) -> str | None:
    """The key of the line after which a new one stands if nobody says otherwise: where a new case would. None: first of
    all."""
    groups = read.groups()
    with_cases = [group for group in groups if group.leads.kind is not SlotKind.STANDING]
    last = next(iter(with_cases[-1:] or groups[-1:]), None)
    return last.leads.key if last is not None else None


async def add(
    context: Context,
    read: AgendaOf,
    kind: SlotKind,
    title: str,
    *,
    after: str | None,
    minutes: int | None = None,
    starts_at: datetime | None = None,
    draft_id: str = "",
    **more: Any,
) -> Done:
    """Put it behind the line called `after` (None: first of all; one that is gone: last). `more`: other columns of its
    row. The caller holds the agenda."""
    groups = list(read.groups())
    place = 0 if after is None else ordering.place_of(groups, after)
    at = len(groups) if place is None else place + (after is not None)
    before, rest = ordering.flat(groups[:at]), ordering.flat(groups[at:])
    # It gets its row first: what has no row yet is laid down around it.
    row = {"kind": kind, "title": title, "minutes": minutes, "starts_at": starts_at, **more}
    await agenda.add_slots(context.session, [{"meeting_id": read.meeting.id, "position": len(before), **row}])
    known = {line.slot.id for line in read.lines if line.slot is not None}
    slots = await agenda.slots(context.session, read.meeting.id)
    new = max((slot for slot in slots if slot.id not in known and not slot.item_id), key=lambda slot: slot.id)
    line = Line(kind, title, "", minutes, new)
    ordered = [*before, line, *rest]
    await lines.arrange(context.session, read.meeting.id, ordered)
    done = Done(read._replace(lines=ordered), _("Lagt til: {title}").format(title=title), happened.ADDED, line)
    await changing.record(context, done, draft_id=draft_id)
    return done
