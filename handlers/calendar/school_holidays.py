"""School holidays (skoleferier) by county: a list that is handed in, with its source and the years that it covers.

Each county (fylke) sets the dates for its upper secondary schools, and most municipalities follow; there is no common
rule to work them out by. So the list stands in `config/`, and what it does not cover is said to be unknown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.writing.language import N_, _

_IN = {
    "høstferie": N_("høstferien"),
    "juleferie": N_("juleferien"),
    "vinterferie": N_("vinterferien"),
    "påskeferie": N_("påskeferien"),
}
"""«er i vinterferien»."""


@dataclass(frozen=True)
class SchoolHoliday:
    """`name`: «vinterferie». `first`, `last`: local dates, both included."""

    name: str
    first: date
    last: date

    @property
    def in_sentence(self) -> str:
        """As it is called in «… er i vinterferien», in the language being spoken."""
        return _(_IN[self.name]) if self.name in _IN else self.name


@dataclass(frozen=True)
class SchoolYear:
    """What is known of one school year in one county: `first` to `last`, both included (August to July).

    `source`: who said it, for whoever doubts it.
    """

    county: str
    first: date
    last: date
    source: str
    holidays: tuple[SchoolHoliday, ...]


@dataclass(frozen=True)
class SchoolHolidays:
    """All that is known."""

    years: Sequence[SchoolYear] = ()

    def called(self, county: str) -> str:
        """The county as the list writes it, in whatever case it was written; empty: the list does not have it."""
        wanted = county.strip().casefold()
        return next((each.county for each in self.years if each.county.casefold() == wanted), "")

    def counties(self) -> Sequence[str]:
        return sorted({each.county for each in self.years})

    def year(self, county: str, day: date) -> SchoolYear | None:
        """The school year of that county that the day is in; None: it is not covered."""
        wanted = county.strip().casefold()
        return next(
            (each for each in self.years if each.county.casefold() == wanted and each.first <= day <= each.last), None
        )

    def on(self, county: str, day: date) -> SchoolHoliday | None:
        """The school holiday there on that day."""
        found = self.year(county, day)
        return next((each for each in found.holidays if each.first <= day <= each.last), None) if found else None

    def among(self, counties: Sequence[str], day: date) -> tuple[SchoolHoliday, Sequence[str]] | None:
        """The school holiday on that day in any of these counties, and in which of them; None: there is none, or it is
        not known."""
        there = [(self.called(county), found) for county in counties if (found := self.on(county, day)) is not None]
        return (there[0][1], [county for county, _found in there]) if there else None


_read: Callable[[], SchoolHolidays] = SchoolHolidays


def install(read: Callable[[], SchoolHolidays]) -> None:
    """From now on what `read` gives is known (it is asked each time somebody needs it); until then, nothing is."""
    global _read  # noqa: PLW0603 - as the languages are (see `handlers.writing.language`)
    _read = read


def known() -> SchoolHolidays:
    return _read()
