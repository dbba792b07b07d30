"""A meeting plan as a calendar (.ics) that Outlook or Google exported: the occurrences of a year.

How calendars are read (zones by Windows' names, series with moved and cancelled occurrences, ends before begins) is
told in `handlers.papers.reading.calendar`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from handlers.calendar import dates
from handlers.papers.reading.calendar import MOST_OF_A_SERIES, Entry, read_entries
from handlers.papers.reading.cannot import CannotRead, Why
from handlers.patterns import pattern_of
from handlers.planning.planned import Planned, Status, Wrong
from handlers.planning.reading.reading import LONGEST_LINE, Reading
from handlers.writing.language import _
from handlers.writing.text import shorten

MAX_ENTRIES = 2000
"""So many entries take two seconds; a whole mailbox's calendar has more, and is not a meeting plan."""
_YEARS_BACK, _YEARS_AHEAD = 2, 2
_PREFIX = pattern_of(
    r"^\s*(?:(?:avlyst|kansellert|flyttet|cancell?ed|invitasjon|invitation|fwd?|vs|sv|re)\s*:\s*)+", re.I
)
_BEGINS = pattern_of(rb"BEGIN:VEVENT", re.I)
_NAMED = 60


def read_calendar(content: bytes, reading: Reading, year: int | None, today: date) -> int:
    """Reads it into `reading`; the year whose meetings these are. `year`: the wanted one; None: this year or a later
    one with most of them, else the latest there is.

    Raises:
        CannotRead: it is no calendar, has no entries, or too many.
    """
    if len(_BEGINS.findall(content)) > MAX_ENTRIES or len(_BEGINS.findall(content.replace(b"\0", b""))) > MAX_ENTRIES:
        raise CannotRead(
            Why.TOO_LARGE,
            _(
                "Kalenderen har mer enn {limit} oppføringer. Eksporter bare møteplanen, eller bare det året det "
                "gjelder."
            ).format(limit=MAX_ENTRIES),
        )
    first = year or today.year - _YEARS_BACK
    last = year or today.year + _YEARS_AHEAD
    found = read_entries(content, (datetime(first, 1, 1), datetime(last, 12, 31, 23, 59)))  # noqa: DTZ001 - local time
    reading.title = found.name
    if "series_cut" in found.warnings:
        reading.wrong(
            Wrong.TOO_MANY,
            _("kalenderen"),
            _("En serie har flere enn {limit} møter. De siste er ikke lest.").format(limit=MOST_OF_A_SERIES),
        )
    if "series_not_understood" in found.warnings:
        reading.wrong(
            Wrong.NOT_UNDERSTOOD,
            _("kalenderen"),
            _("En serie har en regel jeg ikke forstår, så bare det første møtet er lest. Legg inn de andre for seg."),
        )
    if "event_without_date" in found.warnings:
        reading.wrong(
            Wrong.NO_DATE,
            _("kalenderen"),
            _("En oppføring har ingen dato som kan leses, så den er ikke tatt med. Rett den i kalenderen."),
        )
    entries = _latest_versions(found.entries)
    wanted = year or _likeliest(entries, today)
    others = Counter(each.occurrence.begins.year for each in entries if each.occurrence.begins.year != wanted)
    for entry in entries:
        if entry.occurrence.begins.year == wanted:
            _add(entry, reading)
    if others:
        reading.note(
            _("Fra andre år er ikke tatt med: {years}. Skriv årstallet hvis det er et av dem planen gjelder.").format(
                years=", ".join(
                    _("{year} ({count})").format(year=other, count=count) for other, count in sorted(others.items())
                )
            )
        )
    return wanted


def _latest_versions(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Without those that the calendar has a later version of: an entry that was sent, and then moved."""
    highest: dict[tuple[str, datetime | None], int] = {}

    def key(entry: Entry) -> tuple[str, datetime | None]:
        # Occurrences of a series that were changed have versions of their own.
        return entry.uid, entry.instead_of

    for entry in entries:
        if entry.uid:
            highest[key(entry)] = max(entry.version, highest.get(key(entry), 0))
    return [entry for entry in entries if not entry.uid or entry.version == highest[key(entry)]]


def _likeliest(entries: Sequence[Entry], today: date) -> int:
    by_year = Counter(each.occurrence.begins.year for each in entries)
    ahead = {year: count for year, count in by_year.items() if year >= today.year}
    if not ahead:
        return max(by_year)
    # An endless series goes on into later years: of years that are alike the first is meant.
    return min(ahead, key=lambda year: (-ahead[year], year))


def _add(entry: Entry, reading: Reading) -> None:
    found = entry.occurrence
    day = found.begins.date()
    title = " ".join(_PREFIX.sub("", found.title).split())
    where = _("oppføringen «{title}» {day}").format(
        title=shorten(title, _NAMED) or _("uten tittel"), day=dates.short_date(day)
    )
    texts = [reading.taken(text[:LONGEST_LINE], where) for text in (title, found.place, found.text)]
    if entry.zone:
        reading.wrong(
            Wrong.NO_ZONE,
            where,
            _("Tidssonen «{zone}» er ukjent, så klokkeslettet er lest som norsk tid. Sjekk det.").format(
                zone=shorten(entry.zone, _NAMED)
            ),
        )
    if entry.swapped:
        reading.wrong(
            Wrong.ENDS_BEFORE,
            where,
            _("Slutten står før begynnelsen. Jeg har byttet om på dem. Sjekk at det er riktig."),
        )
    begins, ends = _times(entry, where, reading)
    moved_from = entry.instead_of.date() if entry.instead_of is not None and not found.cancelled else None
    if moved_from == day:
        # Another time the same day.
        moved_from = None
    reading.add(
        Planned(
            committee=texts[0],
            day=day,
            where=where,
            begins=begins,
            ends=ends,
            place=" ".join(texts[1].split()),
            title=texts[0],
            text=texts[2],
            status=Status.CANCELLED if found.cancelled else Status.MOVED if moved_from is not None else Status.HELD,
            moved_from=moved_from,
            uid=entry.uid,
        )
    )


def _times(entry: Entry, where: str, reading: Reading) -> tuple[time | None, time | None]:
    begins, ends = entry.occurrence.begins, entry.occurrence.ends
    if entry.whole_day:
        return None, None
    if ends is None or ends == begins:
        return begins.time(), None
    if ends.date() != begins.date() and ends != datetime.combine(begins.date() + timedelta(days=1), time()):
        reading.note(
            _("{where}: Den går over flere dager. Jeg har tatt med den første, uten sluttid.").format(
                where=where[:1].upper() + where[1:]
            )
        )
    return begins.time(), ends.time() if ends.date() == begins.date() else None
