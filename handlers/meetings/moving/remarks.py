"""What whoever says when a meeting is should have seen: a holiday, a weekend, another meeting at the same time.

What takes knowledge of more than the day comes from what checks meeting plans (see `handlers.capabilities`).
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date

from handlers.calendar.holidays import FIRST_YEAR, LAST_YEAR, name_of
from handlers.meetings.making import NewMeeting
from handlers.people.context import Context
from handlers.writing.language import _

_SATURDAY = 5

Remarks = Callable[[Context, NewMeeting, int | None], Awaitable[Sequence[str]]]
"""What there is to say of a meeting that is to be, each a sentence. The number is the id of the one that is moved;
None: it is new."""


async def of_the_day(_context: Context, wanted: NewMeeting, _moved: int | None) -> Sequence[str]:
    """Of its day alone."""
    return of(wanted.starts.date())


def of(day: date) -> Sequence[str]:
    holiday = name_of(day) if FIRST_YEAR <= day.year <= LAST_YEAR else ""
    if holiday:
        return [_("Dagen er en helligdag: {name}.").format(name=holiday)]
    return [_("Dagen er i en helg.")] if day.weekday() >= _SATURDAY else []
