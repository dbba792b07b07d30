"""The identity guard in front of old papers: what was taken out, and what is doubtful, each with its place.

A paper is read in by somebody who did not write it, and often long after: what may be an identity number is taken out
of every text before anything is stored (nobody can be asked of each), and shown with where it stood. What may be about
a patient and may be something else is shown, for whoever reads the paper in to look at.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeVar, cast

from handlers.papers.record import CaseRead, PaperRead, PresentRead
from handlers.writing import identity
from handlers.writing.identity import Doubt, Kind
from handlers.writing.language import N_, _
from handlers.writing.text import shorten

T = TypeVar("T")
_QUOTED = 60


class Doubtful(NamedTuple):
    """Something that may be about a patient. `where`: «sak 3, vedtak 2»."""

    where: str
    doubt: Doubt


class Guarded(NamedTuple):
    """A paper without what may be an identity number. `taken`: where each stood; `doubts`: what is left to look at."""

    read: PaperRead
    taken: Sequence[str]
    doubts: Sequence[Doubtful]


def guard(read: PaperRead) -> Guarded:
    """The paper as it may be stored."""
    taken: list[str] = []
    doubts: list[Doubtful] = []
    cleared = _cleared(read, "", taken)
    for where, text in _texts(cleared):
        # Who was there is named, and reached somewhere: that is no patient's.
        doubts += [Doubtful(where, each) for each in identity.doubts(text) if each.kind not in (Kind.PHONE, Kind.EMAIL)]
    return Guarded(cleared, taken, list(dict.fromkeys(doubts)))


def cleared_name(name: str) -> str:
    """The name of a file, without what may be an identity number."""
    return identity.without_possible_numbers(name)


_PARTS = {
    "title": N_("tittel"),
    "number": N_("saksnummer"),
    "purpose": N_("hensikt"),
    "discussion": N_("kommentarer"),
    "decisions": N_("vedtak"),
    "agreement": N_("enighet"),
    "postponed": N_("utsettelse"),
    "presenter": N_("legges fram av"),
    "attachments": N_("vedlegg"),
    "followups": N_("oppfølging"),
    "present": N_("til stede"),
    "absent": N_("forfall"),
    "suspected": N_("tekst utenfor en sak"),
    "deadlines": N_("frister"),
    "next_meetings": N_("neste møte"),
    "committee": N_("utvalg"),
    "place": N_("sted"),
    "chair": N_("møteleder"),
    "referent": N_("referent"),
    "why": N_("papiret"),
    "warnings": N_("papiret"),
}
"""What a part of a paper is called when somebody is told that something stood there."""


def called(case: CaseRead, place: int) -> str:
    """«sak 4/19», or «sak nr. 3 i papiret» of one without a number."""
    if case.number:
        return _("sak {number}").format(number=identity.without_possible_numbers(case.number))
    return _("sak nr. {place} i papiret").format(place=place)


def _cleared(value: T, where: str, taken: list[str]) -> T:
    """The same with every text in it cleared; where something was taken out goes to `taken`."""
    found: Any = value
    if isinstance(found, str):
        # Kinds and such are text too, and stay what they are.
        if type(found) is not str:
            return value
        done = identity.take_out(found, possible=True)
        taken.extend([where or _("papiret")] * len(done.taken))
        return done.text  # type: ignore[return-value]
    if isinstance(found, list):
        several = len(found) > 1
        return [  # type: ignore[return-value]
            _cleared(each, _nth(each, where, place, several=several), taken) for place, each in enumerate(found, 1)
        ]
    if dataclasses.is_dataclass(found) and not isinstance(found, type):
        changes = {
            field.name: _cleared(getattr(found, field.name), _inside(where, field.name), taken)
            for field in dataclasses.fields(found)
        }
        return cast(T, dataclasses.replace(found, **changes))
    return value


def _nth(each: object, where: str, place: int, *, several: bool) -> str:
    if isinstance(each, CaseRead):
        return called(each, place)
    return f"{where} {place}" if several else where


def _inside(where: str, name: str) -> str:
    if name in ("cases", "coverage"):
        return where
    part = _(_PARTS[name]) if name in _PARTS else ""
    return ", ".join(filter(None, (where, part)))


def _texts(read: PaperRead) -> Iterator[tuple[str, str]]:
    """Each text that stands about a case, or outside of one, with its place; not who was there."""

    def within(value: Any, where: str) -> Iterator[tuple[str, str]]:
        if type(value) is str:
            yield where, value
        elif isinstance(value, list):
            for place, each in enumerate(value, 1):
                yield from within(each, _nth(each, where, place, several=len(value) > 1))
        elif dataclasses.is_dataclass(value) and not isinstance(value, PresentRead):
            for field in dataclasses.fields(value):
                yield from within(getattr(value, field.name), _inside(where, field.name))

    yield from within(read.cases, "")
    yield from within(read.followups, _inside("", "followups"))
    yield from within(read.suspected, _inside("", "suspected"))


def told(guarded_doubts: Sequence[Doubtful]) -> Sequence[str]:
    """Each doubt in a line: «sak 3, vedtak 2: «Pasienten Eksempel»»."""
    return [f"{each.where}: «{shorten(each.doubt.text, _QUOTED)}»" for each in guarded_doubts]
