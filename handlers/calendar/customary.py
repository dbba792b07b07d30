"""Days on which most people are off, though no law makes them public holidays («julaften», «romjula»): a list that is
handed in, with where it comes from and since when it holds.

They are working days all the same (`working_days`): no deadline is counted otherwise because of them. A meeting on one
is asked about.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.calendar.holidays import FIRST_YEAR, LAST_YEAR
from handlers.calendar.named_days import called
from handlers.writing.language import N_, _

IN_SENTENCE: Mapping[str, str] = {
    "dagene før påske": N_("i dagene før påske"),
    "påskeaften": N_("på påskeaften"),
    "dagen etter kristi himmelfartsdag": N_("dagen etter Kristi himmelfartsdag"),
    "pinseaften": N_("på pinseaften"),
    "lille julaften": N_("på lille julaften"),
    "julaften": N_("på julaften"),
    "romjula": N_("i romjula"),
    "nyttårsaften": N_("på nyttårsaften"),
}
"""The names that the list can have, as they are read in «er …»; which days they are is known of every year."""


@dataclass(frozen=True)
class CustomaryDay:
    """`name`: one of `IN_SENTENCE`. `source`: who said it, for whoever doubts it. `since`, `until`: local dates from
    and to which it holds, both included; None: open."""

    name: str
    source: str
    since: date | None = None
    until: date | None = None

    @property
    def in_sentence(self) -> str:
        """«på julaften», «i romjula», in the language being spoken."""
        return _(IN_SENTENCE[self.name])

    def includes(self, day: date) -> bool:
        if (self.since is not None and day < self.since) or (self.until is not None and day > self.until):
            return False
        days = called(self.name)
        if days is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            return False
        first, last = days(day.year)
        return first <= day <= last


@dataclass(frozen=True)
class CustomaryDays:
    """All that is known."""

    days: Sequence[CustomaryDay] = ()

    def on(self, day: date) -> CustomaryDay | None:
        """What that day is by custom; None: nothing, or nobody knows."""
        return next((each for each in self.days if each.includes(day)), None)


_read: Callable[[], CustomaryDays] = CustomaryDays


def install(read: Callable[[], CustomaryDays]) -> None:
    """From now on what `read` gives is known (it is asked each time somebody needs it); until then, nothing is."""
    global _read  # noqa: PLW0603 - as the school holidays are
    _read = read


def known() -> CustomaryDays:
    return _read()
