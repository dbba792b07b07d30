"""A plan while it is being read: its rows, what is wrong, and what is to be said.

Whatever leaves here as text is without what may be a patient's identity number, since nobody can be asked of each cell.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from typing import NamedTuple

from handlers.calendar import dates
from handlers.planning.planned import Planned, PlanRead, Problem, Status, Wrong
from handlers.planning.reading.scanning import Day, Month
from handlers.planning.reading.segments import Said, Segment
from handlers.writing import identity
from handlers.writing.language import _
from handlers.writing.text import shorten

MOST_ROWS = 5000
"""A hundred and sixty bodies with thirty meetings each."""
_MOST_PROBLEMS = 100
_QUOTED = 60
_LONGEST = 500
LONGEST_LINE = 4000
"""Letters: of a body's line with a day of each week are half."""
MONTHS = 12
FIRST_YEAR, LAST_YEAR = 1990, 2099


class Around(NamedTuple):
    """What holds for a line or a cell because of where it stands. `committee`: of a heading, a row, a sheet. `month`:
    of a column or a heading. `year`: of a heading or a sheet; None: the plan's."""

    committee: str = ""
    month: Month | None = None
    year: int | None = None
    begins: time | None = None
    ends: time | None = None
    weekday: int | None = None
    said: Said = Said()


class Reading:
    """`year`: the one that dates without a year are of. `asked_year`: the one that somebody said the plan is for."""

    def __init__(self, year: int, asked_year: int | None = None) -> None:
        self.year = year
        self._asked = asked_year
        self.guessed = False
        """A date has been read that has no year."""
        self.years: Counter[int] = Counter()
        """Those that dates have been read with."""
        self.title = ""
        self.understood: list[str] = []
        self._rows: list[Planned] = []
        self._by_day: dict[tuple[str, date], list[int]] = {}
        """By committee and day, which rows there are."""
        self._problems: list[Problem] = []
        self._notes: dict[str, None] = {}
        self._full = False

    # --- what is found ------------------------------------------------------------------------------------

    def add(self, row: Planned) -> None:
        """A meeting; the same one a second time is said, and left out."""
        row = self._cleared(row)
        if self._asked is not None and row.day.year != self._asked:
            self.wrong(
                Wrong.OTHER_YEAR,
                row.where,
                _("{day} er ikke i {year}. Rett datoen hvis det er en skrivefeil.").format(
                    day=dates.long_date(row.day), year=self._asked
                ),
            )
        beside = self._by_day.setdefault((row.committee.casefold(), row.day), [])
        same = next((at for at in beside if _are_same(self._rows[at], row)), None)
        if same is not None:
            first = self._rows[same]
            self.wrong(
                Wrong.TWICE,
                row.where,
                _("{committee} {day} står her også, som på {where}. Jeg har tatt det med én gang.").format(
                    committee=first.committee or _("Et møte"), day=dates.long_date(row.day), where=first.where
                ),
            )
            if first.begins is None and row.begins is not None:
                # The one that says more is kept.
                self._rows[same] = replace(row, committee=first.committee)
            return
        if len(self._rows) >= MOST_ROWS:
            if not self._full:
                self._full = True
                self.wrong(
                    Wrong.TOO_MANY,
                    row.where,
                    _("Planen har mer enn {limit} møter. Del den i flere; resten herfra er ikke lest.").format(
                        limit=MOST_ROWS
                    ),
                )
            return
        beside.append(len(self._rows))
        self._rows.append(row)

    def wrong(self, wrong: Wrong, where: str, text: str) -> None:
        """`text`: a sentence, which comes behind the place."""
        if len(self._problems) < _MOST_PROBLEMS:
            said = self._clear(_("{where}: {text}").format(where=where[:1].upper() + where[1:], text=text))
            self._problems.append(Problem(wrong, self._clear(where), said))
        elif len(self._problems) == _MOST_PROBLEMS:
            said = _("Det er mer å rette i planen enn jeg viser her. Rett dette først, og les den inn på nytt.")
            self._problems.append(Problem(wrong, "", said))

    def note(self, text: str) -> None:
        self._notes[self._clear(text)] = None

    def taken(self, text: str, where: str) -> str:
        """A text of the source without what is written as an identity number; says where one stood. One that is too
        long for a line or a cell of a plan is empty, and that is said."""
        if len(text) > LONGEST_LINE:
            self.wrong(
                Wrong.TOO_MANY,
                where,
                _("Her står det mer enn {limit} tegn, og de er ikke lest. Del teksten i flere linjer.").format(
                    limit=LONGEST_LINE
                ),
            )
            return ""
        found = identity.take_out(text)
        if found.taken:
            self.note(
                _(
                    "{where}: Jeg tok bort et tall som kan være et fødselsnummer. Slett det i filen også; det hører "
                    "ikke hjemme i en møteplan."
                ).format(where=where[:1].upper() + where[1:])
            )
        return found.text

    # --- days and times -----------------------------------------------------------------------------------

    def segment(self, found: Segment, where: str, around: Around, title: str = "") -> int:
        """The meetings of a line or a cell; how many there were, also of those that cannot be."""
        for bad in found.bad_times:
            self.bad_time(bad, where)
        for entry in found.entries:
            day = self.day(entry.day, where, around.month, around.year)
            if day is None:
                continue
            said = _merged(_merged(entry.said, found.said), around.said)
            begins, ends = entry.begins, entry.ends
            if begins is None:
                begins, ends = around.begins, around.ends
            elif ends is None and around.begins == begins:
                ends = around.ends
            if not self.in_order(begins, ends, where):
                continue
            if entry.day.last is not None:
                self._several_days(entry.day, where)
            before = self._quietly(entry.moved_from, around, day.year)
            self.add(
                Planned(
                    committee=around.committee,
                    day=day,
                    where=where,
                    begins=begins,
                    ends=ends,
                    place=said.place,
                    title=said.title or title,
                    chair=said.chair,
                    host=said.host,
                    weekday=entry.weekday.number if entry.weekday is not None else around.weekday,
                    status=Status.CANCELLED
                    if said.cancelled or entry.said.cancelled
                    else Status.MOVED
                    if before is not None
                    else Status.HELD,
                    moved_from=before,
                )
            )
        return len(found.entries)

    def day(self, written: Day, where: str, month: Month | None = None, year: int | None = None) -> date | None:
        """The day; None: there is none, and that is said. `month`, `year`: those of where it stands."""
        number = written.month or (month.month if month is not None else None)
        if number is None:
            self.not_understood(written.text, where)
            return None
        if month is not None and written.month is not None and written.month != month.month:
            self.wrong(
                Wrong.NO_SUCH_DAY,
                where,
                _("«{text}» står under {month}. Rett datoen, eller flytt den dit den hører hjemme.").format(
                    text=written.text, month=dates.month_name(date(2000, month.month, 1))
                ),
            )
            return None
        if number > MONTHS or number < 1:
            self.wrong(
                Wrong.NO_SUCH_DAY,
                where,
                _("«{text}» er ingen dato: det er ingen måned nummer {month}. Rett datoen.").format(
                    text=written.text, month=number
                ),
            )
            return None
        whole = written.year or (month.year if month is not None else None) or year
        if whole is None:
            self.guessed = True
            whole = self.year
        else:
            self.years[whole] += 1
        if not FIRST_YEAR <= whole <= LAST_YEAR:
            self.wrong(
                Wrong.NO_SUCH_DAY, where, _("«{text}» kan ikke være riktig år. Rett datoen.").format(text=written.text)
            )
            return None
        try:
            return date(whole, number, written.day)
        except ValueError:
            called = written.text if written.month else f"{written.day}. {dates.month_name(date(2000, number, 1))}"
            self.wrong(
                Wrong.NO_SUCH_DAY,
                where,
                _("«{text}» finnes ikke i {year}. Rett datoen.").format(text=called, year=whole),
            )
            return None

    def in_order(self, begins: time | None, ends: time | None, where: str) -> bool:
        """Whether a meeting ends after it begins; says so where it does not."""
        if begins is None or ends is None or begins < ends:
            return True
        self.wrong(
            Wrong.ENDS_BEFORE,
            where,
            _("Møtet slutter {ends}, og begynner {begins}. Det må slutte etter at det har begynt: rett tidene.").format(
                begins=f"{begins:%H.%M}", ends=f"{ends:%H.%M}"
            ),
        )
        return False

    def bad_time(self, text: str, where: str) -> None:
        self.wrong(
            Wrong.NO_SUCH_TIME,
            where,
            _("«{text}» er ikke et klokkeslett. Skriv for eksempel 12.30–15.30.").format(text=shorten(text, _QUOTED)),
        )

    def not_understood(self, text: str, where: str) -> None:
        self.wrong(
            Wrong.NOT_UNDERSTOOD,
            where,
            _("Jeg forstår ikke «{text}», så det er ikke tatt med. Skriv datoen som 25.1. eller 25. januar.").format(
                text=shorten(" ".join(text.split()), _QUOTED)
            ),
        )

    def _several_days(self, day: Day, where: str) -> None:
        self.note(
            _("{where}: «{text}» er flere dager. Jeg har tatt med den første; legg inn de andre for seg.").format(
                where=where[:1].upper() + where[1:], text=day.text
            )
        )

    def _quietly(self, written: Day | None, around: Around, year: int) -> date | None:
        """The day it was moved from, of the same year; None where it is no day."""
        if written is None:
            return None
        month = written.month or (around.month.month if around.month is not None else 0)
        try:
            return date(written.year or year, month, written.day)
        except ValueError:
            return None

    # --- what comes of it ---------------------------------------------------------------------------------

    def misfits(self) -> int:
        """How many weekdays do not fit their dates."""
        return sum(not row.weekday_fits for row in self._rows)

    def days(self) -> Sequence[date]:
        return [row.day for row in self._rows]

    def read(self, name: str, kind: str, *, year_said: bool) -> PlanRead:
        nobody = [row for row in self._rows if not row.committee]
        if nobody:
            self.wrong(
                Wrong.NO_COMMITTEE,
                nobody[0].where,
                _("Det står ikke hvilket utvalg møtet gjelder. Skriv utvalget foran datoen, eller velg det.")
                if len(nobody) == 1
                else _(
                    "Det står ikke hvilket utvalg møtet gjelder, og slik er det med {count} møter. Skriv utvalget "
                    "foran datoene, eller velg det."
                ).format(count=len(nobody)),
            )
        return PlanRead(
            name=identity.without_possible_numbers(name),
            kind=kind,
            rows=tuple(self._rows),
            problems=tuple(self._problems),
            notes=tuple(self._notes),
            understood=tuple(self._clear(each) for each in self.understood),
            year=self.year,
            year_said=year_said,
            title=self._clear(shorten(self.title, _LONGEST)),
        )

    def _cleared(self, row: Planned) -> Planned:
        return replace(
            row,
            committee=self._text(row.committee),
            where=self._text(row.where),
            place=self._text(row.place),
            title=self._text(row.title),
            text=self._text(row.text),
            chair=self._text(row.chair),
            host=self._text(row.host),
        )

    def _text(self, text: str) -> str:
        return shorten(self._clear(text), _LONGEST)

    @staticmethod
    def _clear(text: str) -> str:
        return identity.without_possible_numbers(text)


def _are_same(first: Planned, second: Planned) -> bool:
    """Whether two rows of a committee on a day are one meeting: where one has no time, they are."""
    same_time = first.begins == second.begins or first.begins is None or second.begins is None
    return same_time and first.status is second.status


def _merged(own: Said, general: Said) -> Said:
    return Said(
        place=own.place or general.place,
        chair=own.chair or general.chair,
        host=own.host or general.host,
        title=own.title or general.title,
        cancelled=own.cancelled or general.cancelled,
    )
