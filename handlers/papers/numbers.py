"""The numbers (saksnumre) of cases in old papers, in the series of the committee that they are of. Pure.

Papers number as their committee did then: `12-18`, `2018.12`, `033/04 B`, `PS 6/26`, `268`, or from 1 in each meeting.
The number stays as it is written; what it comes to in a series is how it is found again by whoever writes it in another
way.
"""

import re
from datetime import date

from handlers.cases.numbers import Numbering, as_written, series_of
from handlers.papers.record import CaseRead
from handlers.patterns import pattern_of
from storage.papers import Wanted
from storage.tables import Committee

_DIGITS = pattern_of(r"\d+")
_SPACES = pattern_of(r"\s+")


def wanted_number(case: CaseRead, committee: Committee, day: date) -> Wanted | None:
    """What the case is called by; None: it has no number.

    `day`: of the meeting. One that begins again in each meeting is called by that day too, since no other number of the
    committee may be the same.
    """
    text = _SPACES.sub(" ", case.number or "").strip()
    if not text:
        return None
    letters = (case.series or "").strip()
    foreign = bool(letters) and not _is_own(letters, committee)
    called = f"{letters} {text}" if foreign and not text.startswith(letters) else text
    numbering = Numbering.of(committee)
    for kind in sorted(numbering.kinds, key=lambda kind: not kind.name):
        found = as_written(kind.template).search(called)
        if found is None or found[0].strip().casefold() not in (called.casefold(), text.casefold()):
            continue
        # «6/26» is not «PS 6/26», nor the other way round.
        begins = kind.template.split("{")[0].strip()
        if begins.casefold() != (letters if foreign else "").casefold() and not called.startswith(begins or "\0"):
            continue
        parts = found.groupdict()
        year = _year(parts.get("year"), case.year, day)
        if year is not None or kind.is_endless:
            meeting = int(parts.get("meeting") or 0)
            return Wanted(called, series_of(kind, meeting), year or day.year, int(parts["n"]))
    series = _named(letters, numbering) if foreign else ""
    digits = [int(part) for part in _DIGITS.findall(text) if len(part) < 10]
    if case.year is not None and len(digits) > 1:
        rest = list(digits)
        at = next((place for place, part in enumerate(rest) if part in (case.year, case.year % 100)), None)
        # In «19/19» the year is the one that stands where the committee has it, which nothing here depends on.
        if at is not None:
            rest.pop(at)
        of_meeting = f":m{rest[0]}" if len(rest) > 1 else ""
        return Wanted(called, f"{series}{of_meeting}".lstrip(":"), case.year, rest[-1])
    if not digits or (len(digits) == 1 and digits[0] < 200):
        n = digits[0] if digits else None
        return Wanted(f"{called} ({day.day}.{day.month}.{day.year})", f"{series}:d{day}".lstrip(":"), day.year, n)
    n = digits[-1]
    return Wanted(called, series, case.year or day.year, n if n < 1_000_000 else None)


def another(wanted: Wanted, day: date) -> Wanted:
    """The same number, of a case that is not the one that has it already."""
    return Wanted(f"{wanted.text} ({day.day}.{day.month}.{day.year})", wanted.series, wanted.year, wanted.n)


def _is_own(letters: str, committee: Committee) -> bool:
    """Whether the letters before a number are only the committee's own short name."""
    own = {committee.key, committee.name, *re.findall(r"\(([^()]+)\)", committee.name)}
    return letters.casefold() in {each.casefold() for each in own}


def _named(letters: str, numbering: Numbering) -> str:
    """The series of the committee's that numbers with these letters; else one called by them."""
    for name, template in numbering.by_type.items():
        if template.split("{")[0].strip().casefold() == letters.casefold():
            return name
    return letters.upper()


def _year(written: str | None, read: int | None, day: date) -> int | None:
    """The year that is written, with two digits or four: the one that was read, or else the nearest to the meeting."""
    if not written:
        return None
    years = (int(written),) if len(written) == 4 else (2000 + int(written), 1900 + int(written))
    return read if read in years else min(years, key=lambda year: abs(year - day.year))
