"""Plans of meetings: bodies by months, a row for each meeting, lines of dates, or the entries of a calendar."""

import datetime
import re
from collections.abc import Iterable, Sequence

from handlers.papers.reading.blocks import Occurrence
from handlers.papers.record import MeetingRead
from handlers.papers.rules import days, labels
from handlers.papers.rules.flow import Grid, Line
from handlers.papers.rules.labels import Label
from handlers.papers.rules.text import plain
from handlers.patterns import pattern_of

_BODY = pattern_of(
    r"[A-ZÆØÅ]{2,6}(?:-[A-ZÆØÅ]{1,5})?|.{0,60}(?:utvalg|utval|råd|styre|forum|møte|møtet|gruppe|komité"
    r"|partnerskap|utvalget|fagutvalg|nemnd|team|nettverk)\b.{0,40}",
    re.IGNORECASE,
)
_LONE_DAY = pattern_of(r"(?<![\d./:])([0-3]?\d)\.?(?![\d./:])")
_HOURS = r"\(?(?:kl\.?\s?)?\d{1,2}[.:]\d\d.*|\(?\bkl\.?\s?\d{1,2}\b.*"
"""The time that stands behind the name of a body."""
_LINE = pattern_of(
    r"^(?P<body>[A-ZÆØÅ]{2,6}(?:-[A-ZÆØÅ]{1,5})?|[A-ZÆØÅ][\w ]{3,60}?(?:utvalg|utval|råd|forum|møte"
    r"|møtet|gruppe)(?: \([A-ZÆØÅ]{2,6}\))?)\s*[:–-]?\s+(?=\D{0,20}\d)"
)


def of_occurrences(occurrences: Iterable[Occurrence]) -> list[MeetingRead]:
    """The meetings of a calendar; those that are called off are none."""
    result = []
    for each in occurrences:
        if each.cancelled:
            continue
        begins = each.begins.time() if each.begins.time() != datetime.time(0, 0) or each.ends is not None else None
        ends = each.ends.time() if each.ends is not None and begins is not None else None
        if begins == datetime.time(0, 0) and ends == datetime.time(0, 0):
            begins = ends = None
        result.append(MeetingRead(each.begins.date(), begins, ends, each.title or None, each.place or None))
    return sorted(result, key=lambda each: (each.date, each.begins or datetime.time()))


def of_grid(grid: Grid, year: int | None) -> list[MeetingRead]:
    """The meetings in a table of dates."""
    if {Label.OWNER, Label.DUE} & set(grid.kinds) and not {Label.MEETING_DATE} & set(grid.kinds):
        return []
    rows = [row for row in ([grid.head] if grid.head else []) + grid.rows if any(row)]
    if not rows:
        return []
    width = max(len(row) for row in rows)
    year = _year_of(rows, year)
    months: dict[int, int] = {}
    bodies: dict[int, str] = {}
    times: dict[int, days.Times] = {}
    head_at = -1
    for at, row in enumerate(rows[:3]):
        named = {place: number for place, cell in enumerate(row) if (number := days.month_of(cell))}
        if len(named) >= 2:
            # A month that is merged over several columns stands in the first of them.
            last = 0
            for place in range(width):
                cell = row[place] if place < len(row) else ""
                last = named.get(place, 0 if cell else last)
                months |= {place: last} if last else {}
            head_at = at
            break
    if not months:
        head = rows[0]
        if not any(_dates(cell, year) for cell in head):
            head_at = 0
            for place, cell in enumerate(head):
                if (
                    cell
                    and place > 0
                    and _BODY.fullmatch(cell.split("(")[0].strip())
                    and labels.of(cell) in (None, Label.COMMITTEE, Label.SUBJECT)
                    and not re.fullmatch(r"(?:møte|utvalg|organ|forum|møter)", plain(cell))
                ):
                    bodies[place] = " ".join(re.sub(_HOURS, "", cell).split()).strip(" (,")
                    if (clock := days.times(cell, bare=True)) is not None:
                        times[place] = clock
    kinds = list(grid.kinds) if grid.head else [labels.of(cell) for cell in rows[0]]
    kinds_of_time = [_TIME_COLUMN.fullmatch(plain(cell)) for cell in rows[0]]
    result: list[MeetingRead] = []
    for short in rows[head_at + 1 :]:
        row = [*short, *[""] * (width - len(short))]
        body = _body_of(row, kinds) or (_first_cell(row) if months else None)
        row_time = _between(row, kinds_of_time) or next(
            (clock for cell in row if cell and (clock := days.times(cell, bare=True))), None
        )
        row_month = days.month_of(row[0]) if row else 0
        place_words = _place_of(row, kinds)
        for place, cell in enumerate(row):
            kind = kinds[place] if place < len(kinds) else None
            if not cell or kind in (Label.DUE, Label.DEADLINE, Label.SENT):
                continue
            if (
                head_at >= 0
                and place < len(rows[head_at])
                and re.search(r"frist|utsending|sendes|innmelding", rows[head_at][place], re.IGNORECASE)
            ):
                continue
            found = _dates(cell, year)
            if not found and place in months and year is not None:
                found = _lone(cell, months[place], year)
            if not found and row_month and place > 0 and year is not None:
                found = _lone(cell, row_month, year)
            for index, (when, end) in enumerate(found):
                until = len(cell)
                clock = days.times(cell[end:until], bare=True) if index == len(found) - 1 else None
                beside = row[place + 1] if place + 1 < len(row) else ""
                if clock is None and place in months and not _dates(beside, year):
                    # «Dato | Kl.» below each month.
                    clock = days.times(beside, bare=True)
                clock = clock or days.times(_without_days(cell), bare=True) or times.get(place) or row_time
                result.append(
                    MeetingRead(
                        when,
                        clock.begins if clock else None,
                        clock.ends if clock else None,
                        bodies.get(place) or body,
                        place_words,
                    )
                )
    return result


def of_lines(lines: Sequence[Line], year: int | None, committee: str | None) -> list[MeetingRead]:
    """The meetings in lines: «FSU: 25/1, 2/5 og 5/9 (12.30–15.30)», «Torsdag 29. februar kl. 13–15.30», and a body as
    a heading over lines of dates."""
    result: list[MeetingRead] = []
    body = committee
    for line in lines:
        text = line.text
        if re.search(r"\b(?:frist|innkalling sendes|sendes ut|ferie|fridag)\b", text, re.IGNORECASE):
            continue
        found = list(days.find(text, year))
        named = _LINE.match(text)
        if not found:
            if (
                _BODY.fullmatch(text.strip(" :"))
                and len(text) < 80
                and (line.is_heading or text.endswith(":") or labels.at_start(text) is None)
            ):
                body = text.strip(" :")
            continue
        if len(text) > 300:
            continue
        of = named["body"] if named is not None and named.end() <= found[0].start + 1 else body
        common = days.times(text, bare=True)
        for index, day in enumerate(found):
            until = found[index + 1].start if index + 1 < len(found) else len(text)
            clock = days.times(text[day.end : until], bare=True) or common
            result.append(MeetingRead(day.date, clock.begins if clock else None, clock.ends if clock else None, of))
    return result


_TIME_COLUMN = pattern_of(
    r"(?P<begins>start(?:tid|tidspunkt| kl)?|fra(?: kl)?|frå(?: kl)?|begynner|byrjar|starter|startar)"
    r"|(?P<ends>slutt(?:tid|tidspunkt| kl)?|til(?: kl)?|slutter|sluttar|ferdig)"
)
"""What stands over a column of times that begin, and over one of times that end."""


def _between(row: Sequence[str], columns: Sequence[re.Match[str] | None]) -> days.Times | None:
    """From the column «Start» to the column «Slutt»."""
    begins = ends = None
    for cell, column in zip(row, columns, strict=False):
        if column is None or (clock := days.times(f"kl. {cell}")) is None:
            continue
        if column["begins"]:
            begins = clock.begins
        else:
            ends = clock.begins
    return days.Times(begins, ends, 0, 0) if begins is not None else None


def body_over(lines: Sequence[Line]) -> str | None:
    """The body that stands as a heading over a table of its meetings: on a sheet of a workbook with one for each."""
    for line in reversed(lines):
        if line.is_heading and _BODY.fullmatch(line.text.strip(" :")) and not re.search(r"plan|20\d\d", line.text):
            return line.text.strip(" :")
    return next(
        (line.text.strip(" :") for line in lines if line.heading == 1 and not re.search(r"\d", line.text)), None
    )


def _year_of(rows: Sequence[Sequence[str]], year: int | None) -> int | None:
    text = " ".join(cell for row in rows[:3] for cell in row)
    found = re.search(r"\b(20\d\d)\b", text)
    return int(found[1]) if found and year is None else year


def _dates(cell: str, year: int | None) -> list[tuple[datetime.date, int]]:
    return [(day.date, day.end) for day in days.find(cell, year)]


def _without_days(cell: str) -> str:
    """A cell in which «28.1» and «4.2» are days and not times of day."""
    return "" if _DAY_AND_MONTH.fullmatch(cell.strip()) else cell


_DAY_AND_MONTH = pattern_of(r"(?P<day>[0-3]?\d)[./](?P<month>[01]?\d)\.?")


def _lone(cell: str, month: int, year: int) -> list[tuple[datetime.date, int]]:
    """Days of a month whose name stands at the top of the column or at the front of the row."""
    if (whole := _DAY_AND_MONTH.fullmatch(cell.strip())) and int(whole["month"]) == month:
        cell = whole["day"]
    clock = days.times(cell, bare=True)
    text = cell if clock is None else cell[: clock.start] + " " * (clock.end - clock.start) + cell[clock.end :]
    result = []
    for found in _LONE_DAY.finditer(text):
        try:
            result.append((datetime.date(year, month, int(found[1])), found.end()))
        except ValueError:
            continue
    return result


def _body_of(row: Sequence[str], kinds: Sequence[Label | None]) -> str | None:
    for place, cell in enumerate(row):
        kind = kinds[place] if place < len(kinds) else None
        if cell and (kind in (Label.COMMITTEE, Label.SUBJECT)) and not days.first(cell, 2000):
            return " ".join(cell.split())
    first = row[0].strip() if row else ""
    cleaned = re.sub(_HOURS, "", first).strip(" (,")
    if cleaned and _BODY.fullmatch(cleaned) and not days.month_of(cleaned) and not days.first(cleaned, 2000):
        return cleaned
    return None


def _first_cell(row: Sequence[str]) -> str | None:
    """Of bodies by months: whatever stands at the front of a row is one."""
    return re.sub(_HOURS, "", row[0]).strip(" (,:") or None


def _place_of(row: Sequence[str], kinds: Sequence[Label | None]) -> str | None:
    for place, cell in enumerate(row):
        if cell and place < len(kinds) and kinds[place] is Label.PLACE:
            return " ".join(cell.split())
    return None
