"""What is not as it should be before a convocation is sent. The secretariat may send it all the same, unless it cannot
be sent at all."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from handlers.calendar import customary, dates
from handlers.calendar.holidays import FIRST_YEAR, LAST_YEAR, is_public_holiday
from handlers.calendar.weekdays import misfits
from handlers.cases import views
from handlers.cases.duration import duration
from handlers.meetings.agenda.lines import Line
from handlers.meetings.audience import Reader
from handlers.meetings.convocation.content import READY, Convening
from handlers.meetings.offsets import Offset
from handlers.meetings.settings import CommitteeSettings
from handlers.patterns import pattern_of
from handlers.writing.language import _, ngettext
from handlers.writing.text import shorten
from storage.tables import SlotKind

_PROMISED = pattern_of(r"\b(?:ved(?:lagt|lagte|lagde|legges|leggast)|vedlegg\w*|legges ved|legg ved)\b", re.IGNORECASE)
_NAMED = 100


class Remark(NamedTuple):
    """Something that is not as it should be. `key`: what, and about which case. `stops`: it cannot be sent so."""

    key: str
    text: str
    stops: bool = False


def remarks(convening: Convening, readers: Sequence[Reader], waiting: Sequence[str], now: datetime) -> Sequence[Remark]:
    """All of it, what stops it first.

    Args:
        readers: who is to get it.
        waiting: the titles of proposed cases that nobody has decided on.
    """
    found = [*_impossible(convening, readers, now), *_meeting(convening, now), *_agenda(convening, waiting)]
    return sorted(found, key=lambda remark: not remark.stops)


def _impossible(convening: Convening, readers: Sequence[Reader], now: datetime) -> Iterator[Remark]:
    meeting = convening.meeting
    if meeting.cancelled_at is not None:
        yield Remark("cancelled", _("Møtet er avlyst."), stops=True)
    elif meeting.starts_at <= now:
        yield Remark("begun", _("Møtet har begynt, eller er holdt."), stops=True)
    if not any(reader.follows and not reader.is_guest for reader in readers):
        yield Remark(
            "nobody",
            _("Ingen er med i utvalget den dagen, så det er ingen å sende til. Før dem opp i filen."),
            stops=True,
        )


def _meeting(convening: Convening, now: datetime) -> Iterator[Remark]:
    meeting, zone = convening.meeting, ZoneInfo(convening.meeting.zone)
    if not meeting.place:
        yield Remark("place", _("Møtet har ikke noe sted."))
    day = meeting.starts_at.astimezone(zone).date()
    shown = dates.day(meeting.starts_at, meeting.zone)
    if FIRST_YEAR <= day.year <= LAST_YEAR and is_public_holiday(day):
        yield Remark("holiday", _("{day} er en helligdag.").format(day=_begins(shown)))
    elif (by_custom := customary.known().on(day)) is not None:
        text = _("{day} er {when}, da de fleste har fri.").format(day=_begins(shown), when=by_custom.in_sentence)
        yield Remark("customary", text)
    elif day.isoweekday() >= 6:
        yield Remark("weekend", _("{day} er i en helg.").format(day=_begins(shown)))
    rule = CommitteeSettings.model_validate(convening.committee.settings).convocation
    if rule is not None and (latest := Offset.parse(rule).before(meeting.starts_at, zone)) < now:
        yield Remark(
            "late",
            _("Innkallingen skulle vært sendt senest {latest}.").format(
                latest=dates.day_and_clock(latest, meeting.zone)
            ),
        )
    previous = convening.previous
    if previous is not None and previous.status not in READY:
        held = dates.short_day(previous.starts_at, previous.zone)
        said = (
            _("Referatet fra møtet {day} er ikke skrevet, så det følger ikke med.")
            if previous.status is None
            else _("Referatet fra møtet {day} er ikke publisert, så det følger ikke med.")
        )
        yield Remark("minutes", said.format(day=held))


def _agenda(convening: Convening, waiting: Sequence[str]) -> Iterator[Remark]:
    lines = [line for line in convening.read.lines if not line.is_withdrawn]
    if not any(line.kind is SlotKind.CASE for line in lines):
        yield Remark("empty", _("Det er ingen saker på sakslisten."))
    row = convening.read.row
    if row is not None and row.draft_since is not None:
        yield Remark("draft", _("Sakslisten er en kladd. Sendes innkallingen, er den ferdig som den er nå."))
    if waiting:
        named = ", ".join(f"«{shorten(title, _NAMED)}»" for title in waiting[:3])
        yield Remark(
            f"waiting:{len(waiting)}",
            ngettext(
                "{count} meldt sak venter på at dere bestemmer: {titles}.",
                "{count} meldte saker venter på at dere bestemmer: {titles}.",
                len(waiting),
            ).format(count=len(waiting), titles=named),
        )
    over = convening.read.over
    if convening.read.minutes and over > 0:
        said = _("Sakslisten tar {duration} mer enn det er tid til.").format(duration=duration(over))
        yield Remark(f"over:{over}", said)
    for line in lines:
        yield from _line(convening, line)


def _line(convening: Convening, line: Line) -> Iterator[Remark]:
    near = convening.meeting.starts_at.astimezone(ZoneInfo(convening.meeting.zone)).date()
    texts = [line.title, line.slot.text if line.slot is not None else ""]
    named = shorten(f"{line.number} {line.title}".strip(), _NAMED)
    if line.case is not None:
        item = line.case.item
        named = shorten(views.named(item), _NAMED)
        texts += [item.purpose, item.conclusion]
        if not views.presenters(item, convening.names):
            yield Remark(f"presenter:{item.id}", _("{case}: ingen legger den fram.").format(case=named))
        if not item.purpose.strip():
            yield Remark(f"purpose:{item.id}", _("{case}: hensikten mangler.").format(case=named))
        if not item.links and any(map(_PROMISED.search, texts)):
            yield Remark(
                f"attached:{item.id}", _("{case}: teksten viser til vedlegg, men det er ingen.").format(case=named)
            )
    for misfit in misfits("\n".join(texts), near):
        yield Remark(
            f"weekday:{misfit.written}",
            _("{case}: «{written}» stemmer ikke, datoen er en {weekday}.").format(
                case=named, written=misfit.written, weekday=dates.weekday(misfit.day)
            ),
        )


def _begins(text: str) -> str:
    """A sentence that begins with `text`."""
    return text[:1].upper() + text[1:]
