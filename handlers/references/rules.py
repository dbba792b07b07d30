"""Which references to cases stand in a text: «Sak 4», «sak 38/24», «2023.34, SSU 28.09.23», «FSU-KT sak 2022.18». Pure.

A reference is read in every way that it may be meant («08/01» is the eighth of 2001, or the first of 2008); what there
is decides. What looks like one and is another thing, such as a date, an amount or a section of a law, is none.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from handlers.patterns import pattern_of
from handlers.references.dated import dates

LONGEST = 20_000
"""Characters of a text that are looked through."""
MOST = 30
"""So many references of one text are read."""
_EARLIEST = 1990
"""No committee's papers are from before that."""


class Reading(NamedTuple):
    """A number in a year, as it may be meant. `year` None: none is said. `meeting`: which of that year's meetings,
    where the number says so."""

    n: int
    year: int | None
    meeting: int | None = None


class Reference(NamedTuple):
    """A reference as it stands in a text, from `start` to `end`.

    `text`: the number as it is written, without «sak». `letters`: those before the number that name a series (`PS`).
    `committees`: those that it names, or None where it names none. `day`: of the meeting, where it says so.
    """

    start: int
    end: int
    text: str
    readings: tuple[Reading, ...]
    letters: str = ""
    committees: frozenset[int] | None = None
    day: date | None = None

    @property
    def is_short(self) -> bool:
        """Only the number in its series: «Sak 4»."""
        return all(reading.year is None for reading in self.readings)


class Name(NamedTuple):
    """What a committee is called, or was from one local date to another, both included."""

    text: str
    committee_id: int
    valid_from: date | None = None
    valid_to: date | None = None

    def was_used(self, first: date, last: date) -> bool:
        """At some time between these days."""
        return not ((self.valid_from and self.valid_from > last) or (self.valid_to and self.valid_to < first))


class Form(NamedTuple):
    """How a committee writes its numbers. `pattern` has the groups `n`, and perhaps `year` and `meeting`. `letters`:
    what its numbers begin with, where these are letters. `endless`: they never begin again, and say no year."""

    committee_id: int
    pattern: re.Pattern[str]
    letters: str = ""
    endless: bool = False


class Known(NamedTuple):
    """What there is to refer to: the names of committees, and how they write their numbers. `year`: the current one."""

    names: tuple[Name, ...]
    forms: tuple[Form, ...]
    year: int

    @property
    def latest(self) -> int:
        """Numbers of later years than that are none yet."""
        return self.year + 1


_KEY = r"(?:sak(?:s(?:nr|nummer))?(?:en|er|ene|a|ane|i)?|vedtak(?:et|a|ene)?|case)"
_NR = r"(?:\s*(?:nr|nummer|no)\b)?\s*[.:]?\s*"
_LEAD = rf"(?P<key>(?<![\w-]){_KEY}\b{_NR})?"
_LETTERS = r"(?:(?P<letters>(?<![\w-])[A-ZÆØÅ]{2,3})[ -]?)?"
_TYPES = r"(?:\s*\(?\s*(?:dialog|[ODB])(?:\s*/\s*(?:dialog|[ODB]))*\s*\)?(?!\w))?"
_NUMBER = r"""(?:
    (?P<y3>\d{4}|\d{2})/(?P<m3>\d{1,2})/(?P<n3>\d{1,3})
    | (?P<a>\d{1,5})(?P<sign>\s?[/–-]\s?|\.\s?)(?P<b>\d{1,5})
)"""
_FULL = pattern_of(
    rf"{_LEAD}{_LETTERS}(?<![\d/.,:§–-]){_NUMBER}{_TYPES}(?![\d/]|[-.,:–]\d)", re.VERBOSE | re.IGNORECASE
)
_SHORT = pattern_of(rf"(?P<key>(?<![\w-]){_KEY}\b{_NR})(?P<n>\d{{1,4}})(?![\d/]|\s?[-.,:–/]\s?\d|\w)", re.IGNORECASE)
_OTHER_BEFORE = pattern_of(
    r"""(?:§+|\b(?:
        paragraf\w*|kap(?:ittel)?|pkt|punkt|ledd|tlf|telefon|mobil|fax|versjon|utgave|revisjon|rev|v|ver|side[r]?|s
        |kl|klokka|klokken|uke[r]?|uka|uken|veke[r]?|veka|kr|kroner|nok|eur|protokoll|referat|prop|innst|meld|st|nou
        |rundskriv|rom|blodtrykk|bt|ca|ordre|faktura|konto|org|orgnr|journal|jnr|ref|is|isbn|iso|hr|lov|for|forskrift
        |temp|nrs|iplos|icd|periode[n]?|årene|åra|skoleåret|sesongen|budsjett|økonomiplan\w*|strategi
    )\.?(?:\s*nr\.?)?)\s*[:]?\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_OTHER_AFTER = pattern_of(
    r"""^\s*(?:%|‰|,-|(?:kr|kroner|nok|mill(?:ioner)?|mrd|mg|ml|g|kg|mmhg|mmol|prosent|pst|timer?|t|min|minutt\w*|dager
        |døgn|uker|veker|måneder|år|stk|stillinger|årsverk|km|m|cm|grader|personer|pasient\w*|kommuner|sider|saker
        |poeng|plasser|senger|gonger|ganger|sekund\w*|deltak\w*|medlem\w*|avvik|meldinger|utvalg)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_TIMES = pattern_of(r"\d{1,2}[.:]\d{2}\s*[-–—]\s*\d{1,2}[.:]\d{2}")
"""«12.30–15.30»."""
_NO_SERIES = frozenset("SAK KL NR OG EU IS HR SE DE PR PÅ AV EN ET TIL FRA FOR MED VED OM DET DEN ER PKT KAP".split())  # noqa: SIM905


def references(text: str, known: Known, *, alone: bool = False) -> list[Reference]:
    """Those that stand in the text, in order. `alone`: the text is asked about as it stands, so that a number without
    «sak» or a committee is one too, however it is written."""
    text = text[:LONGEST]
    if not any(letter.isdigit() for letter in text):
        return []
    taken = [(each.start, each.end) for each in dates(text)]
    taken += [match.span() for match in _TIMES.finditer(text)]
    found: list[Reference] = []
    for reference in sorted(_candidates(text, known, taken, alone=alone), key=lambda each: (each.start, -each.end)):
        if found and reference.start < found[-1].end:
            continue
        found.append(reference)
        if len(found) == MOST:
            break
    return found


def _candidates(text: str, known: Known, taken: Sequence[tuple[int, int]], *, alone: bool) -> Iterator[Reference]:
    for match in _FULL.finditer(text):
        reading = _full(text, match, known, taken, alone=alone)
        if reading is not None:
            yield reading
    for match in _SHORT.finditer(text):
        start, end = match.start("n"), match.end("n")
        if _is_taken(start, end, taken) or _OTHER_AFTER.match(text[end : end + 20]):
            continue
        n = int(match["n"])
        if n:
            yield _with_surroundings(text, Reference(start, end, match["n"], (Reading(n, None),)), known)
    yield from _as_committees_write(text, known, taken, alone=alone)


def _full(
    text: str, match: re.Match[str], known: Known, taken: Sequence[tuple[int, int]], *, alone: bool
) -> Reference | None:
    start = match.start("y3") if match["y3"] else match.start("a")
    end = match.end("n3") if match["y3"] else match.end("b")
    letters = (match["letters"] or "").upper()
    if letters in _NO_SERIES or not (alone or (match["letters"] or "").isupper()):
        letters = ""
    if letters and len(match["a"] or "") > 3 and len(match["b"]) > 3 and not match["key"]:
        # «ISO 9001-2015».
        return None
    if letters and any(name.text.casefold() == letters.casefold() for name in known.names):
        # «FSU 33/24»: the committee.
        letters = ""
    if _is_taken(start, end, taken):
        return None
    text_of_it = match[0][start - match.start() :].strip()
    if letters:
        start = match.start("letters")
    written = Reference(start, end, text_of_it, (), letters)
    named = _with_surroundings(text, written, known)
    surely = bool(match["key"] or letters or named.committees is not None)
    if not surely and not alone and _is_something_else(text, start, end):
        return None
    readings = _readings(match, known, surely=surely or alone)
    return named._replace(readings=readings) if readings else None


def _is_taken(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    return any(start < taken_end and taken_start < end for taken_start, taken_end in taken)


def _is_something_else(text: str, start: int, end: int) -> bool:
    return bool(_OTHER_BEFORE.search(text[max(0, start - 30) : start]) or _OTHER_AFTER.match(text[end : end + 20]))


def _readings(match: re.Match[str], known: Known, *, surely: bool) -> tuple[Reading, ...]:
    if match["y3"]:
        if not surely:
            return ()
        years = _years(match["y3"], known)
        return tuple(Reading(int(match["n3"]), year, int(match["m3"])) for year in years)
    a, b, sign = match["a"], match["b"], match["sign"].strip()
    if " " in match["sign"] and not surely:
        return ()
    if _is_year(a, known) and _is_year(b, known):
        # «2024–2025»: from one to the other.
        return ()
    if _is_year(a, known):
        return (Reading(int(b), int(a)),) if int(b) and (surely or len(b) <= 3) else ()
    if _is_year(b, known):
        return (Reading(int(a), int(b)),) if int(a) and (surely or (len(a) <= 3 and sign != ".")) else ()
    if sign == ".":
        return ()
    readings = []
    if len(b) == 2 and int(a):
        readings += [Reading(int(a), year) for year in _years(b, known)]
    if surely and len(a) == 2 and int(b) and len(b) <= 3:
        readings += [Reading(int(b), year) for year in _years(a, known)]
    if not surely and (sign != "/" or _may_be_a_day(a, b)):
        return ()
    return tuple(dict.fromkeys(readings))


def _may_be_a_day(a: str, b: str) -> bool:
    """«12/10»: the twelfth of October, as well as a case of 2010."""
    return 1 <= int(a) <= 31 and 1 <= int(b) <= 12


def _is_year(text: str, known: Known) -> bool:
    return len(text) == 4 and _EARLIEST <= int(text) <= known.latest


def _years(text: str, known: Known) -> list[int]:
    if len(text) == 4:
        return [int(text)] if _is_year(text, known) else []
    return [year for year in (2000 + int(text), 1900 + int(text)) if _EARLIEST <= year <= known.latest]


def _as_committees_write(
    text: str, known: Known, taken: Sequence[tuple[int, int]], *, alone: bool
) -> Iterator[Reference]:
    """Numbers as a committee's own template has them, where it has them unlike others."""
    for form in known.forms:
        for match in form.pattern.finditer(text):
            start, end = match.start(), match.end()
            parts = match.groupdict()
            year = parts.get("year")
            if not year and not (form.endless and alone):
                continue
            if _is_taken(start, end, taken) and not (alone and parts.get("meeting")):
                continue
            years: list[int | None] = [*_years(year, known)] if year else [None]
            meeting = int(parts["meeting"]) if parts.get("meeting") else None
            readings = tuple(Reading(int(match["n"]), each, meeting) for each in years if int(match["n"]))
            written = match[0].strip()
            letters = form.letters if form.letters and written.casefold().startswith(form.letters.casefold()) else ""
            reference = Reference(start, end, written, readings, letters, frozenset({form.committee_id}))
            named = _with_surroundings(text, reference._replace(committees=None), known)
            keyed = bool(re.search(rf"{_KEY}{_NR}$", text[max(0, start - 20) : start], re.IGNORECASE))
            surely = bool(letters or keyed or named.committees is not None)
            if not surely and not alone and (_is_something_else(text, start, end) or "/" not in written):
                continue
            if readings and not (named.committees and form.committee_id not in named.committees):
                yield named


# --- what stands beside the number -------------------------------------------------------------------------

_BETWEEN_BEFORE = tuple(
    pattern_of(rf"[\s,:(–-]*(?:(?:i|fra|møtet?|den|av)\s+)?(?:{_KEY}{_NR})?{letters}$", re.IGNORECASE)
    for letters in ("", "(?-i:[A-ZÆØÅ]{2,3})[ -]")
)
"""Between a committee, or a day, and the number after it: «FSU, sak PS 6/26»."""
_BETWEEN_AFTER = pattern_of(
    r"^(?:\s*\(?\s*(?:dialog|[ODB])(?:/[ODB])*\)?(?!\w))?[\s,(]*(?:(?:i|fra|for|hos|av)\s+)?", re.IGNORECASE
)
_TO_DAY = pattern_of(r"^[\s,(]*(?:(?:den|i|fra|møtet?|sitt|sin|på)\s+){0,3}", re.IGNORECASE)


def _with_surroundings(text: str, reference: Reference, known: Known) -> Reference:
    """The reference with the committee and the day that stand beside it."""
    start, end = reference.start, reference.end
    names: Sequence[Name] = ()
    day: date | None = None
    for between in _BETWEEN_BEFORE:
        gap = between.search(text[max(0, start - 60) : start])
        edge = start - len(gap[0]) if gap else start
        on, day_start = _day_before(text[:edge], edge)
        named = _name_before(text[:day_start].rstrip(" ,(–-"), known)
        if named is not None:
            (names, start), day = named, on
            break
    if not names:
        gap = _BETWEEN_AFTER.match(text[end : end + 40])
        after = end + (len(gap[0]) if gap else 0)
        found = _name_after(text, after, known)
        if found is not None:
            names, end = found
    if day is None:
        gap = _TO_DAY.match(text[end : end + 30])
        after = end + (len(gap[0]) if gap else 0)
        beside = next(dates(text[after : after + 24]), None) if after < len(text) else None
        if beside is not None and beside.start == 0:
            day, end = beside.day, after + beside.end
    committees = frozenset(each.committee_id for each in names) or None
    return reference._replace(
        committees=committees, day=day, end=max(end, reference.end), start=min(start, reference.start)
    )


def _day_before(before: str, edge: int) -> tuple[date | None, int]:
    """The date that ends where the number's surroundings begin."""
    tail = before[-24:]
    for each in dates(tail):
        if each.end == len(tail.rstrip()):
            return each.day, edge - len(tail) + each.start
    return None, edge


def _name_before(before: str, known: Known) -> tuple[Sequence[Name], int] | None:
    tail = before.casefold()
    for text in _names(known.names):
        if tail.endswith(text) and not _goes_on(tail, len(tail) - len(text) - 1):
            return [name for name in known.names if name.text.casefold() == text], len(before) - len(text)
    return None


def _name_after(text: str, at: int, known: Known) -> tuple[Sequence[Name], int] | None:
    rest = text[at : at + 120].casefold()
    for name in _names(known.names):
        if rest.startswith(name) and not _goes_on(rest, len(name)):
            return [each for each in known.names if each.text.casefold() == name], at + len(name)
    return None


def _goes_on(text: str, at: int) -> bool:
    """Whether a word goes on there."""
    return 0 <= at < len(text) and (text[at].isalnum() or (text[at] == "-" and 0 < at < len(text) - 1))


@lru_cache(maxsize=64)
def _names(names: tuple[Name, ...]) -> Sequence[str]:
    """Longest first: «FSU-KT» is no «FSU»."""
    return sorted({name.text.casefold() for name in names if name.text.strip()}, key=lambda each: (-len(each), each))


def meant(reference: Reference, known: Known, named: Collection[Name]) -> frozenset[int] | None:
    """The committees that are meant by a name which several had, each in its time; None: none is named."""
    if reference.committees is None:
        return None
    years = [reading.year for reading in reference.readings if reading.year is not None]
    first = reference.day or date(min(years, default=_EARLIEST), 1, 1)
    last = reference.day or date(max(years, default=known.year), 12, 31)
    of_them = [name for name in named if name.committee_id in reference.committees]
    then = {name.committee_id for name in of_them if name.was_used(first, last)}
    return frozenset(then) or reference.committees
