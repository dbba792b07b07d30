"""What to look at in minutes before they leave: findings in words, each with the line that it is about. Pure.

Nothing here stops anybody: what is found may be meant so, and the minute taker decides.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from handlers.calendar import dates
from handlers.calendar.weekdays import NUMBER_OF
from handlers.calendar.written import NoSuchDay, parse_date, written
from handlers.meetings.minutes.record import Record, Written
from handlers.patterns import pattern_of
from handlers.writing import identity
from handlers.writing.language import N_, _

_MONTH = "januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember"
_DATE = pattern_of(
    rf"(?<![\d./])\d{{1,2}}\.\s?(?:\d{{1,2}}\.\s?(?:20)?\d{{2}}|(?:{_MONTH})\s+20\d\d)(?![\d/]|\.\d)", re.IGNORECASE
)
"""A day with its year: without one it cannot be held against a plan."""
_ON_WEEKDAY = pattern_of(rf"\b({'|'.join(NUMBER_OF)})(?:en)?,?\s+(?:den\s+)?$", re.IGNORECASE)
_MEETING_BEFORE = pattern_of(r"\b(?:møte\w*|innkall\w*|referat\w*|protokoll\w*)\b[^.!?\n]{0,40}$", re.IGNORECASE)

_SMALL = {"en": 1, "ein": 1, "ett": 1, "eit": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5, "seks": 6, "sju": 7, "syv": 7}
_PEOPLE = (
    r"(?:pasient(?:er|ar)?|brukere?|brukar(?:ar)?|beboere?|bebuar(?:ar)?|innbyggere?|innbyggjar(?:ar)?|dødsfall|"
    r"barn|ungdom(?:mer|mar)?|personer|personar|selvmord|sjølvmord|tilfeller?|tilfelle)"
)
_COUNT = pattern_of(rf"(?<![\d.,/-])\b(\d{{1,2}}|{'|'.join(_SMALL)})\s+(?:\w+\s)?{_PEOPLE}\b", re.IGNORECASE)

_NOT_AFTER, _NOT_BEFORE = r"(?<![\d.,/])", r"(?!\d|[.,/]\d)"
_MALFORMED = (
    pattern_of(rf"{_NOT_AFTER}\d{{5}}[./]\d{{1,3}}{_NOT_BEFORE}"),
    pattern_of(
        rf"{_NOT_AFTER}(?:19|20)\d\d\.[ \t]+\d{{1,3}}{_NOT_BEFORE}(?!\.?\s*(?:{_MONTH}|prosent|%))", re.IGNORECASE
    ),
    pattern_of(rf"{_NOT_AFTER}\d{{1,3}}(?:[ \t]+/[ \t]*|/[ \t]+)(?:20)?\d\d{_NOT_BEFORE}"),
    pattern_of(rf"{_NOT_AFTER}(?:(?:19|20)\d\d\.\.\d{{1,3}}|\d{{1,3}}//\d\d(?:\d\d)?)(?!\d)"),
)
"""«20204.6», «2024. 2», «33 /24», «2024..2»: a number that was meant to be that of a case."""
_TO_DO = pattern_of(
    r"\b(?:skal|følger opp|følgjer opp|ber om|bes om|inviter(?:es|er)|inviterast|utarbeider?|legger fram|"
    r"kommer tilbake|presenterer|bearbeider|videreformidler|sendes|sendast|sender)\b",
    re.IGNORECASE,
)
_BOTH = pattern_of(r"^\[.{1,120}:\]$", re.MULTILINE)
"""The line between two texts that were written at the same time (see `handlers.meetings.minutes.write`)."""

_DOUBT = {
    identity.Kind.NUMBER: N_("«{text}» kan leses som et fødselsnummer."),
    identity.Kind.NAME: N_("«{text}» kan være navnet på en pasient eller pårørende."),
    identity.Kind.BIRTH: N_("«{text}» kan være en fødselsdato eller et personnummer."),
    identity.Kind.LONG_NUMBER: N_("«{text}» kan være et fødselsnummer eller et kontonummer."),
    identity.Kind.PHONE: N_("«{text}» ser ut som et telefonnummer."),
    identity.Kind.EMAIL: N_("«{text}» er en e-postadresse."),
}


class Finding(NamedTuple):
    """Something to look at. `slot_id` None: it is about the minutes as a whole."""

    slot_id: int | None
    text: str


@dataclass(frozen=True)
class Against:
    """What the texts are held against.

    `meeting_days`: every day (local) that the committee has, had or was to have a meeting. `mask_below`: counts of
    people from 1 up to this one are not to leave those who handle them. `not_found`: how a line is marked that was not
    found in the record.
    """

    meeting_days: Collection[date]
    mask_below: int
    not_found: str = ""


def findings(record: Record, against: Against) -> Sequence[Finding]:
    """All that is to be looked at: first of the whole, then of each line in order."""
    return [*_of_the_whole(record), *(each for line in record.lines for each in _of_line(line, against))]


def _of_the_whole(record: Record) -> Iterator[Finding]:
    if not record.chair:
        yield Finding(None, _("Det er ikke valgt noen møteleder."))
    if not record.minute_taker:
        yield Finding(None, _("Det er ikke valgt noen referent."))
    if record.noted:
        yield Finding(None, _("Det ligger notater som ingen har sett over. Ta dem inn, eller forkast dem."))


def _of_line(line: Written, against: Against) -> Iterator[Finding]:
    if line.is_missing:
        yield Finding(line.slot_id, _("Det er ikke skrevet noe om saken."))
    if line.entry is None:
        return
    conclusions = [each.text for each in line.entry.conclusions]
    for each in line.entry.follow_ups:
        for missing, sentence in (
            (not each.owner, N_("Oppfølgingen «{text}» har ingen ansvarlig.")),
            (not each.row.due_text, N_("Oppfølgingen «{text}» har ingen frist.")),
            (
                each.row.due_text and each.row.due_on is None,
                N_("Oppfølgingen «{text}» har ingen dato, bare ordene «{due}»."),
            ),
        ):
            if missing:
                yield Finding(line.slot_id, _(sentence).format(text=each.row.text, due=each.row.due_text))
    to_do = next((text for text in conclusions if _TO_DO.search(text)), "")
    if to_do and not line.entry.follow_ups:
        sentence = _("Konklusjonen «{text}» sier at noe skal gjøres, men ingen oppfølging sier hvem og når.")
        yield Finding(line.slot_id, sentence.format(text=to_do))
    follow_ups = (f"{each.row.text}\n{each.row.owner_text}\n{each.row.due_text}" for each in line.entry.follow_ups)
    whole = "\n".join((line.entry.entry.discussion, *conclusions, *follow_ups))
    for said in dict.fromkeys(in_text(whole, against)):
        yield Finding(line.slot_id, said)


def in_text(text: str, against: Against) -> Iterator[str]:
    """What is to be looked at in a text, in words."""
    for doubt in identity.doubts(text):
        yield _(_DOUBT[doubt.kind]).format(text=doubt.text)
    yield from _small_counts(text, against.mask_below)
    yield from _malformed(text)
    yield from _dates(text, against.meeting_days)
    if _BOTH.search(text):
        yield _("To tekster som ble skrevet samtidig, er ikke satt sammen ennå.")
    if against.not_found and against.not_found in text:
        yield _("En linje fra notatene er fortsatt merket «{mark}».").format(mark=against.not_found)


def _small_counts(text: str, below: int) -> Iterator[str]:
    for found in _COUNT.finditer(text):
        said = found[1].lower()
        number = int(said) if said.isdecimal() else _SMALL[said]
        if 0 < number < below:
            yield _("«{text}» er så få at noen kan kjennes igjen. Grensen er {number}.").format(
                text=found[0], number=below
            )


def _malformed(text: str) -> Iterator[str]:
    for pattern in _MALFORMED:
        for found in pattern.finditer(text):
            yield _("«{text}» ligner et saksnummer, men er ikke skrevet som et.").format(text=found[0])


def _dates(text: str, meeting_days: Collection[date]) -> Iterator[str]:
    years = {day.year for day in meeting_days}
    for found in _DATE.finditer(text):
        shown = found[0]
        try:
            day = parse_date(shown)
        except NoSuchDay:
            yield _("«{text}» finnes ikke i kalenderen.").format(text=shown)
            continue
        except ValueError:
            continue
        before = text[max(0, found.start() - 60) : found.start()]
        weekday = _ON_WEEKDAY.search(before)
        if weekday is not None and NUMBER_OF[weekday[1].lower()] != day.weekday():
            yield _("«{text}» er en {weekday}.").format(text=shown, weekday=dates.weekday(day))
        elif _MEETING_BEFORE.search(before) and day.year in years and day not in meeting_days:
            near = min(meeting_days, key=lambda each: abs((each - day).days))
            yield _("«{text}» er ingen møtedato i planen. Den nærmeste er {near}.").format(
                text=shown, near=written(near)
            )


def by_line(found: Sequence[Finding]) -> Mapping[int | None, Sequence[str]]:
    """The findings in words, by the line."""
    lines: dict[int | None, list[str]] = {}
    for each in found:
        lines.setdefault(each.slot_id, []).append(each.text)
    return lines
