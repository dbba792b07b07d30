"""A meeting plan in a table: a meeting in each row below headings, or bodies × months, whichever way it lies."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, time

from handlers.patterns import pattern_of
from handlers.planning.planned import Planned, Status, Wrong
from handlers.planning.reading.grids import Grid, GridRow
from handlers.planning.reading.headers import Column, column_of, columns_of
from handlers.planning.reading.lines import Line, is_title, read_lines, year_in
from handlers.planning.reading.reading import MONTHS, Around, Reading
from handlers.planning.reading.scanning import Clock, Day, Month, Weekday, clock_alone, month_alone, scan
from handlers.planning.reading.segments import Said, Segment, segment, with_place
from handlers.writing.language import _

_FEWEST_MONTHS = 2
_FEWEST_NUMBERS = 6
_FIRST_OF_MONTH = pattern_of(r"01\.(?P<month>\d\d)\.(?P<year>\d{4})")
_MONTH_AND_YEAR = pattern_of(r"(?P<month>\d\d)\.(?P<year>\d{4})")
_CLOCK = pattern_of(r"\d{1,2}[.:]\d\d")
_NUMBER = pattern_of(r"\d{1,2}")
_NOTHING = pattern_of(r"[\s\-–—.x/]*|n/?a|ingen.*|ikke møte|ferie|sommer\w*|jul\w*|påske\w*|fri", re.I)
_OTHER_LABELS = (Column.BEGINS, Column.ENDS, Column.PLACE, Column.CHAIR, Column.HOST, Column.WEEKDAY)


def read_grid(grid: Grid, reading: Reading, around: Around) -> None:
    """Reads a table into `reading`. `around`: what stands above it."""
    grid = [_cleared(row, reading) for row in grid]
    at = 0
    while at < len(grid):
        at = _read_from(grid, at, reading, around)


def _cleared(row: GridRow, reading: Reading) -> GridRow:
    return row._replace(
        spots={
            column: spot._replace(text=reading.taken(spot.text, spot.where) if spot.first else spot.text)
            for column, spot in row.spots.items()
        }
    )


def _read_from(grid: Grid, at: int, reading: Reading, around: Around) -> int:
    """Reads from a row on; the first one that is not read."""
    texts = {column: spot.text for column, spot in grid[at].spots.items()}
    columns = columns_of(texts)
    if columns:
        return _Rows(grid, at, columns, reading, around).read()
    months = _months_across(grid[at], reading)
    if months:
        return _Across(grid, at, months, reading, around).read()
    down = _months_down(grid, at)
    if down is not None:
        return _Down(grid, at, down, reading, around).read()
    _line(grid[at], reading, around)
    return at + 1


def _line(row: GridRow, reading: Reading, around: Around) -> None:
    """A row that no heading says anything of: its cells are read like a line of text."""
    texts: list[str] = []
    dated = False
    for spot in row.own.values():
        text = spot.text.replace("\n", ", ")
        # Behind a date «9.10» is a time.
        texts.append(f"kl. {text}" if dated and _CLOCK.fullmatch(text) else text)
        dated = dated or any(isinstance(each, Day) for each in scan(text))
    if len(texts) == 1 and is_title(texts[0]):
        reading.title = reading.title or " ".join(texts[0].split())
        return
    if len(texts) > 1:
        read_lines([Line("\t".join(texts), row.where)], reading, around)


# --- a meeting in each row -----------------------------------------------------------------------------------


class _Rows:
    def __init__(self, grid: Grid, head: int, columns: Mapping[int, Column], reading: Reading, around: Around) -> None:
        self._grid, self._head, self._columns = grid, head, columns
        self._reading, self._around = reading, around
        self._committee = around.committee
        self._above: dict[Column, str] = {}
        """A month or a year stands once, over several rows."""
        self._told = False

    def read(self) -> int:
        for at, row in enumerate(self._grid[self._head + 1 :], self._head + 1):
            texts = {column: spot.text for column, spot in row.spots.items()}
            if columns_of(texts):
                return at
            if texts:
                self._row(row, self._grid[at + 1] if at + 1 < len(self._grid) else None)
        return len(self._grid)

    def _row(self, row: GridRow, below: GridRow | None) -> None:
        found: dict[Column, str] = {}
        for at, column in self._columns.items():
            if row.text(at).strip():
                found.setdefault(column, row.text(at).strip())
        for column in (Column.MONTH, Column.YEAR):
            if column in found:
                self._above[column] = found[column]
        found = {**self._above, **found}
        dated = Column.DATE in found or (Column.WEEKDAY in found and Column.MONTH in found)
        if not dated or self._is_heading(row):
            self._without_date(row, found, below)
            return
        committee = self._whose(row, found)
        month = self._month(found)
        text = found.get(Column.DATE) or found.get(Column.WEEKDAY, "")
        said = segment(text.replace("\n", ", "), bare_days=month is not None, head=False)
        if not said.entries:
            self._not_a_date(text, row, said)
            return
        self._add(row, found, said, committee, month)

    @staticmethod
    def _is_heading(row: GridRow) -> bool:
        """Whether a row has nothing but words, in one cell."""
        own = list(row.own.values())
        return len(own) == 1 and len(row.spots) == 1 and not re.search(r"\d[./]|\d\.? [a-zæøå]{3}", own[0].text)

    def _not_a_date(self, text: str, row: GridRow, dated: Segment) -> None:
        if dated.no_meeting or _NOTHING.fullmatch(text):
            return
        self._reading.not_understood(text, row.where)

    def _add(
        self, row: GridRow, found: Mapping[Column, str], dated: Segment, committee: str, month: Month | None
    ) -> None:
        times = self._times(row, found)
        if times is None:
            return
        status = found.get(Column.STATUS, "")
        cancelled = bool(re.search(r"avlyst|avlys|utgår|kansellert|cancel|^ja$|^yes$|^x$", status, re.I))
        cancelled = cancelled or dated.said.cancelled
        for column in (Column.TITLE, Column.TEXT, Column.PLACE, Column.COMMITTEE):
            cancelled = cancelled or segment(found.get(column, ""), head=False).said.cancelled
        for entry in dated.entries:
            day = self._reading.day(entry.day, row.where, self._own_month(month, entry.day), self._year(found))
            if day is None:
                continue
            begins, ends = (entry.begins, entry.ends) if entry.begins is not None else times
            if ends is None and entry.begins is not None and times[1] is not None:
                ends = times[1]
            if not self._reading.in_order(begins, ends, row.where):
                continue
            moved = self._moved(entry.moved_from, day)
            self._reading.add(
                Planned(
                    committee=committee,
                    day=day,
                    where=row.where,
                    begins=begins,
                    ends=ends,
                    place=found.get(Column.PLACE, "") or entry.said.place,
                    title=found.get(Column.TITLE, "") if Column.COMMITTEE in self._columns.values() else "",
                    text=", ".join(each for each in (found.get(Column.TEXT, ""), *dated.words) if each),
                    chair=found.get(Column.CHAIR, ""),
                    host=found.get(Column.HOST, ""),
                    weekday=self._weekday(found, entry.weekday),
                    status=Status.CANCELLED if cancelled or entry.said.cancelled else moved[0],
                    moved_from=moved[1],
                )
            )

    @staticmethod
    def _own_month(month: Month | None, day: Day) -> Month | None:
        return month if day.month is None or (month is not None and month.month != day.month) else None

    def _moved(self, written: Day | None, day: date) -> tuple[Status, date | None]:
        if written is None or written.month is None:
            return Status.HELD, None
        try:
            return Status.MOVED, date(written.year or day.year, written.month, written.day)
        except ValueError:
            return Status.HELD, None

    def _whose(self, row: GridRow, found: Mapping[Column, str]) -> str:
        has_column = Column.COMMITTEE in self._columns.values()
        if Column.COMMITTEE in found:
            self._committee = " ".join(found[Column.COMMITTEE].split())
            return self._committee
        if not has_column:
            # A calendar's export says in its subject whose meeting it is.
            return self._committee or " ".join(found.get(Column.TITLE, "").split())
        if self._committee and not self._told:
            self._told = True
            self._reading.note(
                _(
                    "{where}: Her står det ikke utvalg, så jeg har lest det som utvalget over ({committee}). Det "
                    "gjelder også rader lenger nede."
                ).format(where=row.where[:1].upper() + row.where[1:], committee=self._committee)
            )
        return self._committee

    def _without_date(self, row: GridRow, found: Mapping[Column, str], below: GridRow | None) -> None:
        own = [spot.text for spot in row.own.values()]
        if len(own) == 1 and not self._is_alone(row, below):
            # A line over several rows: the body, a month, or the year.
            month = month_alone(own[0])
            if month is not None:
                self._above[Column.MONTH] = own[0]
            elif is_title(own[0]):
                self._around = self._around._replace(year=year_in(own[0]) or self._around.year)
            elif not _NOTHING.fullmatch(own[0]) and Column.BEGINS not in found:
                self._committee = " ".join(own[0].split())
            return
        if Column.BEGINS in found or Column.COMMITTEE in found:
            self._reading.wrong(
                Wrong.NO_DATE, row.where, _("Det står ingen dato her, så raden er ikke tatt med. Fyll den inn.")
            )

    def _is_alone(self, row: GridRow, below: GridRow | None) -> bool:
        """Whether a body stands without a date, and nothing below it is its own."""
        column = next(iter(row.own))
        if self._columns.get(column) is not Column.COMMITTEE:
            return False
        return below is None or bool(below.text(column)) or not below.spots

    def _month(self, found: Mapping[Column, str]) -> Month | None:
        text = found.get(Column.MONTH, "")
        month = month_alone(text)
        if month is None and _NUMBER.fullmatch(text):
            month = Month(text, int(text))
        return month

    def _year(self, found: Mapping[Column, str]) -> int | None:
        text = found.get(Column.YEAR, "")
        return int(text) if re.fullmatch(r"(?:19|20)\d\d", text) else self._around.year

    @staticmethod
    def _weekday(found: Mapping[Column, str], written: Weekday | None) -> int | None:
        if written is not None:
            return written.number
        said = scan(f"{found.get(Column.WEEKDAY, '')} 1.")
        return next((each.number for each in said if isinstance(each, Weekday)), None)

    def _times(self, row: GridRow, found: Mapping[Column, str]) -> tuple[time | None, time | None] | None:
        """None: what stands there is no time, and that has been said."""
        clocks: list[Clock | None] = []
        for column in (Column.BEGINS, Column.ENDS):
            text = found.get(column, "")
            if not text or _NOTHING.fullmatch(text):
                clocks.append(None)
                continue
            clock = clock_of(text)
            if clock is None or clock.begins is None:
                self._reading.bad_time(text, row.where)
                return None
            clocks.append(clock)
        begins, ends = clocks
        if begins is None:
            return (None, None) if ends is None else (ends.begins, ends.ends)
        return begins.begins, begins.ends or (ends.begins if ends is not None else None)


def clock_of(text: str) -> Clock | None:
    """The time that a cell says, also behind a date («25.01.2024 12:30», as calendars export it)."""
    clock = clock_alone(text)
    if clock is not None:
        return clock
    return next((each for each in scan(text) if isinstance(each, Clock)), None)


# --- bodies × months -----------------------------------------------------------------------------------------


def _months_across(row: GridRow, reading: Reading) -> dict[int, Month]:
    """By column, where a row is the months of a year; those that cannot be are said and left out."""
    texts = {column: spot.text.strip() for column, spot in row.spots.items()}
    named = {column: month for column, text in texts.items() if (month := _month(text)) is not None}
    if len({month[1:] for month in named.values()}) < _FEWEST_MONTHS:
        named = _numbered(texts)
    if not named or len(named) * 2 < len(texts):
        return {}
    found: dict[int, Month] = {}
    seen: dict[tuple[int, int | None], str] = {}
    for column, month in sorted(named.items()):
        spot = row.spots[column]
        key = (month.month, month.year)
        if not 1 <= month.month <= MONTHS:
            reading.wrong(
                Wrong.NO_SUCH_DAY,
                spot.where,
                _("Det er ingen måned nummer {month}. Kolonnen er ikke lest.").format(month=month.month),
            )
        elif seen.get(key, spot.where) != spot.where:
            reading.wrong(
                Wrong.NO_SUCH_DAY,
                spot.where,
                _(
                    "{month} står to ganger, også i {where}. Kolonnen er ikke lest: skriv årstall i overskriftene hvis "
                    "planen går over to år."
                ).format(month=month.text.capitalize(), where=seen[key]),
            )
        else:
            seen[key] = spot.where
            found[column] = month
    return found


def _month(text: str) -> Month | None:
    month = month_alone(text)
    if month is not None:
        return month
    found = _FIRST_OF_MONTH.fullmatch(text) or _MONTH_AND_YEAR.fullmatch(text)
    return Month(text, int(found["month"]), int(found["year"])) if found is not None else None


def _numbered(texts: Mapping[int, str]) -> dict[int, Month]:
    """Months by their numbers, as «1» to «12»."""
    numbers = {column: int(text) for column, text in texts.items() if _NUMBER.fullmatch(text)}
    inside = sorted(numbers)
    rising = [numbers[column] for column in inside] == list(range(1, len(inside) + 1))
    if len(numbers) < _FEWEST_NUMBERS or not rising:
        return {}
    return {column: Month(texts[column], number) for column, number in numbers.items()}


def _months_down(grid: Grid, at: int) -> int | None:
    """The column of the months, where they stand below each other, from a few rows below this one on."""
    for column in range(3):
        months = [
            month
            for row in grid[at : at + 20]
            if (spot := row.spots.get(column)) is not None and (month := _month(spot.text.strip())) is not None
        ]
        first = [_month(row.text(column).strip()) is not None for row in grid[at : at + 4]]
        beside = max((len(row.spots) for row in grid[at : at + 4]), default=0)
        if (
            len({month[1:] for month in months}) >= _FEWEST_MONTHS
            and any(first)
            and beside > 1
            and len(grid[at].spots) > 1
        ):
            return column
    return None


class _Matrix:
    """What both ways have in common."""

    def __init__(self, grid: Grid, head: int, reading: Reading, around: Around) -> None:
        self._grid, self._head = grid, head
        self._reading, self._around = reading, around

    def _body(self, text: str, around: Around) -> Around:
        """What holds for a body's row or column, from what it is called: «FSU (12.30–15.30), Rådhuset»."""
        found = segment(text.replace("\n", ", "))
        words = [*found.words]
        name = found.head or (words.pop(0) if words else "")
        weekday = next((each.number for each in scan(text) if isinstance(each, Weekday)), None)
        if found.begins is None and not found.words:
            # Nothing but a name, whatever stands in it.
            name = " ".join(text.split())
        said = with_place(found.said, words)
        return around._replace(
            committee=name, begins=found.begins, ends=found.ends, weekday=weekday, said=_over(said, around.said)
        )

    def _defaults(self, around: Around, column: Column, text: str, where: str) -> Around:
        said = around.said
        match column:
            case Column.BEGINS:
                clock = clock_of(text)
                if clock is None or clock.begins is None:
                    self._reading.bad_time(text, where)
                    return around
                return around._replace(begins=clock.begins, ends=clock.ends or around.ends)
            case Column.ENDS:
                clock = clock_of(text)
                return around._replace(ends=clock.begins) if clock is not None else around
            case Column.WEEKDAY:
                weekday = next((each.number for each in scan(f"{text} 1.") if isinstance(each, Weekday)), None)
                return around._replace(weekday=weekday)
            case Column.PLACE:
                return around._replace(said=_over(Said(place=text), said))
            case Column.CHAIR:
                return around._replace(said=_over(Said(chair=text), said))
            case Column.HOST:
                return around._replace(said=_over(Said(host=text), said))
        return around

    def _cell(self, text: str, where: str, around: Around) -> None:
        text = text.strip()
        if _NOTHING.fullmatch(text):
            return
        found = segment(text.replace("\n", ", "), bare_days=True, head=False)
        with_place(found.said, found.words)
        if not self._reading.segment(found, where, around) and not found.bad_times and re.search(r"\d", text):
            self._reading.not_understood(text, where)


class _Across(_Matrix):
    """Months across, bodies down."""

    def __init__(self, grid: Grid, head: int, months: Mapping[int, Month], reading: Reading, around: Around) -> None:
        super().__init__(grid, head, reading, around)
        self._months = months
        self._first, self._last = min(months), max(months)
        row = grid[head]
        self._others = {
            column: kind
            for column, spot in row.spots.items()
            if column not in months and (kind := column_of(spot.text)) in _OTHER_LABELS
        }

    def read(self) -> int:
        around = self._around
        named = False
        for at, row in enumerate(self._grid[self._head + 1 :], self._head + 1):
            if columns_of({column: spot.text for column, spot in row.spots.items()}):
                return at
            if _is_months(row):
                return at
            own = row.own
            if not own:
                continue
            label = self._label(row)
            if label:
                around, named = self._body(label, self._around), True
            elif not named:
                around = self._around
            beside = around
            for column, kind in self._others.items():
                if row.text(column):
                    beside = self._defaults(beside, kind, row.text(column), row.spots[column].where)
            for column, spot in sorted(own.items()):
                month = self._months.get(column)
                if month is not None:
                    self._cell(spot.text, spot.where, beside._replace(month=month))
        return len(self._grid)

    def _label(self, row: GridRow) -> str:
        """The body: the first cell beside the months that is nothing else."""
        for column, spot in sorted(row.spots.items()):
            if column >= self._first:
                break
            if column not in self._others and spot.text.strip():
                return spot.text
        return ""


class _Down(_Matrix):
    """Months down, bodies across."""

    def __init__(self, grid: Grid, head: int, column: int, reading: Reading, around: Around) -> None:
        super().__init__(grid, head, reading, around)
        self._column = column

    def read(self) -> int:
        first = next(
            at
            for at in range(self._head, len(self._grid))
            if _month(self._grid[at].text(self._column).strip()) is not None
        )
        bodies = self._bodies(self._grid[self._head : first])
        seen: dict[tuple[int, int | None], str] = {}
        month: Month | None = None
        for row in self._grid[first:]:
            text = row.text(self._column).strip()
            named = _month(text)
            if named is not None and row.spots[self._column].first:
                where = row.spots[self._column].where
                key = (named.month, named.year)
                if key in seen and (month is None or key != (month.month, month.year)):
                    self._reading.wrong(
                        Wrong.NO_SUCH_DAY,
                        where,
                        _(
                            "{month} står to ganger, også i {where}. Raden er ikke lest: skriv årstall ved månedene "
                            "hvis planen går over to år."
                        ).format(month=named.text.capitalize(), where=seen[key]),
                    )
                    month = None
                    continue
                month = named
                seen[key] = where
            elif text and named is None:
                month = None
                if re.search(r"\d[./]\d", " ".join(spot.text for spot in row.own.values())):
                    self._reading.not_understood(text, row.where)
            if month is None:
                continue
            for column, spot in sorted(row.own.items()):
                if column > self._column:
                    self._cell(spot.text, spot.where, bodies.get(column, self._around)._replace(month=month))
        return len(self._grid)

    def _bodies(self, rows: Sequence[GridRow]) -> dict[int, Around]:
        """By column; rows above the months may say when and where those of a body are held."""
        found: dict[int, Around] = {}
        for row in rows:
            kind = column_of(row.text(self._column)) if row.text(self._column) else None
            for column, spot in row.spots.items():
                if column <= self._column:
                    continue
                if kind in _OTHER_LABELS and kind is not None and column in found:
                    found[column] = self._defaults(found[column], kind, spot.text, spot.where)
                elif column not in found:
                    found[column] = self._body(spot.text, self._around)
                else:
                    clock = clock_of(spot.text)
                    if clock is not None and clock.begins is not None:
                        found[column] = found[column]._replace(begins=clock.begins, ends=clock.ends)
        return found


def _is_months(row: GridRow) -> bool:
    months = [spot for spot in row.own.values() if _month(spot.text.strip()) is not None]
    return len(months) >= _FEWEST_MONTHS


def _over(own: Said, general: Said) -> Said:
    return Said(
        place=own.place or general.place,
        chair=own.chair or general.chair,
        host=own.host or general.host,
        title=own.title or general.title,
        cancelled=own.cancelled or general.cancelled,
    )
