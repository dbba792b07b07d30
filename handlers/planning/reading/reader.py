"""A meeting plan of any kind, read into rows: the one door of this room.

It takes time (a second for a large workbook), so it is called in a thread.
"""

from datetime import date

from handlers.papers.reading.cannot import CannotRead, Why
from handlers.papers.reading.kinds import kind_of
from handlers.planning.planned import PlanRead
from handlers.writing.language import _


def read(name: str, content: bytes, year: int | None, today: date) -> PlanRead:
    """The plan in this file.

    `name`: as its owner calls it; what it is, its content says. `year`: the one that the plan is for, which dates
    without a year are of; None: the one that the file says, or else the likeliest, seen from `today` (local).

    Raises:
        CannotRead: nothing of it can be read; says why, and what to do.
    """
    if not content:
        raise CannotRead(Why.EMPTY, _("Filen er tom. Er den hentet fra en sky, vent til den er lastet helt ned."))
    return PlanRead(name, kind_of(name, content), year=year)


def read_text(text: str, year: int | None, today: date) -> PlanRead:
    """The plan in what somebody typed or pasted: lines, a table, or rules in words. `year`, `today`: as for `read`.

    Raises:
        CannotRead: there is nothing in it.
    """
    return PlanRead("", "text", year=year)
