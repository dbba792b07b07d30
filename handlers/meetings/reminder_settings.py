"""What a committee is to do each year (årsmelding, fagseminar …): what, by when, and whose it is.

No source sets such a day for all: each is a rule of that partnership, and holds from one year to another.
"""

from calendar import monthrange
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from handlers.meetings.offset_text import OffsetText
from handlers.patterns import pattern_of
from handlers.people.roles import Role
from handlers.writing.language import _

_DAY = pattern_of(r"(\d{1,2})\.(\d{1,2})\.?")
_LEAP_YEAR = 2024


def _of_the_year(text: str) -> str:
    found = _DAY.fullmatch(text.strip())
    month, day = (int(found[2]), int(found[1])) if found else (0, 0)
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(_LEAP_YEAR, month)[1]:
        raise ValueError(_("«{text}» er ingen dag i året. Skriv dag og måned, for eksempel 31.03.").format(text=text))
    return f"{day:02}.{month:02}."


class YearlyDuty(BaseModel):
    """One of these. `by`: the last day for it, each year (`31.03.`; 29.02. is the last of February). `who`: the roles
    of those whose it is. `remind`: so long before the end of that day. `since`, `until`: the first and the last year in
    which it holds; None: open."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)

    name: Annotated[str, Field(min_length=1, max_length=150)]
    by: Annotated[str, AfterValidator(_of_the_year)]
    who: Annotated[tuple[Role, ...], Field(min_length=1)] = (Role.SECRETARIAT, Role.COORDINATOR)
    remind: tuple[OffsetText, ...] = ("28d 09:00", "7d 09:00", "1d 09:00")
    since: Annotated[int | None, Field(ge=2000, le=2200, alias="from")] = None
    until: Annotated[int | None, Field(ge=2000, le=2200, alias="to")] = None

    def holds_in(self, year: int) -> bool:
        return (self.since is None or self.since <= year) and (self.until is None or year <= self.until)

    def day_in(self, year: int) -> date:
        """The last day for it that year."""
        day, month = map(int, self.by.split(".")[:2])
        return date(year, month, min(day, monthrange(year, month)[1]))
