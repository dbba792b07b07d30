"""A case's place on a meeting's agenda, and its number there.

A number that was issued is that case's for good: what leaves an agenda leaves its number used, nobody else gets it,
and the case has it back if it returns to the same meeting. In another meeting it gets a number of that one's series.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.cases.numbers import Numbering, has_types, render_number, series_of
from handlers.people.context import Context
from storage import cases, committees
from storage.cases import Case, Former
from storage.series import ENDLESS
from storage.tables import AgendaItem, ItemStatus, Left, Meeting
from storage.types import JsonObject

_COLUMNS = ("status", "meeting_id", "late", "committee_id", "number")
_TEXTS = ("levels", "title", "purpose", "conclusion")
"""What changes besides where it goes to another committee (see `handlers.cases.levels.as_before`)."""
_TAKEN_UP = "taken_up"
"""In what was before: why the number, which the case had had before, was not the case's then."""


async def put_on(context: Context, case: Case, meeting: Meeting, before: JsonObject) -> Case:
    """Put the case on the meeting's agenda, with the number that it has there; the case as it is then.

    A number that it has on another agenda must have been given up (`cases.give_up_number`). `before` (see
    `as_before`) is told what it takes to undo it.
    """
    item = case.item
    item.status = ItemStatus.ACCEPTED
    item.meeting_id = meeting.id
    if item.number is None:
        year = meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).year
        own = _own(await _former(context, item), item, meeting, year)
        if own is not None:
            before[_TAKEN_UP] = own.why
            await cases.take_up_number(context.session, item, own)
        else:
            await _issue(context, case, meeting, year)
    return case._replace(meeting=meeting)


async def _issue(context: Context, case: Case, meeting: Meeting, year: int) -> None:
    """A number of the series that the case belongs to."""
    item = case.item
    kind = Numbering.of(case.committee).kind(item.types)
    ordinal = await committees.ordinal(context.session, meeting) if kind.is_per_meeting else 0
    item.number_series = series_of(kind, ordinal)
    series = cases.numbers_of(item.committee_id, item.number_series)
    item.number_year = year
    item.number_in_year = await series.next(context.session, ENDLESS if kind.is_endless else year)
    item.number = render_number(kind.template, item.number_in_year, year, item.types, ordinal)
    item.number_types = list(item.types) if has_types(kind.template) else None


async def _former(context: Context, item: AgendaItem) -> Sequence[Former]:
    return (await cases.former_numbers(context.session, [item.id])).get(item.id, ())


def _own(former: Sequence[Former], item: AgendaItem, meeting: Meeting, year: int) -> Former | None:
    """The number that the case has already for this meeting: it had it there, or it waits for the case."""
    there = [each for each in former if each.meeting_id == meeting.id]
    waiting = [
        each
        for each in former
        if each.why is Left.UNDONE and each.committee_id == item.committee_id and each.year == year
    ]
    return next(iter([*there, *waiting]), None)


def as_before(item: AgendaItem) -> JsonObject:
    """Where the case stands, to be kept with the event that changes it, for `restore`."""
    return {name: getattr(item, name) for name in _COLUMNS}


async def restore(context: Context, item: AgendaItem, before: JsonObject) -> None:
    """Put the case where it stood `before` (see `as_before`). A number that it got since waits for it."""
    if item.number is not None and (item.number, item.committee_id) != (before["number"], before["committee_id"]):
        why = Left(before.get(_TAKEN_UP, Left.UNDONE))
        await cases.give_up_number(context.session, item, why, context.now)
    for name in (*_COLUMNS[:-1], *_TEXTS):
        if name in before:
            setattr(item, name, before[name])
    if item.number is None and before["number"] is not None:
        for former in await _former(context, item):
            if (former.number, former.committee_id) == (before["number"], before["committee_id"]):
                await cases.take_up_number(context.session, item, former)
                break


def is_held(meeting: Meeting, now: datetime) -> bool:
    """Whether the meeting has begun: from then on its agenda is as it was."""
    return meeting.cancelled_at is None and meeting.starts_at <= now
