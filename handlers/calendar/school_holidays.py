"""School holidays (skoleferier) by county: a list that is handed in, with its source and the years that it covers.

Each county (fylke) sets the dates for its upper secondary schools, and most municipalities follow; there is no common
rule to work them out by. So the list stands in `config/`, and what it does not cover is said to be unknown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class SchoolHoliday:
    """`name`: «vinterferie». `first`, `last`: local dates, both included."""

    name: str
    first: date
    last: date


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


_read: Callable[[], SchoolHolidays] = SchoolHolidays


def install(read: Callable[[], SchoolHolidays]) -> None:
    """From now on what `read` gives is known (it is asked each time somebody needs it); until then, nothing is."""
    global _read  # noqa: PLW0603 - as the languages are (see `handlers.writing.language`)
    _read = read


def known() -> SchoolHolidays:
    return _read()
