"""Which case each line of notes is about, and whether what it says is found in the record of that case. Pure.

A case is recognised by its number or its title at the beginning of a line; the lines after it are about it, until
another one is. What is found is what stands in the record in about the same words: with a number that the record does
not have, a line is not found, whatever else it says.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from handlers.meetings.minutes.notes.reading import Line
from handlers.patterns import pattern_of

_ALIKE = 85
"""As alike as two titles must be, of 100."""
_SHARE = 0.5
"""So much of what a line says must stand in the record."""
_STEM = 6
"""Letters: «prosjektene» and «prosjektet» are the same word."""
_WORD = pattern_of(r"[^\W\d_]{4,}")
_NUMBER = pattern_of(r"\d+")
_BEFORE_NUMBER = pattern_of(r"^(?:sak(?:s?nr\.?)?|saksnummer|agendapunkt|punkt|pkt\.?|item)\s*", re.IGNORECASE)
_AFTER_NUMBER = pattern_of(r"^\s*(?:\([^()]{1,20}\))?\s*[:.–—-]*\s*")
_SAYING_LITTLE = """
    at den det dette disse denne eller etter for fra frå før gjennom hadde hvor hvordan hvem hva ikke ikkje ingen kunne
    kan med mellom mer mot når noe noen også over saken saka sammen sin skal skulle slik som til under uten utvalget
    utvalet være vere vert blir ble var ved vil ville ønsker møtet møte alle andre bare bør deres deira drøftet
    kommenterte sier sa mener meiner diskuterte viktig
"""
_COMMON = frozenset(_SAYING_LITTLE.split())
"""Words that say nothing of what a line is about."""


class Target(NamedTuple):
    """A line of the agenda that notes may be about. `record`: all that is known of it."""

    slot_id: int
    number: str
    in_year: int | None
    title: str
    record: str


class Noted(NamedTuple):
    """A line of notes. `found`: what it says stands in the record of its case."""

    line: Line
    found: bool


def by_case(lines: Sequence[Line], targets: Sequence[Target]) -> Mapping[int | None, Sequence[Noted]]:
    """The lines that say something, by the place on the agenda that they are about; None: it does not show which."""
    records = {target.slot_id: _Record(target.record) for target in targets}
    nothing = _Record("")
    about: int | None = None
    found: dict[int | None, list[Noted]] = {}
    for line in lines:
        headed, rest = _headed(line, targets)
        about = headed if headed is not None else about
        if rest:
            record = records.get(about, nothing) if about is not None else nothing
            found.setdefault(about, []).append(Noted(line._replace(text=rest), record.has(rest)))
    return found


def against(target: Target, lines: Sequence[Line]) -> Sequence[Noted]:
    """The lines, of which somebody says that they are about this one."""
    record = _Record(target.record)
    return [Noted(line, record.has(line.text)) for line in lines]


def _headed(line: Line, targets: Sequence[Target]) -> tuple[int | None, str]:
    """The place that a line names at its beginning, and what it says besides; None: it names none."""
    named = _BEFORE_NUMBER.sub("", line.text)
    called_a_case = named != line.text
    for target in targets:
        number = target.number.partition(" (")[0]
        if number and named.casefold().startswith(number.casefold()):
            rest = named[len(number) :]
            if not rest[:1].isdigit() and not re.match(r"[/.]\d", rest):
                return target.slot_id, _besides(_AFTER_NUMBER.sub("", rest), target)
    if called_a_case and (short := re.match(r"(\d{1,3})(?![\d/.]*\d)", named)):
        for target in targets:
            if target.in_year is not None and target.in_year == int(short[1]):
                return target.slot_id, _besides(_AFTER_NUMBER.sub("", named[short.end() :]), target)
    bare = re.sub(r"^\d{1,2}[.)]?\s+", "", named)
    alike = max(targets, key=lambda target: _alike(bare, target.title), default=None)
    if alike is not None and _alike(bare, alike.title) >= _ALIKE:
        return alike.slot_id, ""
    head, colon, rest = bare.partition(": ")
    if colon:
        alike = max(targets, key=lambda target: _alike(head, target.title), default=None)
        if alike is not None and _alike(head, alike.title) >= _ALIKE:
            return alike.slot_id, rest.strip()
    return None, line.text


def _alike(text: str, title: str) -> float:
    # 2.6 MB: only where somebody hands over notes.
    from rapidfuzz import fuzz  # noqa: PLC0415

    return fuzz.ratio(text.casefold().strip(" .:"), title.casefold().strip(" .:"))


def _besides(rest: str, target: Target) -> str:
    """What a heading says besides the title of its case."""
    if _alike(rest, target.title) >= _ALIKE:
        return ""
    if rest.casefold().startswith(target.title.casefold()):
        return rest[len(target.title) :].lstrip(" .:–—-")
    return rest


class _Record:
    """The words and the numbers of a text."""

    def __init__(self, text: str) -> None:
        self._stems = {word[:_STEM] for word in _words(text)}
        self._numbers = set(_NUMBER.findall(text))

    def has(self, text: str) -> bool:
        words = _words(text)
        if not words or not self._numbers.issuperset(_NUMBER.findall(text)):
            return False
        return sum(word[:_STEM] in self._stems for word in words) / len(words) >= _SHARE


def _words(text: str) -> list[str]:
    found = (word.casefold() for word in _WORD.findall(text))
    return [word for word in found if word not in _COMMON]
